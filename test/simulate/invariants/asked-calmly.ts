import { seconds } from '../../../src/values/duration.js'
import { firstFrom } from '../world/first-from.js'
import { complaints, sees, type Invariant } from './invariant.js'
import { seatsWhere } from './reconnected.js'

const MINUTE = seconds(60)

/** Waits for an answer are 5, 10, 20 and 40 s: so often at most it is asked in a minute in which nobody answers. */
const MOST_UNANSWERED = 4

/** Renewal is due after half of the time to live, up to a tenth of that earlier. */
const SOONEST_RENEWAL = 0.45

/** What a foreign device has asked. */
interface Asking {
  /** When, within the last minute. */
  asked: readonly number[]
  /** The same, since it last heard something that begins its waits anew. */
  unanswered: readonly number[]
  /** When its standing has changed, each time of which it may ask at once. */
  changed: readonly number[]
}

/** A BBMD that has failed is asked by all of its foreign devices, for as long as it takes. */
export const askedCalmly: Invariant = {
  name: 'asked calmly',
  states:
    'In any minute, a foreign device without an answer asks to be registered four times at most, and otherwise once more ' +
    'for each renewal that is due and each time that its standing changes.',
  watch: plan => {
    const renewals = Math.ceil(MINUTE / (plan.timings.ttl * 1000 * SOONEST_RENEWAL))
    const devices = new Map(
      seatsWhere(plan, seat => seat.kind !== 'sc' && seat.role === 'foreign').map(
        ({ host, network }): [string, Asking] => [`${host} ${network}`, { asked: [], unanswered: [], changed: [] }],
      ),
    )
    const { add, all } = complaints()
    return {
      ...sees(['AsksToRegister', 'HearsSuccess', 'Stands'], fact => {
        const device = devices.get(`${fact.host} ${fact.network}`)
        if (device === undefined) return
        if (fact._tag !== 'AsksToRegister') {
          device.unanswered = []
          if (fact._tag === 'Stands') device.changed = withinMinute(device.changed, fact.at)
          return
        }
        device.asked = withinMinute(device.asked, fact.at)
        device.unanswered = withinMinute(device.unanswered, fact.at)
        const { asked, unanswered } = device
        const changes = device.changed.length - firstFrom(device.changed, fact.at - MINUTE, at => at)
        if (unanswered.length <= MOST_UNANSWERED && asked.length <= MOST_UNANSWERED + renewals + changes) return
        add(
          `${fact.host} asked ${asked.length} times in a minute to be registered on ${fact.network}, ` +
            `${unanswered.length} of them without an answer, at ${fact.at} ms`,
        )
      }),
      broken: all,
    }
  },
}

/** With one more, and without those that are a minute old. */
const withinMinute = (times: readonly number[], at: number): readonly number[] => [
  ...times.slice(firstFrom(times, at - MINUTE + 1, time => time)),
  at,
]
