import type { RemoteInfo, Socket } from 'node:dgram'
import { combineLatest, map, Observable, of, retry, Subscription, switchMap, take, tap, type SchedulerLike } from 'rxjs'
import type { Arrival, Datagram } from '../bvll/udp.js'
import type { IpUdpEvent, IpUdpPort } from '../ip/ip-udp.js'
import { bipAddress, ipOf, portOf, type BipAddress } from '../values/bip-address.js'
import { areNeighbours } from '../values/broadcast-mask.js'
import { printIpv4 } from '../values/ipv4.js'
import type { Ipv4Subnet } from '../values/ipv4-subnet.js'
import { bipEndpoints } from './bip-endpoint.js'
import { datagramSender } from './datagram-sender.js'
import { datagramSocket, grantedReceiveBuffer } from './datagram-socket.js'
import { interfaceTable, type InterfaceTable } from './interfaces.js'
import { addressesOf, areSameAddresses, arrivalsAt, earsOf, type Addresses, type Ear } from './ip-local.js'
import { changesOf$ } from './looks.js'
import { sendOutbound } from './outbound-datagrams.js'
import { plainView } from './plain-view.js'

/** Options of {@link ipUdpPort}. */
export interface IpUdpPortOptions {
  /** What it is bound to: one address of this host, or 0.0.0.0 for all of them. Port 0 takes any that is free. */
  readonly bind: BipAddress
  /** The B/IP broadcast address, port 0 in it meaning the own port. Default: that of the subnet, with the own port. */
  readonly broadcast?: BipAddress | undefined
  /** The receive buffer asked for, in octets. The system may grant less; `Bound` tells what it did. */
  readonly receiveBuffer: number
  /** Lets other programs bind the same address and port; only one of them gets a unicast then. Default false. */
  readonly reuseAddress?: boolean
  readonly scheduler: SchedulerLike
  /** The addresses of this host. Default: those that the system tells. */
  readonly interfaces?: () => InterfaceTable
  /** Default: that which it runs on. */
  readonly platform?: NodeJS.Platform
}

/**
 * A UDP port for BACnet/IP, of as many sockets as it takes to hear unicasts and broadcasts and to tell them apart
 * (section 10 of the protocol notes). Cold: each subscription binds it; `Bound` says that it can send and hear. Errors,
 * as the system has it, when an address cannot be bound; once bound, nothing ends it but its user.
 */
export const ipUdpPort =
  <About = unknown>(options: IpUdpPortOptions): IpUdpPort<About> =>
  outbound$ =>
    new Observable<IpUdpEvent<About>>(subscriber => {
      const { bind, broadcast, receiveBuffer, reuseAddress = false, scheduler } = options
      const { interfaces = interfaceTable, platform = process.platform } = options
      const endpoints = bipEndpoints()
      const sockets = new Subscription()
      subscriber.add(sockets)

      const socketOn$ = (address: BipAddress, isShared: boolean): Observable<Socket> =>
        datagramSocket({
          type: 'udp4',
          host: printIpv4(ipOf(address)),
          port: portOf(address),
          isShared,
          receiveBuffer,
        })

      const hear = (socket: Socket, arrival: Arrival, neighboursOf?: Ipv4Subnet): void => {
        socket.on('message', (message: Buffer, { address, port }: RemoteInfo) => {
          const source = endpoints.address(address, port)
          if (neighboursOf !== undefined && !isIn(neighboursOf, source)) return
          subscriber.next({ _tag: 'Received', source, octets: plainView(message), arrival })
        })
      }

      const ear$ = ({ address, neighboursOf }: Ear): Observable<Socket> =>
        socketOn$(address, true).pipe(tap(socket => hear(socket, 'broadcast', neighboursOf)))

      const start = (socket: Socket, first: Addresses, look: () => Addresses): void => {
        const granted = grantedReceiveBuffer(socket, platform)
        const tellBound = (addresses: Addresses): void =>
          subscriber.next({ _tag: 'Bound', local: { ...addresses, receiveBuffer: granted } })
        const sender = datagramSender<BipAddress, Datagram<BipAddress, About>>(
          socket,
          endpoints.endpoint,
          (datagram, why) => subscriber.next({ _tag: 'Unsent', datagram, ...why }),
        )
        sendOutbound({ outbound$, sender, subscriber, sockets, scheduler })
        // Last, as whoever hears of it may send at once.
        tellBound(first)
        const changed$ = changesOf$(first, look, areSameAddresses, scheduler)
        if (first.isWildcard) subscriber.add(changed$.subscribe(tellBound))
        else if (first.mask === undefined) sockets.add(completed$(first, changed$).subscribe(tellBound))
      }

      /** The system does not show the subnet of a link that is down, as it may be when a host starts. */
      const completed$ = (first: Addresses, changed$: Observable<Addresses>): Observable<Addresses> =>
        changed$.pipe(
          take(1),
          switchMap(addresses => {
            const open = new Set(earsOf(first, platform).map(({ address }) => address))
            const missing = earsOf(addresses, platform).filter(({ address }) => !open.has(address))
            return combineLatest([of(addresses), ...missing.map(ear$)])
          }),
          map(([addresses]) => addresses),
          // The link may be down again. It looks before it tries once more.
          retry(),
        )

      const bound$ = socketOn$(bind, reuseAddress).pipe(
        switchMap(socket => {
          const self = bipAddress(ipOf(bind), socket.address().port)
          const look = (): Addresses => addressesOf(self, broadcast, interfaces())
          const addresses = look()
          socket.setBroadcast(true)
          hear(socket, arrivalsAt(addresses, platform))
          return combineLatest([of(socket), ...earsOf(addresses, platform).map(ear$)]).pipe(
            map(() => ({ socket, addresses, look })),
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

const isIn = ({ ip, mask }: Ipv4Subnet, source: BipAddress): boolean => areNeighbours(ipOf(source), ip, mask)
