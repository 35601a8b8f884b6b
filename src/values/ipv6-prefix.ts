import * as E from 'fp-ts/lib/Either.js'
import { parseIpv6, printIpv6, type Ipv6 } from './ipv6.js'

/** All addresses that begin with the same bits as one, or that one alone. */
export interface Ipv6Prefix {
  readonly ip: Ipv6
  /** How many bits that are, 0 to 128. */
  readonly length: number
}

const LONGEST = 128

/** Reads `2001:db8:1::/48`, or `2001:db8::1` for one address alone. */
export const parseIpv6Prefix = (text: string): E.Either<string, Ipv6Prefix> => {
  const [, host = '', digits = String(LONGEST)] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const ip = parseIpv6(host)
  const length = Number(digits)
  return E.isLeft(ip) || length > LONGEST
    ? E.left(`'${text}' is not a prefix such as 2001:db8:1::/48`)
    : E.right({ ip: ip.right, length })
}

/** A prefix as `2001:db8:1::/48`. */
export const printIpv6Prefix = ({ ip, length }: Ipv6Prefix): string => `${printIpv6(ip)}/${length}`

/** Whether an address begins with one of these prefixes. */
export const isAmong6 = (ip: Ipv6, prefixes: readonly Ipv6Prefix[]): boolean =>
  prefixes.some(prefix => haveSamePrefix(ip, prefix.ip, prefix.length))

/** Bits that a hex digit stands for. */
const DIGIT = 4

/** Whether two addresses have the same first `length` bits, 0 to 128: on one link they are neighbours then. */
export const haveSamePrefix = (one: Ipv6, other: Ipv6, length: number): boolean => {
  const digits = Math.floor(length / DIGIT)
  const spare = DIGIT - (length % DIGIT)
  return one.startsWith(other.slice(0, digits)) && digitAt(one, digits) >>> spare === digitAt(other, digits) >>> spare
}

/** 0 beyond the end, where nothing is left to differ. */
const digitAt = (ip: Ipv6, at: number): number => Number.parseInt(ip.charAt(at) || '0', 16)
