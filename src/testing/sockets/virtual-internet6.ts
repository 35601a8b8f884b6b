import * as E from 'fp-ts/lib/Either.js'
import type { SchedulerLike } from 'rxjs'
import {
  bip6Address,
  ip6Of,
  isLinkLocal,
  isMulticast,
  parseBip6Address,
  port6Of,
  printBip6Address,
  type Bip6Address,
} from '../../values/bip6-address.js'
import { ANY_IPV6, parseIpv6, printIpv6, type Ipv6 } from '../../values/ipv6.js'
import { inUse } from './free-port.js'
import { valid } from './valid.js'
import { virtualCarrier, type Journey } from './virtual-carrier.js'
import type { DatagramLoss, VirtualDatagram } from './virtual-datagrams.js'
import type { VirtualInternet6, VirtualInternet6Options } from './virtual-internet6-options.js'
import { virtualHosts } from './virtual-hosts.js'
import {
  virtualListener6,
  virtualListeners6,
  type Ip6Destination,
  type Listener6,
  type ListenerHearer6,
} from './virtual-listeners6.js'
import {
  addressesOf6,
  LINK_SCOPE,
  linkOf,
  localOf6,
  scopeOf,
  sourceFor,
  virtualPort6,
  type VirtualPort6,
} from './virtual-port6.js'

/** A datagram on its way: from which link and, unless a stranger sent it, by whom. */
interface Ip6Journey extends Journey<Bip6Address> {
  readonly link: string
  readonly sender: Listener6 | undefined
}

const LONGEST_DATAGRAM = 65_527

/** Hosts of which no address is said are on one link, fd00::/64. */
const nthHost = (number: number): Ipv6 => `fd00${number.toString(16).padStart(28, '0')}` as Ipv6

/**
 * An IPv6 internet for tests, in the time of `scheduler`, with the habits of UDP sockets on Linux: a multicast comes back
 * to who sent it, a port on one address knows how a datagram came, and a port in use is an error. Hosts and links are
 * there as soon as a port says so, and all links reach each other by unicast. A multicast reaches the ports of its group:
 * on its host for scope 1, on its link for scope 2, in its site for any wider one. What is from a link-local address stays
 * on its link. Nothing arrives within the call that sends it. A multicast is for the ports that are bound when it is sent,
 * a unicast for the one that is bound when it arrives.
 *
 * @example
 * ```ts
 * const internet = virtualInternet6(scheduler)
 * const port = internet.port({ bind: '[fd71:0:0:1::5]:47808' })
 * datagram$.pipe(port).subscribe(event => …)
 * ```
 */
export const virtualInternet6 = (
  scheduler: SchedulerLike,
  { sites = {}, hostOf = ip => ip, ...ways }: VirtualInternet6Options = {},
): VirtualInternet6 => {
  const hosts = virtualHosts<Ipv6>({
    nameOf: ip => hostOf(printIpv6(ip)),
    nth: nthHost,
    isTaken: ip => listeners.all().some(({ port }) => ip6Of(port.address) === ip),
  })
  const { nameOf } = hosts
  const listeners = virtualListeners6(nameOf)
  const carrier = virtualCarrier<Bip6Address, Ipv6, Ip6Journey, Ip6Destination>(scheduler, ways, {
    parseHost: text => valid(parseIpv6(text)),
    portOf: port6Of,
    longest: LONGEST_DATAGRAM,
    hearer: ({ from, to, link, sender }, { listener }) => {
      // A multicast is for who heard it sent, though he may have moved meanwhile; a unicast for whoever is there now.
      const hearer = isMulticast(to) ? listener?.member : listeners.at(to, link)
      if (hearer?.listener.isOpen !== true) return 'no listener'
      if (isUnplugged(hearer.listener.port)) return 'unplugged'
      if (isMulticast(to)) return isFromBefore(hearer.listener, from, sender) ? strayed(hearer) : hearer
      // No router takes what is from a link-local address.
      return isLinkLocal(from) && hearer.listener.port.link !== link ? 'no route' : hearer
    },
  })

  const isUnplugged = (port: VirtualPort6): boolean =>
    carrier.isAnyUnplugged() && addressesOf6(port).some(own => carrier.isUnplugged(ip6Of(own)))

  const strayed = ({ tell }: ListenerHearer6): DatagramLoss => {
    tell({ _tag: 'Strayed', reason: 'own datagram from its former address' })
    return 'strayed'
  }

  /** Where the members of a group may be that a host on a link reaches. */
  const linksFrom = (link: string, group: Bip6Address, from: Bip6Address): readonly string[] => {
    if (scopeOf(group) <= LINK_SCOPE || isLinkLocal(from)) return [link]
    const sitesOfIt = Object.values(sites).filter(links => links.includes(link))
    return [...new Set([link, ...sitesOfIt.flat()])]
  }

  const destinationsOf = ({ from, to, host, link }: Ip6Journey): readonly Ip6Destination[] => {
    if (!isMulticast(to)) return [listeners.at(to, link) ?? { address: to, host: nameOf(ip6Of(to)) }]
    const members = listeners.members(to, linksFrom(link, to, from))
    return scopeOf(to) < LINK_SCOPE ? members.filter(member => member.host === host) : members
  }

  const send = (
    sent: VirtualDatagram<Bip6Address>,
    link: string,
    host: string,
    isOff: boolean,
    sender?: Listener6,
  ): void => {
    const { from, to } = sent
    const journey = { sent, from, to, host, link, sender }
    carrier.carry(journey, destinationsOf(journey), isOff ? 'unplugged' : undefined)
  }

  return {
    ...carrier.faults,

    port: options => {
      const { bind, host = Symbol(bind) } = options
      const said = parseBip6Address(bind)
      if (E.isRight(said) && ip6Of(said.right) !== ANY_IPV6 && typeof host === 'string')
        hosts.note(host, ip6Of(said.right))
      return carrier.port(tell => {
        const port = virtualPort6(
          options,
          () => hosts.addressOf(host),
          (own, link) => listeners.at(own, link) !== undefined,
        )
        const taken = addressesOf6(port).find(own => listeners.at(own, port.link) !== undefined)
        if (taken !== undefined) throw inUse(printBip6Address(taken))
        const listener = virtualListener6(port, tell)
        listeners.settle(listener)
        return {
          local: () => localOf6(listener.port),
          open: () => (listener.isOpen = true),
          sourceFor: to => sourceFor(listener.port, to),
          send: datagram => send(datagram, listener.port.link, listener.host, isUnplugged(listener.port), listener),
          close: () => listeners.leave(listener),
        }
      })
    },

    move: (from, to) => {
      const [old, ip] = [valid(parseIpv6(from)), valid(parseIpv6(to))]
      const moving = listeners.all().filter(({ port }) => ip6Of(port.address) === old && port.movesAlong)
      const addressOf = ({ port }: Listener6): Bip6Address => bip6Address(ip, port6Of(port.address))
      const taken = moving.find(one => listeners.at(addressOf(one), one.port.link) !== undefined)
      if (taken !== undefined && ip !== old) throw inUse(printBip6Address(addressOf(taken)))
      hosts.move(old, ip)
      for (const listener of moving) {
        listeners.leave(listener)
        listener.port = { ...listener.port, address: addressOf(listener) }
        listeners.settle(listener)
        listener.isOpen = true
        listener.tell({ _tag: 'Bound', local: localOf6(listener.port) })
      }
    },

    open: host => listeners.all().filter(one => host === undefined || one.host === host).length,

    inject: (datagram, link) => {
      const ip = ip6Of(datagram.from)
      send(datagram, linkOf(ip, link), nameOf(ip), carrier.isUnplugged(ip))
    },
  }
}

/** Whether it is its own multicast, but from an address that it does not have any more. */
const isFromBefore = (listener: Listener6, from: Bip6Address, sender: Listener6 | undefined): boolean =>
  sender === listener && !addressesOf6(listener.port).includes(from)
