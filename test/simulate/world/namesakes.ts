import type { Plan } from '../plan/plan.js'
import { membersOf } from './member.js'

/** The others to whom the VMAC of a host was given as well; nothing of hosts that have theirs alone. */
export const namesakesOf = (plan: Plan): ReadonlyMap<string, readonly string[]> => {
  const sharing = new Map<string, string[]>()
  for (const { host, seats } of membersOf(plan)) {
    for (const seat of seats) {
      if (seat.kind !== 'sc') continue
      const key = `${seat.network} ${seat.vmac}`
      sharing.set(key, [...(sharing.get(key) ?? []), host])
    }
  }
  const others = new Map<string, readonly string[]>()
  for (const hosts of sharing.values()) {
    if (hosts.length === 1) continue
    for (const host of hosts) others.set(host, [...(others.get(host) ?? []), ...hosts.filter(other => other !== host)])
  }
  return others
}
