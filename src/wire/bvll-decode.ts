import * as E from 'fp-ts/lib/Either.js'
import { broadcastMask } from '../values/broadcast-mask.js'
import { badNpdu, badPayloadLength, headerFault, unknownFunction } from './bvll-frame.js'
import { NAK_OF, type BvllFunctionName } from './bvll-function.js'
import {
  BVLL_HEADER_LENGTH,
  BVLL_TYPE,
  TABLE_ENTRY_LENGTH,
  type BdtEntry,
  type BvllMessage,
  type FdtEntry,
} from './bvll.js'
import type { DatagramError } from './datagram-error.js'
import { npduFault } from './npdu-look.js'
import { bipAddressAt, u16, u32, u8 } from './octets.js'

type Decoded = E.Either<DatagramError, BvllMessage>

/** The octets of a B/IP address. */
const ADDRESS_LENGTH = 6

/**
 * Decodes one datagram (sections 2 and 3 of the protocol notes). NPDUs and security wrappers are views of `datagram`.
 *
 * Never throws and never reads past the end. `Left` says what is wrong, and with which code a request that came by
 * unicast is refused. The role of the receiver is no matter here: what only some may be sent is decoded all the same.
 */
export const decodeBvll = (datagram: Uint8Array): Decoded => {
  const fault = headerFault(datagram, BVLL_TYPE)
  if (fault !== undefined) return fault
  const { length } = datagram
  switch (u8(datagram, 1)) {
    case 0x00:
      return length === 6 ? E.right({ _tag: 'BVLC-Result', code: u16(datagram, 4) }) : badLength('BVLC-Result')
    case 0x01:
      return hasWholeEntries(length)
        ? E.right({ _tag: 'Write-Broadcast-Distribution-Table', entries: bdtEntries(datagram) })
        : badLength('Write-Broadcast-Distribution-Table')
    case 0x02:
      return length === 4
        ? E.right({ _tag: 'Read-Broadcast-Distribution-Table' })
        : badLength('Read-Broadcast-Distribution-Table')
    case 0x03:
      return hasWholeEntries(length)
        ? E.right({ _tag: 'Read-Broadcast-Distribution-Table-Ack', entries: bdtEntries(datagram) })
        : badLength('Read-Broadcast-Distribution-Table-Ack')
    case 0x04:
      return length < 10 ? badLength('Forwarded-NPDU') : forwarded(datagram)
    case 0x05:
      return length === 6
        ? E.right({ _tag: 'Register-Foreign-Device', ttl: u16(datagram, 4) })
        : badLength('Register-Foreign-Device')
    case 0x06:
      return length === 4 ? E.right({ _tag: 'Read-Foreign-Device-Table' }) : badLength('Read-Foreign-Device-Table')
    case 0x07:
      return hasWholeEntries(length)
        ? E.right({ _tag: 'Read-Foreign-Device-Table-Ack', entries: fdtEntries(datagram) })
        : badLength('Read-Foreign-Device-Table-Ack')
    case 0x08:
      return length === 10
        ? E.right({ _tag: 'Delete-Foreign-Device-Table-Entry', address: bipAddressAt(datagram, 4) })
        : badLength('Delete-Foreign-Device-Table-Entry')
    case 0x09:
      return withNpdu('Distribute-Broadcast-To-Network', datagram, true)
    case 0x0a:
      return withNpdu('Original-Unicast-NPDU', datagram, false)
    case 0x0b:
      return withNpdu('Original-Broadcast-NPDU', datagram, true)
    case 0x0c:
      return E.right({ _tag: 'Secure-BVLL', wrapper: datagram.subarray(BVLL_HEADER_LENGTH) })
    default:
      return unknownFunction(datagram)
  }
}

/** The code with which a request is refused; what is no request is never answered (section 9). */
const nakOf = (name: BvllFunctionName): number | undefined =>
  (NAK_OF as Partial<Record<BvllFunctionName, number>>)[name]

const badLength = (name: BvllFunctionName): Decoded => badPayloadLength(name, nakOf(name))

const forwarded = (datagram: Uint8Array): Decoded => {
  const npdu = datagram.subarray(BVLL_HEADER_LENGTH + ADDRESS_LENGTH)
  const fault = npduFault(npdu, true)
  return fault === undefined
    ? E.right({ _tag: 'Forwarded-NPDU', originating: bipAddressAt(datagram, BVLL_HEADER_LENGTH), npdu })
    : badNpdu('Forwarded-NPDU', fault)
}

type NpduCarrier = 'Distribute-Broadcast-To-Network' | 'Original-Unicast-NPDU' | 'Original-Broadcast-NPDU'

const withNpdu = (name: NpduCarrier, datagram: Uint8Array, isBroadcast: boolean): Decoded => {
  const npdu = datagram.subarray(BVLL_HEADER_LENGTH)
  const fault = npduFault(npdu, isBroadcast)
  return fault === undefined ? E.right({ _tag: name, npdu }) : badNpdu(name, fault, nakOf(name))
}

const hasWholeEntries = (length: number): boolean => (length - BVLL_HEADER_LENGTH) % TABLE_ENTRY_LENGTH === 0

const bdtEntries = (datagram: Uint8Array): readonly BdtEntry[] =>
  entries(datagram, at => ({ address: bipAddressAt(datagram, at), mask: broadcastMask(u32(datagram, at + 6)) }))

const fdtEntries = (datagram: Uint8Array): readonly FdtEntry[] =>
  entries(datagram, at => ({
    address: bipAddressAt(datagram, at),
    ttl: u16(datagram, at + 6),
    remaining: u16(datagram, at + 8),
  }))

const entries = <A>({ length }: Uint8Array, read: (at: number) => A): readonly A[] => {
  const found: A[] = []
  for (let at = BVLL_HEADER_LENGTH; at < length; at += TABLE_ENTRY_LENGTH) found.push(read(at))
  return found
}
