import type { SchedulerAction, SchedulerLike } from 'rxjs'
import { connectionTimings } from '../../../src/sc/connection/timings.js'
import type { Spoil } from '../world/spoil.js'

const DISCONNECT_WAIT = connectionTimings().disconnectWait

/** A clock on which everything takes so many times as long. */
export const slowed = (clock: SchedulerLike, times: number): SchedulerLike => ({
  now: () => clock.now() / times,
  schedule: <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State) =>
    clock.schedule(work, delay * times, state),
})

/** A clock on which waits that have been doubled are as they were before. */
export const undoubled = (clock: SchedulerLike): SchedulerLike => ({
  now: () => clock.now(),
  schedule: <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State) =>
    clock.schedule(work, [10_000, 20_000, 40_000].includes(delay) ? 5000 : delay, state),
})

/** A clock on which a connection that has no answer to its Disconnect-Request waits ten times as long for it. */
export const slowToEnd = (clock: SchedulerLike): SchedulerLike => ({
  now: () => clock.now(),
  schedule: <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State) =>
    clock.schedule(work, delay === DISCONNECT_WAIT ? DISCONNECT_WAIT * 10 : delay, state),
})

/** One host that has another clock. */
export const clockAt =
  (where: string, other: (clock: SchedulerLike) => SchedulerLike): NonNullable<Spoil['clock']> =>
  (host, clock) =>
    host === where ? other(clock) : clock
