import type { SchedulerLike } from 'rxjs'
import { alarm } from '../machine/alarm.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { ms, seconds, type Duration } from '../values/duration.js'
import { ageOrder, type Aged } from '../limits/age-order.js'

/** A VMAC and where it is. */
export interface VmacPair {
  readonly vmac: Bip6Vmac
  readonly address: Bip6Address
}

/** What a VMAC cache needs. */
export interface VmacCacheOptions {
  /** How long a pair stays that is not seen again. Default 300 s. */
  readonly ttl?: Duration
  /** The most pairs, at least 1; then the one that was not seen for the longest time makes room. Default 4096. */
  readonly maxEntries?: number
  /** Whether a pair may be learned at all. It is asked only about those that are news. */
  readonly mayLearn: (vmac: Bip6Vmac, address: Bip6Address) => boolean
  readonly scheduler: SchedulerLike
  readonly tell: (change: VmacCacheChange) => void
}

/** What has become of a pair. One that is seen again is no news. */
export type VmacCacheChange =
  | (VmacPair & { readonly state: 'learned' })
  /** It has taken the place of an older pair with its VMAC, of one with its address, or of both. */
  | (VmacPair & { readonly state: 'changed'; readonly replaced: readonly VmacPair[] })
  /** It was not seen for the time to live. */
  | (VmacPair & { readonly state: 'expired' })
  /** It made room for another. */
  | (VmacPair & { readonly state: 'dropped' })
  /** Nothing could be sent there, or it must not be known any more. */
  | (VmacPair & { readonly state: 'forgotten' })

/** A pair as it is read by others. */
export interface VmacCacheEntry extends VmacPair {
  /** How long ago it was last seen. */
  readonly age: Duration
}

/**
 * Which VMAC is at which address (clause U.5, section 5 of the protocol notes): one address for a VMAC, and one VMAC
 * for an address.
 *
 * Ageing costs a frame or a look nothing but noting the time: one timer wakes when the oldest pair is due. What it
 * finds overdue is gone; where the timer is late, because its host was busy, a pair may be found a little longer.
 */
export interface VmacCache {
  /**
   * Notes that a VMAC was seen at an address. Newer information always counts; whether it may be known is the answer.
   */
  readonly learn: (vmac: Bip6Vmac, address: Bip6Address) => boolean
  /** Where a VMAC is; `undefined` when it must be asked for. */
  readonly addressOf: (vmac: Bip6Vmac) => Bip6Address | undefined
  /** Which VMAC is there. */
  readonly vmacOf: (address: Bip6Address) => Bip6Vmac | undefined
  /** Removes the pair with an address to which nothing could be sent; whether there was one. */
  readonly forget: (address: Bip6Address) => boolean
  /** Removes all. */
  readonly forgetAll: () => void
  /** Removes all that may not be learned any more: the own VMAC or the own addresses are others now. */
  readonly reconsider: () => void
  /** All pairs as they are now, the one not seen for the longest time first. */
  readonly entries: () => readonly VmacCacheEntry[]
  readonly size: () => number
  /** Ends it: empty, silent, and no timer runs. */
  readonly close: () => void
}

interface Entry extends VmacPair, Aged<Entry> {
  seen: number
}

/** How long a pair stays that is not seen again, by default. */
export const VMAC_TTL: Duration = seconds(300)

/** The most pairs, by default. */
export const MAX_VMACS = 4096

/** An empty cache. */
export const vmacCache = ({
  ttl = VMAC_TTL,
  maxEntries = MAX_VMACS,
  mayLearn,
  scheduler,
  tell,
}: VmacCacheOptions): VmacCache => {
  const byVmac = new Map<Bip6Vmac, Entry>()
  const byAddress = new Map<Bip6Address, Entry>()
  const order = ageOrder<Entry>()

  /** Whoever hears of a change may use the cache, and cause others; they are told in their order. */
  const news: VmacCacheChange[] = []

  const tellAll = (): void => {
    for (let change = news.shift(); change !== undefined; change = news.shift()) tell(change)
  }

  const expire = (): void => {
    const now = scheduler.now()
    for (let entry = order.oldest(); entry !== undefined && entry.seen + ttl <= now; entry = order.oldest()) {
      remove(entry)
      news.push(changeOf(entry, 'expired'))
    }
    awaitOldest()
    tellAll()
  }

  const ageing = alarm(scheduler, expire)

  const awaitOldest = (): void => {
    const entry = order.oldest()
    if (entry === undefined) ageing.stop()
    else ageing.by(entry.seen + ttl)
  }

  const remove = (entry: Entry): void => {
    byVmac.delete(entry.vmac)
    byAddress.delete(entry.address)
    order.remove(entry)
  }

  const forget = (entry: Entry): void => {
    remove(entry)
    news.push(changeOf(entry, 'forgotten'))
  }

  const forgetWhere = (isToGo: (entry: Entry) => boolean): void => {
    for (const entry of byVmac.values()) if (isToGo(entry)) forget(entry)
    awaitOldest()
    tellAll()
  }

  const makeRoom = (): void => {
    const oldest = order.oldest()
    if (oldest === undefined || byVmac.size < maxEntries) return
    remove(oldest)
    news.push(changeOf(oldest, 'dropped'))
  }

  const enter = (vmac: Bip6Vmac, address: Bip6Address): void => {
    const entry: Entry = { vmac, address, seen: scheduler.now(), older: undefined, younger: undefined }
    byVmac.set(vmac, entry)
    byAddress.set(address, entry)
    order.add(entry)
    awaitOldest()
  }

  /** Puts a pair in the place of the one with its VMAC, and of the one with its address. */
  const replace = (
    ofVmac: Entry | undefined,
    ofAddress: Entry | undefined,
    vmac: Bip6Vmac,
    address: Bip6Address,
  ): void => {
    const before = [ofVmac, ofAddress].filter(entry => entry !== undefined)
    before.forEach(order.remove)
    // What is overwritten is not deleted first: a `Map` is slow where the same key comes and goes.
    if (ofVmac !== undefined) byAddress.delete(ofVmac.address)
    if (ofAddress !== undefined) byVmac.delete(ofAddress.vmac)
    enter(vmac, address)
    news.push({ vmac, address, state: 'changed', replaced: before.map(pairOf) })
  }

  const add = (vmac: Bip6Vmac, address: Bip6Address): void => {
    makeRoom()
    enter(vmac, address)
    news.push({ vmac, address, state: 'learned' })
  }

  return {
    learn: (vmac, address) => {
      const known = byVmac.get(vmac)
      if (known?.address === address) {
        known.seen = scheduler.now()
        order.renew(known)
        return true
      }
      if (!mayLearn(vmac, address)) return false
      const ofAddress = byAddress.get(address)
      if (known === undefined && ofAddress === undefined) add(vmac, address)
      else replace(known, ofAddress, vmac, address)
      tellAll()
      return true
    },
    addressOf: vmac => byVmac.get(vmac)?.address,
    vmacOf: address => byAddress.get(address)?.vmac,
    forget: address => {
      const entry = byAddress.get(address)
      if (entry === undefined) return false
      forget(entry)
      awaitOldest()
      tellAll()
      return true
    },
    forgetAll: () => forgetWhere(() => true),
    reconsider: () => forgetWhere(({ vmac, address }) => !mayLearn(vmac, address)),
    entries: () => {
      const now = scheduler.now()
      const entries: VmacCacheEntry[] = []
      for (let entry = order.oldest(); entry !== undefined; entry = entry.younger) {
        entries.push({ ...pairOf(entry), age: ms(now - entry.seen) })
      }
      return entries
    },
    size: () => byVmac.size,
    close: () => {
      byVmac.clear()
      byAddress.clear()
      order.clear()
      news.length = 0
      ageing.stop()
    },
  }
}

const pairOf = ({ vmac, address }: VmacPair): VmacPair => ({ vmac, address })

const changeOf = ({ vmac, address }: VmacPair, state: 'expired' | 'dropped' | 'forgotten'): VmacCacheChange => ({
  vmac,
  address,
  state,
})
