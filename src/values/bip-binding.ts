import * as E from 'fp-ts/lib/Either.js'
import { ipOf, parseBipAddress, portOf, printBipAddress, type BipAddress } from './bip-address.js'
import { ANY_IPV4, isHost, printIpv4 } from './ipv4.js'

/**
 * Reads what a port is bound to: one address of this host or 0.0.0.0 for all of them, and a port, or 0 for one that is
 * free; `port` is for text without one.
 */
export const parseBind = (text: string, port?: number): E.Either<string, BipAddress> => {
  const address = parseBipAddress(text, port)
  if (E.isLeft(address)) return address
  const ip = ipOf(address.right)
  return ip === ANY_IPV4 || isHost(ip) ? address : E.left(`'${text}' cannot be the address of a host`)
}

/** Reads where broadcasts go: `10.0.1.255:47808`, or `10.0.1.255` for the own port, as which it has port 0. */
export const parseBroadcast = (text: string): E.Either<string, BipAddress> => {
  const address = parseBipAddress(text, 0)
  if (E.isLeft(address)) return address
  const isReserved = ipOf(address.right) >>> 24 === 0 || (portOf(address.right) === 0 && text.includes(':'))
  return isReserved ? E.left(`'${text}' cannot be a broadcast address`) : address
}

/** What {@link parseBroadcast} reads. */
export const printBroadcast = (address: BipAddress): string =>
  portOf(address) === 0 ? printIpv4(ipOf(address)) : printBipAddress(address)
