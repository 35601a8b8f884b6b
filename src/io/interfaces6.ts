import { networkInterfaces } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { parseIpv6, type Ipv6 } from '../values/ipv6.js'

/** One IPv6 address of this host. */
export interface Interface6Address {
  /** The name of the interface: `eth0`. */
  readonly name: string
  readonly ip: Ipv6
  /** How many bits of it are those of its link. */
  readonly prefixLength: number
  /** Of the loopback interface, which nobody else reaches. */
  readonly isInternal: boolean
  /** The number of the interface where the system tells it, which it does with a link-local address; else 0. */
  readonly scope: number
}

/** The IPv6 addresses of this host. Of those of one interface that reach as far the oldest is first: others come and go. */
export type Interface6Table = readonly Interface6Address[]

/** Asks the system for them, of interfaces that are up. Empty where it does not say. */
export const interface6Table = (): Interface6Table => {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, found = []]) =>
      oldestFirst(found).flatMap(info => {
        const ip = parseIpv6(info.address)
        return info.family === 'IPv6' && E.isRight(ip)
          ? [{ name, ip: ip.right, prefixLength: lengthIn(info.cidr), isInternal: info.internal, scope: info.scopeid }]
          : []
      }),
    )
  } catch {
    // Some systems forbid the question (Android).
    return []
  }
}

/** Linux has the newest first, such as those that are changed each day for the sake of privacy; others add at the end. */
const oldestFirst = <Info>(found: readonly Info[]): readonly Info[] =>
  process.platform === 'linux' ? [...found].reverse() : found

/** Without a length that makes sense it is alone in its subnet. */
const lengthIn = (cidr: string | null): number => Number(/\/(\d+)$/.exec(cidr ?? '')?.[1] ?? 128)
