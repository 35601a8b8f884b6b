import type { BipAddress } from '../../values/bip-address.js'
import type { Bip6Address } from '../../values/bip6-address.js'
import type { Ipv6 } from '../../values/ipv6.js'
import type { ListenUri, ScUri } from '../../values/sc-uri.js'
import type { Values } from '../options.js'
import type { IpTable } from '../ip/ip.js'
import type { Ip6Table } from '../ip6/ip6.js'

/** Where a B/IP port is, and what its broadcasts reach. */
export interface IpFacts {
  readonly bind: BipAddress
  readonly broadcast: BipAddress | undefined
  readonly global: BipAddress | undefined
  /** The BBMD that it is registered with. */
  readonly foreign: BipAddress | undefined
  /** The BBMDs of its network. */
  readonly bbmds: readonly BipAddress[]
}

/** Where a B/IPv6 port is, and what its multicasts reach. */
export interface Ip6Facts {
  readonly bind: Bip6Address
  readonly interface: string | undefined
  readonly group: Ipv6
  readonly foreign: Bip6Address | undefined
  readonly bbmds: readonly Bip6Address[]
}

/** What is to be known of a port to see that ports are not in each other's way. */
export interface PortFacts {
  readonly ip?: IpFacts
  readonly ip6?: Ip6Facts
  /** The hubs of a node. */
  readonly hubs?: readonly ScUri[]
  /** Where a hub listens. */
  readonly listen?: ListenUri | undefined
  /** Whether nobody can read along. Default true, where that can be said at all. */
  readonly isSecure?: boolean
}

/** What is to be known of a B/IP port. */
export const ipFacts = ({ bind, broadcast, global, foreign, bdt }: Values<IpTable>): PortFacts => ({
  ip: { bind, broadcast, global, foreign, bbmds: bdt.map(({ address }) => address) },
})

/** What is to be known of a B/IPv6 port. */
export const ip6Facts = ({ bind, interface: name, group, foreign, bdt }: Values<Ip6Table>): PortFacts => ({
  ip6: { bind: bind.address, interface: name ?? bind.zone, group, foreign, bbmds: bdt },
})
