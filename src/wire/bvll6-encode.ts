import { bvllFrame } from './bvll-frame.js'
import { BVLL_HEADER_LENGTH } from './bvll.js'
import { Bvll6Function } from './bvll6-function.js'
import { BVLL6_TYPE, type Bvll6Message } from './bvll6.js'
import { octetsCarrying, type CarriedNpdu } from './headroom.js'
import { newOctets, putHex, putOctets, putU16, type Allocate } from './octets.js'

/** Where what follows the source VMAC begins. */
const SECOND = BVLL_HEADER_LENGTH + 3

/** The octets of a BVLL message (section 3 of the protocol notes). It must fit a datagram; the caller bounds what it carries. */
export const encodeBvll6 = (message: Bvll6Message, allocate: Allocate = newOctets): Uint8Array => {
  switch (message._tag) {
    case 'BVLC-Result':
      return withU16(message, message.code, allocate)
    case 'Register-Foreign-Device':
      return withU16(message, message.ttl, allocate)
    case 'Virtual-Address-Resolution':
      return framed(message, 0, allocate)
    case 'Address-Resolution':
      return withHex(message, message.target, allocate)
    case 'Address-Resolution-ACK':
    case 'Virtual-Address-Resolution-ACK':
      return withHex(message, message.destination, allocate)
    case 'Forwarded-Address-Resolution':
      return withHex(message, message.target + message.originating, allocate)
    case 'Delete-Foreign-Device-Table-Entry':
      return withHex(message, message.address, allocate)
    case 'Forwarded-NPDU': {
      const octets = carrying(message, 18, allocate)
      putHex(octets, SECOND, message.originating)
      return octets
    }
    case 'Original-Unicast-NPDU': {
      const octets = carrying(message, 3, allocate)
      putHex(octets, SECOND, message.destination)
      return octets
    }
    case 'Original-Broadcast-NPDU':
    case 'Distribute-Broadcast-To-Network':
      return carrying(message, 0, allocate)
    case 'Secure-BVLL': {
      const octets = allocate(BVLL_HEADER_LENGTH + message.wrapper.length)
      bvllFrame(BVLL6_TYPE, Bvll6Function[message._tag], octets)
      putOctets(octets, BVLL_HEADER_LENGTH, message.wrapper)
      return octets
    }
  }
}

type Sourced = Exclude<Bvll6Message, { _tag: 'Secure-BVLL' }>

/** A header and the source; `rest` octets behind them are not written yet. */
const framed = (message: Sourced, rest: number, allocate: Allocate): Uint8Array =>
  named(message, allocate(SECOND + rest))

/** A header, the source and the NPDU; `between` octets in front of the NPDU are not written yet. */
const carrying = (message: Sourced & CarriedNpdu, between: number, allocate: Allocate): Uint8Array =>
  named(message, octetsCarrying(message, SECOND + between, allocate))

const named = ({ _tag, source }: Sourced, octets: Uint8Array): Uint8Array => {
  bvllFrame(BVLL6_TYPE, Bvll6Function[_tag], octets)
  putHex(octets, BVLL_HEADER_LENGTH, source)
  return octets
}

const withU16 = (message: Sourced, value: number, allocate: Allocate): Uint8Array => {
  const octets = framed(message, 2, allocate)
  putU16(octets, SECOND, value)
  return octets
}

const withHex = (message: Sourced, hex: string, allocate: Allocate): Uint8Array => {
  const octets = framed(message, hex.length / 2, allocate)
  putHex(octets, SECOND, hex)
  return octets
}
