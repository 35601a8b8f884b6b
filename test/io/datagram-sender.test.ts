import type { Socket } from 'node:dgram'
import { describe, expect, it, vi } from 'vitest'
import type { Datagram } from '../../src/bvll/udp.js'
import { datagramSender } from '../../src/io/datagram-sender.js'

type Sent = (error: Error | null) => void

/** A socket of which a test says what the network takes. */
const slowSocket = () => {
  const waiting: { readonly octets: Uint8Array; readonly sent: Sent }[] = []
  const asked = vi.fn()
  const socket = {
    send: (octets: Uint8Array, _port: number, _host: string, sent: Sent) => waiting.push({ octets, sent }),
    getSendQueueCount: () => {
      asked()
      return waiting.length
    },
    getSendQueueSize: () => waiting.reduce((size, { octets }) => size + octets.length, 0),
  }
  const takeOne = (error: Error | null = null): void => waiting.shift()?.sent(error)
  return { socket: socket as unknown as Socket, waiting, asked, takeOne }
}

const sending = () => {
  const slow = slowSocket()
  const unsent: string[] = []
  const sender = datagramSender<string, Datagram<string>>(
    slow.socket,
    host => ({ host, port: 1 }),
    (_, reason) => unsent.push(reason),
  )
  const send = (count: number, length = 40): void => {
    for (let index = 0; index < count; index++) sender.send({ to: '127.0.0.1', octets: new Uint8Array(length) })
  }
  return { ...slow, sender, send, unsent }
}

describe('what is sent faster than the network takes it', () => {
  it('waits up to 4096 datagrams, and comes back beyond that until there is room', () => {
    const { send, unsent, waiting, takeOne } = sending()
    send(4100)
    expect(waiting).toHaveLength(4096)
    expect(unsent).toEqual(Array(4).fill('too much waits to be sent'))
    takeOne()
    send(2)
    expect(waiting).toHaveLength(4096)
    expect(unsent).toHaveLength(5)
  })

  it('waits up to about 4 MiB, where datagrams are long', () => {
    const { send, unsent, waiting } = sending()
    send(1000, 60_000)
    const octets = waiting.reduce((size, { octets: { length } }) => size + length, 0)
    expect(octets).toBeLessThan(16 << 20)
    expect(unsent).toHaveLength(1000 - waiting.length)
  })

  it('is not asked about while it is little', () => {
    const { send, asked } = sending()
    send(256)
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('the end of sending', () => {
  it('comes when the last datagram has left, or come back', () => {
    const { sender, send, takeOne, unsent } = sending()
    const drained = vi.fn()
    send(2)
    sender.drain(drained)
    takeOne()
    expect(drained).not.toHaveBeenCalled()
    takeOne(Object.assign(new Error('closed'), { code: 'ECANCELED' }))
    expect(unsent).toEqual(['the port was closed'])
    expect(drained).toHaveBeenCalledOnce()
  })

  it('is at once when nothing waits', () => {
    const drained = vi.fn()
    sending().sender.drain(drained)
    expect(drained).toHaveBeenCalledOnce()
  })
})
