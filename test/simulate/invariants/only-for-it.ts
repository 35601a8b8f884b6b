import { complaints, sees, type Invariant } from './invariant.js'
import { directory } from '../world/directory.js'
import type { Fact, Submitted } from '../world/fact.js'

/**
 * Privacy, and no loops. Where two are given one VMAC, it is for either: one of them may have had it when it was sent, and
 * the other when it came, or not know yet that it must take another.
 */
export const onlyForIt: Invariant = {
  name: 'only for it',
  states: 'No NPDU is delivered to a station that it was not for.',
  watch: plan => {
    const sent = new Map<number, Submitted & Pick<Fact, 'at'>>()
    const addresses = directory(plan)
    const { add, all } = complaints()
    const isAlsoFor = (host: string, { to, at }: Submitted & Pick<Fact, 'at'>): boolean =>
      to !== undefined && addresses.hasHad(host, to.network, to.mac, at)
    return {
      ...sees(['Stands', 'Submitted', 'Delivered'], fact => {
        if (fact._tag === 'Stands') addresses.note(fact)
        if (fact._tag === 'Submitted') sent.set(fact.id, fact)
        if (fact._tag !== 'Delivered' || fact.id === undefined) return
        const what = sent.get(fact.id)
        if (what === undefined || what.due.has(fact.host) || what.may.has(fact.host)) return
        if (isAlsoFor(fact.host, what)) return
        add(`${fact.host} heard ${what.addressing} NPDU ${fact.id} of ${what.by}, at ${fact.at} ms`)
      }),
      broken: all,
    }
  },
}
