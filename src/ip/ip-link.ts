import type { BbmdRegistration, Noted } from '../bvll/annex.js'
import type { PortCounts } from '../bvll/port-counts.js'
import type { Link, LinkEvent, OutboundNpdu } from '../link/link.js'
import type { BipAddress } from '../values/bip-address.js'
import type { BdtEntry, FdtEntry } from '../wire/bvll.js'
import type { IpRole } from './ip-role.js'

/** How a B/IP port stands. */
export interface IpStatus {
  /** Its B/IP address. Behind NAT, others know it by another. */
  readonly address: BipAddress
  /** The broadcast address of its subnet; `undefined` where its host has none for it. */
  readonly broadcast: BipAddress | undefined
  readonly role: IpRole['_tag']
  /** Of a foreign device: how it stands with its BBMD. */
  readonly registration: BbmdRegistration<BipAddress> | undefined
}

/** A request to a BBMD, of which one of each kind may be outstanding to each BBMD. */
export type BbmdRequest =
  /** Ask for the broadcast distribution table, which comes as `Bdt`. */
  | { readonly _tag: 'ReadBdt'; readonly bbmd: BipAddress }
  /** Ask for the foreign device table, which comes as `Fdt`. */
  | { readonly _tag: 'ReadFdt'; readonly bbmd: BipAddress }
  /** Put a broadcast distribution table in the place of the one there. BBMDs of today refuse it. */
  | { readonly _tag: 'WriteBdt'; readonly bbmd: BipAddress; readonly entries: readonly BdtEntry[] }
  /** Have a foreign device forgotten. */
  | { readonly _tag: 'DeleteFdtEntry'; readonly bbmd: BipAddress; readonly address: BipAddress }

/** What can be asked of a B/IP port besides sending NPDUs. */
export type IpRequest =
  | BbmdRequest
  /** Be something else from now on: an ordinary node, a foreign device, a BBMD. */
  | { readonly _tag: 'SetRole'; readonly role: IpRole }
  /** Of a BBMD: have this broadcast distribution table from now on. The foreign device table stays. */
  | { readonly _tag: 'SetBdt'; readonly entries: readonly BdtEntry[] }
  /** Tell the own tables; the answer is `Tables`. */
  | { readonly _tag: 'ReadTables' }
  /** Tell what has been counted; the answer is `Counters`. */
  | { readonly _tag: 'ReadCounters' }

/** What goes into a B/IP port. */
export type IpOutbound = OutboundNpdu<BipAddress> | IpRequest

/** What a B/IP port tells besides NPDUs, drops and status. */
export type IpEvent =
  /** It hears now. Comes again when the host's addresses have changed. */
  | {
      readonly _tag: 'Listening'
      readonly address: BipAddress
      readonly broadcast: BipAddress | undefined
      readonly receiveBuffer: number
    }
  /** The answer to `ReadBdt`. */
  | { readonly _tag: 'Bdt'; readonly bbmd: BipAddress; readonly entries: readonly BdtEntry[] }
  /** The answer to `ReadFdt`. */
  | { readonly _tag: 'Fdt'; readonly bbmd: BipAddress; readonly entries: readonly FdtEntry[] }
  /** A BBMD did what it was asked: `WriteBdt`, `DeleteFdtEntry`. */
  | { readonly _tag: 'Done'; readonly request: BbmdRequest }
  /** A request to a BBMD was refused (`code` is that of its BVLC-Result), or not answered in time. */
  | {
      readonly _tag: 'Failed'
      readonly request: BbmdRequest
      readonly reason: string
      readonly code: number | undefined
    }
  /** The answer to `ReadTables`; both are empty unless the port is a BBMD. */
  | { readonly _tag: 'Tables'; readonly bdt: readonly BdtEntry[]; readonly fdt: readonly FdtEntry[] }
  /** The answer to `ReadCounters`. */
  | { readonly _tag: 'Counters'; readonly counters: PortCounts }
  /** Of a BBMD: its foreign device table has changed. A renewal changes nothing. */
  | {
      readonly _tag: 'ForeignDevice'
      readonly address: BipAddress
      readonly state: 'registered' | 'deleted' | 'expired'
    }
  /** Of a BBMD: somebody wrote its broadcast distribution table, which is worth keeping over a restart. */
  | { readonly _tag: 'BdtWritten'; readonly source: BipAddress; readonly entries: readonly BdtEntry[] }
  | Noted<BipAddress>

/** All that a B/IP port tells. Status comes first when it is opened. */
export type IpLinkEvent = LinkEvent<BipAddress, IpStatus, IpRequest> | IpEvent

/** A B/IP port as a data link. */
export type IpLink = Link<BipAddress, IpStatus, IpRequest, IpEvent>
