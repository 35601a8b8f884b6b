import type { SchedulerLike } from 'rxjs'
import type { Arrival } from '../../bvll/udp.js'
import type { IpUdpEvent } from '../../ip/ip-udp.js'
import {
  bipAddress,
  ipOf,
  parseBipAddress,
  portOf,
  printBipAddress,
  type BipAddress,
} from '../../values/bip-address.js'
import { parseBroadcastMask } from '../../values/broadcast-mask.js'
import { ms } from '../../values/duration.js'
import { LIMITED_BROADCAST, parseIpv4, type Ipv4 } from '../../values/ipv4.js'
import { valid } from './valid.js'
import { freePort, inUse, virtualCarrier } from './virtual-carrier.js'
import type {
  VirtualDatagram,
  VirtualInternet,
  VirtualInternetOptions,
  VirtualPortOptions,
} from './virtual-internet-options.js'
import { virtualNat, type VirtualNat } from './virtual-nat.js'
import { broadcastArrival, isBroadcastOf, isNear, localOf, type VirtualPort } from './virtual-port.js'

/** A bound port, and who listens there. */
interface Listener {
  port: VirtualPort
  readonly tell: (event: IpUdpEvent<never>) => void
}

const LONGEST_DATAGRAM = 65_507
const COMMON_MASK = '255.255.255.0'

/**
 * An IPv4 internet for tests, in the time of `scheduler`, with the habits of UDP sockets on Linux: a broadcast comes back
 * to who sent it, a port on one address knows how a datagram came, and a port in use is an error. Hosts and subnets are
 * there as soon as a port says so, and all subnets reach each other. Nothing arrives within the call that sends it.
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
  { latency = ms(0), directedBroadcasts = false }: VirtualInternetOptions = {},
): VirtualInternet => {
  const listeners = new Map<BipAddress, Listener>()
  const nats: VirtualNat[] = []
  const carrier = virtualCarrier<BipAddress, Ipv4>(scheduler, latency, {
    host: text => valid(parseIpv4(text)),
    portOf,
    longest: LONGEST_DATAGRAM,
  })

  const natAround = (ip: Ipv4): VirtualNat | undefined => nats.find(nat => nat.hides(ip))

  const hear = ({ port, tell }: Listener, source: BipAddress, octets: Uint8Array, arrival: Arrival): void => {
    // Each has octets of its own, as from a socket: what one of them writes there is not seen by the others.
    if (!carrier.isCutOff(ipOf(port.address))) tell({ _tag: 'Received', source, octets: octets.slice(), arrival })
  }

  const arrive = ({ from, to, octets }: VirtualDatagram, reaches: (port: VirtualPort) => boolean): void => {
    const listener = listeners.get(to)
    if (listener !== undefined) {
      hear(listener, from, octets, listener.port.isWildcard ? 'unknown' : 'unicast')
      return
    }
    for (const one of [...listeners.values()]) {
      const arrival =
        isBroadcastOf(one.port, ipOf(to)) && reaches(one.port) ? broadcastArrival(one.port, to) : undefined
      if (arrival !== undefined) hear(one, from, octets, arrival)
    }
  }

  /** Puts a datagram on its way, which ends at once where it has no source or destination any more. */
  const route = (
    sent: VirtualDatagram,
    from: BipAddress | undefined,
    to: BipAddress | undefined,
    reaches: (port: VirtualPort) => boolean,
  ): void => {
    const isStopped = from === undefined || to === undefined || carrier.isCutOff(ipOf(sent.from))
    carrier.carry(sent, isStopped ? undefined : octets => arrive({ from, to, octets }, reaches))
  }

  /** Whom the address of a NAT means. */
  const entered = (to: BipAddress): BipAddress | undefined => {
    const nat = nats.find(({ is }) => is(ipOf(to)))
    return nat === undefined ? to : nat.inside(to)
  }

  const send = (datagram: VirtualDatagram): void => {
    const from = ipOf(datagram.from)
    const to = ipOf(datagram.to)
    const around = natAround(from)
    const staysInside = around === undefined || around.hides(to) || to === LIMITED_BROADCAST
    const isHidden = natAround(to) !== undefined && natAround(to) !== around
    route(
      datagram,
      staysInside ? datagram.from : around.outside(datagram.from),
      isHidden ? undefined : entered(datagram.to),
      port =>
        isNear(port, from) ||
        (directedBroadcasts && to !== LIMITED_BROADCAST && natAround(ipOf(port.address)) === around),
    )
  }

  const withFreePort = (ip: Ipv4): BipAddress =>
    bipAddress(
      ip,
      freePort(port => listeners.has(bipAddress(ip, port))),
    )

  const portFrom = ({ bind, mask = COMMON_MASK, broadcast, isWildcard = false }: VirtualPortOptions): VirtualPort => {
    const asked = valid(parseBipAddress(bind))
    return {
      address: portOf(asked) === 0 ? withFreePort(ipOf(asked)) : asked,
      mask: valid(parseBroadcastMask(mask)),
      broadcast: broadcast === undefined ? undefined : valid(parseBipAddress(broadcast)),
      isWildcard,
    }
  }

  return {
    ...carrier.faults,
    port: options =>
      carrier.port(tell => {
        const listener: Listener = { port: portFrom(options), tell }
        const { address } = listener.port
        if (listeners.has(address)) throw inUse(printBipAddress(address))
        listeners.set(address, listener)
        return {
          local: () => localOf(listener.port),
          sourceFor: () => listener.port.address,
          send,
          close: () => listeners.delete(listener.port.address),
        }
      }),

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
      const moving = [...listeners].filter(([address, { port }]) => ipOf(address) === old && port.isWildcard)
      const taken = moving.map(([address]) => bipAddress(ip, portOf(address))).find(address => listeners.has(address))
      if (taken !== undefined && ip !== old) throw inUse(printBipAddress(taken))
      for (const [address, listener] of moving) {
        listener.port = { ...listener.port, address: bipAddress(ip, portOf(address)) }
        listeners.delete(address)
        listeners.set(listener.port.address, listener)
        listener.tell({ _tag: 'Bound', local: localOf(listener.port) })
      }
    },

    inject: datagram =>
      route(
        datagram,
        datagram.from,
        entered(datagram.to),
        port => ipOf(datagram.to) !== LIMITED_BROADCAST || isNear(port, ipOf(datagram.from)),
      ),
  }
}
