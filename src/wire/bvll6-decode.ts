import * as E from 'fp-ts/lib/Either.js'
import { badNpdu, badPayloadLength, headerFault, unknownFunction } from './bvll-frame.js'
import { BVLL_HEADER_LENGTH } from './bvll.js'
import { bip6AddressAt, bip6VmacAt } from './bvll6-addresses.js'
import { NAK6_OF, type Bvll6FunctionName } from './bvll6-function.js'
import { BVLL6_TYPE, type Bvll6Message } from './bvll6.js'
import type { DatagramError } from './datagram-error.js'
import { npduFault } from './npdu-look.js'
import { u16, u8 } from './octets.js'

type Decoded = E.Either<DatagramError, Bvll6Message>

/** Where the source VMAC is, in all but Secure-BVLL; what is behind it; and what is behind a second VMAC. */
const SOURCE = BVLL_HEADER_LENGTH
const SECOND = SOURCE + 3
const THIRD = SECOND + 3

/** The octets of a B/IPv6 address. */
const ADDRESS_LENGTH = 18

/**
 * Decodes one datagram (sections 2 and 3 of the protocol notes). NPDUs and security wrappers are views of `datagram`.
 *
 * Never throws and never reads past the end. `Left` says what is wrong, and with which code a request that came by
 * unicast is refused. The role of the receiver is no matter here: what only some may be sent is decoded all the same.
 */
export const decodeBvll6 = (datagram: Uint8Array): Decoded => {
  const fault = headerFault(datagram, BVLL6_TYPE)
  if (fault !== undefined) return fault
  const { length } = datagram
  switch (u8(datagram, 1)) {
    case 0x00:
      return length === 9
        ? E.right({ _tag: 'BVLC-Result', source: bip6VmacAt(datagram, SOURCE), code: u16(datagram, SECOND) })
        : badLength('BVLC-Result')
    case 0x01:
      return length < 10 ? badLength('Original-Unicast-NPDU') : unicast(datagram)
    case 0x02:
      return length < 7 ? badLength('Original-Broadcast-NPDU') : broadcast('Original-Broadcast-NPDU', datagram)
    case 0x03:
      return length === 10
        ? E.right({
            _tag: 'Address-Resolution',
            source: bip6VmacAt(datagram, SOURCE),
            target: bip6VmacAt(datagram, SECOND),
          })
        : badLength('Address-Resolution')
    case 0x04:
      return length === 28
        ? E.right({
            _tag: 'Forwarded-Address-Resolution',
            source: bip6VmacAt(datagram, SOURCE),
            target: bip6VmacAt(datagram, SECOND),
            originating: bip6AddressAt(datagram, THIRD),
          })
        : badLength('Forwarded-Address-Resolution')
    case 0x05:
      return length === 10 ? ack('Address-Resolution-ACK', datagram) : badLength('Address-Resolution-ACK')
    case 0x06:
      return length === 7
        ? E.right({ _tag: 'Virtual-Address-Resolution', source: bip6VmacAt(datagram, SOURCE) })
        : badLength('Virtual-Address-Resolution')
    case 0x07:
      return length === 10
        ? ack('Virtual-Address-Resolution-ACK', datagram)
        : badLength('Virtual-Address-Resolution-ACK')
    case 0x08:
      return length < 25 ? badLength('Forwarded-NPDU') : forwarded(datagram)
    case 0x09:
      return length === 9
        ? E.right({ _tag: 'Register-Foreign-Device', source: bip6VmacAt(datagram, SOURCE), ttl: u16(datagram, SECOND) })
        : badLength('Register-Foreign-Device')
    case 0x0a:
      return length === 25
        ? E.right({
            _tag: 'Delete-Foreign-Device-Table-Entry',
            source: bip6VmacAt(datagram, SOURCE),
            address: bip6AddressAt(datagram, SECOND),
          })
        : badLength('Delete-Foreign-Device-Table-Entry')
    case 0x0b:
      return E.right({ _tag: 'Secure-BVLL', wrapper: datagram.subarray(BVLL_HEADER_LENGTH) })
    case 0x0c:
      return length < 7
        ? badLength('Distribute-Broadcast-To-Network')
        : broadcast('Distribute-Broadcast-To-Network', datagram)
    default:
      return unknownFunction(datagram)
  }
}

/** The code with which a request is refused; what is no request is never answered. */
const nakOf = (name: Bvll6FunctionName): number | undefined =>
  (NAK6_OF as Partial<Record<Bvll6FunctionName, number>>)[name]

const badLength = (name: Bvll6FunctionName): Decoded => badPayloadLength(name, nakOf(name))

const ack = (_tag: 'Address-Resolution-ACK' | 'Virtual-Address-Resolution-ACK', datagram: Uint8Array): Decoded =>
  E.right({ _tag, source: bip6VmacAt(datagram, SOURCE), destination: bip6VmacAt(datagram, SECOND) })

const unicast = (datagram: Uint8Array): Decoded => {
  const npdu = datagram.subarray(THIRD)
  const fault = npduFault(npdu, false)
  return fault === undefined
    ? E.right({
        _tag: 'Original-Unicast-NPDU',
        source: bip6VmacAt(datagram, SOURCE),
        destination: bip6VmacAt(datagram, SECOND),
        npdu,
      })
    : badNpdu('Original-Unicast-NPDU', fault)
}

const broadcast = (
  name: 'Original-Broadcast-NPDU' | 'Distribute-Broadcast-To-Network',
  datagram: Uint8Array,
): Decoded => {
  const npdu = datagram.subarray(SECOND)
  const fault = npduFault(npdu, true)
  return fault === undefined
    ? E.right({ _tag: name, source: bip6VmacAt(datagram, SOURCE), npdu })
    : badNpdu(name, fault, nakOf(name))
}

const forwarded = (datagram: Uint8Array): Decoded => {
  const npdu = datagram.subarray(SECOND + ADDRESS_LENGTH)
  const fault = npduFault(npdu, true)
  return fault === undefined
    ? E.right({
        _tag: 'Forwarded-NPDU',
        source: bip6VmacAt(datagram, SOURCE),
        originating: bip6AddressAt(datagram, SECOND),
        npdu,
      })
    : badNpdu('Forwarded-NPDU', fault)
}
