import { ipOf, portOf, type BipAddress } from '../values/bip-address.js'
import { hexOctet } from '../values/hex.js'
import { printIpv4 } from '../values/ipv4.js'
import { rememberedEndpoints, type Endpoints } from './remembered-endpoints.js'

/** B/IP addresses as sockets have them. */
export const bipEndpoints = (): Endpoints<BipAddress> =>
  rememberedEndpoints({
    address: addressOf,
    endpoint: address => ({ host: printIpv4(ipOf(address)), port: portOf(address) }),
  })

const addressOf = (host: string, port: number): BipAddress =>
  (host
    .split('.')
    .map(octet => hexOctet(Number(octet)))
    .join('') +
    hexOctet(port >>> 8) +
    hexOctet(port)) as BipAddress
