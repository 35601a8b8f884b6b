import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { Arrival } from '../bvll/udp.js'
import type { IpDatagram, IpUdpEvent } from '../ip/ip-udp.js'
import { bipAddress, ipOf, parseBipAddress, portOf, printBipAddress, type BipAddress } from '../values/bip-address.js'
import { parseBroadcastMask } from '../values/broadcast-mask.js'
import { ms } from '../values/duration.js'
import { LIMITED_BROADCAST, parseIpv4, type Ipv4 } from '../values/ipv4.js'
import { valid } from './valid.js'
import type {
  TappedDatagram,
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

/** As many may be on their way at once; a storm is to fail its test, and not to eat the memory. */
const MAX_ON_THEIR_WAY = 100_000

const LONGEST_DATAGRAM = 65_507
const FIRST_FREE_PORT = 49_152
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
  const cuts = new Set<{ readonly ip: Ipv4 }>()
  const losses = new Set<{ readonly isLost: (datagram: VirtualDatagram) => boolean }>()
  const refusals = new Set<{ readonly reasonOf: (datagram: VirtualDatagram) => string | undefined }>()
  const tapped$ = new Subject<TappedDatagram>()
  let onTheirWay = 0
  let latest: { readonly due: number; readonly arrivals: (() => void)[] } | undefined

  /** What arrives at the same time shares an action: a virtual scheduler sorts all that it has for each new one. */
  const later = (arrival: () => void): void => {
    const due = scheduler.now() + latency
    if (latest?.due !== due) {
      const arrivals: (() => void)[] = []
      const batch = { due, arrivals }
      latest = batch
      scheduler.schedule(() => {
        if (latest === batch) latest = undefined
        for (const one of arrivals) one()
      }, latency)
    }
    latest.arrivals.push(arrival)
  }

  const natAround = (ip: Ipv4): VirtualNat | undefined => nats.find(nat => nat.hides(ip))
  const isCutOff = (ip: Ipv4): boolean => [...cuts].some(cut => cut.ip === ip)

  const hear = ({ port, tell }: Listener, source: BipAddress, octets: Uint8Array, arrival: Arrival): void => {
    // Each has octets of its own, as from a socket: what one of them writes there is not seen by the others.
    if (!isCutOff(ipOf(port.address))) tell({ _tag: 'Received', source, octets: octets.slice(), arrival })
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
  const carry = (
    sent: VirtualDatagram,
    from: BipAddress | undefined,
    to: BipAddress | undefined,
    reaches: (port: VirtualPort) => boolean,
  ): void => {
    const octets = sent.octets.slice()
    tapped$.next({ ...sent, octets, at: scheduler.now() })
    const isLost = isCutOff(ipOf(sent.from)) || [...losses].some(loss => loss.isLost(sent))
    if (isLost || from === undefined || to === undefined || onTheirWay >= MAX_ON_THEIR_WAY) return
    onTheirWay++
    later(() => {
      onTheirWay--
      arrive({ from, to, octets }, reaches)
    })
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
    carry(
      datagram,
      staysInside ? datagram.from : around.outside(datagram.from),
      isHidden ? undefined : entered(datagram.to),
      port =>
        isNear(port, from) ||
        (directedBroadcasts && to !== LIMITED_BROADCAST && natAround(ipOf(port.address)) === around),
    )
  }

  const refusalOf = (datagram: VirtualDatagram): string | undefined => {
    if (onTheirWay >= MAX_ON_THEIR_WAY) return 'too much waits to be sent'
    if (portOf(datagram.to) === 0) return 'there is no port 0'
    if (datagram.octets.length > LONGEST_DATAGRAM) return 'the datagram is too long'
    for (const { reasonOf } of refusals) {
      const reason = reasonOf(datagram)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  const freePort = (ip: Ipv4): number => {
    let port = FIRST_FREE_PORT
    while (listeners.has(bipAddress(ip, port))) port++
    return port
  }

  const portFrom = ({ bind, mask = COMMON_MASK, broadcast, isWildcard = false }: VirtualPortOptions): VirtualPort => {
    const asked = valid(parseBipAddress(bind))
    return {
      address: portOf(asked) === 0 ? bipAddress(ipOf(asked), freePort(ipOf(asked))) : asked,
      mask: valid(parseBroadcastMask(mask)),
      broadcast: broadcast === undefined ? undefined : valid(parseBipAddress(broadcast)),
      isWildcard,
    }
  }

  return {
    port:
      <About>(options: VirtualPortOptions) =>
      (outbound$: Observable<IpDatagram<About>>) =>
        new Observable<IpUdpEvent<About>>(subscriber => {
          const port = portFrom(options)
          if (listeners.has(port.address)) {
            subscriber.error(inUse(port.address))
            return
          }
          const listener: Listener = { port, tell: event => subscriber.next(event) }
          listeners.set(port.address, listener)
          subscriber.add(() => listeners.delete(listener.port.address))
          // As with a real port: not within the call, and before anything arrives.
          subscriber.add(scheduler.schedule(() => listener.tell({ _tag: 'Bound', local: localOf(listener.port) })))

          const submit = (datagram: IpDatagram<About>): void => {
            const sent: VirtualDatagram = { from: listener.port.address, to: datagram.to, octets: datagram.octets }
            const reason = refusalOf(sent)
            if (reason === undefined) send(sent)
            else scheduler.schedule(() => subscriber.next({ _tag: 'Unsent', datagram, reason }))
          }
          subscriber.add(
            outbound$.subscribe({
              next: submit,
              error: (error: unknown) => subscriber.error(error),
              complete: () => subscriber.add(scheduler.schedule(() => subscriber.complete())),
            }),
          )
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
      if (taken !== undefined && ip !== old) throw inUse(taken)
      for (const [address, listener] of moving) {
        listener.port = { ...listener.port, address: bipAddress(ip, portOf(address)) }
        listeners.delete(address)
        listeners.set(listener.port.address, listener)
        listener.tell({ _tag: 'Bound', local: localOf(listener.port) })
      }
    },

    inject: datagram =>
      carry(
        datagram,
        datagram.from,
        entered(datagram.to),
        port => ipOf(datagram.to) !== LIMITED_BROADCAST || isNear(port, ipOf(datagram.from)),
      ),
    lose: isLost => lasting(losses, { isLost }),
    refuse: reasonOf => lasting(refusals, { reasonOf }),
    cut: host => lasting(cuts, { ip: valid(parseIpv4(host)) }),
    tap$: tapped$.asObservable(),
  }
}

/** As a system says that another has an address and port. */
const inUse = (address: BipAddress): Error =>
  Object.assign(new Error(`bind EADDRINUSE ${printBipAddress(address)}`), { code: 'EADDRINUSE' })

/** A fault that lasts until it is unsubscribed. */
const lasting = <Fault>(faults: Set<Fault>, fault: Fault): Subscription => {
  faults.add(fault)
  return new Subscription(() => faults.delete(fault))
}
