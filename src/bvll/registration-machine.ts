import { clearTimer, setTimer, type TimerEffect } from '../machine/timers.js'
import { stay, type Step, type Transition } from '../machine/transition.js'
import { ms, seconds, type Duration } from '../values/duration.js'
import type { RegistrationState } from './registration-state.js'
import { GRACE, RENEWAL_JITTER, type RegistrationTimings } from './registration-timings.js'

/** States of a foreign device (clause J.5, section 7.1 of the protocol notes for BACnet/IP). */
export type RegistrationMachineState =
  | { readonly _tag: 'Idle' }
  /** `asked` so many times in a row without an answer, after so many `refusals` in a row. */
  | { readonly _tag: 'Registering'; readonly asked: number; readonly refusals: number }
  | { readonly _tag: 'BackOff'; readonly refusals: number }
  /** A renewal is pending when it was `asked` for; 0 when none is. */
  | { readonly _tag: 'Registered'; readonly asked: number }

/** The timers of a foreign device. */
export type RegistrationTimer =
  /** No answer came: ask again. */
  | 'retry'
  /** Half of the TTL is over. */
  | 'renew'
  /** The wait after a refusal is over. */
  | 'back-off'
  /** The BBMD has forgotten us by now. */
  | 'expiry'

/** What happens to a foreign device. Results are those whose source is its BBMD. */
export type RegistrationEvent =
  | { readonly _tag: 'Start' }
  /** A result that says that something was done; which can only be the registration while one is asked for. */
  | { readonly _tag: 'Accepted' }
  /** The BBMD does not take the registration. */
  | { readonly _tag: 'Refused' }
  /** The BBMD did not distribute a broadcast, because it does not know us (any more). */
  | { readonly _tag: 'Unknown' }
  | { readonly _tag: 'TimerFired'; readonly timer: RegistrationTimer }
  /** The own address is another, under which the BBMD does not know us. */
  | { readonly _tag: 'AddressChanged' }
  | { readonly _tag: 'Stop' }

/** What a foreign device wants done. */
export type RegistrationEffect =
  /** Send a registration to the BBMD. */
  | { readonly _tag: 'Register' }
  | { readonly _tag: 'Tell'; readonly state: RegistrationState }
  | TimerEffect<RegistrationTimer>

/** What the machine needs to know. */
export interface RegistrationMachineOptions {
  /** Time to live of a registration, in seconds. */
  readonly ttl: number
  readonly timings: RegistrationTimings
}

const REGISTER: RegistrationEffect = { _tag: 'Register' }
const tell = (state: RegistrationState): RegistrationEffect => ({ _tag: 'Tell', state })

const TIMERS: readonly RegistrationTimer[] = ['retry', 'renew', 'back-off', 'expiry']
const allStopped: readonly RegistrationEffect[] = TIMERS.map(timer => clearTimer(timer))

/** `first`, doubled for each further time, up to `longest`. */
const growing = (first: Duration, longest: Duration, times: number): Duration =>
  ms(Math.min(first * 2 ** (times - 1), longest))

/** A foreign device (the rows of 7.1, in their order under each state). */
export const registrationMachine = ({
  ttl,
  timings,
}: RegistrationMachineOptions): Transition<RegistrationMachineState, RegistrationEvent, RegistrationEffect> => {
  type RegistrationStep = Step<RegistrationMachineState, RegistrationEffect>

  const half = seconds(ttl / 2)
  // Never later than at half the TTL: after a restart of the BBMD, the renewal ends the silence.
  const renew = setTimer<RegistrationTimer>('renew', half, { ratio: RENEWAL_JITTER, least: ms(0), most: half })
  const expiry = setTimer<RegistrationTimer>('expiry', ms(seconds(ttl) + GRACE))

  const ask = (asked: number): readonly RegistrationEffect[] => [
    REGISTER,
    setTimer('retry', growing(timings.retry, timings.longestRetry, asked)),
  ]

  const registering = (refusals: number, asked = 1, ...before: readonly RegistrationEffect[]): RegistrationStep => [
    { _tag: 'Registering', asked, refusals },
    [...before, ...ask(asked)],
  ]

  const renewing = (asked: number, ...before: readonly RegistrationEffect[]): RegistrationStep => [
    { _tag: 'Registered', asked },
    [...before, ...ask(asked)],
  ]

  const registered: RegistrationStep = [
    { _tag: 'Registered', asked: 0 },
    [clearTimer('retry'), renew, expiry, tell('registered')],
  ]

  const backOff = (refusals: number): RegistrationStep => [
    { _tag: 'BackOff', refusals },
    [...allStopped, setTimer('back-off', growing(timings.backOff, timings.longestBackOff, refusals)), tell('refused')],
  ]

  return (state, event) => {
    if (event._tag === 'Stop') return [{ _tag: 'Idle' }, allStopped]

    switch (state._tag) {
      case 'Idle':
        return event._tag === 'Start' ? registering(0) : stay(state)
      case 'Registering':
        if (event._tag === 'Accepted') return registered
        if (event._tag === 'Refused') return backOff(state.refusals + 1)
        if (isFired(event, 'retry')) return registering(state.refusals, state.asked + 1)
        if (event._tag === 'AddressChanged') return registering(state.refusals)
        return stay(state)
      case 'BackOff':
        if (isFired(event, 'back-off')) return registering(state.refusals)
        if (event._tag === 'AddressChanged') return registering(state.refusals, 1, clearTimer('back-off'))
        return stay(state)
      case 'Registered': {
        const isPending = state.asked > 0
        if (isFired(event, 'renew')) return renewing(1)
        if (event._tag === 'Accepted' && isPending) return registered
        if (event._tag === 'Refused' && isPending) return backOff(1)
        if (isFired(event, 'retry')) return renewing(state.asked + 1)
        if (event._tag === 'Unknown') return registering(0, 1, ...allStopped, tell('unregistered'))
        // From now on silence costs something: asked for as at the beginning, not at the pace that has grown to a minute.
        if (isFired(event, 'expiry')) {
          return [{ _tag: 'Registering', asked: 0, refusals: 0 }, [setTimer('retry', timings.retry), tell('lost')]]
        }
        if (event._tag === 'AddressChanged') return renewing(1, clearTimer('renew'))
        return stay(state)
      }
    }
  }
}

const isFired = (event: RegistrationEvent, timer: RegistrationTimer): boolean =>
  event._tag === 'TimerFired' && event.timer === timer
