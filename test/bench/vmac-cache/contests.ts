import { VirtualTimeScheduler } from 'rxjs'
import { isLearnable, type OwnBip6 } from '../../../src/ip6/vmac-binding.js'
import { vmacCache, type VmacCache } from '../../../src/ip6/vmac-cache.js'
import type { Bip6Address } from '../../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../../src/values/bip6-vmac.js'
import { frameBatches } from './frames.js'
import { addressOf, shuffled, vmacOf } from './stations.js'

/** As many pairs as a cache has by default. */
export const ENTRIES = 4096

const OPERATIONS = 100_000
const CACHES = 8

/** Makes ready; what it returns is measured, and gives how much has been done. */
export type Batch = () => () => number

/** The cache and a plain `Map` of as many entries, at the same work. */
export interface Contest {
  readonly ours: Batch
  readonly baseline: Batch
}

/** A pair that the cache is told, in its turn. */
interface Pair {
  readonly vmac: Bip6Vmac
  readonly address: Bip6Address
}

const own: OwnBip6 = {
  claims: vmac => vmac === 'ffffff',
  isAt: address => address === addressOf(0xffffffff),
  isOnLoopback: () => false,
}

let told = 0

const filledCache = (clock: VirtualTimeScheduler): VmacCache => {
  const cache = vmacCache({
    mayLearn: (vmac, address) => isLearnable(vmac, address, own),
    scheduler: clock,
    tell: () => {
      told++
    },
  })
  for (let each = 0; each < ENTRIES; each++) cache.learn(vmacOf(each), addresses[each] as Bip6Address)
  return cache
}

/** In memory once, as a socket remembers whom it has heard. */
const addresses = Array.from({ length: 2 * ENTRIES }, (_, index) => addressOf(index))

const filledMap = (): Map<Bip6Vmac, Bip6Address> =>
  new Map(Array.from({ length: ENTRIES }, (_, each) => [vmacOf(each), addresses[each] as Bip6Address]))

/** The same work again and again, on pairs that are made ready beforehand. */
const repeated =
  (pairs: () => readonly Pair[], work: (pair: Pair) => unknown): Batch =>
  () => {
    const all = pairs()
    return () => {
      let done = 0
      for (const pair of all) if (work(pair) !== undefined) done++
      return done
    }
  }

const order = shuffled(ENTRIES)

const pairsOf =
  (numbers: (index: number) => { readonly instance: number; readonly address: Bip6Address }) => (): readonly Pair[] =>
    Array.from({ length: OPERATIONS }, (_, index) => {
      const { instance, address } = numbers(index)
      return { vmac: vmacOf(instance), address }
    })

const known = pairsOf(index => ({ instance: order(index), address: addresses[order(index)] as Bip6Address }))

/** Each station is now here and now there. */
const moving = (): (() => readonly Pair[]) => {
  let moves = 0
  return pairsOf(index => {
    const station = order(index)
    const isAway = Math.floor(moves++ / ENTRIES) % 2 === 0
    return { instance: station, address: addresses[station + (isAway ? ENTRIES : 0)] as Bip6Address }
  })
}

const strangers = (): (() => readonly Pair[]) => {
  let last = ENTRIES
  return pairsOf(() => {
    last = last >= 0x3ffffe ? 0 : last + 1
    return { instance: last, address: addressOf(last) }
  })
}

const seenAgain = (): Contest => {
  const cache = filledCache(new VirtualTimeScheduler())
  const map = filledMap()
  return {
    ours: repeated(known, ({ vmac, address }) => cache.learn(vmac, address)),
    baseline: repeated(known, ({ vmac, address }) => (map.get(vmac) === address ? map : map.set(vmac, address))),
  }
}

const looks = (): Contest => {
  const cache = filledCache(new VirtualTimeScheduler())
  const map = filledMap()
  return {
    ours: repeated(known, ({ vmac }) => cache.addressOf(vmac)),
    baseline: repeated(known, ({ vmac }) => map.get(vmac)),
  }
}

const moved = (): Contest => {
  const cache = filledCache(new VirtualTimeScheduler())
  const map = filledMap()
  return {
    ours: repeated(moving(), ({ vmac, address }) => cache.learn(vmac, address)),
    baseline: repeated(moving(), ({ vmac, address }) => map.set(vmac, address)),
  }
}

/** The `Map` is told which one is the oldest. */
const churn = (): Contest => {
  const cache = filledCache(new VirtualTimeScheduler())
  const map = filledMap()
  const ring = Array.from(map.keys())
  let at = 0
  const replace = ({ vmac, address }: Pair): unknown => {
    map.delete(ring[at] as Bip6Vmac)
    ring[at] = vmac
    at = (at + 1) % ENTRIES
    return map.set(vmac, address)
  }
  return {
    ours: repeated(strangers(), ({ vmac, address }) => cache.learn(vmac, address)),
    baseline: repeated(strangers(), replace),
  }
}

const ageing = (): Contest => ({
  ours: () => {
    const clocks = Array.from({ length: CACHES }, () => new VirtualTimeScheduler())
    clocks.forEach(filledCache)
    return () => {
      const before = told
      for (const clock of clocks) clock.flush()
      return told - before
    }
  },
  baseline: () => {
    const maps = Array.from({ length: CACHES }, filledMap)
    return () => {
      let done = 0
      for (const map of maps) for (const vmac of map.keys()) if (map.delete(vmac)) done++
      return done
    }
  },
})

const frames = (): Contest => ({ ours: frameBatches(ENTRIES), baseline: frameBatches(1) })

/** What is measured, each in a process of its own. */
export const contests = { seenAgain, looks, moved, churn, ageing, frames } satisfies Record<string, () => Contest>

/** Its names. */
export type ContestName = keyof typeof contests
