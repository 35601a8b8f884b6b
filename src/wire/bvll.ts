import type { BipAddress } from '../values/bip-address.js'
import type { BroadcastMask } from '../values/broadcast-mask.js'
import type { CarriedNpdu } from './headroom.js'

/** The first octet of every BVLL message of BACnet/IP. */
export const BVLL_TYPE = 0x81

/** Type, function and length, on BACnet/IPv6 as well. */
export const BVLL_HEADER_LENGTH = 4

/** The longest NPDU on a B/IP or B/IPv6 network, in octets. */
export const BIP_NPDU_LENGTH = 1497

/** A row of a broadcast distribution table, on the wire in 10 octets. */
export interface BdtEntry {
  readonly address: BipAddress
  readonly mask: BroadcastMask
}

/** A row of a foreign device table, on the wire in 10 octets. */
export interface FdtEntry {
  readonly address: BipAddress
  /** Time to live as registered, in seconds. */
  readonly ttl: number
  /** Seconds that are left, of the grace period as well; at most 65535. */
  readonly remaining: number
}

/** The octets of a row of either table. */
export const TABLE_ENTRY_LENGTH = 10

/** The answer to a request that has no other, and every refusal. */
export interface BvllResult {
  readonly _tag: 'BVLC-Result'
  readonly code: number
}

/** Puts a table in the place of the one that a BBMD has. */
export interface WriteBdt {
  readonly _tag: 'Write-Broadcast-Distribution-Table'
  readonly entries: readonly BdtEntry[]
}

/** Asks a BBMD for its broadcast distribution table. */
export interface ReadBdt {
  readonly _tag: 'Read-Broadcast-Distribution-Table'
}

/** The table that was asked for. */
export interface ReadBdtAck {
  readonly _tag: 'Read-Broadcast-Distribution-Table-Ack'
  readonly entries: readonly BdtEntry[]
}

/** A broadcast on its further way; `originating` is whose it is. */
export interface ForwardedNpdu extends CarriedNpdu {
  readonly _tag: 'Forwarded-NPDU'
  readonly originating: BipAddress
}

/** Asks a BBMD for its broadcasts, for `ttl` seconds. */
export interface RegisterForeignDevice {
  readonly _tag: 'Register-Foreign-Device'
  readonly ttl: number
}

/** Asks a BBMD for its foreign device table. */
export interface ReadFdt {
  readonly _tag: 'Read-Foreign-Device-Table'
}

/** The table that was asked for. */
export interface ReadFdtAck {
  readonly _tag: 'Read-Foreign-Device-Table-Ack'
  readonly entries: readonly FdtEntry[]
}

/** Asks a BBMD to forget a foreign device. */
export interface DeleteFdtEntry {
  readonly _tag: 'Delete-Foreign-Device-Table-Entry'
  readonly address: BipAddress
}

/** A foreign device's broadcast on its way to the BBMD. */
export interface DistributeBroadcast extends CarriedNpdu {
  readonly _tag: 'Distribute-Broadcast-To-Network'
}

/** An NPDU for one station. */
export interface OriginalUnicast extends CarriedNpdu {
  readonly _tag: 'Original-Unicast-NPDU'
}

/** An NPDU for all of the subnet. */
export interface OriginalBroadcast extends CarriedNpdu {
  readonly _tag: 'Original-Broadcast-NPDU'
}

/** Deprecated: recognised, never sent, always discarded. */
export interface SecureBvll {
  readonly _tag: 'Secure-BVLL'
  readonly wrapper: Uint8Array
}

/** Any BVLL message of BACnet/IP. */
export type BvllMessage =
  | BvllResult
  | WriteBdt
  | ReadBdt
  | ReadBdtAck
  | ForwardedNpdu
  | RegisterForeignDevice
  | ReadFdt
  | ReadFdtAck
  | DeleteFdtEntry
  | DistributeBroadcast
  | OriginalUnicast
  | OriginalBroadcast
  | SecureBvll
