import type { Ip6LinkEvent, Ip6Outbound, Ip6Status } from '../../src/ip6/ip6-link.js'
import { broadcast, unicast } from '../../src/link/link.js'
import {
  virtualIp6Network,
  type TappedDatagram,
  type VirtualIp6Network,
  type VirtualIp6NetworkOptions,
  type VirtualIp6PortOptions,
} from '../../src/testing/index.js'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import { parseBip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms } from '../../src/values/duration.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { portLab, type PortLab, type RunningPort } from './port-lab.js'
import { right } from './right.js'

/** A B/IPv6 port that runs. It hears others as their VMACs. */
export type RunningIp6Port = RunningPort<Ip6Outbound, Ip6LinkEvent, Ip6Status>

type PortOptions = Omit<VirtualIp6PortOptions, 'bind'>

/** A virtual B/IPv6 network with the clock in the hands of the test. */
export type Ip6Lab = PortLab<VirtualIp6Network, RunningIp6Port, PortOptions, TappedDatagram<Bip6Address>>

/** Sets up a virtual B/IPv6 network. */
export const ip6Lab = (options: VirtualIp6NetworkOptions = {}): Ip6Lab =>
  portLab<VirtualIp6Network, PortOptions, Ip6Outbound, Ip6LinkEvent, Ip6Status>({
    network: scheduler => virtualIp6Network(scheduler, { latency: ms(1), ...options }),
    port: (network, ip, portOptions) => network.port({ ...portOptions, bind: `[${ip}]` }),
    broadcast,
    unicast: (npdu, to) => unicast(npdu, right(parseBip6Vmac(to))),
    status: ({ told }) => told('Status').at(-1)?.status,
    npdus: ({ told }) => told('Npdu'),
  })

/** What was tapped, in words: `[fd71:0:0:1::7]:47808 > [ff02::bac0]:47808 Original-Broadcast-NPDU`. */
export const inWords6 = (datagram: { from: Bip6Address; to: Bip6Address; octets: Uint8Array }): string =>
  `${printBip6Address(datagram.from)} > ${printBip6Address(datagram.to)} ${right(decodeBvll6(datagram.octets))._tag}`
