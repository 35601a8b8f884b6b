import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { filter, firstValueFrom, NEVER, Subject, take, timeout } from 'rxjs'
import { WebSocket, WebSocketServer } from 'ws'
import { open, scHub, scNode, type HubCommand, type HubEvent, type Vmac } from '../../src/index.js'
import { ms } from '../../src/values/duration.js'
import { decodeBvlcSc, type Path } from '../../src/wire/bvlc-sc-decode.js'
import type { Dice } from './dice.js'
import { hexOf, NOBODIES, octetsOf, soundFrame, type Cast } from './frames.js'
import { mutated } from './mutate.js'
import { Violation } from './violation.js'

const PEER = '0200000000a1'
const NODES = ['0200000000b2', '0200000000c3'] as const
const CAST: Cast = { sources: [PEER, ...NODES], destinations: [PEER, ...NODES, ...NOBODIES] }
const PATIENCE_MS = 20_000
const BATCH = 200

const DISCONNECT_REQUEST = 0x08

/** A real hub or node, and batches of frames from a bare peer over a real socket. */
export interface RealTarget {
  /** Says so many frames, and waits until all of them were heard. */
  readonly batch: () => Promise<number>
  readonly stop: () => void
}

/** A frame that does not ask for the end, which would only cost time here. */
const nextFrame = (dice: Dice, path: 'to-hub' | 'from-hub', last: Uint8Array): Uint8Array => {
  const frame = mutated(dice, soundFrame(dice, path, CAST), last)
  return frame[0] === DISCONNECT_REQUEST ? Uint8Array.of(0x0a, ...frame.subarray(1)) : frame
}

const plain = { allowPlaintext: true, warn: (): void => undefined }

/** Something that is heard, or a rejection. */
const within = <A>(what: Promise<A>, name: string, last: Uint8Array): Promise<A> =>
  Promise.race([
    what,
    new Promise<never>((_, fail) => setTimeout(() => fail(new Violation(`no ${name}`, last)), PATIENCE_MS).unref()),
  ])

/** Says a batch and a Heartbeat-Request after it; all that is heard until its answer must be understood. */
const sayBatch = async (webSocket: WebSocket, dice: Dice, path: 'to-hub' | 'from-hub'): Promise<number> => {
  let last = Uint8Array.of(0x0a, 0, 0, 1)
  const answered = new Promise<void>((done, fail) => {
    const hear = (data: Buffer): void => {
      if (hexOf(data) === '0b00fffe') {
        webSocket.off('message', hear)
        done()
        return
      }
      const back: readonly Path[] = path === 'to-hub' ? ['from-hub'] : ['to-hub', 'direct']
      const understood = back.some(on => E.isRight(decodeBvlcSc(data, on)))
      const isAnswer = path === 'from-hub' || (data[1] ?? 0) === 0
      if (isAnswer && !understood) fail(new Violation(`answered with ${hexOf(data)}`, last))
    }
    webSocket.on('message', hear)
    webSocket.once('close', code => fail(new Violation(`closed with ${code}`, last)))
  })
  for (let count = 0; count < BATCH; count++) {
    last = new Uint8Array(nextFrame(dice, path, last))
    webSocket.send(last)
  }
  webSocket.send(octetsOf('0a00fffe'))
  await within(answered, 'answer to a Heartbeat-Request', last)
  webSocket.removeAllListeners('close')
  return BATCH
}

/** A hub with two nodes, which have to understand each other after each batch. */
export const realHub = async (dice: Dice): Promise<RealTarget> => {
  const command$ = new Subject<HubCommand>()
  const hubEvent$ = new Subject<HubEvent>()
  const listening = firstValueFrom(hubEvent$.pipe(filter(event => event._tag === 'Listening')))
  const hub = scHub({ listen: 'ws://127.0.0.1:0', ...plain })(command$).subscribe(hubEvent$)
  const { uri } = await listening
  const nodes = NODES.map(vmac => open(scNode({ primaryHub: uri, vmac: vmac.replace(/..(?!$)/g, '$&:'), ...plain })))
  const [one, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
  await Promise.all(
    nodes.map(node => firstValueFrom(node.status$.pipe(filter(({ hubConnection }) => hubConnection === 'primary')))),
  )
  const webSocket = new WebSocket(uri, ['hub.bsc.bacnet.org'])
  await once(webSocket, 'open')
  webSocket.send(octetsOf(`06000001${PEER}${'a1'.repeat(16)}ffffef8f`))
  await once(webSocket, 'message')
  return {
    batch: async () => {
      const said = await sayBatch(webSocket, dice, 'to-hub')
      const mark = dice.octets(8)
      const heard = firstValueFrom(
        other.npdu$.pipe(
          filter(({ source, npdu }) => source === (NODES[0] as string) && hexOf(npdu).endsWith(hexOf(mark))),
          take(1),
          timeout(PATIENCE_MS),
        ),
      )
      one.send(Uint8Array.of(1, 0, ...mark), NODES[1] as Vmac)
      await heard
      return said
    },
    stop: () => {
      for (const node of nodes) void node.close()
      webSocket.terminate()
      hub.unsubscribe()
    },
  }
}

/** A node, whose hub is a bare peer. */
export const realNode = async (dice: Dice): Promise<RealTarget> => {
  const http = createServer()
  const server = new WebSocketServer({ server: http, handleProtocols: () => 'hub.bsc.bacnet.org' })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const came = once(server, 'connection')
  const uri = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
  const node = NEVER.pipe(scNode({ primaryHub: uri, timings: { heartbeat: ms(300_000) }, ...plain }))
  const running = node.subscribe()
  const [webSocket] = (await came) as [WebSocket]
  const [request] = (await once(webSocket, 'message')) as [Buffer]
  webSocket.send(octetsOf(`0700${hexOf(request.subarray(2, 4))}${PEER}${'a1'.repeat(16)}ffffef8f`))
  return {
    batch: () => sayBatch(webSocket, dice, 'from-hub'),
    stop: () => {
      running.unsubscribe()
      webSocket.terminate()
      server.close()
      http.close()
    },
  }
}
