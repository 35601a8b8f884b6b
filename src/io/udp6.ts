import type { RemoteInfo, Socket } from 'node:dgram'
import * as E from 'fp-ts/lib/Either.js'
import { map, Observable, of, Subscription, switchMap, tap, type SchedulerLike } from 'rxjs'
import type { Arrival } from '../bvll/udp.js'
import type { Ip6Datagram, Ip6UdpEvent, Ip6UdpPort } from '../ip6/ip6-udp.js'
import { bip6Address, ip6Of, port6Of, type Bip6Address } from '../values/bip6-address.js'
import { printIpv6, type Ipv6 } from '../values/ipv6.js'
import { bip6Endpoints, hostIn, isOnOtherLink, zoned } from './bip6-endpoint.js'
import { datagramSender, type DatagramSender } from './datagram-sender.js'
import { datagramSocket, grantedReceiveBuffer } from './datagram-socket.js'
import { interface6Table, type Interface6Table } from './interfaces6.js'
import {
  addresses6Of,
  areSameAddresses6,
  hearing6Of,
  homeOf,
  hopsFor,
  isAnother,
  isElsewhere,
  isWide,
  type Addresses6,
  type Home,
} from './ip6-local.js'
import { keptSocket$ } from './kept-socket.js'
import { changesOf$, looks$ } from './looks.js'
import { movingSender } from './moving-sender.js'
import { sendOutbound } from './outbound-datagrams.js'
import { plainView } from './plain-view.js'
import { firstToOpen$, movesFrom$, untilUsable, type OpenSending, type SendingSocket } from './sending-socket.js'

/** Options of {@link ip6UdpPort}. */
export interface Ip6UdpPortOptions {
  /** What it is bound to: one address of this host, or `::` for the best of its interface. Port 0 takes any that is free. */
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
 * has it when an address cannot be bound or the group not be joined; once bound, nothing ends it but its user and that its
 * interface is another.
 *
 * It knows how datagrams came, and sends from one address only. For `::` that is the address of the interface which the
 * most hosts reach, as long as it exists; one that is only link-local is left for the first that means something beyond
 * the link. It is looked for every 10 s, and `Bound` tells the new address. Of the one before, unicasts are still heard
 * until the next look. On Windows it cannot tell how datagrams came, and from `::` the system takes whichever own address
 * it likes.
 *
 * An address that is new to its link is waited for, up to 5 s. An interface may go down and come up again; one that is
 * taken away and made anew is another, even if it has the same name, which ends the port with an error.
 */
export const ip6UdpPort =
  <About = unknown>(options: Ip6UdpPortOptions): Ip6UdpPort<About> =>
  outbound$ =>
    new Observable<Ip6UdpEvent<About>>(subscriber => {
      const { bind, group, receiveBuffer, reuseAddress = false, hops = hopsFor(group), scheduler } = options
      const { interfaces = interface6Table, platform = process.platform } = options
      let table = interfaces()
      const found = homeOf(ip6Of(bind), options.interface, table, platform)
      if (E.isLeft(found)) {
        subscriber.error(Object.assign(new Error(found.left), { code: 'EADDRNOTAVAIL' }))
        return
      }
      const home = found.right
      const { hosts, moves, arrival, ear } = hearing6Of(ip6Of(bind), group, home, platform)
      const mayStray = isWide(group)
      const endpoints = bip6Endpoints(home.zone)
      const sockets = new Subscription()
      subscriber.add(sockets)
      let former: SendingSocket | undefined

      const socketOn$ = (address: string, port: number, isShared: boolean): Observable<Socket> =>
        datagramSocket({ type: 'udp6', host: address, port, isShared, receiveBuffer })

      const strayed = (host: string, source: Bip6Address, how: Arrival): string | undefined => {
        if (isOnOtherLink(host, home.zone)) return OTHER_INTERFACE
        if (how !== 'broadcast') return undefined
        if (source === former?.self && former.isOpen()) return 'own datagram from its former address'
        return mayStray && isElsewhere(ip6Of(source), home, table) ? OTHER_INTERFACE : undefined
      }

      const hear = (socket: Socket, arrival: Arrival): void => {
        socket.on('message', (message: Buffer, { address, port }: RemoteInfo) => {
          const source = endpoints.address(address, port)
          const reason = strayed(address, source, arrival)
          if (reason === undefined) subscriber.next({ _tag: 'Received', source, octets: plainView(message), arrival })
          else subscriber.next({ _tag: 'Strayed', reason })
        })
      }

      const ear$ = (address: string, port: number): Observable<Socket> =>
        socketOn$(address, port, true).pipe(
          tap(socket => {
            join(socket, group, home)
            hear(socket, 'broadcast')
          }),
        )

      const openOn$: OpenSending = (ip, port) => {
        const socket$ = socketOn$(hostIn(home.zone, ip), port, reuseAddress).pipe(
          tap(socket => {
            sendMulticasts(socket, home, hops)
            if (arrival === 'unknown') join(socket, group, home)
            hear(socket, arrival)
          }),
        )
        return keptSocket$(socket$, sockets, error => subscriber.error(error)).pipe(
          map(kept => ({
            ...kept,
            self: bip6Address(ip, kept.socket.address().port),
            receiveBuffer: grantedReceiveBuffer(kept.socket, platform),
          })),
        )
      }

      /** An interface that is down has no addresses; the port keeps what it has until there are others. */
      const look = (): Interface6Table | undefined => {
        const latest = interfaces()
        if (latest.length > 0) table = latest
        const entries = latest.filter(({ name }) => name === home.name)
        if (isAnother(home.entries, entries)) {
          const message = `${home.name} was taken away, and another interface has its name`
          subscriber.error(Object.assign(new Error(message), { code: 'ENODEV' }))
        }
        return entries.length === 0 ? undefined : entries
      }

      const senderOn = ({ socket }: SendingSocket): DatagramSender<Ip6Datagram<About>> =>
        datagramSender<Bip6Address, Ip6Datagram<About>>(socket, endpoints.endpoint, (datagram, why) =>
          subscriber.next({ _tag: 'Unsent', datagram, ...why }),
        )

      const tellBound = ({ receiveBuffer: granted }: SendingSocket, addresses: Addresses6): void =>
        subscriber.next({ _tag: 'Bound', local: { ...addresses, receiveBuffer: granted } })

      const start = (first: SendingSocket): void => {
        const sender = movingSender(senderOn(first))
        const looking = new Subscription()
        subscriber.add(looking)
        const drain = (drained: () => void): void => {
          looking.unsubscribe()
          sender.drain(drained)
        }
        sendOutbound({ outbound$, sender: { send: sender.send, drain }, subscriber, sockets, scheduler })

        let present = first
        const moveTo = (next: SendingSocket): void => {
          former = present
          present = next
          sender.moveTo(senderOn(next))
          tellBound(next, addresses6Of(next.self, group, home.entries))
        }
        const addresses = addresses6Of(first.self, group, home.entries)
        const lookAgain = (): Addresses6 | undefined => {
          const entries = look()
          return entries && addresses6Of(first.self, group, entries)
        }
        // Last, as whoever hears of it may send at once.
        tellBound(first, addresses)
        if (moves) {
          looking.add(movesFrom$(first, { look, openOn$, scheduler }).subscribe(moveTo))
        } else if (addresses.isWildcard || mayStray) {
          const changed$ = changesOf$(addresses, lookAgain, areSameAddresses6, scheduler)
          looking.add(changed$.subscribe(changed => tellBound(first, changed)))
        } else {
          looking.add(looks$(look, scheduler).subscribe())
        }
      }

      sockets.add(
        firstToOpen$(hosts, port6Of(bind), openOn$)
          .pipe(
            untilUsable(scheduler),
            switchMap(first => (ear === undefined ? of(first) : ear$(ear, port6Of(first.self)).pipe(map(() => first)))),
          )
          .subscribe({ next: start, error: (error: unknown) => subscriber.error(error) }),
      )
    })

const OTHER_INTERFACE = 'from another interface'

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
