import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { hexOctet } from '../values/hex.js'
import { u16, u8 } from './octets.js'

/** So many VMACs, and so many addresses, have their texts kept, for all ports of the process together: about 600 KB at most. */
const KEPT = 4096

const numbers = new Int32Array(KEPT).fill(-1)
const texts: Bip6Vmac[] = new Array<Bip6Vmac>(KEPT).fill('' as Bip6Vmac)

/**
 * The VMAC at `at`. All datagrams of a station share one text, which is compared by identity and hashed once: each
 * datagram has its VMACs compared and looked up. The place of one is taken by the next that has the same last digits.
 */
export const bip6VmacAt = (octets: Uint8Array, at: number): Bip6Vmac => {
  const number = (u8(octets, at) << 16) | u16(octets, at + 1)
  const place = number % KEPT
  if (numbers[place] !== number) {
    numbers[place] = number
    texts[place] = (hexOctet(number >>> 16) + hexOctet(number >>> 8) + hexOctet(number)) as Bip6Vmac
  }
  return texts[place] as Bip6Vmac
}

const ADDRESS_LENGTH = 18
const DIGITS = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0))
const codes: number[] = new Array<number>(2 * ADDRESS_LENGTH).fill(0)

const addressOctets = new Uint8Array(KEPT * ADDRESS_LENGTH)
const addressTexts: Bip6Address[] = new Array<Bip6Address>(KEPT).fill('0'.repeat(2 * ADDRESS_LENGTH) as Bip6Address)

/** The B/IPv6 address at `at`; as with VMACs, all datagrams that name a station share one text. */
export const bip6AddressAt = (octets: Uint8Array, at: number): Bip6Address => {
  const place = placeOf(octets, at)
  const kept = place * ADDRESS_LENGTH
  const known = addressTexts[place] as Bip6Address
  if (isKept(octets, at, kept)) return known
  for (let index = 0; index < ADDRESS_LENGTH; index++) addressOctets[kept + index] = u8(octets, at + index)
  const text = addressText(octets, at)
  addressTexts[place] = text
  return text
}

/** Hosts of a link differ in the last octets of their addresses, and links in those before the middle. */
const placeOf = (octets: Uint8Array, at: number): number =>
  (u16(octets, at + 14) ^ u16(octets, at + 12) ^ (u16(octets, at + 6) << 5) ^ u16(octets, at + 16)) % KEPT

const isKept = (octets: Uint8Array, at: number, kept: number): boolean => {
  for (let index = ADDRESS_LENGTH - 1; index >= 0; index--) {
    if (octets[at + index] !== addressOctets[kept + index]) return false
  }
  return true
}

/** Made in one go: a text of joined parts would be joined anew wherever it is looked at. */
const addressText = (octets: Uint8Array, at: number): Bip6Address => {
  for (let index = 0; index < ADDRESS_LENGTH; index++) {
    const octet = u8(octets, at + index)
    codes[2 * index] = DIGITS[octet >>> 4] as number
    codes[2 * index + 1] = DIGITS[octet & 0xf] as number
  }
  return String.fromCharCode(...codes) as Bip6Address
}
