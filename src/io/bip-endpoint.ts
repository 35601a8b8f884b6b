import { ipOf, portOf, type BipAddress } from '../values/bip-address.js'
import { hexOctet } from '../values/hex.js'
import { printIpv4 } from '../values/ipv4.js'
import type { Endpoint } from './datagram-sender.js'

/** Turns what sockets know of an address into B/IP addresses, and back. */
export interface BipEndpoints {
  readonly address: (host: string, port: number) => BipAddress
  readonly endpoint: (address: BipAddress) => Endpoint
}

/** Addresses that are remembered, each way. When there are more, all are forgotten: strangers may make up any number. */
const MOST = 4096

/** Remembers the addresses met, as most datagrams come from and go to a few. */
export const bipEndpoints = (): BipEndpoints => {
  const hosts = new Map<string, Map<number, BipAddress>>()
  const endpoints = new Map<BipAddress, Endpoint>()
  let addresses = 0
  return {
    address: (host, port) => {
      const known = hosts.get(host)?.get(port)
      if (known !== undefined) return known
      if (addresses++ >= MOST) {
        hosts.clear()
        addresses = 1
      }
      const address = addressOf(host, port)
      const ports = hosts.get(host) ?? new Map<number, BipAddress>()
      hosts.set(host, ports.set(port, address))
      return address
    },
    endpoint: address => {
      const known = endpoints.get(address)
      if (known !== undefined) return known
      if (endpoints.size >= MOST) endpoints.clear()
      const endpoint = { host: printIpv4(ipOf(address)), port: portOf(address) }
      endpoints.set(address, endpoint)
      return endpoint
    },
  }
}

const addressOf = (host: string, port: number): BipAddress =>
  (host
    .split('.')
    .map(octet => hexOctet(Number(octet)))
    .join('') +
    hexOctet(port >>> 8) +
    hexOctet(port)) as BipAddress
