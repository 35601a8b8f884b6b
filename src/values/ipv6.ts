import * as E from 'fp-ts/lib/Either.js'
import type { Brand } from './brand.js'
import { hexOctet } from './hex.js'
import { ipv4, parseIpv4, printIpv4 } from './ipv4.js'

/**
 * An IPv6 address, as the 32 lower-case hex digits of its sixteen octets. The zone in which a link-local address is
 * meant (`%eth0`) is known only to a host and never part of it.
 */
export type Ipv6 = Brand<string, 'Ipv6'>

/** No address: of a socket, all of its host. `::` */
export const ANY_IPV6: Ipv6 = '0'.repeat(32) as Ipv6

const GROUPS = 8

/**
 * Reads an address as RFC 4291 has it: `2001:db8::1`, with the last 32 bits also as `::ffff:192.0.2.1`, in either case.
 * Zones are refused: {@link splitZone} takes them off.
 */
export const parseIpv6 = (text: string): E.Either<string, Ipv6> => {
  const [head = [], tail, ...others] = withoutDots(text).split('::').map(groupsIn)
  const given = [...head, ...(tail ?? [])]
  const isWhole = tail === undefined ? given.length === GROUPS : given.length < GROUPS && others.length === 0
  if (!isWhole || !given.every(group => /^[0-9a-f]{1,4}$/i.test(group))) {
    return E.left(`'${text}' is not an IPv6 address such as 2001:db8::1`)
  }
  const zeros = Array.from({ length: GROUPS - given.length }, () => '0')
  const groups = [...head, ...zeros, ...(tail ?? [])].map(group => group.padStart(4, '0'))
  return E.right(groups.join('').toLowerCase() as Ipv6)
}

const groupsIn = (text: string): readonly string[] => (text === '' ? [] : text.split(':'))

/** The text with the IPv4 address at its end, if there is one, as two groups. */
const withoutDots = (text: string): string => {
  const at = text.lastIndexOf(':') + 1
  const ip = at > 0 ? parseIpv4(text.slice(at)) : undefined
  return ip === undefined || E.isLeft(ip)
    ? text
    : `${text.slice(0, at)}${(ip.right >>> 16).toString(16)}:${(ip.right & 0xffff).toString(16)}`
}

/** What an IPv4 address begins with that is written as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED = '00000000000000000000ffff'

/** An address as RFC 5952 wants it: `2001:db8::1`, and `::ffff:192.0.2.1` where it is an IPv4 address. */
export const printIpv6 = (ip: Ipv6): string => {
  if (ip.startsWith(MAPPED)) return `::ffff:${printIpv4(ipv4(Number.parseInt(ip.slice(MAPPED.length), 16)))}`
  const groups = Array.from({ length: GROUPS }, (_, at) => ip.slice(4 * at, 4 * at + 4).replace(/^0{1,3}/, ''))
  const { from, to } = longestZeros(groups)
  return to - from < 2 ? groups.join(':') : `${groups.slice(0, from).join(':')}::${groups.slice(to).join(':')}`
}

/** The longest run of groups that are zero; of equals the first. */
const longestZeros = (groups: readonly string[]): { readonly from: number; readonly to: number } => {
  let longest = { from: 0, to: 0 }
  let from = 0
  groups.forEach((group, at) => {
    if (group !== '0') from = at + 1
    else if (at + 1 - from > longest.to - longest.from) longest = { from, to: at + 1 }
  })
  return longest
}

/** The octets of an address, of which there must be sixteen. */
export const ipv6 = (octets: Uint8Array): Ipv6 => Array.from(octets, hexOctet).join('') as Ipv6

/** An address in text, and the zone that was in it. */
export interface Zoned {
  readonly text: string
  readonly zone: string | undefined
}

/** Takes the zone out of `fe80::1%eth0` or `[fe80::1%eth0]:47808`. Text with an empty zone keeps it, and is refused. */
export const splitZone = (text: string): Zoned => {
  const [, before, zone, after = ''] = /^([^%]*)%([^\]]+)(\].*)?$/.exec(text) ?? []
  return before === undefined ? { text, zone: undefined } : { text: before + after, zone }
}
