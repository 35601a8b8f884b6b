import { complaints, type Invariant } from './invariant.js'

/** What a network doubles arrives twice; nobody else may do that. */
export const deliveredOnce: Invariant = {
  name: 'delivered once',
  states: 'Every NPDU is delivered at most once to each receiver, but for what a wire doubled, and unchanged.',
  watch: () => {
    const heard = new Map<number, Map<string, number>>()
    const doubled = new Map<number, number>()
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag === 'Doubled') doubled.set(fact.id, (doubled.get(fact.id) ?? 0) + 1)
        if (fact._tag !== 'Delivered') return
        if (fact.id === undefined) {
          add(`${fact.host} heard octets that nobody sent, at ${fact.at} ms`)
          return
        }
        const hearers = heard.get(fact.id) ?? new Map<string, number>()
        const times = (hearers.get(fact.host) ?? 0) + 1
        heard.set(fact.id, hearers.set(fact.host, times))
        if (times > 1 + (doubled.get(fact.id) ?? 0)) add(`${fact.host} heard NPDU ${fact.id} again, at ${fact.at} ms`)
      },
      broken: all,
    }
  },
}
