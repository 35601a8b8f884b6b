import type { Mac } from '../../../src/values/mac.js'
import type { Plan } from '../plan/plan.js'
import type { Fact, Stands } from './fact.js'
import { membersOf } from './member.js'

/** Who has which MAC address, as they say themselves: the latest, and all that they ever had. */
export interface Directory {
  readonly note: (standing: Stands & Pick<Fact, 'at'>) => void
  /** Its address on a network; `undefined` before it has any, and when it is that of another by now. */
  readonly macOn: (host: string, network: number) => Mac | undefined
  /** Its address as an application: that on the network it is at home on. */
  readonly macOf: (host: string) => Mac | undefined
  /** Whether it has an address on a network, or had it at some moment since. */
  readonly hasHad: (host: string, network: number, mac: string, since: number) => boolean
}

/** Nobody has an address before he says so. */
export const directory = (plan: Plan): Directory => {
  const homes = new Map(membersOf(plan).map(({ host, seats: [home] }) => [host, home.network]))
  const latest = new Map<string, Mac>()
  /** Who has an address as far as he knows; the last of them has it. */
  const holders = new Map<string, readonly string[]>()
  /** The latest moment at which it had an address. */
  const until = new Map<string, number>()
  const current = new Map<string, string>()
  const macOn = (host: string, network: number): Mac | undefined => {
    const mac = latest.get(`${host} ${network}`)
    return holders.get(`${network} ${mac}`)?.at(-1) === host ? mac : undefined
  }
  return {
    note: ({ at, host, network, mac, isUp }) => {
      if (mac === undefined) return
      const had = current.get(`${host} ${network}`)
      if (had !== undefined) until.set(`${host} ${network} ${had}`, at)
      current.set(`${host} ${network}`, mac)
      until.set(`${host} ${network} ${mac}`, Infinity)
      // Who is not up yet may have to take another.
      if (!isUp) return
      const before = latest.get(`${host} ${network}`)
      latest.set(`${host} ${network}`, mac as Mac)
      const others = (key: string): readonly string[] => holders.get(key)?.filter(one => one !== host) ?? []
      if (before !== undefined && before !== mac) holders.set(`${network} ${before}`, others(`${network} ${before}`))
      holders.set(`${network} ${mac}`, [...others(`${network} ${mac}`), host])
    },
    macOn,
    macOf: host => macOn(host, homes.get(host) ?? 0),
    hasHad: (host, network, mac, since) => (until.get(`${host} ${network} ${mac}`) ?? -1) >= since,
  }
}
