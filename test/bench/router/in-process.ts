import { asyncScheduler, NEVER, Observable, type Subscriber } from 'rxjs'
import { systemRandom } from '../../../src/io/random.js'
import { ipLimits } from '../../../src/ip/ip-limits.js'
import type { IpOutbound } from '../../../src/ip/ip-link.js'
import type { IpUdpEvent } from '../../../src/ip/ip-udp.js'
import { ipLink } from '../../../src/ip/port.js'
import type { OutboundNpdu } from '../../../src/link/link.js'
import type { NetworkLink, NetworkLinkEvent } from '../../../src/network/link/network-link.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import { Subprotocol, type SocketEvent } from '../../../src/sc/connection/socket.js'
import { valueOf } from '../../../src/transport/configuration.js'
import { ordinaryNode } from '../../../src/transport/ip-roles.js'
import { router } from '../../../src/transport/router.js'
import { scNode } from '../../../src/transport/sc-node.js'
import { parseStation } from '../../../src/values/bip-address.js'
import type { Mac } from '../../../src/values/mac.js'
import { encodeBvll } from '../../../src/wire/bvll-encode.js'
import { codecRate, type CodecRate, type EndingWork, type Messages } from '../codec-rate.js'
import { vmacOf } from '../client/frames.js'
import { connectAccept, passedOn } from './hub-frames.js'
import { NETWORKS, routedNpdu } from './load.js'
import { macOf } from '../../support/mac.js'

const OCTETS = 40

const station = (index: number): string => `0a00${index.toString(16).padStart(4, '0')}bac0`

const npdu: Messages = index => routedNpdu(station(index), OCTETS)

/** A link of a router that hears what it is given, and counts what it is to send to one station. */
interface Tried<Event> {
  readonly link: NetworkLink
  readonly hear: (event: Event) => void
  readonly sent: () => number
}

const isUnicast = (outbound: IpOutbound | OutboundNpdu<Mac> | undefined): boolean =>
  outbound?._tag === 'Npdu' && outbound.destination !== 'broadcast'

/** A link with nothing under it. */
const bareLink = (mac: string): Tried<NetworkLinkEvent> => {
  let subscriber: Subscriber<NetworkLinkEvent> | undefined
  let sent = 0
  const duplex: NetworkLink['duplex'] = outbound$ =>
    new Observable(to => {
      subscriber = to
      to.add(outbound$.subscribe(outbound => (sent += Number(isUnicast(outbound)))))
      to.next({ _tag: 'Standing', standing: { mac: macOf(mac), isUp: true, maxNpduLength: 1497 } })
    })
  return {
    link: { macLength: 6, tooLong: undefined, duplex },
    hear: event => subscriber?.next(event),
    sent: () => sent,
  }
}

/** A B/IP port without sockets. */
const socketlessIp = (bind: string): Tried<IpUdpEvent<IpOutbound>> => {
  let subscriber: Subscriber<IpUdpEvent<IpOutbound>> | undefined
  let sent = 0
  const address = valueOf('bind', parseStation(bind))
  const local = { address, own: new Set([address]), broadcast: undefined, mask: undefined, isWildcard: false }
  const link = ipLink({
    udp: outbound$ =>
      new Observable(to => {
        subscriber = to
        to.add(outbound$.subscribe(({ about }) => (sent += Number(isUnicast(about)))))
        to.next({ _tag: 'Bound', local: { ...local, receiveBuffer: 0 } })
      }),
    role: ordinaryNode(),
    limits: ipLimits(),
    allocate: length => Buffer.allocUnsafe(length),
    scheduler: asyncScheduler,
    random: systemRandom,
  })
  return { link: overIp(link), hear: event => subscriber?.next(event), sent: () => sent }
}

/** A BACnet/SC node without sockets, which has joined its hub. */
const socketlessSc = (): Pick<Tried<SocketEvent>, 'link' | 'hear'> => {
  let subscriber: Subscriber<SocketEvent> | undefined
  const link = scNode({
    primaryHub: 'ws://hub.example',
    allowPlaintext: true,
    givesViews: true,
    warn: () => undefined,
    dial: () => () => outbound$ =>
      new Observable(to => {
        subscriber = to
        to.add(
          outbound$.subscribe(output => {
            if (output instanceof Uint8Array) to.next({ _tag: 'Message', octets: connectAccept(output) })
          }),
        )
        to.next({ _tag: 'Open', subprotocol: Subprotocol.HUB })
      }),
  })
  return { link: overSc(link), hear: event => subscriber?.next(event) }
}

/** A router between two links: whether one more has left through the second, as a number, for what the first hears. */
const between = (
  from: NetworkLink,
  { link, sent }: Pick<Tried<never>, 'link' | 'sent'>,
  hear: (octets: Uint8Array) => void,
): EndingWork => {
  const ports = [
    { name: 'from', link: from, network: NETWORKS.from },
    { name: 'to', link, network: NETWORKS.to },
  ]
  const running = NEVER.pipe(router({ ports })).subscribe()
  let before = 0
  return {
    work: octets => {
      hear(octets)
      const more = sent() - before
      before += more
      return more
    },
    end: () => running.unsubscribe(),
  }
}

const SOURCE = macOf(station(0xff))
const PEER = valueOf('peer', parseStation('10.0.0.99:47808'))

const alone = (): EndingWork => {
  const { link, hear } = bareLink(station(0xfe))
  return between(link, bareLink(station(0xfd)), octets =>
    hear({ _tag: 'Npdu', npdu: octets, source: SOURCE, destination: 'unicast', via: 'original', dataOptions: [] }),
  )
}

const ipToIp = (): EndingWork => {
  const { link, hear } = socketlessIp('10.9.0.1:47808')
  return between(link, socketlessIp('10.8.0.1:47808'), octets =>
    hear({ _tag: 'Received', source: PEER, octets, arrival: 'unicast' }),
  )
}

const scToIp = (): EndingWork => {
  const { link, hear } = socketlessSc()
  return between(link, socketlessIp('10.8.0.1:47808'), octets => hear({ _tag: 'Message', octets }))
}

/** A router without sockets: by itself, and with the data links. */
export const routerRates: readonly CodecRate[] = [
  codecRate('router: NPDU decoded, decided about, encoded', 1, npdu, alone),
  codecRate(
    'router: IP to IP without sockets',
    0.5,
    index => encodeBvll({ _tag: 'Original-Unicast-NPDU', npdu: npdu(index) }),
    ipToIp,
  ),
  codecRate('router: SC to IP without sockets', 0.5, index => passedOn(npdu(index), vmacOf(index), index), scToIp),
]
