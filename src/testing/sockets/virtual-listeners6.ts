import type { Ip6UdpEvent } from '../../ip6/ip6-udp.js'
import { ip6Of, isLinkLocal, type Bip6Address } from '../../values/bip6-address.js'
import type { Ipv6 } from '../../values/ipv6.js'
import type { Destination, Hearer } from './virtual-carrier.js'
import { virtualDomains } from './virtual-domains.js'
import { addressesOf6, type VirtualPort6 } from './virtual-port6.js'

/** A bound port of an IPv6 host. */
export interface Listener6 {
  readonly tell: (event: Ip6UdpEvent<never>) => void
  port: VirtualPort6
  /** The name of its host. */
  host: string
  /** Whether it hears: not before it has told that it is bound. */
  isOpen: boolean
  /** How it hears its group; `undefined` when it is not bound. */
  member: ListenerHearer6 | undefined
}

/** How a listener hears what is sent to one of its addresses, or to its group. */
export interface ListenerHearer6 extends Hearer<Bip6Address> {
  readonly listener: Listener6
  readonly order: number
}

/** A listener that a datagram is for, or an address where nobody listens when it is sent. */
export interface Ip6Destination extends Destination<Bip6Address> {
  readonly listener?: Listener6
}

/** All bound ports of an IPv6 internet. */
export interface Listeners6 {
  readonly settle: (listener: Listener6) => void
  readonly leave: (listener: Listener6) => void
  /** Who has an address, as it is meant on a link. */
  readonly at: (address: Bip6Address, link: string) => ListenerHearer6 | undefined
  /** Who has joined a group on one of these links. */
  readonly members: (group: Bip6Address, links: readonly string[]) => readonly ListenerHearer6[]
  readonly all: () => readonly Listener6[]
}

/** A port that has not settled yet. */
export const virtualListener6 = (port: VirtualPort6, tell: Listener6['tell']): Listener6 => ({
  tell,
  port,
  host: '',
  isOpen: false,
  member: undefined,
})

/** Finds who is meant by an address or a group without a look at all that there are. */
export const virtualListeners6 = (nameOf: (ip: Ipv6) => string): Listeners6 => {
  const listeners = new Map<string, ListenerHearer6>()
  const domains = virtualDomains<Bip6Address, ListenerHearer6>()
  let settled = 0

  return {
    settle: listener => {
      const { tell, port } = listener
      const { address, link, group, isWildcard } = port
      const host = nameOf(ip6Of(address))
      const order = settled++
      const hearer = (own: Bip6Address, isMulticast: boolean): ListenerHearer6 => ({
        listener,
        address: own,
        host,
        arrival: isWildcard ? 'unknown' : isMulticast ? 'broadcast' : 'unicast',
        tell,
        order,
      })
      listener.host = host
      listener.member = hearer(address, true)
      domains.join(link, group, listener.member)
      for (const own of addressesOf6(port)) listeners.set(keyOf(own, link), hearer(own, false))
    },

    leave: listener => {
      const { port, member } = listener
      if (member !== undefined) domains.leave(port.link, port.group, member)
      listener.member = undefined
      for (const own of addressesOf6(port)) listeners.delete(keyOf(own, port.link))
    },

    at: (address, link) => listeners.get(keyOf(address, link)),
    members: (group, links) => domains.members(links, group),
    all: () => [...new Set([...listeners.values()].map(({ listener }) => listener))],
  }
}

/** The same link-local address may be there on every link. */
const keyOf = (address: Bip6Address, link: string): string => (isLinkLocal(address) ? `${address} ${link}` : address)
