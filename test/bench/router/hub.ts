import type { Socket } from 'node:net'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { BvlcFunction } from '../../../src/wire/bvlc-function.js'
import { openTeller, type Teller } from '../bvll/teller.js'
import { answerParent } from '../child.js'
import { listen } from '../server/listener.js'
import { connectAccept, framed, hubFrames } from './hub-frames.js'

const TELLER_HOST = '127.0.0.1'
const NODES = 16

/** A hub of one node, and who tells it what has been forwarded. */
interface Played {
  readonly teller: Teller
  stream: Socket | undefined
}

const hubs = new Map<string, Played>()

const hubOf = (crew: string): Played => {
  const hub = hubs.get(crew)
  if (hub === undefined) throw new Error(`no hub for '${crew}'`)
  return hub
}

const calls = {
  /** Opens a hub that lets one node in, and passes on to it what others have sent; where, and who is to be told. */
  open: async ({ crew }: { crew: string }): Promise<{ readonly uri: string; readonly teller: Endpoint }> => {
    const teller = await openTeller('udp4', TELLER_HOST)
    const played: Played = { teller, stream: undefined }
    const { port } = await listen(undefined, 0, (webSocket, stream) => {
      played.stream = stream
      stream.setNoDelay(true)
      webSocket.on('message', (message: Buffer) => {
        if (message[0] === BvlcFunction['Connect-Request']) stream.write(framed(connectAccept(message)))
      })
    })
    hubs.set(crew, played)
    return { uri: `ws://127.0.0.1:${port}`, teller: teller.endpoint }
  },
  /** Has so many NPDUs passed on, or a few more, each burst in one write, and waits until all have been forwarded. */
  run: async (load: { crew: string; payload: string; burst: number; count: number }): Promise<number> => {
    const { teller, stream } = hubOf(load.crew)
    if (stream === undefined) throw new Error('nobody has joined the hub')
    const frames = hubFrames(Buffer.from(load.payload, 'hex'), NODES, load.burst)
    return teller.inBursts(load.burst, () => stream.write(frames), load.count)
  },
}

/** What the process can be asked. */
export type HubCalls = typeof calls

answerParent<HubCalls>(calls)
