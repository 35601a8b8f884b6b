import { bvllFrame } from './bvll-frame.js'
import { BvllFunction } from './bvll-function.js'
import { BVLL_HEADER_LENGTH, BVLL_TYPE, TABLE_ENTRY_LENGTH, type BvllMessage } from './bvll.js'
import { octetsCarrying, type CarriedNpdu } from './headroom.js'
import { newOctets, putHex, putOctets, putU16, putU32, type Allocate } from './octets.js'

/**
 * The octets of a BVLL message (clause J.2, section 3 of the protocol notes). It must fit a datagram; the caller bounds what
 * it carries.
 */
export const encodeBvll = (message: BvllMessage, allocate: Allocate = newOctets): Uint8Array => {
  switch (message._tag) {
    case 'BVLC-Result':
      return withU16(message._tag, message.code, allocate)
    case 'Register-Foreign-Device':
      return withU16(message._tag, message.ttl, allocate)
    case 'Read-Broadcast-Distribution-Table':
    case 'Read-Foreign-Device-Table':
      return framed(message._tag, 0, allocate)
    case 'Write-Broadcast-Distribution-Table':
    case 'Read-Broadcast-Distribution-Table-Ack':
      return withEntries(message._tag, message.entries, allocate, (octets, at, { address, mask }) => {
        putHex(octets, at, address)
        putU32(octets, at + 6, mask)
      })
    case 'Read-Foreign-Device-Table-Ack':
      return withEntries(message._tag, message.entries, allocate, (octets, at, { address, ttl, remaining }) => {
        putHex(octets, at, address)
        putU16(octets, at + 6, ttl)
        putU16(octets, at + 8, remaining)
      })
    case 'Delete-Foreign-Device-Table-Entry': {
      const octets = framed(message._tag, 6, allocate)
      putHex(octets, BVLL_HEADER_LENGTH, message.address)
      return octets
    }
    case 'Forwarded-NPDU': {
      const octets = carrying(message, 6, allocate)
      putHex(octets, BVLL_HEADER_LENGTH, message.originating)
      return octets
    }
    case 'Distribute-Broadcast-To-Network':
    case 'Original-Unicast-NPDU':
    case 'Original-Broadcast-NPDU':
      return carrying(message, 0, allocate)
    case 'Secure-BVLL': {
      const octets = framed(message._tag, message.wrapper.length, allocate)
      putOctets(octets, BVLL_HEADER_LENGTH, message.wrapper)
      return octets
    }
  }
}

/** A header; `payload` octets behind it are not written yet. */
const framed = (name: BvllMessage['_tag'], payload: number, allocate: Allocate): Uint8Array =>
  bvllFrame(BVLL_TYPE, BvllFunction[name], allocate(BVLL_HEADER_LENGTH + payload))

/** A header and the NPDU; `between` octets between them are not written yet. */
const carrying = (message: BvllMessage & CarriedNpdu, between: number, allocate: Allocate): Uint8Array =>
  bvllFrame(BVLL_TYPE, BvllFunction[message._tag], octetsCarrying(message, BVLL_HEADER_LENGTH + between, allocate))

const withU16 = (name: BvllMessage['_tag'], value: number, allocate: Allocate): Uint8Array => {
  const octets = framed(name, 2, allocate)
  putU16(octets, BVLL_HEADER_LENGTH, value)
  return octets
}

const withEntries = <A>(
  name: BvllMessage['_tag'],
  entries: readonly A[],
  allocate: Allocate,
  put: (octets: Uint8Array, at: number, entry: A) => void,
): Uint8Array => {
  const octets = framed(name, TABLE_ENTRY_LENGTH * entries.length, allocate)
  entries.forEach((entry, index) => put(octets, BVLL_HEADER_LENGTH + TABLE_ENTRY_LENGTH * index, entry))
  return octets
}
