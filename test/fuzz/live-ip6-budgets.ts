import type { Pace } from '../../src/limits/pace.js'
import { ip6Of } from '../../src/values/bip6-address.js'
import { bip6 } from './live-ip6-ports.js'
import { must } from './violation.js'

/*
 * What a B/IPv6 port may spend on others, by its paces alone: each address has its own share, whatever port it speaks from
 * and whoever else is in its network of 64 bits.
 */

/** Rounding. */
const ALMOST = 1e-6

/** What is left of a pace, at least. */
const remains = ({ burst, perSecond }: Pace, since: number) => {
  let left = burst
  let at = since
  return {
    spend: (count: number, now: number): void => {
      left = Math.min(burst, left + ((now - at) / 1000) * perSecond) - Math.min(count, burst)
      at = now
    },
    has: (count: number, now: number): boolean =>
      Math.min(burst, left + ((now - at) / 1000) * perSecond) >= Math.min(count, burst) + ALMOST,
  }
}

/** What a port has spent on others. */
export interface Spending {
  /** It has spent that on an address; where it `isFree`, that may have cost nothing. */
  readonly spend: (address: string, count: number, now: number, isFree?: boolean) => void
  /** It has refused to spend that: it must have too little left. */
  readonly expectRefusal: (address: string, count: number, now: number, last: Uint8Array) => void
  /** It has not spent more than it may. */
  readonly expectBounds: (now: number, last: Uint8Array) => void
}

/** Of a port that has spent nothing. */
export const spending = (what: string, each: Pace, inTotal: Pace): Spending => {
  const sums = new Map<string, number>()
  const left = new Map<string, ReturnType<typeof remains>>()
  const leftInTotal = remains(inTotal, 0)

  return {
    spend: (address, count, now, isFree = false) => {
      const host = ip6Of(bip6(address))
      const own = left.get(host) ?? remains(each, 0)
      left.set(host, own)
      for (const one of [own, leftInTotal]) one.spend(count, now)
      if (!isFree) sums.set(host, (sums.get(host) ?? 0) + count)
    },
    expectRefusal: (address, count, now, last) => {
      const own = left.get(ip6Of(bip6(address)))
      const isAllowed = (own?.has(count, now) ?? true) && leftInTotal.has(count, now)
      must(!isAllowed, `refused ${address} ${count} ${what}, which it may have`, last)
    },
    expectBounds: (now, last) => {
      const counts = [...sums.values()]
      const sum = counts.reduce((all, count) => all + count, 0)
      const mostOf = ({ burst, perSecond }: Pace): number => burst + (perSecond * now) / 1000
      must(sum <= mostOf(inTotal), `${sum} ${what}`, last)
      must(Math.max(0, ...counts) <= mostOf(each), `${counts.join()} ${what} of each`, last)
    },
  }
}
