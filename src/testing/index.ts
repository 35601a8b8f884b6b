/**
 * For tests of your own application, in virtual time, with nothing real touched:
 *
 * - `marbles`: what goes in and out of links, fake or of a virtual network, drawn as text; `parseMarble`, `runMarble` and
 *   `drawMarble` read such text from a file, test with it and make a picture of it
 * - `virtualNetwork`, `virtualIpNetwork`, `virtualIp6Network`: hubs and nodes of BACnet/SC, and nodes, foreign devices and
 *   BBMDs of BACnet/IP and BACnet/IPv6, inside the process
 * - `virtualInternetwork`: networks of all kinds with routers between them, and a script of faults: partitions, impaired
 *   paths, broken WebSockets, hosts that die or lose their power
 * - `virtualPaths`: what is between the hosts of a virtual network
 * - `virtualClock`: the time of large networks, which stands still until it is told to pass
 *
 * @module rx-bacnet/testing
 */
export type { IpDatagram, IpLocal, IpUdpEvent, IpUdpPort } from '../ip/ip-udp.js'
export type { Ip6Datagram, Ip6Local, Ip6UdpEvent, Ip6UdpPort } from '../ip6/ip6-udp.js'
export { fixedRandom } from './chance/fixed-random.js'
export { mac, vmac } from './marbles/address.js'
export { durationMs } from './time/duration-text.js'
export { fakeLinkOf, type FakeLinkOptions } from './marbles/fake-link.js'
export { heard, iAm, npduOf } from './marbles/heard.js'
export { parseMarble, type MarbleFile, type MarbleStream, type MarbleSubscription } from './marbles/marble-file.js'
export type { MarbleEvent, MarbleLine } from './marbles/marble-line.js'
export { runMarble, type MarbleOperator, type MarbleResult } from './marbles/marble-run.js'
export { drawMarble } from './marbles/marble-svg.js'
export type {
  ExpectMarbles,
  ExpectSubscriptions,
  FakeLinkMarbles,
  MarbleTools,
  MarbleValues,
} from './marbles/marble-tools.js'
export { marbles, type MarbleOptions } from './marbles/marbles.js'
export { overFake, standing } from './marbles/over-fake.js'
export type {
  TappedDatagram,
  VirtualDatagram,
  VirtualFate,
  VirtualInternet,
  VirtualInternetOptions,
  VirtualNatOptions,
  VirtualPortOptions,
} from './sockets/virtual-internet-options.js'
export type {
  TappedDatagram6,
  VirtualDatagram6,
  VirtualFate6,
  VirtualInternet6,
  VirtualInternet6Options,
  VirtualPort6Options,
} from './sockets/virtual-internet6-options.js'
export {
  virtualIp6Network,
  type VirtualIp6Network,
  type VirtualIp6NetworkOptions,
  type VirtualIp6PortOptions,
} from './networks/virtual-ip6-network.js'
export {
  virtualIpNetwork,
  type VirtualIpNetwork,
  type VirtualIpNetworkOptions,
  type VirtualIpPortOptions,
} from './networks/virtual-ip-network.js'
export type {
  CarriedDatagram,
  DatagramFate,
  DatagramLoss,
  TappedOctets,
  VirtualFaults,
  VirtualWayOptions,
} from './sockets/virtual-datagrams.js'
export { virtualNetwork, type VirtualNetwork } from './networks/virtual-network.js'
export type {
  VirtualDeviceOptions,
  VirtualDirectConnections,
  VirtualHubFunction,
  VirtualHubOptions,
  VirtualNetworkOptions,
  VirtualNodeOptions,
} from './networks/virtual-options.js'
export type { Impairment } from './paths/impairment.js'
export { virtualPaths, type Hosts, type Path, type Paths } from './paths/paths.js'
export type { Fate, LossReason } from './sockets/fate.js'
export type { Dialled, Tapped } from './sockets/tapped.js'
export { virtualClock, type VirtualClock } from './time/virtual-clock.js'
export { printFault, type Fault, type ScriptedFault } from './internetwork/fault.js'
export type { FaultsAt, Lasting } from './internetwork/fault-script.js'
export type { HostChange } from './internetwork/host-power.js'
export {
  virtualInternetwork,
  type VirtualInternetwork,
  type VirtualInternetworkOptions,
} from './internetwork/virtual-internetwork.js'
