import type { Plan } from '../plan/plan.js'
import { bbmdsOf } from '../world/bbmds.js'
import { waysOf } from '../world/ways.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** What a wire doubles arrives twice; nobody else may do that. */
export const deliveredOnce: Invariant = {
  name: 'delivered once',
  states:
    'Every NPDU is delivered unchanged and at most once to each receiver, but for copies that a wire made on the way to it.',
  watch: plan => {
    const isOnTheWay = passersOf(plan)
    const senders = new Map<number, string>()
    const heard = new Map<number, Map<string, number>>()
    /** To whom it was when a wire doubled it. */
    const doubled = new Map<number, string[]>()
    const { add, all } = complaints()

    const copiesFor = (id: number, host: string): number => {
      const mayHear = isOnTheWay(senders.get(id) ?? host, host)
      return (doubled.get(id) ?? []).filter(to => mayHear.has(to)).length
    }

    return {
      ...sees(['Submitted', 'Doubled', 'Delivered'], fact => {
        if (fact._tag === 'Submitted') senders.set(fact.id, fact.by)
        if (fact._tag === 'Doubled') {
          const copies = doubled.get(fact.id)
          if (copies === undefined) doubled.set(fact.id, [fact.to])
          else copies.push(fact.to)
        }
        if (fact._tag !== 'Delivered') return
        const { id, host, at } = fact
        if (id === undefined) {
          add(`${host} heard octets that nobody sent, at ${at} ms`)
          return
        }
        const hearers = heard.get(id) ?? new Map<string, number>()
        const times = (hearers.get(host) ?? 0) + 1
        heard.set(id, hearers.set(host, times))
        if (times > 1 && times > 1 + copiesFor(id, host)) add(`${host} heard NPDU ${id} again, at ${at} ms`)
      }),
      broken: all,
    }
  },
}

/** Who has an NPDU in his hands on the way from one to another: boxes, BBMDs, and who hears it. */
const passersOf = (plan: Plan): ((from: string, to: string) => ReadonlySet<string>) => {
  const wayFrom = waysOf(plan)
  const bbmds = bbmdsOf(plan)
  return (from, to) => new Set(wayFrom(from, to).flatMap(hop => [hop.to, ...bbmds.of(hop.network)]))
}
