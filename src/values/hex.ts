import * as E from 'fp-ts/lib/Either.js'

const pairs: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** The two lower-case hex digits of one octet. */
export const hexOctet = (octet: number): string => pairs[octet & 0xff] as string

const DIGITS = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0))

const high = (octet: number): number => DIGITS[(octet >>> 4) & 0xf] as number
const low = (octet: number): number => DIGITS[octet & 0xf] as number

/** The twelve lower-case hex digits of six octets, an address: made in one go, as there is one in most frames. */
export const hexOfSix = (a: number, b: number, c: number, d: number, e: number, f: number): string =>
  String.fromCharCode(
    high(a),
    low(a),
    high(b),
    low(b),
    high(c),
    low(c),
    high(d),
    low(d),
    high(e),
    low(e),
    high(f),
    low(f),
  )

/** Octets as lower-case hex without separators, the form in which NPDUs are printed. */
export const toHex = (octets: Uint8Array): string => {
  let text = ''
  for (const octet of octets) text += hexOctet(octet)
  return text
}

/** Reads hex without separators, of either case. */
export const fromHex = (text: string): E.Either<string, Uint8Array> => {
  if (text.length % 2 !== 0) return E.left('hex needs two digits for each octet')
  if (!/^[0-9a-f]*$/i.test(text)) return E.left('hex has only the digits 0-9 and a-f')
  const octets = new Uint8Array(text.length / 2)
  for (let at = 0; at < octets.length; at++) octets[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return E.right(octets)
}
