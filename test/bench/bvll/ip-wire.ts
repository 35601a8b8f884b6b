import { isForeign, type Traffic } from './traffic.js'
import type { Wire } from './wire.js'

/** The broadcast address of the loopback network. */
export const BROADCAST_HOST = '127.255.255.255'

const HEADER_LENGTH = 4
const FORWARDED_HEADER_LENGTH = 10

const framed = (bvlcFunction: number, headerLength: number, npdu: Uint8Array): Buffer => {
  const octets = Buffer.allocUnsafe(headerLength + npdu.length)
  octets[0] = 0x81
  octets[1] = bvlcFunction
  octets.writeUInt16BE(octets.length, 2)
  octets.set(npdu, headerLength)
  return octets
}

const functionOf = (kind: Traffic['kind']): number => (kind === 'fan-out' ? 0x0b : 0x0a)

/** BACnet/IP: each station has an address of its own in 127.0.0.0/8, where there are broadcasts, too. */
export const ipWire: Wire = {
  socket: 'udp4',
  tellerHost: '127.0.0.1',
  peerHost: peer => `127.0.1.${peer + 1}`,
  sinkHost: sink => `127.0.3.${sink + 1}`,
  place: (isOurs, kind) => {
    const host = isOurs ? '127.0.2.1' : '127.0.2.2'
    return { bind: host, unicast: host, target: kind === 'fan-out' ? BROADCAST_HOST : host }
  },
  ear: BROADCAST_HOST,
  load: (kind, _peer, npdu) => framed(functionOf(kind), HEADER_LENGTH, npdu),
  original: npdu => framed(0x0a, HEADER_LENGTH, npdu),
  forwarded: (broadcast, { address, port }) => {
    const octets = framed(0x04, FORWARDED_HEADER_LENGTH, broadcast.subarray(HEADER_LENGTH))
    octets.set(address.split('.').map(Number), HEADER_LENGTH)
    octets.writeUInt16BE(port, 8)
    return octets
  },
  enrolment: (kind, sink, sinks) =>
    kind === 'fan-out' && isForeign(sink, sinks)
      ? { said: Uint8Array.of(0x81, 0x05, 0, 6, 0xff, 0xff), answer: Uint8Array.of(0x81, 0, 0, 6, 0, 0) }
      : undefined,
}
