/**
 * For tests of your own application, in virtual time, with nothing real touched:
 *
 * - `marbles`: what goes in and out of links, fake or of a virtual network, drawn as text; `parseMarble`, `runMarble` and
 *   `drawMarble` read such text from a file, test with it and make a picture of it
 * - `virtualNetwork`, `virtualIpNetwork`, `virtualIp6Network`: hubs and nodes of BACnet/SC, and nodes, foreign devices and
 *   BBMDs of BACnet/IP and BACnet/IPv6, inside the process
 * - `virtualInternetwork`: networks of all kinds with routers between them, and a script of faults: partitions, impaired
 *   paths, broken WebSockets, hosts that die or lose their power
 * - `virtualWebSockets`, `virtualInternet`, `virtualInternet6`: bare WebSockets, clients and servers, and bare UDP ports, of
 *   exactly the types of the real ones, for what speaks no BACnet, or speaks it wrongly
 * - `virtualPaths`: what is between the hosts of a virtual network
 * - `virtualClock`: the time of large networks, which stands still until it is told to pass
 *
 * What comes out of any of these is cold unless it says otherwise. Times are in milliseconds on the clock of the scheduler;
 * a duration is text such as `'30s'`, or a `Duration`. What a test says wrongly is thrown as an `Error` that says what is
 * wrong, as soon as it is known.
 *
 * @module rx-bacnet/testing
 */
export type { Arrival, Datagram } from '../bvll/udp.js'
export type { IpDatagram, IpLocal, IpUdpEvent, IpUdpPort } from '../ip/ip-udp.js'
export type { Ip6Datagram, Ip6Local, Ip6UdpEvent, Ip6UdpPort } from '../ip6/ip6-udp.js'
export {
  CloseCode,
  Subprotocol,
  type AcceptedSocket,
  type CloseSocket,
  type Server,
  type ServerEvent,
  type Socket,
  type SocketEvent,
  type SocketOutput,
} from '../sc/connection/socket.js'
export type { BipAddress } from '../values/bip-address.js'
export type { Bip6Address } from '../values/bip6-address.js'
export { frameMessage, messageOf, type WebSocketFrame } from '../wire/web-socket-frame.js'
export { fixedRandom } from './chance/fixed-random.js'
export { durationMs } from './time/duration-text.js'
export { virtualClock, type VirtualClock } from './time/virtual-clock.js'
export type { Hosts } from './paths/hosts.js'
export type { Impairment } from './paths/impairment.js'
export { virtualPaths, type Path, type Paths } from './paths/paths.js'
export type { Fate, MessageFate, MessageLoss, SentMessage } from './sockets/fate.js'
export type { Dialled, TappedWebSocket } from './sockets/tapped.js'
export type {
  DatagramFate,
  DatagramFaults,
  DatagramLoss,
  SentDatagram,
  TappedDatagram,
  VirtualDatagram,
  VirtualWayOptions,
} from './sockets/virtual-datagrams.js'
export type {
  VirtualInternet,
  VirtualInternetOptions,
  VirtualNatOptions,
  VirtualPortOptions,
} from './sockets/virtual-internet-options.js'
export { virtualInternet } from './sockets/virtual-internet.js'
export type {
  VirtualInternet6,
  VirtualInternet6Options,
  VirtualPort6Options,
} from './sockets/virtual-internet6-options.js'
export { virtualInternet6 } from './sockets/virtual-internet6.js'
export {
  virtualWebSockets,
  type VirtualServerOptions,
  type VirtualWebSockets,
  type VirtualWebSocketsOptions,
} from './sockets/virtual-web-sockets.js'
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
export { virtualNetwork, type VirtualNetwork } from './networks/virtual-network.js'
export type {
  VirtualDeviceOptions,
  VirtualDirectConnections,
  VirtualHubFunction,
  VirtualHubOptions,
  VirtualNetworkOptions,
  VirtualNodeOptions,
} from './networks/virtual-options.js'
export type { Fault, ScriptedFault } from './internetwork/fault.js'
export type { FaultsAt, Lasting } from './internetwork/fault-script.js'
export type { HostChange } from './internetwork/host-power.js'
export { printFault } from './internetwork/print-fault.js'
export {
  virtualInternetwork,
  type VirtualInternetwork,
  type VirtualInternetworkOptions,
} from './internetwork/virtual-internetwork.js'
export { bip, bip6, mac, vmac } from './marbles/address.js'
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
