import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { hexOctet } from '../values/hex.js'
import { u16, u8 } from './octets.js'

/** VMACs whose texts are kept, for all ports of the process together: about 200 KB at most. A text is the same to each. */
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

/** The B/IPv6 address at `at`, made in one go: a text of joined parts would be joined anew wherever it is looked at. */
export const bip6AddressAt = (octets: Uint8Array, at: number): Bip6Address => {
  for (let index = 0; index < ADDRESS_LENGTH; index++) {
    const octet = u8(octets, at + index)
    codes[2 * index] = DIGITS[octet >>> 4] as number
    codes[2 * index + 1] = DIGITS[octet & 0xf] as number
  }
  return String.fromCharCode(...codes) as Bip6Address
}
