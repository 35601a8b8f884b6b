import type { SchedulerLike } from 'rxjs'
import { buckets, type Pace } from '../limits/pace.js'
import type { Annex } from './annex.js'
import { foreignTable, type ForeignTable, type ForeignTableChange } from './foreign-table.js'
import type { RolePort } from './running-role.js'

/** For whom a BBMD keeps a foreign device table. */
export interface RegistrarPolicy<Address extends string> {
  /** The most foreign devices; 0 for none. Default 128. Renewals are always taken. */
  readonly maxForeignDevices: number
  /**
   * The most foreign devices of one IP address, so that one host cannot fill the table. Default 32. Of BACnet/IPv6, of one
   * network of 64 bits, in which a host may have any number of addresses; there, the default is 64.
   */
  readonly maxPerAddress: number
  /** The longest TTL that may be registered, in seconds; a longer one is refused. Default 65535, which is any. */
  readonly maxTtl: number
  /** Who may register. Default: everybody. */
  readonly mayRegister: (address: Address) => boolean
  /** Who may delete which entry of the foreign device table. Default: everybody any, as the standard has it. */
  readonly mayDelete: (source: Address, entry: Address) => boolean
}

/** What a registrar needs. */
export interface RegistrarOptions<A extends Annex> {
  readonly policy: RegistrarPolicy<A['address']>
  readonly port: RolePort<A>
  /** The names of the two requests that it takes. */
  readonly requests: { readonly register: A['request']; readonly remove: A['request'] }
  /** Where an address is counted: by host, or by network. */
  readonly originOf: (address: A['address']) => string
  readonly scheduler: SchedulerLike
  readonly tell: (change: ForeignTableChange<A['address']>) => void
}

/** Takes registrations and deletions for a BBMD, and answers them. */
export interface Registrar<A extends Annex> {
  /** Whether it was registered, or renewed. */
  readonly register: (source: A['address'], ttl: number) => boolean
  readonly remove: (source: A['address'], entry: A['address']) => void
  readonly table: Omit<ForeignTable<A['address']>, 'register' | 'delete'>
}

/** Answers to a foreign device that renews its registration: more than it needs, and no longer than the request. */
const RENEWALS: Pace = { burst: 4, perSecond: 1 }

/** Why a request is refused that a policy does not allow. */
export const NOT_ALLOWED = 'not allowed'

/** A registrar with an empty table (sections 6.5 and 6.6 of the protocol notes for BACnet/IP). */
export const registrar = <A extends Annex>({
  policy,
  port,
  requests,
  originOf,
  scheduler,
  tell,
}: RegistrarOptions<A>): Registrar<A> => {
  const renewals = buckets<A['address']>(RENEWALS, scheduler)
  const table = foreignTable<A['address']>({
    maxEntries: policy.maxForeignDevices,
    maxPerOrigin: policy.maxPerAddress,
    originOf,
    scheduler,
    tell,
  })

  const refusalOf = (source: A['address'], ttl: number): string | undefined => {
    if (ttl === 0) return 'the TTL is 0'
    if (ttl > policy.maxTtl) return 'the TTL is longer than allowed'
    return policy.mayRegister(source) ? table.register(source, ttl) : NOT_ALLOWED
  }

  return {
    register: (source, ttl) => {
      const isRenewal = table.has(source)
      const refusal = refusalOf(source, ttl)
      if (refusal !== undefined) {
        port.refuse(source, requests.register, refusal)
        return false
      }
      // Who is in the table has an answer whatever others ask for, or ask for in its name.
      if (isRenewal && renewals.take(source)) port.succeedFreely(source)
      else port.succeed(source)
      return true
    },
    remove: (source, entry) => {
      if (!policy.mayDelete(source, entry)) port.refuse(source, requests.remove, NOT_ALLOWED)
      else if (table.delete(entry)) port.succeed(source)
      else port.refuse(source, requests.remove, 'there is no such entry')
    },
    table,
  }
}
