import type { BbmdRegistration, Noted } from '../bvll/annex.js'
import type { ForeignTableEntry } from '../bvll/foreign-table.js'
import type { PortCounts } from '../bvll/port-counts.js'
import type { Link, LinkEvent, OutboundNpdu } from '../link/link.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Ip6Role } from './ip6-role.js'
import type { VmacCacheChange, VmacCacheEntry } from './vmac-cache.js'

/** A row of the foreign device table of a BBMD. */
export interface Fdt6Entry extends ForeignTableEntry<Bip6Address> {
  /** The VMAC that it registered with the last time. */
  readonly vmac: Bip6Vmac
}

/** How a B/IPv6 port stands. */
export interface Ip6Status {
  /** Its B/IPv6 address. */
  readonly address: Bip6Address
  /** The multicast group and port of its domain. */
  readonly group: Bip6Address
  /** What others know it by; `undefined` while it is looking for one, and nothing can be sent. */
  readonly vmac: Bip6Vmac | undefined
  readonly role: Ip6Role['_tag']
  /** Of a foreign device: how it stands with its BBMD. */
  readonly registration: BbmdRegistration<Bip6Address> | undefined
}

/** A question which VMAC is where. What is known is told at once; else it is asked, and the answer is `Resolved`. */
export type Resolve6 =
  /** Where is this VMAC? (Address-Resolution) */
  | { readonly _tag: 'Resolve'; readonly vmac: Bip6Vmac }
  /** Which VMAC is there? (Virtual-Address-Resolution) */
  | { readonly _tag: 'ResolveVirtual'; readonly address: Bip6Address }

/** What can be asked of a B/IPv6 port besides sending NPDUs. */
export type Ip6Request =
  | Resolve6
  /** Be something else from now on: an ordinary node, a foreign device, a BBMD. */
  | { readonly _tag: 'SetRole'; readonly role: Ip6Role }
  /** Of a BBMD: have these other BBMDs from now on. The foreign device table stays. */
  | { readonly _tag: 'SetBdt'; readonly entries: readonly Bip6Address[] }
  /** The device instance is configured: have this VMAC from now on. Nothing comes of the one that it has already. */
  | { readonly _tag: 'SetVmac'; readonly vmac: Bip6Vmac }
  /** Tell the own tables; the answer is `Tables`. */
  | { readonly _tag: 'ReadTables' }
  /** Tell which VMACs are known; the answer is `VmacCache`. */
  | { readonly _tag: 'ReadVmacCache' }
  /** Tell what has been counted; the answer is `Counters`. */
  | { readonly _tag: 'ReadCounters' }

/** What goes into a B/IPv6 port. */
export type Ip6Outbound = OutboundNpdu<Bip6Vmac> | Ip6Request

/** What a B/IPv6 port tells besides NPDUs, drops and status. */
export type Ip6Event =
  /** It hears now. Comes again when the host's addresses have changed. */
  | {
      readonly _tag: 'Listening'
      readonly address: Bip6Address
      readonly group: Bip6Address
      readonly receiveBuffer: number
    }
  /**
   * Somebody has the VMAC of this port, too: `count` messages of his said so, since this was last told. A random VMAC is
   * given up for another one.
   */
  | {
      readonly _tag: 'VmacConflict'
      readonly vmac: Bip6Vmac
      /** Of the latest; `undefined` where there are many at once. */
      readonly source: Bip6Address | undefined
      readonly count: number
    }
  /**
   * All VMACs that were drawn by chance, `tried` in a row, are claimed by others. It goes on with the one that it has, or
   * tries again after a rest.
   */
  | { readonly _tag: 'VmacsTaken'; readonly tried: number; readonly kept: Bip6Vmac | undefined }
  /** What is known of a VMAC has changed. */
  | { readonly _tag: 'VmacCacheChanged'; readonly change: VmacCacheChange }
  /** The answer to `Resolve` and to `ResolveVirtual`. */
  | { readonly _tag: 'Resolved'; readonly vmac: Bip6Vmac; readonly address: Bip6Address }
  /** The answer to `ReadVmacCache`. */
  | { readonly _tag: 'VmacCache'; readonly entries: readonly VmacCacheEntry[] }
  /** The answer to `ReadTables`; both are empty unless the port is a BBMD. */
  | {
      readonly _tag: 'Tables'
      readonly bdt: readonly Bip6Address[]
      readonly fdt: readonly Fdt6Entry[]
    }
  /** The answer to `ReadCounters`. */
  | { readonly _tag: 'Counters'; readonly counters: PortCounts }
  /** Of a BBMD: its foreign device table has changed. A renewal changes nothing. */
  | {
      readonly _tag: 'ForeignDevice'
      readonly address: Bip6Address
      /** The VMAC that it registered with the last time. */
      readonly vmac: Bip6Vmac
      readonly state: 'registered' | 'deleted' | 'expired'
    }
  | Noted<Bip6Address>

/** All that a B/IPv6 port tells. Status comes first when it is opened. */
export type Ip6LinkEvent = LinkEvent<Bip6Vmac, Ip6Status, Ip6Request> | Ip6Event

/** A B/IPv6 port as a data link. The addresses of its stations are their VMACs. */
export type Ip6Link = Link<Bip6Vmac, Ip6Status, Ip6Request, Ip6Event>
