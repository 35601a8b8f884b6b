import type { Socket } from 'node:dgram'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { Datagram } from '../../src/bvll/udp.js'
import { datagramSender } from '../../src/io/datagram-sender.js'

type Sent = (error: Error | null) => void

/** A socket of which a test says what the network takes. */
const slowSocket = () => {
  const waiting: { readonly octets: Uint8Array; readonly sent: Sent }[] = []
  const left: Sent[] = []
  const asked = vi.fn()
  const socket = {
    send: (octets: Uint8Array, port: number, _host: string, sent: Sent) => {
      if (Number.isNaN(port)) throw Object.assign(new Error('bad port'), { code: 'ERR_SOCKET_BAD_PORT' })
      waiting.push({ octets, sent })
    },
    getSendQueueCount: () => {
      asked()
      return waiting.length
    },
    getSendQueueSize: () => {
      asked()
      return waiting.reduce((size, { octets }) => size + octets.length, 0)
    },
  }
  const takeOne = (error: Error | null = null): void => waiting.shift()?.sent(error)
  /** The system has sent all, which the socket will say in a later turn. */
  const leave = (): void => waiting.splice(0).forEach(({ sent }) => left.push(sent))
  return { socket: socket as unknown as Socket, waiting, asked, takeOne, leave }
}

const sending = (onUnsent: () => void = () => undefined) => {
  const slow = slowSocket()
  const unsent: string[] = []
  const sender = datagramSender<string, Datagram<string>>(
    slow.socket,
    text => ({ host: text, port: Number(text.split(':')[1]) }),
    (_, { reason }) => {
      unsent.push(reason)
      onUnsent()
    },
  )
  const send = (count: number, length = 40, to = '127.0.0.1:1'): void => {
    for (let index = 0; index < count; index++) sender.send({ to, octets: new Uint8Array(length) })
  }
  return { ...slow, sender, send, unsent }
}

const octetsIn = (waiting: readonly { readonly octets: Uint8Array }[]): number =>
  waiting.reduce((size, { octets: { length } }) => size + length, 0)

describe('what is sent faster than the network takes it', () => {
  it('waits up to 4096 datagrams, and comes back beyond that until there is room', async () => {
    const { send, unsent, waiting, takeOne } = sending()
    send(4100)
    expect(waiting).toHaveLength(4096)
    await setImmediate()
    expect(unsent).toEqual(Array(4).fill('too much waits to be sent'))
    takeOne()
    send(2)
    expect(waiting).toHaveLength(4096)
    await setImmediate()
    expect(unsent).toHaveLength(5)
  })

  it('waits up to 4 MiB, where datagrams are long', async () => {
    const { send, unsent, waiting } = sending()
    send(100, 60_000)
    expect(octetsIn(waiting)).toBeLessThanOrEqual(4 << 20)
    expect(octetsIn(waiting)).toBeGreaterThan((4 << 20) - 60_000)
    expect(waiting).toHaveLength(69)
    await setImmediate()
    expect(unsent).toHaveLength(31)
  })

  it('is not asked about while it is little', () => {
    const { send, asked } = sending()
    send(4096)
    expect(asked).not.toHaveBeenCalled()
  })

  it('is only what the system has not sent yet', () => {
    const { send, waiting, leave } = sending()
    for (let burst = 0; burst < 10; burst++) {
      send(2000, 1000)
      leave()
    }
    send(10, 60_000)
    expect(waiting).toHaveLength(10)
  })
})

describe('what cannot be sent', () => {
  it.each([
    ['127.0.0.1:0', 'there is no port 0'],
    ['127.0.0.1:what', 'there is no such port'],
  ])('to %s comes back, as one datagram alone', async (to, reason) => {
    const { send, unsent, waiting } = sending()
    send(1, 40, to)
    send(1)
    await setImmediate()
    expect(unsent).toEqual([reason])
    expect(waiting).toHaveLength(1)
  })

  it('comes back in a later turn, and leaves time to send where somebody sends it again at once', async () => {
    const { send, unsent, takeOne } = sending(() => send(1))
    send(4097)
    expect(unsent, 'within the call').toEqual([])
    await Promise.resolve()
    expect(unsent, 'before anything else can happen').toEqual([])
    await setImmediate()
    await setImmediate()
    expect(unsent.length).toBeGreaterThan(0)
    expect(unsent.length).toBeLessThan(10)
    takeOne()
    await setImmediate()
    await setImmediate()
    const told = unsent.length
    await setImmediate()
    expect(unsent, 'there was room').toHaveLength(told)
  })
})

describe('the end of sending', () => {
  it('comes when the last datagram has left, or come back', async () => {
    const { sender, send, takeOne, unsent } = sending()
    const drained = vi.fn(() => expect(unsent).toEqual(['the port was closed']))
    send(2)
    sender.drain(drained)
    takeOne()
    expect(drained).not.toHaveBeenCalled()
    takeOne(Object.assign(new Error('closed'), { code: 'ECANCELED' }))
    await vi.waitFor(() => expect(drained).toHaveBeenCalledOnce())
  })

  it('waits for what was refused to be told', async () => {
    const { sender, send, unsent } = sending()
    const drained = vi.fn(() => expect(unsent).toEqual(['there is no port 0']))
    send(1, 40, '127.0.0.1:0')
    sender.drain(drained)
    expect(drained).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(drained).toHaveBeenCalledOnce())
  })

  it('is at once when nothing waits', () => {
    const drained = vi.fn()
    sending().sender.drain(drained)
    expect(drained).toHaveBeenCalledOnce()
  })
})
