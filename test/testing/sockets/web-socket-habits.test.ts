import type { Subject } from 'rxjs'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { MAX_QUEUED } from '../../../src/io/web-socket.js'
import { webSocketLimits } from '../../../src/io/web-socket-limits.js'
import { CloseCode, Subprotocol, type SocketOutput } from '../../../src/sc/connection/socket.js'
import { MAX_QUEUED as VIRTUAL_MAX_QUEUED } from '../../../src/testing/sockets/virtual-connection.js'
import { CLOSE_TIMEOUT } from '../../../src/testing/sockets/virtual-end.js'
import { ErrorCode } from '../../../src/wire/error-code.js'
import type { WebSocketFrame } from '../../../src/wire/web-socket-frame.js'
import { frame } from '../../support/web-socket-lab.js'
import {
  closeSockets,
  realWorld,
  runClient,
  runServer,
  virtualWorld,
  type RunningClient,
  type RunningServer,
  type RunningSocket,
} from '../../support/web-socket-world.js'

/*
 * What is true of real WebSockets is true of virtual ones: the same tests, on the loopback interface and on nothing at all.
 */

/** Octets that show when some are missing or elsewhere. */
const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7 + length) % 251)

const LENGTHS = [1, 125, 126, 65_535]
const MESSAGES = [...LENGTHS, ...LENGTHS].map(message)
const TOO_LONG = 65_536

/** A frame that is longer than what the library makes. */
const longFrame = (): WebSocketFrame => {
  const octets = new Uint8Array(10 + TOO_LONG)
  octets.set([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0])
  return { octets, start: 10 }
}

afterEach(closeSockets)

describe.each([
  ['real', realWorld],
  ['virtual', virtualWorld],
])('a %s WebSocket', (_kind, start) => {
  const world = start()
  afterAll(world.end)

  interface Pair {
    readonly server: RunningServer
    readonly client: RunningClient
    readonly accepted: Awaited<ReturnType<RunningServer['accepted']>>
  }

  const pair = async (): Promise<Pair> => {
    const server = runServer(world.listen())
    const client = runClient(world.dial(await server.uri()))
    const accepted = await server.accepted()
    await vi.waitFor(() => expect(client.tags()).toEqual(['Open']))
    return { server, client, accepted }
  }

  const closes = async (end: RunningSocket, code: number): Promise<void> => {
    expect(await end.ended()).toMatchObject({ _tag: 'Closed', code })
    expect(end.tags().filter(tag => tag === 'Closed' || tag === 'Failed')).toHaveLength(1)
  }

  it('is listened for and open at both ends before anything else', async () => {
    const { server, client, accepted } = await pair()
    accepted.socket.send(frame(message(1)))
    client.out$.next(message(1))
    await Promise.all([client.hears(1), accepted.hears(1)])
    expect(server.events.map(({ _tag }) => _tag)).toEqual(['Listening', 'Accepted'])
    for (const end of [client, accepted]) {
      expect(end.tags()).toEqual(['Open', 'Message'])
      expect(end.events[0]).toMatchObject({ subprotocol: Subprotocol.HUB })
    }
    expect(accepted.socket.subprotocol).toBe(Subprotocol.HUB)
  })

  it('takes messages both ways in order, unchanged, and then nothing is queued', async () => {
    const { client, accepted } = await pair()
    for (const octets of MESSAGES) {
      client.out$.next(octets)
      expect(accepted.socket.send(frame(octets))).toBe(true)
    }
    const framing = 2 * (2 + 2 + 4 + 4)
    expect(accepted.socket.queued(), 'within the call').toBe(framing + 2 * LENGTHS.reduce((sum, one) => sum + one))
    for (const end of [client, accepted]) {
      const heard = await end.hears(MESSAGES.length)
      expect(heard.map(({ length }) => length)).toEqual(MESSAGES.map(({ length }) => length))
      expect(heard.findIndex((octets, at) => Buffer.compare(octets, MESSAGES[at] ?? octets) !== 0)).toBe(-1)
    }
    await vi.waitFor(() => expect(accepted.socket.queued()).toBe(0))
  })

  it('takes 1 MiB in one turn with what frames them, and gives back the rest', async () => {
    const { client, accepted } = await pair()
    const octets = message(65_535)
    for (let count = 0; count < 20; count++) client.out$.next(octets)
    expect(client.tags()).toEqual(['Open', 'Unsent', 'Unsent', 'Unsent', 'Unsent'])
    expect(client.events[1]).toMatchObject({ reason: 'send queue full' })
    await accepted.hears(16)
    client.out$.next(message(1))
    expect((await accepted.hears(17))[16]).toEqual(message(1))
  })

  it('takes nothing any more after a close from there, and tells so', async () => {
    const { client, accepted } = await pair()
    const lost = vi.fn()
    accepted.socket.close(CloseCode.NORMAL)
    expect([accepted.socket.send(frame(message(1)), lost), lost.mock.calls.length]).toEqual([false, 1])
    await closes(accepted, 1000)
    expect([accepted.socket.send(frame(message(1)), lost), lost.mock.calls.length]).toEqual([false, 2])
    expect(client.heard()).toEqual([])
    expect(accepted.socket.send(frame(message(1)))).toBe(false)
  })

  it('gives back what is sent after a close from here', async () => {
    const { client, accepted } = await pair()
    client.out$.next(message(1))
    client.out$.next({ _tag: 'CloseSocket', code: 1001 })
    client.out$.next(message(2))
    expect(client.events.at(-1)).toEqual({ _tag: 'Unsent', octets: message(2), reason: 'not connected' })
    await closes(accepted, 1001)
    expect(accepted.heard()).toEqual([message(1)])
  })

  it.each(Object.values(CloseCode))('closed with %i by the client, is closed with that at both ends', async code => {
    const { client, accepted } = await pair()
    client.out$.next({ _tag: 'CloseSocket', code })
    await closes(client, code)
    await closes(accepted, code)
  })

  it.each(Object.values(CloseCode))('closed with %i by the server, is closed with that at both ends', async code => {
    const { client, accepted } = await pair()
    accepted.socket.send(frame(message(1)))
    accepted.socket.close(code)
    await closes(client, code)
    await closes(accepted, code)
    expect(client.heard()).toEqual([message(1)])
  })

  it('closed by both at once, is closed with what the other said', async () => {
    const { client, accepted } = await pair()
    client.out$.next({ _tag: 'CloseSocket', code: 1001 })
    accepted.socket.close(1003)
    await closes(client, 1003)
    await closes(accepted, 1001)
  })

  it('is closed with 1000 by the end of what is sent', async () => {
    const { client, accepted } = await pair()
    client.out$.next(message(126))
    client.out$.complete()
    await closes(client, 1000)
    await closes(accepted, 1000)
    expect(accepted.heard()).toEqual([message(126)])
  })

  it('is closed with 1006 for the server when the client is gone', async () => {
    const { client, accepted } = await pair()
    client.subscription.unsubscribe()
    await closes(accepted, 1006)
  })

  it('is closed with 1006 for the client when the server listens to it no more', async () => {
    const { client, accepted } = await pair()
    accepted.subscription.unsubscribe()
    await closes(client, 1006)
  })

  it('is closed with 1006 for both when the server terminates it, in a turn of its own', async () => {
    const { client, accepted } = await pair()
    accepted.socket.terminate()
    expect(accepted.end(), 'within the call').toBeUndefined()
    expect(accepted.socket.send(frame(message(1)))).toBe(false)
    await closes(accepted, 1006)
    await closes(client, 1006)
  })

  it('is closed with 1006 for both when the whole server is gone', async () => {
    const { server, client, accepted } = await pair()
    server.subscription.unsubscribe()
    expect(accepted.end(), 'within the call').toBeUndefined()
    await closes(accepted, 1006)
    await closes(client, 1006)
  })

  it('is refused where nobody listens any more, and before that takes nothing', async () => {
    const server = runServer(world.listen())
    const uri = await server.uri()
    server.subscription.unsubscribe()
    const client = runClient(world.dial(uri))
    client.out$.next(message(1))
    expect(client.events).toEqual([{ _tag: 'Unsent', octets: message(1), reason: 'not connected' }])
    expect(await client.ended()).toMatchObject({ _tag: 'Failed', errorCode: ErrorCode.TCP_CONNECTION_REFUSED })
    expect(client.tags()).toEqual(['Unsent', 'Failed'])
  })

  it.each([
    ['the end of what is sent', (out$: Subject<SocketOutput>) => out$.complete()],
    ['a close', (out$: Subject<SocketOutput>) => out$.next({ _tag: 'CloseSocket', code: 1000 })],
  ])('fails by %s before it is open, in a turn of its own', async (_what, giveUp) => {
    const server = runServer(world.listen())
    const client = runClient(world.dial(await server.uri()))
    giveUp(client.out$)
    expect(client.end(), 'within the call').toBeUndefined()
    expect(await client.ended()).toMatchObject({ _tag: 'Failed', errorCode: ErrorCode.OTHER })
    expect(client.tags()).toEqual(['Failed'])
  })

  it('errors with what is sent', async () => {
    const { client, accepted } = await pair()
    const broken = new Error('broken')
    client.out$.error(broken)
    expect(client.end()).toBe(broken)
    await closes(accepted, 1006)
  })

  it('fails where the server does not serve its subprotocol, which the server tells', async () => {
    const server = runServer(world.listen())
    const client = runClient(world.dial(await server.uri(), Subprotocol.DIRECT))
    expect(await client.ended()).toEqual({
      _tag: 'Failed',
      errorCode: ErrorCode.HTTP_UNEXPECTED_RESPONSE_CODE,
      detail: 'the server answered HTTP 400 Bad Request',
    })
    await vi.waitFor(() => expect(server.events).toHaveLength(2))
    expect(server.events[1]).toMatchObject({
      _tag: 'Refused',
      reason: 'no subprotocol that is served here was offered',
    })
  })

  it('is listened for by one only, and by another after that', async () => {
    const server = runServer(world.listen())
    const uri = await server.uri()
    const late = runServer(world.listen(uri))
    await vi.waitFor(() => expect(late.error()).toBeInstanceOf(Error))
    expect(late.events).toEqual([])
    server.subscription.unsubscribe()
    await vi.waitFor(async () => expect(await runServer(world.listen(uri)).uri()).toBe(uri))
  })

  const ownClose = {
    _tag: 'Closed',
    code: 1006,
    detail: 'Max payload size exceeded',
    cause: {
      errorCode: ErrorCode.WEBSOCKET_FRAME_TOO_LONG,
      detail: 'WebSocket closed with 1009: Max payload size exceeded',
      ours: true,
    },
  }

  it('is closed with 1009 by a server that a message is too long for, and what comes after it is not heard', async () => {
    const { client, accepted } = await pair()
    for (const length of [1, TOO_LONG, 2]) client.out$.next(message(length))
    await closes(client, 1009)
    expect(await accepted.ended()).toEqual(ownClose)
    expect(accepted.heard()).toEqual([message(1)])
  })

  it('is closed with 1009 by a client that a message is too long for', async () => {
    const { client, accepted } = await pair()
    for (const each of [frame(message(1)), longFrame(), frame(message(2))]) accepted.socket.send(each)
    await closes(accepted, 1009)
    expect(await client.ended()).toEqual(ownClose)
    expect(client.heard()).toEqual([message(1)])
  })
})

it('has the bounds of a real WebSocket as a virtual one', () => {
  expect([CLOSE_TIMEOUT, VIRTUAL_MAX_QUEUED]).toEqual([webSocketLimits.closeTimeout, MAX_QUEUED])
  expect(webSocketLimits.maxPayload, 'what is too long').toBe(TOO_LONG - 1)
})
