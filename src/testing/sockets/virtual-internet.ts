import * as E from 'fp-ts/lib/Either.js'
import type { SchedulerLike } from 'rxjs'
import {
  bipAddress,
  ipOf,
  parseBipAddress,
  portOf,
  printBipAddress,
  type BipAddress,
} from '../../values/bip-address.js'
import { areNeighbours, parseBroadcastMask } from '../../values/broadcast-mask.js'
import { ANY_IPV4, ipv4, LIMITED_BROADCAST, parseIpv4, printIpv4, type Ipv4 } from '../../values/ipv4.js'
import { freePort, inUse } from './free-port.js'
import { valid } from './valid.js'
import { virtualCarrier, type Hearer, type Journey } from './virtual-carrier.js'
import type { DatagramLoss, VirtualDatagram } from './virtual-datagrams.js'
import type { VirtualInternet, VirtualInternetOptions, VirtualPortOptions } from './virtual-internet-options.js'
import { virtualHosts, type HostKey } from './virtual-hosts.js'
import { virtualListener, virtualListeners, type IpDestination, type Listener } from './virtual-listeners.js'
import { virtualNat, type VirtualNat } from './virtual-nat.js'
import { localOf, type VirtualPort } from './virtual-port.js'

/** A datagram on its way: how far it reaches if it is a broadcast. */
interface IpJourney extends Journey<BipAddress> {
  readonly reaches?: (listener: Listener) => boolean
}

const LONGEST_DATAGRAM = 65_507
const COMMON_MASK = '255.255.255.0'

/** Hosts of which no address is said are in one subnet, 192.168.0.0/24, and there is room for so many. */
const FIRST_HOST = 0xc0a80001
const MOST_HOSTS = 254

const nthHost = (number: number): Ipv4 => {
  if (number <= MOST_HOSTS) return ipv4(FIRST_HOST + number - 1)
  throw new Error(`no address is left in 192.168.0.0/24 for a host on 0.0.0.0: say an address for each host`)
}

/**
 * An IPv4 internet for tests, in the time of `scheduler`, with the habits of UDP sockets on Linux: a broadcast comes back
 * to who sent it, a port on one address knows how a datagram came, and a port in use is an error. Hosts and subnets are
 * there as soon as a port says so, and all subnets reach each other. Nothing arrives within the call that sends it. A
 * broadcast is for the ports that are bound when it is sent, a unicast for the one that is bound when it arrives.
 *
 * @example
 * ```ts
 * const internet = virtualInternet(scheduler)
 * const port = internet.port({ bind: '10.0.1.5:47808' })
 * datagram$.pipe(port).subscribe(event => …)
 * ```
 */
export const virtualInternet = (
  scheduler: SchedulerLike,
  { directedBroadcasts = false, hostOf = ip => ip, ...ways }: VirtualInternetOptions = {},
): VirtualInternet => {
  const nats: VirtualNat[] = []
  const hosts = virtualHosts<Ipv4>({
    nameOf: ip => hostOf(printIpv4(ip)),
    nth: nthHost,
    isTaken: ip => listeners.all().some(listener => listener.ip === ip),
  })
  const { nameOf } = hosts
  const listeners = virtualListeners(nameOf)
  const carrier = virtualCarrier<BipAddress, Ipv4, IpJourney, IpDestination>(scheduler, ways, {
    parseHost: text => valid(parseIpv4(text)),
    portOf,
    longest: LONGEST_DATAGRAM,
    hearer: ({ to, reaches }, { listener }): Hearer<BipAddress> | DatagramLoss => {
      // A broadcast is for who heard it sent, though he may have moved meanwhile; a unicast for whoever is there now.
      const hearer = reaches === undefined ? listeners.at(to) : listener?.hearers.get(to)
      if (hearer?.listener.isOpen !== true || reaches?.(hearer.listener) === false) return 'no listener'
      return carrier.isUnplugged(hearer.listener.ip) ? 'unplugged' : hearer
    },
  })

  const natAround = (ip: Ipv4): VirtualNat | undefined => nats.find(nat => nat.hides(ip))

  /** Puts a datagram on its way, which ends at once where it has no source or destination any more. */
  const route = (
    host: string,
    sent: VirtualDatagram<BipAddress>,
    { from, to }: { readonly from: BipAddress | undefined; readonly to: BipAddress | undefined },
    reaches: (listener: Listener) => boolean,
  ): void => {
    const source = ipOf(sent.from)
    const stop = carrier.isUnplugged(source) ? 'unplugged' : undefined
    if (from === undefined || to === undefined) {
      carrier.carry({ sent, from: sent.from, to: sent.to, host }, [], stop ?? 'no route')
      return
    }
    const one = listeners.at(to)
    const all = one === undefined ? listeners.broadcast(to, source) : []
    if (all.length > 0) {
      const reached = all.filter(({ listener }) => reaches(listener))
      carrier.carry({ sent, from, to, host, reaches }, reached, stop)
    } else {
      carrier.carry({ sent, from, to, host }, [one ?? { address: to, host: nameOf(ipOf(to)) }], stop)
    }
  }

  /** Whom the address of a NAT means. */
  const entered = (to: BipAddress): BipAddress | undefined => {
    const nat = nats.find(({ is }) => is(ipOf(to)))
    return nat === undefined ? to : nat.inside(to)
  }

  /** What routers make of where a datagram is from and to. */
  const translated = ({ from, to }: VirtualDatagram<BipAddress>): Parameters<typeof route>[2] => {
    if (nats.length === 0) return { from, to }
    const around = natAround(ipOf(from))
    const destination = ipOf(to)
    const staysInside = around === undefined || around.hides(destination) || destination === LIMITED_BROADCAST
    const isHidden = natAround(destination) !== undefined && natAround(destination) !== around
    return { from: staysInside ? from : around.outside(from), to: isHidden ? undefined : entered(to) }
  }

  const send = ({ ip, host }: Listener, datagram: VirtualDatagram<BipAddress>): void =>
    route(
      host,
      datagram,
      translated(datagram),
      listener =>
        areNeighbours(listener.ip, ip, listener.port.mask) ||
        (directedBroadcasts && ipOf(datagram.to) !== LIMITED_BROADCAST && natAround(listener.ip) === natAround(ip)),
    )

  const withFreePort = (ip: Ipv4): BipAddress =>
    bipAddress(
      ip,
      freePort(port => listeners.at(bipAddress(ip, port)) !== undefined),
    )

  const portFrom = (
    { bind, mask = COMMON_MASK, broadcast, isWildcard = false }: VirtualPortOptions,
    host: HostKey,
  ): VirtualPort => {
    const asked = valid(parseBipAddress(bind))
    const isAny = ipOf(asked) === ANY_IPV4
    const ip = isAny ? hosts.addressOf(host) : ipOf(asked)
    return {
      address: portOf(asked) === 0 ? withFreePort(ip) : bipAddress(ip, portOf(asked)),
      mask: valid(parseBroadcastMask(mask)),
      broadcast: broadcast === undefined ? undefined : valid(parseBipAddress(broadcast)),
      isWildcard: isWildcard || isAny,
    }
  }

  return {
    ...carrier.faults,
    port: options => {
      const { bind, host = Symbol(bind) } = options
      const said = parseBipAddress(bind)
      if (E.isRight(said) && ipOf(said.right) !== ANY_IPV4 && typeof host === 'string')
        hosts.note(host, ipOf(said.right))
      return carrier.port(tell => {
        const port = portFrom(options, host)
        if (listeners.at(port.address) !== undefined) throw inUse(printBipAddress(port.address))
        const listener = virtualListener(port, tell)
        listeners.settle(listener)
        return {
          local: () => localOf(listener.port),
          open: () => (listener.isOpen = true),
          sourceFor: () => listener.port.address,
          send: datagram => send(listener, datagram),
          close: () => listeners.leave(listener),
        }
      })
    },

    nat: ({ inside, mask = COMMON_MASK, outside, forward = {} }) => {
      const nat = virtualNat(
        valid(parseIpv4(outside)),
        { ip: valid(parseIpv4(inside)), mask: valid(parseBroadcastMask(mask)) },
        Object.entries(forward).map(([port, source]) => [Number(port), valid(parseBipAddress(source))]),
      )
      nats.push(nat)
      return nat
    },

    move: (from, to) => {
      const [old, ip] = [valid(parseIpv4(from)), valid(parseIpv4(to))]
      const moving = listeners.all().filter(one => one.ip === old && one.port.isWildcard)
      const addressOf = ({ port }: Listener): BipAddress => bipAddress(ip, portOf(port.address))
      const taken = moving.map(addressOf).find(address => listeners.at(address) !== undefined)
      if (taken !== undefined && ip !== old) throw inUse(printBipAddress(taken))
      hosts.move(old, ip)
      for (const listener of moving) {
        listeners.leave(listener)
        listener.port = { ...listener.port, address: addressOf(listener) }
        listeners.settle(listener)
        listener.isOpen = true
        listener.tell({ _tag: 'Bound', local: localOf(listener.port) })
      }
    },

    inject: datagram => {
      const from = ipOf(datagram.from)
      route(
        nameOf(from),
        datagram,
        { from: datagram.from, to: entered(datagram.to) },
        ({ ip, port }) => ipOf(datagram.to) !== LIMITED_BROADCAST || areNeighbours(ip, from, port.mask),
      )
    },
  }
}
