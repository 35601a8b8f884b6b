import type { SchedulerLike } from 'rxjs'
import type { Ip6UdpEvent } from '../../ip6/ip6-udp.js'
import {
  bip6Address,
  ip6Of,
  isLinkLocal,
  isMulticast,
  port6Of,
  printBip6Address,
  type Bip6Address,
} from '../../values/bip6-address.js'
import { ms } from '../../values/duration.js'
import { parseIpv6, type Ipv6 } from '../../values/ipv6.js'
import { valid } from './valid.js'
import { inUse, virtualCarrier } from './virtual-carrier.js'
import type { VirtualDatagram6, VirtualInternet6, VirtualInternet6Options } from './virtual-internet6-options.js'
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

/** A bound port, and who listens there. */
interface Listener {
  port: VirtualPort6
  /** Where it was before it moved, and until when what it sent from there is still on its way. */
  former?: { readonly address: Bip6Address; readonly until: number }
  readonly tell: (event: Ip6UdpEvent<never>) => void
}

const LONGEST_DATAGRAM = 65_527

/**
 * An IPv6 internet for tests, in the time of `scheduler`, with the habits of UDP sockets on Linux: a multicast comes back
 * to who sent it, a port on one address knows how a datagram came, and a port in use is an error. Hosts and links are
 * there as soon as a port says so, and all links reach each other by unicast. A multicast reaches the ports of its group
 * on the link, of a wider group in the site; link-local addresses mean something on their link only. Nothing arrives
 * within the call that sends it.
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
  { latency = ms(0), sites = {} }: VirtualInternet6Options = {},
): VirtualInternet6 => {
  const listeners = new Map<string, Listener>()
  const carrier = virtualCarrier<Bip6Address, Ipv6>(scheduler, latency, {
    host: text => valid(parseIpv6(text)),
    portOf: port6Of,
    longest: LONGEST_DATAGRAM,
  })

  const isCutOff = (port: VirtualPort6): boolean => addressesOf6(port).some(own => carrier.isCutOff(ip6Of(own)))

  const hear = (listener: Listener, source: Bip6Address, octets: Uint8Array, isMulticast: boolean): void => {
    const { port, former, tell } = listener
    if (isCutOff(port)) return
    if (isMulticast && source === former?.address && scheduler.now() <= former.until) {
      tell({ _tag: 'Strayed', reason: 'own datagram from its former address' })
      return
    }
    const arrival = port.isWildcard ? 'unknown' : isMulticast ? 'broadcast' : 'unicast'
    // Each has octets of its own, as from a socket: what one of them writes there is not seen by the others.
    tell({ _tag: 'Received', source, octets: octets.slice(), arrival })
  }

  const isOneSite = (one: string, other: string): boolean =>
    one === other || Object.values(sites).some(links => links.includes(one) && links.includes(other))

  /** Whether a group has its members there as well: link and host of a sender. */
  const reaches = (group: Bip6Address, from: Bip6Address, link: string, port: VirtualPort6): boolean => {
    if (scopeOf(group) > LINK_SCOPE) return !isLinkLocal(from) ? isOneSite(port.link, link) : port.link === link
    return port.link === link && (scopeOf(group) === LINK_SCOPE || isOf(port, ip6Of(from)))
  }

  const arrive = ({ from, to, octets }: VirtualDatagram6, link: string): void => {
    if (isMulticast(to)) {
      const members = new Set([...listeners.values()].filter(({ port }) => port.group === to))
      for (const member of members) if (reaches(to, from, link, member.port)) hear(member, from, octets, true)
      return
    }
    const listener = listeners.get(keyOf(to, link))
    // No router takes what is from a link-local address.
    if (listener !== undefined && (!isLinkLocal(from) || listener.port.link === link)) {
      hear(listener, from, octets, false)
    }
  }

  const send = (datagram: VirtualDatagram6, link: string, isCut: boolean): void =>
    carrier.carry(datagram, isCut ? undefined : octets => arrive({ ...datagram, octets }, link))

  const keysOf = (port: VirtualPort6): readonly string[] => addressesOf6(port).map(own => keyOf(own, port.link))

  const settle = (listener: Listener): void => {
    for (const key of keysOf(listener.port)) listeners.set(key, listener)
  }
  const leave = (listener: Listener): void => {
    for (const key of keysOf(listener.port)) listeners.delete(key)
  }

  return {
    ...carrier.faults,

    port: options =>
      carrier.port(tell => {
        const listener: Listener = { port: virtualPort6(options, (own, link) => listeners.has(keyOf(own, link))), tell }
        const taken = addressesOf6(listener.port).find(own => listeners.has(keyOf(own, listener.port.link)))
        if (taken !== undefined) throw inUse(printBip6Address(taken))
        settle(listener)
        return {
          local: () => localOf6(listener.port),
          sourceFor: to => sourceFor(listener.port, to),
          send: datagram => send(datagram, listener.port.link, isCutOff(listener.port)),
          close: () => leave(listener),
        }
      }),

    move: (from, to) => {
      const [old, ip] = [valid(parseIpv6(from)), valid(parseIpv6(to))]
      const moving = [...new Set(listeners.values())].filter(
        ({ port }) => ip6Of(port.address) === old && port.movesAlong,
      )
      const taken = moving
        .map(({ port: { address, link } }) => ({ address: bip6Address(ip, port6Of(address)), link }))
        .find(({ address, link }) => listeners.has(keyOf(address, link)))
      if (taken !== undefined && ip !== old) throw inUse(printBip6Address(taken.address))
      for (const listener of moving) {
        const { address } = listener.port
        leave(listener)
        if (ip !== old) listener.former = { address, until: scheduler.now() + latency }
        listener.port = { ...listener.port, address: bip6Address(ip, port6Of(address)) }
        settle(listener)
        listener.tell({ _tag: 'Bound', local: localOf6(listener.port) })
      }
    },

    inject: (datagram, link) =>
      send(datagram, linkOf(ip6Of(datagram.from), link), carrier.isCutOff(ip6Of(datagram.from))),
  }
}

/** The same link-local address may be there on every link. */
const keyOf = (address: Bip6Address, link: string): string => (isLinkLocal(address) ? `${address} ${link}` : address)

const isOf = (port: VirtualPort6, ip: Ipv6): boolean => addressesOf6(port).some(own => ip6Of(own) === ip)
