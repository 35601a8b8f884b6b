import * as E from 'fp-ts/lib/Either.js'
import { BACNET_PORT, parseBipAddress, printBipAddress, type BipAddress } from '../../values/bip-address.js'
import { parseBip6Address, type Bip6Address } from '../../values/bip6-address.js'
import { parseMac, type Mac } from '../../values/mac.js'
import { parseVmac, printVmac, type Vmac } from '../../values/vmac.js'

/**
 * The MAC address of a station of any network, as people write it: `02:00:00:00:00:07` (a VMAC of BACnet/SC),
 * `10.0.1.7:47808` or `10.0.1.7` (B/IP), or the hex digits of any other, such as `000007` (B/IPv6) or `05` (MS/TP).
 *
 * @throws Error for text that is none of these.
 */
export const mac = (text: string): Mac => {
  const found = typeof text === 'string' ? anyAddress(text) : E.left('programs without types may forget to say it')
  if (E.isRight(found)) return found.right as Mac
  throw new Error(`'${text}' is not an address such as 02:00:00:00:00:07, 10.0.1.7:47808 or 05`)
}

const anyAddress = (text: string): E.Either<string, string> => {
  if (text.includes('.')) return parseBipAddress(text, BACNET_PORT)
  return text.includes('-') ? parseVmac(text) : parseMac(text)
}

/**
 * The VMAC of a node of BACnet/SC, as people write it: `02:00:00:00:00:07`.
 *
 * @throws Error for text that is none.
 */
export const vmac = (text: string): Vmac => told(parseVmac(text))

/**
 * A B/IP address, as people write it: `10.0.1.7:47808`, or `10.0.1.7` for that port.
 *
 * @throws Error for text that is none.
 */
export const bip = (text: string): BipAddress => told(parseBipAddress(text, BACNET_PORT))

/**
 * A B/IPv6 address, as people write it: `[fd71:0:0:1::7]:47808`, or `[fd71:0:0:1::7]` for that port.
 *
 * @throws Error for text that is none.
 */
export const bip6 = (text: string): Bip6Address => told(parseBip6Address(text, BACNET_PORT))

const told = <Address>(found: E.Either<string, Address>): Address => {
  if (E.isRight(found)) return found.right
  throw new Error(found.left)
}

/** An address for people. Six octets are taken for those of B/IP where they end with one of its usual ports. */
export const printAddress = (hex: string): string => {
  if (!/^[0-9a-f]{12}$/u.test(hex)) return hex
  return /bac[0-9a-f]$/u.test(hex) ? printBipAddress(hex as BipAddress) : printVmac(hex as Vmac)
}
