import { complaints, sees, type Invariant } from './invariant.js'

/** Waits are whole milliseconds, and half of an idle limit may be none. */
const ROUNDING = 1

/** A thousand nodes that ask ten times as often are a load for their hub, and for a line that is paid by the octet. */
export const rarelyAsked: Invariant = {
  name: 'rarely asked',
  states:
    'On one connection neither side asks the other whether it is there before its heartbeat time, or half of its idle ' +
    'limit, has passed since it last did.',
  watch: ({ timings }) => {
    const least = Math.min(timings.heartbeat, timings.idleLimit / 2) - ROUNDING
    const asked = new Map<string, number>()
    const { add, all } = complaints()
    return {
      ...sees(['AskedForLife'], fact => {
        const { connection, from, to, sentAt } = fact
        // Of a hub and a node on one host it cannot be told which of them asked.
        if (from === to) return
        const key = `${connection} ${from}`
        const before = asked.get(key)
        asked.set(key, sentAt)
        if (before === undefined || sentAt - before >= least) return
        add(`${from} asked ${to} again after ${sentAt - before} ms, at ${sentAt} ms`)
      }),
      broken: all,
    }
  },
}
