import fc from 'fast-check'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
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
      binaryMessages(stream, maxPayload, onMessage)
    }
  })
  if (accepted === undefined) throw new Error('no WebSocket')
  return { webSocket: accepted, stream, log }
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

const expectSame = async (steps: readonly Step[], maxPayload = MAX_PAYLOAD): Promise<void> => {
  const expected = await play(accept(maxPayload, false), steps)
  expect(await play(accept(maxPayload, true), steps)).toEqual(expected)
}

const chunks = (frames: readonly ClientFrame[], parts: readonly number[] = []): readonly Buffer[] =>
  cutAt(Buffer.concat(frames.map(octetsOf)), parts)

const anyCuts = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 12 })
const anyMaxPayload = fc.constantFrom(100, 200, MAX_PAYLOAD)

describe('a socket that is read past ws is heard as ws alone hears it:', () => {
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
    const octets = Buffer.concat([...one, ...one].map(octetsOf))
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

  it('is every whole binary message, also after a ping and after one that was cut', async () => {
    const accepted = accept(MAX_PAYLOAD, true)
    const byWs = messagesOfWs(accepted)
    const message = octetsOf(clientFrame(FINAL_BINARY, new Uint8Array(40)))
    const ping = octetsOf(clientFrame(PING, Uint8Array.of(1)))
    const whole = Buffer.concat([message, ping, message])
    const cut = [message.subarray(0, 3), message.subarray(3), message.subarray(0, 20), message.subarray(20)]
    await play(accepted, [whole, ...cut, whole])
    expect(accepted.log.filter(line => line.startsWith('binary'))).toHaveLength(6)
    expect(byWs()).toBe(2)
  })

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
    binaryMessages(accepted.stream, MAX_PAYLOAD, () => taken++)
    await play(accepted, [octetsOf(clientFrame(FINAL_BINARY, new Uint8Array(40)))])
    expect([taken, byWs()]).toEqual([1, 0])
  })
})
