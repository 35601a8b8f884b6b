import { ms, seconds } from '../../../src/values/duration.js'
import { firstFrom } from '../world/first-from.js'
import type { Asks } from '../world/fact.js'
import { seatsOfBoxes } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

const MINUTE = seconds(60)

/**
 * Three times in six seconds, which is remembered for thirty; for a number, after 10, 20 and 40 s. A router that says that he
 * routes there, and then that he cannot, is followed by another search: that is as often again.
 */
const MOST = 12

/** A box asks for those that it has heard asking, and for what it keeps of theirs; a wire may have doubled all of that. */
const MOST_FOR_ANOTHER = 24

/** Who has joined a network does not know any more whether what it had learned there is still so. */
const MORE_FOR_EACH_JOIN = 3

/** Within this time few ask, as each has a reason of its own to do so, or chance says when. */
const TOGETHER = ms(100)

/** The part of the hosts of a network that may ask within that time; of a few, all may. */
const [MOST_TOGETHER, FEW] = [0.25, 8]

/** A question reaches all of a network, and a thousand of them all who are there a thousand times. */
export const searchedCalmly: Invariant = {
  name: 'searched calmly',
  states:
    'In any minute, a host asks all of a network at most twelve times for the same, be it a router or its number, a box for ' +
    'one of those it serves 24 times, and three times more for each change of how it stands; and of all of them no more ' +
    'than a quarter, or eight, ask for routers within a tenth of a second.',
  watch: plan => {
    const asked = new Map<string, readonly number[]>()
    const joined = new Map<string, readonly number[]>()
    const together = new Map(
      plan.networks.map(({ number, seats }) => [
        number,
        crowdOf(Math.max(FEW, (seats.length + seatsOfBoxes(plan, number).length) * MOST_TOGETHER)),
      ]),
    )
    const { add, all } = complaints()

    const often = ({ host, network, what, onBehalfOf }: Asks, at: number): void => {
      const key = `${host} ${network} ${what} ${onBehalfOf}`
      const times = withinMinute(asked.get(key) ?? [], at)
      asked.set(key, times)
      const joins = (joined.get(host) ?? []).filter(time => time > at - MINUTE).length
      const most = (onBehalfOf === undefined ? MOST : MOST_FOR_ANOTHER) + MORE_FOR_EACH_JOIN * joins
      if (times.length > most)
        add(`${host} asked ${times.length} times in a minute on ${network}: ${what}, at ${at} ms`)
    }

    return {
      ...sees(['Asks', 'Stands'], fact => {
        const { host, network, at } = fact
        if (fact._tag === 'Stands') {
          joined.set(host, withinMinute(joined.get(host) ?? [], at))
          return
        }
        often(fact, at)
        if (fact.what === 'What-Is-Network-Number' || together.get(network)?.admits(host, at) !== false) return
        add(`${host} asked on ${network} at the same time as too many others, at ${at} ms`)
      }),
      broken: all,
    }
  },
}

/** Hosts that do the same. */
interface Crowd {
  /** Whether one more may do so now. */
  readonly admits: (host: string, at: number) => boolean
}

const crowdOf = (most: number): Crowd => {
  let recent: readonly { readonly host: string; readonly at: number }[] = []
  return {
    admits: (host, at) => {
      recent = [...recent.filter(one => one.host !== host && one.at > at - TOGETHER), { host, at }]
      return recent.length <= most
    },
  }
}

/** With one more, and without those that are a minute old. */
const withinMinute = (times: readonly number[], at: number): readonly number[] => [
  ...times.slice(firstFrom(times, at - MINUTE + 1, time => time)),
  at,
]
