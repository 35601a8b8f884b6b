import type { RemoteInfo, Socket } from 'node:dgram'
import * as E from 'fp-ts/lib/Either.js'
import { combineLatest, map, Observable, of, Subscription, switchMap, tap, type SchedulerLike } from 'rxjs'
import type { Arrival } from '../bvll/udp.js'
import type { Ip6UdpEvent, Ip6UdpPort } from '../ip6/ip6-udp.js'
import { bip6Address, ip6Of, port6Of, type Bip6Address } from '../values/bip6-address.js'
import { printIpv6, type Ipv6 } from '../values/ipv6.js'
import { bip6Endpoints, isOnOtherLink, zoned } from './bip6-endpoint.js'
import { datagramSocket, grantedReceiveBuffer } from './datagram-socket.js'
import { interface6Table, type Interface6Table } from './interfaces6.js'
import {
  addresses6Of,
  areSameAddresses6,
  hearing6Of,
  homeOf,
  hopsFor,
  isElsewhere,
  isWide,
  type Addresses6,
  type Home,
} from './ip6-local.js'
import { changesOf$ } from './looks.js'
import { sendOutbound } from './outbound-datagrams.js'
import { plainView } from './plain-view.js'

/** Options of {@link ip6UdpPort}. */
export interface Ip6UdpPortOptions {
  /** What it is bound to: one address of this host, or `::` for all of them. Port 0 takes any that is free. */
  readonly bind: Bip6Address
  /** The multicast group it sends broadcasts to and hears, at its own port. */
  readonly group: Ipv6
  /**
   * The name of the interface on which it does so: `eth0`. Default: that of the address it is bound to, and for `::` the
   * first that others reach.
   */
  readonly interface?: string | undefined
  /** The receive buffer asked for, in octets. The system may grant less; `Bound` tells what it did. */
  readonly receiveBuffer: number
  /** Lets other programs bind the same address and port; only one of them gets a unicast then. Default false. */
  readonly reuseAddress?: boolean
  /** How many links a multicast may cross, 1 to 255. Default 1 for groups of one link, and 64 for wider ones. */
  readonly hops?: number
  readonly scheduler: SchedulerLike
  /** The addresses of this host. Default: those that the system tells. */
  readonly interfaces?: () => Interface6Table
  /** Default: that which it runs on. */
  readonly platform?: NodeJS.Platform
}

/**
 * A UDP port for BACnet/IPv6, of as many sockets as it takes to hear unicasts and multicasts and to tell them apart
 * (section 10 of the protocol notes). All of them take IPv6 only; the group is joined on one interface. Cold: each
 * subscription binds it; `Bound` says that it can send and hear. Errors when there is no such interface, and as the system
 * has it when an address cannot be bound or the group not be joined; once bound, nothing ends it but its user.
 *
 * On one address it knows how datagrams came, and sends from nowhere else. On `::` it hears multicasts of other interfaces
 * as well if other programs listen to the group there, and its datagrams are from whichever own address the system takes.
 * An interface may go down and come up again; one that is taken away for good and made anew is another, even if it has
 * the same name: bind again for that.
 */
export const ip6UdpPort =
  <About = unknown>(options: Ip6UdpPortOptions): Ip6UdpPort<About> =>
  outbound$ =>
    new Observable<Ip6UdpEvent<About>>(subscriber => {
      const { bind, group, receiveBuffer, reuseAddress = false, hops = hopsFor(group), scheduler } = options
      const { interfaces = interface6Table, platform = process.platform } = options
      const table = interfaces()
      const found = homeOf(ip6Of(bind), options.interface, table, platform)
      if (E.isLeft(found)) {
        subscriber.error(Object.assign(new Error(found.left), { code: 'EADDRNOTAVAIL' }))
        return
      }
      const home = found.right
      const { host, arrival, ear } = hearing6Of(ip6Of(bind), group, home, platform)
      const mayStray = isWide(group)
      const endpoints = bip6Endpoints(home.zone)
      const sockets = new Subscription()
      subscriber.add(sockets)

      const socketOn$ = (address: string, port: number, isShared: boolean): Observable<Socket> =>
        datagramSocket({ type: 'udp6', host: address, port, isShared, receiveBuffer })

      const hear = (socket: Socket, how: Arrival): void => {
        socket.on('message', (message: Buffer, { address, port }: RemoteInfo) => {
          if (isOnOtherLink(address, home.zone)) return
          const source = endpoints.address(address, port)
          if (mayStray && how === 'broadcast' && isElsewhere(ip6Of(source), home, table)) return
          subscriber.next({ _tag: 'Received', source, octets: plainView(message), arrival: how })
        })
      }

      const ear$ = (address: string, port: number): Observable<Socket> =>
        socketOn$(address, port, true).pipe(
          tap(socket => {
            join(socket, group, home)
            hear(socket, 'broadcast')
          }),
        )

      const start = (socket: Socket, first: Addresses6, look: () => Addresses6 | undefined): void => {
        const granted = grantedReceiveBuffer(socket, platform)
        const tellBound = (addresses: Addresses6): void =>
          subscriber.next({ _tag: 'Bound', local: { ...addresses, receiveBuffer: granted } })
        sendOutbound({ outbound$, socket, endpoint: endpoints.endpoint, subscriber, sockets, scheduler })
        // Last, as whoever hears of it may send at once.
        tellBound(first)
        if (first.isWildcard) {
          subscriber.add(changesOf$(first, look, areSameAddresses6, scheduler).subscribe(tellBound))
        }
      }

      const bound$ = socketOn$(host, port6Of(bind), reuseAddress).pipe(
        switchMap(socket => {
          const self = bip6Address(ip6Of(bind), socket.address().port)
          /** An interface that is down has no addresses; the port keeps those it had until there are others. */
          const look = (): Addresses6 | undefined => {
            const entries = interfaces().filter(({ name }) => name === home.name)
            return entries.length === 0 ? undefined : addresses6Of(self, group, entries)
          }
          sendMulticasts(socket, home, hops)
          if (arrival === 'unknown') join(socket, group, home)
          hear(socket, arrival)
          const ears = ear === undefined ? [] : [ear$(ear, port6Of(self))]
          return combineLatest([of(socket), ...ears]).pipe(
            map(() => ({ socket, addresses: addresses6Of(self, group, home.entries), look })),
          )
        }),
      )
      sockets.add(
        bound$.subscribe({
          next: ({ socket, addresses, look }) => start(socket, addresses, look),
          error: (error: unknown) => subscriber.error(error),
        }),
      )
    })

/** Hears itself as well: without that, no other program on this host would hear it. */
const sendMulticasts = (socket: Socket, { name, zone }: Home, hops: number): void =>
  saying(`multicasts cannot be sent on ${name}`, () => {
    socket.setMulticastInterface(zoned('::', zone))
    socket.setMulticastTTL(hops)
    socket.setMulticastLoopback(true)
  })

const join = (socket: Socket, group: Ipv6, { name, zone }: Home): void =>
  saying(`${printIpv6(group)} cannot be joined on ${name}`, () =>
    socket.addMembership(printIpv6(group), zoned('::', zone)),
  )

const saying = (what: string, attempt: () => void): void => {
  try {
    attempt()
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    throw Object.assign(new Error(`${what}: ${code}`, { cause }), { code })
  }
}
