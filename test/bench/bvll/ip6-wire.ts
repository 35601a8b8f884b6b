import * as E from 'fp-ts/lib/Either.js'
import { fromHex } from '../../../src/values/hex.js'
import { parseIpv6 } from '../../../src/values/ipv6.js'
import { isForeign } from './traffic.js'
import type { Exchange, Wire } from './wire.js'

/** The device instance of the port, and those of others, which are their VMACs. */
export const PORT_INSTANCE = 1
const PEER_INSTANCES = 0x1000
const SINK_INSTANCES = 0x2000

/** The device instance of a sink. */
export const sinkInstance = (sink: number): number => SINK_INSTANCES + sink

const LOOPBACK = '::1'
const UNICAST_HEADER_LENGTH = 10
const BROADCAST_HEADER_LENGTH = 7
const FORWARDED_HEADER_LENGTH = 25

const framed = (bvlcFunction: number, length: number, source: number): Buffer => {
  const octets = Buffer.allocUnsafe(length)
  octets[0] = 0x82
  octets[1] = bvlcFunction
  octets.writeUInt16BE(length, 2)
  octets.writeUIntBE(source, 4, 3)
  return octets
}

const unicast = (source: number, destination: number, npdu: Uint8Array): Buffer => {
  const octets = framed(0x01, UNICAST_HEADER_LENGTH + npdu.length, source)
  octets.writeUIntBE(destination, 7, 3)
  octets.set(npdu, UNICAST_HEADER_LENGTH)
  return octets
}

const broadcast = (source: number, npdu: Uint8Array): Buffer => {
  const octets = framed(0x02, BROADCAST_HEADER_LENGTH + npdu.length, source)
  octets.set(npdu, BROADCAST_HEADER_LENGTH)
  return octets
}

const hosts = new Map<string, Uint8Array>()

/** The octets of an address: remembered, as reading it anew each time is not what is measured. */
const octetsOf = (host: string): Uint8Array => {
  const known = hosts.get(host)
  if (known !== undefined) return known
  const octets = E.chain(fromHex)(parseIpv6(host))
  if (E.isLeft(octets)) throw new Error(octets.left)
  hosts.set(host, octets.right)
  return octets.right
}

/** A foreign device: a registration for 18 hours, and its result. */
const registration = (sink: number): Exchange => {
  const said = framed(0x09, 9, sinkInstance(sink))
  said.writeUInt16BE(0xffff, 7)
  const answer = framed(0x00, 9, PORT_INSTANCE)
  answer.writeUInt16BE(0, 7)
  return { said, answer }
}

/** A station whose VMAC the port learns, as it asks for that of the port. */
const introduction = (sink: number): Exchange => {
  const answer = framed(0x07, 10, PORT_INSTANCE)
  answer.writeUIntBE(sinkInstance(sink), 7, 3)
  return { said: framed(0x06, 7, sinkInstance(sink)), answer }
}

/** BACnet/IPv6: all stations are ports of `::1`, where nobody hears multicasts. */
export const ip6Wire: Wire = {
  socket: 'udp6',
  tellerHost: LOOPBACK,
  peerHost: () => LOOPBACK,
  sinkHost: () => LOOPBACK,
  place: () => ({ bind: LOOPBACK, unicast: LOOPBACK, target: LOOPBACK }),
  ear: undefined,
  load: (kind, peer, npdu) =>
    kind === 'fan-out' ? broadcast(PEER_INSTANCES + peer, npdu) : unicast(PEER_INSTANCES + peer, PORT_INSTANCE, npdu),
  original: (npdu, sink) => unicast(PORT_INSTANCE, sinkInstance(sink), npdu),
  forwarded: (original, { address, port }) => {
    const npdu = original.subarray(BROADCAST_HEADER_LENGTH)
    const octets = framed(0x08, FORWARDED_HEADER_LENGTH + npdu.length, original.readUIntBE(4, 3))
    octets.set(octetsOf(address), 7)
    octets.writeUInt16BE(port, 23)
    octets.set(npdu, FORWARDED_HEADER_LENGTH)
    return octets
  },
  enrolment: (kind, sink, sinks) => {
    if (kind === 'send') return introduction(sink)
    return kind === 'fan-out' && isForeign(sink, sinks) ? registration(sink) : undefined
  },
}
