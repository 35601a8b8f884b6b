import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { IncomingMessage } from 'node:http'
import { Socket, type createConnection } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { binaryMessages } from '../../src/io/binary-messages.js'
import { toHex } from '../../src/values/hex.js'
import {
  anyOddFrame,
  anyPlainFrame,
  clientFrame,
  cutAt,
  octetsOf,
  type ClientFrame,
} from '../support/web-socket-octets.js'

const FINAL_BINARY = 0x82
const PING = 0x89
const MAX_PAYLOAD = 65_535

/** An accepted WebSocket over no network, and all that is heard and written on it, in order. */
interface Accepted {
  readonly webSocket: WebSocket
  readonly stream: Duplex
  readonly log: string[]
}

/** Opens a WebSocket; `readPast` has its messages be read past `ws`. */
type Open = (maxPayload: number, readPast: boolean) => Accepted | Promise<Accepted>

const accept = (maxPayload: number, readPast: boolean): Accepted => {
  const log: string[] = []
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, written) => {
      log.push(`written ${toHex(chunk)}`)
      written()
    },
  })
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/' })
  request.headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-version': '13',
  }
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload })
  let accepted: WebSocket | undefined
  server.handleUpgrade(request, stream, Buffer.alloc(0), webSocket => {
    accepted = webSocket
    webSocket.on('message', (data: Buffer, isBinary) => log.push(`${isBinary ? 'binary' : 'text'} ${toHex(data)}`))
    webSocket.on('error', error => log.push(`error ${error.message}`))
    webSocket.on('close', (code, reason) => log.push(`close ${code} ${reason.toString()}`))
    if (readPast) {
      const onMessage = (octets: Uint8Array): void => void log.push(`binary ${toHex(octets)}`)
      binaryMessages(stream, 'client', maxPayload, onMessage)
    }
  })
  if (accepted === undefined) throw new Error('no WebSocket')
  return { webSocket: accepted, stream, log }
}

const acceptKey = (request: string): string => {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? ''
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

/** The same of a client, whose masks are all zeros. */
const dial = async (maxPayload: number, readPast: boolean): Promise<Accepted> => {
  const log: string[] = []
  let isOpen = false
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, written) => {
      if (isOpen) log.push(`written ${toHex(chunk)}`)
      else {
        const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        stream.push(`${head}Sec-WebSocket-Accept: ${acceptKey(chunk.toString())}\r\n\r\n`)
      }
      written()
    },
  })
  const webSocket = new WebSocket('ws://hub.example', {
    createConnection: (() => stream) as unknown as typeof createConnection,
    maxPayload,
    perMessageDeflate: false,
    generateMask: mask => mask.fill(0),
  })
  webSocket.on('message', (data: Buffer, isBinary) => log.push(`${isBinary ? 'binary' : 'text'} ${toHex(data)}`))
  webSocket.on('error', error => log.push(`error ${error.message}`))
  webSocket.on('close', (code, reason) => log.push(`close ${code} ${reason.toString()}`))
  await new Promise(opened => webSocket.once('open', opened))
  isOpen = true
  if (readPast) {
    const onMessage = (octets: Uint8Array): void => void log.push(`binary ${toHex(octets)}`)
    binaryMessages(stream, 'server', maxPayload, onMessage)
  }
  return { webSocket, stream, log }
}

type Step = Buffer | 'pause' | 'resume' | 'close' | 'end' | 'destroy'

const play = async ({ webSocket, stream, log }: Accepted, steps: readonly Step[]): Promise<readonly string[]> => {
  for (const step of steps) {
    if (step === 'end') stream.push(null)
    else if (step === 'destroy') stream.destroy()
    else if (typeof step === 'string') webSocket[step]()
    else stream.push(Buffer.from(step))
    await new Promise(setImmediate)
  }
  stream.destroy()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  return log
}

/** The two ends: how each is opened, and the frames of the peer, which a server does not mask. */
const ENDS: readonly (readonly [end: string, open: Open, sent: (frame: ClientFrame) => ClientFrame])[] = [
  ['an accepted', accept, frame => frame],
  ['a dialled', dial, frame => ({ ...frame, mask: undefined })],
]

const anyCuts = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 12 })
const anyMaxPayload = fc.constantFrom(100, 200, MAX_PAYLOAD)

describe.each(ENDS)('%s socket that is read past ws is heard as ws alone hears it:', (_, open, sentBy) => {
  const expectSame = async (steps: readonly Step[], maxPayload = MAX_PAYLOAD): Promise<void> => {
    const expected = await play(await open(maxPayload, false), steps)
    expect(await play(await open(maxPayload, true), steps)).toEqual(expected)
  }

  /** Masked as the peer masks, or now and then the other way. */
  const chunks = (frames: readonly ClientFrame[], parts: readonly number[] = []): readonly Buffer[] =>
    cutAt(Buffer.concat(frames.map(frame => octetsOf(frame.payload.length === 17 ? frame : sentBy(frame)))), parts)

  it('messages, pings and pongs, cut anywhere', async () => {
    const frames = fc.array(anyPlainFrame, { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(frames, anyCuts, anyMaxPayload, (sent, cuts, maxPayload) =>
        expectSame(chunks(sent, cuts), maxPayload),
      ),
      { numRuns: 300 },
    )
  })

  it('anything else among them: text, fragments, closes, bad frames, with the same answers and close codes', async () => {
    const frames = fc.array(fc.oneof({ weight: 3, arbitrary: anyPlainFrame }, anyOddFrame), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(frames, anyCuts, anyMaxPayload, (sent, cuts, maxPayload) =>
        expectSame(chunks(sent, cuts), maxPayload),
      ),
      { numRuns: 500 },
    )
  })

  it('octets that are no frames at all', async () => {
    const noise = fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(anyPlainFrame, { maxLength: 3 }), noise, (sent, noises) =>
        expectSame([...chunks(sent), ...noises.map(octets => Buffer.from(octets))]),
      ),
      { numRuns: 300 },
    )
  })

  it('each octet by itself', async () => {
    const one = [clientFrame(FINAL_BINARY, new Uint8Array(130).fill(7)), clientFrame(PING, Uint8Array.of(1, 2))]
    const octets = Buffer.concat(chunks([...one, ...one]))
    await expectSame([...octets].map(octet => Buffer.of(octet)))
  })

  it('while we pause, resume, close it or it ends in the middle', async () => {
    const frames = fc.array(fc.oneof({ weight: 5, arbitrary: anyPlainFrame }, anyOddFrame), { minLength: 1 })
    const doings = fc.array(
      fc.tuple(fc.nat(20), fc.constantFrom<Step>('pause', 'resume', 'resume', 'close', 'end', 'destroy')),
      { maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(frames, anyCuts, doings, (sent, cuts, done) => {
        const steps: Step[] = [...chunks(sent, cuts)]
        const ended = done.some(([, step]) => step === 'end')
        for (const [at, step] of done) if (!ended || step !== 'destroy') steps.splice(at, 0, step)
        const end = steps.indexOf('end')
        return expectSame(end < 0 ? steps : steps.slice(0, end + 1))
      }),
      { numRuns: 300 },
    )
  })
})

it('the installed ws hears its socket by the name that is looked for', () => {
  const names = accept(MAX_PAYLOAD, false)
    .stream.listeners('data')
    .map(({ name }) => name)
  expect(names, 'ws has renamed its listener: give LISTENER_OF_WS in binary-messages.ts its new name').toEqual([
    'socketOnData',
  ])
})

describe('what is read past ws', () => {
  const messagesOfWs = (accepted: Accepted): (() => number) => {
    let count = 0
    accepted.webSocket.on('message', () => count++)
    return () => count
  }

  it.each(ENDS)(
    'of %s socket is every whole binary message, also after a ping and a cut one',
    async (_, open, sent) => {
      const accepted = await open(MAX_PAYLOAD, true)
      const byWs = messagesOfWs(accepted)
      const message = octetsOf(sent(clientFrame(FINAL_BINARY, new Uint8Array(40))))
      const ping = octetsOf(sent(clientFrame(PING, Uint8Array.of(1))))
      const whole = Buffer.concat([message, ping, message])
      const cut = [message.subarray(0, 3), message.subarray(3), message.subarray(0, 20), message.subarray(20)]
      await play(accepted, [whole, ...cut, whole])
      expect(accepted.log.filter(line => line.startsWith('binary'))).toHaveLength(6)
      expect(byWs()).toBe(2)
    },
  )

  it('ends with the first frame that is neither message, ping nor pong', async () => {
    const accepted = accept(MAX_PAYLOAD, true)
    const byWs = messagesOfWs(accepted)
    const message = octetsOf(clientFrame(FINAL_BINARY, new Uint8Array(40)))
    await play(accepted, [message, octetsOf(clientFrame(0x81, Uint8Array.of(0x41))), message, message])
    expect(byWs()).toBe(3)
  })

  it('is the same where somebody else listens to the socket as well', async () => {
    const accepted = accept(MAX_PAYLOAD, false)
    const byWs = messagesOfWs(accepted)
    accepted.stream.on('data', () => undefined)
    let taken = 0
    binaryMessages(accepted.stream, 'client', MAX_PAYLOAD, () => taken++)
    await play(accepted, [octetsOf(clientFrame(FINAL_BINARY, new Uint8Array(40)))])
    expect([taken, byWs()]).toEqual([1, 0])
  })
})
