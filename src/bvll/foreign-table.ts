import type { SchedulerLike } from 'rxjs'
import { seconds } from '../values/duration.js'
import { alarm } from './alarm.js'
import { GRACE } from './registration-timings.js'

/** What the foreign device table of a BBMD needs. */
export interface ForeignTableOptions<Address extends string> {
  /** The most entries; 0 for none at all. */
  readonly maxEntries: number
  /** The most entries of one origin, so that one host cannot fill the table. */
  readonly maxPerOrigin: number
  /** Where an address is counted: of BACnet/IP, the address without its port. */
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
export type ForeignTableRefusal = 'foreign device table is full' | 'too many foreign devices of one address'

/** The foreign device table of a BBMD (clause J.5.2.1). What has expired is not in it, however late its timer may be. */
export interface ForeignTable<Address extends string> {
  /** Enters a foreign device, or renews its entry, for `ttl` seconds and the grace period. A renewal is always taken. */
  readonly register: (address: Address, ttl: number) => ForeignTableRefusal | undefined
  /** Removes an entry; whether there was one. */
  readonly delete: (address: Address) => boolean
  readonly has: (address: Address) => boolean
  /** Whom broadcasts go to. */
  readonly addresses: () => Iterable<Address>
  /** All rows, as they are now. */
  readonly entries: () => readonly ForeignTableEntry<Address>[]
  readonly size: () => number
  /** Ends it: empty, silent, and no timer runs. */
  readonly close: () => void
}

interface Entry {
  ttl: number
  until: number
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

  const expire = (): void => {
    const now = scheduler.now()
    if (now < earliest) return
    const expired: Address[] = []
    earliest = Infinity
    for (const [address, { until }] of table) {
      if (until <= now) expired.push(address)
      else earliest = Math.min(earliest, until)
    }
    for (const address of expired) remove(address)
    age.by(earliest)
    // Whoever hears of it may use the table, which is in order by now.
    for (const address of expired) tell({ address, state: 'expired' })
  }

  const age = alarm(scheduler, () => {
    expire()
    // It may ring in vain: an entry was renewed, or a timer is a fraction of a millisecond early.
    age.by(earliest)
  })

  const remove = (address: Address): boolean => {
    if (!table.delete(address)) return false
    const origin = originOf(address)
    const count = perOrigin.get(origin) ?? 0
    if (count > 1) perOrigin.set(origin, count - 1)
    else perOrigin.delete(origin)
    if (table.size === 0) {
      age.stop()
      earliest = Infinity
    }
    return true
  }

  const keep = (address: Address, ttl: number): void => {
    const until = scheduler.now() + seconds(ttl) + GRACE
    const known = table.get(address)
    if (known === undefined) table.set(address, { ttl, until })
    else Object.assign(known, { ttl, until })
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
        if (count >= maxPerOrigin) return 'too many foreign devices of one address'
        perOrigin.set(origin, count + 1)
        keep(address, ttl)
        tell({ address, state: 'registered' })
      } else {
        keep(address, ttl)
      }
      return undefined
    },
    delete: address => {
      expire()
      if (!remove(address)) return false
      tell({ address, state: 'deleted' })
      return true
    },
    has: address => live().has(address),
    addresses: () => live().keys(),
    entries: () => {
      const entries = [...live()]
      const now = scheduler.now()
      return entries.map(([address, { ttl, until }]) => ({
        address,
        ttl,
        remaining: Math.min(Math.ceil((until - now) / 1000), MOST_SECONDS),
      }))
    },
    size: () => live().size,
    close: () => {
      table.clear()
      perOrigin.clear()
      earliest = Infinity
      age.stop()
    },
  }
}
