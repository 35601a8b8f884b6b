import type { IpLinkEvent, IpOutbound, IpStatus } from '../../src/ip/ip-link.js'
import { broadcast, unicast } from '../../src/link/link.js'
import {
  virtualIpNetwork,
  type TappedDatagram,
  type VirtualIpNetwork,
  type VirtualIpNetworkOptions,
  type VirtualIpPortOptions,
} from '../../src/testing/index.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { ms } from '../../src/values/duration.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { bip } from './bvll-vectors.js'
import { portLab, type PortLab, type RunningPort } from './port-lab.js'
import { right } from './right.js'

/** A B/IP port that runs. It hears others as `10.0.1.5:47808`. */
export type RunningIpPort = RunningPort<IpOutbound, IpLinkEvent, IpStatus>

type PortOptions = Omit<VirtualIpPortOptions, 'bind'>

/** A virtual B/IP network with the clock in the hands of the test. */
export type IpLab = PortLab<VirtualIpNetwork, RunningIpPort, PortOptions, TappedDatagram<BipAddress>>

/** Sets up a virtual B/IP network. */
export const ipLab = (options: VirtualIpNetworkOptions = {}): IpLab =>
  portLab<VirtualIpNetwork, PortOptions, IpOutbound, IpLinkEvent, IpStatus>({
    network: scheduler => virtualIpNetwork(scheduler, { latency: ms(1), ...options }),
    port: (network, bind, portOptions) => network.port({ ...portOptions, bind }),
    broadcast,
    unicast: (npdu, to) => unicast(npdu, bip(to)),
    status: ({ told }) => told('Status').at(-1)?.status,
    npdus: ({ told }) => told('Npdu').map(({ npdu, source }) => ({ npdu, source: printBipAddress(source) })),
  })

/** What was tapped, in words: `10.0.1.5:47808 > 10.0.1.255:47808 Original-Broadcast-NPDU`. */
export const inWords = ({ from, to, octets }: { from: BipAddress; to: BipAddress; octets: Uint8Array }): string =>
  `${printBipAddress(from)} > ${printBipAddress(to)} ${right(decodeBvll(octets))._tag}`
