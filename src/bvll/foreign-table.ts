import type { SchedulerLike } from 'rxjs'
import { seconds } from '../values/duration.js'
import { alarm } from '../machine/alarm.js'
import { GRACE } from './registration-timings.js'

/** What the foreign device table of a BBMD needs. */
export interface ForeignTableOptions<Address extends string> {
  /** The most entries; 0 for none at all. */
  readonly maxEntries: number
  /** The most entries of one origin, so that one host cannot fill the table. */
  readonly maxPerOrigin: number
  /** Where an address is counted: of BACnet/IP, the address without its port; of BACnet/IPv6, its network. */
  readonly originOf: (address: Address) => string
  readonly scheduler: SchedulerLike
  readonly tell: (change: ForeignTableChange<Address>) => void
}

/** What has become of an entry. A renewal changes nothing. */
export interface ForeignTableChange<Address extends string> {
  readonly address: Address
  readonly state: 'registered' | 'deleted' | 'expired'
}

/** A row as it is read by others. */
export interface ForeignTableEntry<Address extends string> {
  readonly address: Address
  /** Time to live as registered, in seconds. */
  readonly ttl: number
  /** Seconds that are left, of the grace period as well; at most 65535, as its field holds no more. */
  readonly remaining: number
}

/** Why a new registration was not taken. */
export type ForeignTableRefusal = 'foreign device table is full' | 'too many foreign devices of one origin'

/** The foreign device table of a BBMD (clause J.5.2.1). What has expired is not in it, however late its timer may be. */
export interface ForeignTable<Address extends string> {
  /** Enters a foreign device, or renews its entry, for `ttl` seconds and the grace period. A renewal is always taken. */
  readonly register: (address: Address, ttl: number) => ForeignTableRefusal | undefined
  /** Removes an entry; whether there was one. */
  readonly delete: (address: Address) => boolean
  readonly has: (address: Address) => boolean
  /** Whom broadcasts go to: the same array until somebody comes or goes. */
  readonly addresses: () => readonly Address[]
  /** All rows, as they are now. */
  readonly entries: () => readonly ForeignTableEntry<Address>[]
  readonly size: () => number
  /** Ends it: empty, silent, and no timer runs. */
  readonly close: () => void
}

interface Entry {
  readonly ttl: number
  readonly until: number
}

const MOST_SECONDS = 0xffff

/** An empty table. */
export const foreignTable = <Address extends string>({
  maxEntries,
  maxPerOrigin,
  originOf,
  scheduler,
  tell,
}: ForeignTableOptions<Address>): ForeignTable<Address> => {
  const table = new Map<Address, Entry>()
  const perOrigin = new Map<string, number>()
  /** No entry expires before this. */
  let earliest = Infinity
  let addresses: readonly Address[] | undefined

  /** Whoever hears of a change may use the table, and cause others; they are told in their order. */
  const news: ForeignTableChange<Address>[] = []

  const changed = (change: ForeignTableChange<Address>): void => {
    addresses = undefined
    news.push(change)
  }

  const tellAll = (): void => {
    for (let change = news.shift(); change !== undefined; change = news.shift()) tell(change)
  }

  const expire = (): void => {
    const now = scheduler.now()
    if (now < earliest) return
    earliest = Infinity
    for (const [address, { until }] of table) {
      if (until <= now) remove(address, 'expired')
      else earliest = Math.min(earliest, until)
    }
    age.by(earliest)
    tellAll()
  }

  const age = alarm(scheduler, () => {
    expire()
    // It may have rung a fraction of a millisecond early, when nothing has expired yet.
    age.by(earliest)
  })

  const remove = (address: Address, state: 'deleted' | 'expired'): boolean => {
    if (!table.delete(address)) return false
    const origin = originOf(address)
    const count = perOrigin.get(origin) ?? 0
    if (count > 1) perOrigin.set(origin, count - 1)
    else perOrigin.delete(origin)
    if (table.size === 0) age.stop()
    changed({ address, state })
    return true
  }

  const keep = (address: Address, ttl: number): void => {
    const until = scheduler.now() + seconds(ttl) + GRACE
    table.set(address, { ttl, until })
    earliest = Math.min(earliest, until)
    age.by(earliest)
  }

  const live = (): ReadonlyMap<Address, Entry> => {
    expire()
    return table
  }

  return {
    register: (address, ttl) => {
      if (!live().has(address)) {
        const origin = originOf(address)
        const count = perOrigin.get(origin) ?? 0
        if (table.size >= maxEntries) return 'foreign device table is full'
        if (count >= maxPerOrigin) return 'too many foreign devices of one origin'
        perOrigin.set(origin, count + 1)
        keep(address, ttl)
        changed({ address, state: 'registered' })
        tellAll()
      } else {
        keep(address, ttl)
      }
      return undefined
    },
    delete: address => {
      expire()
      const isRemoved = remove(address, 'deleted')
      tellAll()
      return isRemoved
    },
    has: address => live().has(address),
    addresses: () => {
      expire()
      return (addresses ??= [...table.keys()])
    },
    entries: () => {
      const now = scheduler.now()
      return [...live()].map(([address, { ttl, until }]) => ({
        address,
        ttl,
        remaining: Math.min(Math.ceil((until - now) / 1000), MOST_SECONDS),
      }))
    },
    size: () => live().size,
    close: () => {
      table.clear()
      perOrigin.clear()
      news.length = 0
      addresses = undefined
      age.stop()
    },
  }
}
