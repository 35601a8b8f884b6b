/**
 * For tests of your own application: hubs and nodes of BACnet/SC, nodes, foreign devices and BBMDs of BACnet/IP, on a network
 * inside the process, in virtual time.
 *
 * @module rx-bacnet/testing
 */
export type { IpDatagram, IpLocal, IpUdpEvent, IpUdpPort } from '../ip/ip-udp.js'
export { fixedRandom } from './fixed-random.js'
export type {
  TappedDatagram,
  VirtualDatagram,
  VirtualInternet,
  VirtualInternetOptions,
  VirtualNatOptions,
  VirtualPortOptions,
} from './virtual-internet-options.js'
export {
  virtualIpNetwork,
  type VirtualIpNetwork,
  type VirtualIpNetworkOptions,
  type VirtualIpPortOptions,
} from './virtual-ip-network.js'
export { virtualNetwork, type VirtualNetwork } from './virtual-network.js'
export type {
  VirtualDeviceOptions,
  VirtualDirectConnections,
  VirtualHubFunction,
  VirtualHubOptions,
  VirtualNetworkOptions,
  VirtualNodeOptions,
} from './virtual-options.js'
export type { Tapped } from './virtual-sockets.js'
