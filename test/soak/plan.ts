import type { TlsMaterial } from '../../src/io/tls.js'
import type { StationId } from './note.js'

/** A BACnet/SC node. */
export interface ScPlan {
  readonly _tag: 'sc'
  readonly id: StationId
  /** As twelve hexadecimal digits. */
  readonly vmac: string
}

/** A BACnet/IP port: a node of a subnet, or registered as a foreign device. */
export interface IpPlan {
  readonly _tag: 'ip'
  readonly id: StationId
  readonly bind: string
  /** The name of the BBMD of its subnet, or of that it registers with. */
  readonly bbmd: string
  /** Where a foreign device finds that. */
  readonly foreignAt: string | undefined
}

/** A BACnet/IPv6 foreign device. */
export interface Ip6Plan {
  readonly _tag: 'ip6'
  readonly id: StationId
  readonly bind: string
  readonly deviceInstance: number
  readonly bbmd: string
  readonly foreignAt: string
}

/** A station, as data. */
export type StationPlan = ScPlan | IpPlan | Ip6Plan

/** How stations talk. */
export interface Talk {
  /** Seconds from one unicast of a station to its next, on average. */
  readonly unicastEvery: number
  readonly broadcastEvery: number
}

/** What a process with stations is to do. */
export interface Task {
  /** All there are, so that any can be sent to. */
  readonly plan: readonly StationPlan[]
  /** Those that live in this process, BACnet/SC nodes with their certificates. */
  readonly own: readonly { readonly id: StationId; readonly tls: TlsMaterial | undefined }[]
  readonly hubs: { readonly primary: string; readonly failover: string }
  readonly talk: Talk
  readonly seed: number
  /** NPDUs of this process are numbered from here. */
  readonly firstId: number
}

/** How a station is called in what is printed. */
export const nameOf = (plan: StationPlan): string => `${plan._tag} ${plan.id}`
