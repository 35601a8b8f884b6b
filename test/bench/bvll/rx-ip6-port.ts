import { map } from 'rxjs'
import { steadyScheduler } from '../../../src/io/clock.js'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { systemRandom } from '../../../src/io/random.js'
import { ip6UdpPort } from '../../../src/io/udp6.js'
import { ip6Limits } from '../../../src/ip6/ip6-limits.js'
import type { Ip6Link, Ip6Outbound } from '../../../src/ip6/ip6-link.js'
import type { Ip6UdpEvent, Ip6UdpPort } from '../../../src/ip6/ip6-udp.js'
import { ip6Link } from '../../../src/ip6/port6.js'
import { valueOf } from '../../../src/transport/configuration.js'
import { ip6Port } from '../../../src/transport/ip6-port.js'
import { bbmd6 } from '../../../src/transport/ip6-roles.js'
import { parseBip6Address } from '../../../src/values/bip6-address.js'
import { BACNET_GROUP } from '../../../src/values/bip6-group.js'
import { instanceBip6Vmac } from '../../../src/values/bip6-vmac.js'
import { NO_LIMIT } from '../server/listener.js'
import { PORT_INSTANCE, sinkInstance } from './ip6-wire.js'
import type { StartPort } from './port-under-test.js'
import { openLink } from './rx-link.js'
import { isForeign, RECEIVE_BUFFER } from './traffic.js'

/** Our B/IPv6 port, as anybody would open it. */
export const rxIp6Port: StartPort = ({ kind, host, sinks }, heard) => {
  const bind = `[${host}]:0`
  const link = kind === 'fan-out' ? bbmdLink(bind, sinks) : nodeLink(bind)
  const destinations = sinks.map((_, sink) => valueOf('sink', instanceBip6Vmac(sinkInstance(sink))))
  return openLink(link, destinations, heard)
}

const nodeLink = (bind: string): Ip6Link =>
  ip6Port({ bind, deviceInstance: PORT_INSTANCE, receiveBuffer: RECEIVE_BUFFER })

/** All foreign devices are of one host here, and there is no multicast. */
const bbmdLink = (bind: string, sinks: readonly Endpoint[]): Ip6Link => {
  const bdt = sinks.filter((_, sink) => !isForeign(sink, sinks.length)).map(print)
  const policy = { maxPerAddress: sinks.length, copiesPerAddress: NO_LIMIT, copiesInTotal: NO_LIMIT }
  return ip6Link({
    udp: hearingMulticasts(
      ip6UdpPort({
        bind: valueOf('bind', parseBip6Address(bind)),
        group: BACNET_GROUP,
        receiveBuffer: RECEIVE_BUFFER,
        scheduler: steadyScheduler,
      }),
    ),
    role: bbmd6({ bdt, policy }),
    vmac: valueOf('vmac', instanceBip6Vmac(PORT_INSTANCE)),
    limits: ip6Limits(),
    allocate: length => Buffer.allocUnsafe(length),
    scheduler: steadyScheduler,
    random: systemRandom,
  })
}

const ORIGINAL_BROADCAST = 0x02

/** Takes an Original-Broadcast-NPDU, which comes by unicast here, for the multicast that a BBMD forwards. */
const hearingMulticasts =
  (udp: Ip6UdpPort<Ip6Outbound>): Ip6UdpPort<Ip6Outbound> =>
  outbound$ =>
    udp(outbound$).pipe(
      map((event): Ip6UdpEvent<Ip6Outbound> =>
        event._tag === 'Received' && event.octets[1] === ORIGINAL_BROADCAST
          ? { ...event, arrival: 'broadcast' }
          : event,
      ),
    )

const print = ({ host, port }: Endpoint): string => `[${host}]:${port}`
