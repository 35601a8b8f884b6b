import * as E from 'fp-ts/lib/Either.js'
import { MAX_MAC_LENGTH, type Mac } from '../values/mac.js'
import { hexAt, newOctets, putHex, putOctets, putU16, u16, u8, type Allocate } from './octets.js'
import { npduError, type NpduError } from './npdu-error.js'

/** The version octet of every NPDU (clause 6.2.1). */
export const NPDU_VERSION = 0x01

/** The bits of the control octet (clause 6.2.2, section 1.1 of the protocol notes). Two more are reserved, and sent as 0. */
export const Control = {
  NETWORK_MESSAGE: 0x80,
  DESTINATION: 0x20,
  SOURCE: 0x08,
  EXPECTING_REPLY: 0x04,
  PRIORITY: 0x03,
} as const

/** The network number that stands for all networks. */
export const ALL_NETWORKS = 0xffff

/** The hop count that an NPDU begins with. */
export const FIRST_HOP_COUNT = 255

/** How urgent an NPDU is. Routers carry it on as it is. */
export type Priority = 'normal' | 'urgent' | 'critical-equipment' | 'life-safety'

const PRIORITIES: readonly Priority[] = ['normal', 'urgent', 'critical-equipment', 'life-safety']

/** A station of a network, or all of them. */
export interface NetworkAddress {
  /** 1 to 65534; 65535 stands for all networks, and has no MAC address. */
  readonly network: number
  /** Empty for all stations of the network. */
  readonly mac: Mac
}

/** The header of an NPDU, its network layer protocol control information. */
export interface Npci {
  readonly isNetworkMessage: boolean
  readonly expectingReply: boolean
  readonly priority: Priority
  /** Where it is to go; `undefined` when that is on this network. */
  readonly destination: NetworkAddress | undefined
  /** Who sent it; `undefined` when it is of this network. */
  readonly source: NetworkAddress | undefined
  /** How many routers more it may pass, of an NPDU with a destination; else 0, and not there. */
  readonly hopCount: number
}

/** A header that was read, and where it ends. */
export interface DecodedNpci extends Npci {
  /** Where the message type of a network layer message begins, else the APDU. */
  readonly end: number
}

/**
 * Reads the header of an NPDU (section 1 of the protocol notes). Reserved bits do not matter. Never throws and never reads
 * past the end. What is behind the header may be anything, or nothing.
 */
export const decodeNpci = (npdu: Uint8Array): E.Either<NpduError, DecodedNpci> => {
  const { length } = npdu
  if (length < 2) return npduError('TRUNCATED', '2 octets needed')
  if (u8(npdu, 0) !== NPDU_VERSION) return npduError('BAD_VERSION', 'version must be 1')
  const control = u8(npdu, 1)
  let end = 2
  let destination: NetworkAddress | undefined
  let source: NetworkAddress | undefined
  let hopCount = 0

  if ((control & Control.DESTINATION) !== 0) {
    if (end + 3 > length) return npduError('TRUNCATED', 'DNET/DLEN missing')
    const network = u16(npdu, end)
    const octets = u8(npdu, end + 2)
    if (network === 0) return npduError('BAD_DNET', 'DNET 0 is not a network number')
    if (network === ALL_NETWORKS && octets > 0) return npduError('BAD_ADDRESS', 'a global broadcast has no DADR')
    if (octets > MAX_MAC_LENGTH) return npduError('BAD_ADDRESS', `a DADR of ${octets} octets`)
    if (end + 3 + octets > length) return npduError('TRUNCATED', `DLEN ${octets} but ${length - end - 3} octets left`)
    destination = { network, mac: hexAt(npdu, end + 3, octets) as Mac }
    end += 3 + octets
  }

  if ((control & Control.SOURCE) !== 0) {
    if (end + 3 > length) return npduError('TRUNCATED', 'SNET/SLEN missing')
    const network = u16(npdu, end)
    const octets = u8(npdu, end + 2)
    if (network === 0 || network === ALL_NETWORKS) return npduError('BAD_SNET', 'SNET must be 1..65534')
    if (octets === 0) return npduError('BAD_SLEN', 'SLEN 0 is not allowed')
    if (octets > MAX_MAC_LENGTH) return npduError('BAD_ADDRESS', `a SADR of ${octets} octets`)
    if (end + 3 + octets > length) return npduError('TRUNCATED', `SLEN ${octets} but ${length - end - 3} octets left`)
    source = { network, mac: hexAt(npdu, end + 3, octets) as Mac }
    end += 3 + octets
  }

  if (destination !== undefined) {
    if (end >= length) return npduError('TRUNCATED', 'hop count missing')
    hopCount = u8(npdu, end)
    end += 1
  }

  return E.right({
    isNetworkMessage: (control & Control.NETWORK_MESSAGE) !== 0,
    expectingReply: (control & Control.EXPECTING_REPLY) !== 0,
    priority: PRIORITIES[control & Control.PRIORITY] as Priority,
    destination,
    source,
    hopCount,
    end,
  })
}

/**
 * An NPDU of a header and of what comes behind it: `body` from `from` on, which is copied once. A router takes the NPDU
 * that it forwards for the body, from the end of the old header on.
 */
export const encodeNpci = (npci: Npci, body: Uint8Array, from = 0, allocate: Allocate = newOctets): Uint8Array => {
  const { destination, source } = npci
  const headerLength = npciLength(npci)
  const npdu = allocate(headerLength + body.length - from)
  npdu[0] = NPDU_VERSION
  npdu[1] = controlOf(npci)
  let end = putAddress(npdu, 2, destination)
  end = putAddress(npdu, end, source)
  if (destination !== undefined) npdu[end] = npci.hopCount
  putOctets(npdu, headerLength, body, from)
  return npdu
}

/** The octets of a header with these addresses. */
export const npciLength = ({ destination, source }: Pick<Npci, 'destination' | 'source'>): number =>
  2 + addressLength(destination) + addressLength(source) + (destination === undefined ? 0 : HOP_COUNT_LENGTH)

const HOP_COUNT_LENGTH = 1

const addressLength = (address: NetworkAddress | undefined): number =>
  address === undefined ? 0 : 3 + address.mac.length / 2

const controlOf = ({ isNetworkMessage, expectingReply, priority, destination, source }: Npci): number =>
  (isNetworkMessage ? Control.NETWORK_MESSAGE : 0) |
  (destination === undefined ? 0 : Control.DESTINATION) |
  (source === undefined ? 0 : Control.SOURCE) |
  (expectingReply ? Control.EXPECTING_REPLY : 0) |
  PRIORITIES.indexOf(priority)

const putAddress = (npdu: Uint8Array, at: number, address: NetworkAddress | undefined): number => {
  if (address === undefined) return at
  const { network, mac } = address
  putU16(npdu, at, network)
  npdu[at + 2] = mac.length / 2
  putHex(npdu, at + 3, mac)
  return at + 3 + mac.length / 2
}
