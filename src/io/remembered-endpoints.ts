import type { Endpoint } from './datagram-sender.js'

/** Turns what sockets know of an address into an address of BACnet, and back. */
export interface Endpoints<Address extends string> {
  readonly address: (host: string, port: number) => Address
  readonly endpoint: (address: Address) => Endpoint
}

/** Addresses that are remembered, each way. When there are more, all are forgotten: strangers may make up any number. */
const MOST = 4096

/** Remembers the addresses met, as most datagrams come from and go to a few. */
export const rememberedEndpoints = <Address extends string>(plain: Endpoints<Address>): Endpoints<Address> => {
  const hosts = new Map<string, Map<number, Address>>()
  const endpoints = new Map<Address, Endpoint>()
  let addresses = 0
  return {
    address: (host, port) => {
      const known = hosts.get(host)?.get(port)
      if (known !== undefined) return known
      if (addresses++ >= MOST) {
        hosts.clear()
        addresses = 1
      }
      const address = plain.address(host, port)
      const ports = hosts.get(host) ?? new Map<number, Address>()
      hosts.set(host, ports.set(port, address))
      return address
    },
    endpoint: address => {
      const known = endpoints.get(address)
      if (known !== undefined) return known
      if (endpoints.size >= MOST) endpoints.clear()
      const endpoint = plain.endpoint(address)
      endpoints.set(address, endpoint)
      return endpoint
    },
  }
}
