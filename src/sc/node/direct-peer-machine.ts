import { setTimer, type TimerEffect } from '../../machine/timers.js'
import type { Stop } from '../../machine/drive.js'
import { stay, type Step, type Transition } from '../../machine/transition.js'
import { ms, type Duration } from '../../values/duration.js'
import type { ScUri } from '../../values/sc-uri.js'
import { backoff } from '../connection/backoff.js'
import type { ReconnectTimings } from '../connection/timings.js'

/** What one of our nodes does about a direct connection to one peer that it sends to (clause AB.4, section 6). */
export type DirectPeerState =
  /** Nobody has sent to the peer yet. */
  | { readonly _tag: 'IDLE' }
  | ({ readonly _tag: 'RESOLVING' } & History)
  /** Dialling `uris[at]`; those before it failed. `told` are URIs that the peer has told since, for the next round. */
  | ({ readonly _tag: 'CONNECTING'; readonly at: number; readonly told: readonly ScUri[] | undefined } & Known)
  | ({ readonly _tag: 'CONNECTED' } & Known)
  | ({ readonly _tag: 'DELAYING' } & Known)

interface History {
  /** Rounds that failed in a row; they make the waits longer. */
  readonly failures: number
}

interface Known extends History {
  /** Where the peer accepts direct connections; none when it did not say. */
  readonly uris: readonly ScUri[]
}

/** The timers of a direct peer. */
export type DirectPeerTimer =
  /** All URIs failed, or the peer told none, and the wait is over: start over. */
  | 'reconnect'
  /** Time to see whether nothing was sent to the peer or heard from it for the idle time. */
  | 'idle'

/** What happens to a direct peer. */
export type DirectPeerEvent =
  /** Something is sent to the peer, and there is no direct connection. */
  | { readonly _tag: 'Wanted' }
  /** The URIs at which the peer accepts direct connections and may be dialled; none when there are none. */
  | { readonly _tag: 'Resolved'; readonly uris: readonly ScUri[] }
  /** The peer did not say in time, or none of its URIs may be dialled; that may be otherwise another time. */
  | { readonly _tag: 'Unresolved' }
  /** The peer could not be asked. */
  | { readonly _tag: 'NotAsked' }
  | AttemptEvent
  /** The peer has connected to us, which saves us the trouble of dialling it. */
  | { readonly _tag: 'Reached' }
  /** End it. */
  | { readonly _tag: 'GiveUp' }
  /** A timer fired; `quiet` is how long ago something was sent to the peer or heard from it. */
  | { readonly _tag: 'TimerFired'; readonly timer: DirectPeerTimer; readonly quiet: Duration }

/** What becomes of a peer that was dialled. */
export type AttemptEvent =
  | { readonly _tag: 'Connected' }
  /** It did not become a connection to this peer. */
  | { readonly _tag: 'Failed' }
  /** The connection ended. `brief`: it was there for less than the minimum reconnect time. */
  | { readonly _tag: 'Lost'; readonly brief: boolean }

/** What is to be done about a direct peer. */
export type DirectPeerEffect =
  /** Finds out its URIs. */
  | { readonly _tag: 'Resolve' }
  /** Asks the peer anew, as what it told may be out of date; nobody waits for the answer. */
  | { readonly _tag: 'Refresh' }
  | { readonly _tag: 'Dial'; readonly uri: ScUri }
  /** Ends the connection in good order, or gives up the attempt. */
  | { readonly _tag: 'HangUp' }
  | TimerEffect<DirectPeerTimer>

/** The waits of a direct peer. */
export interface DirectPeerTimings extends ReconnectTimings {
  /** How long a connection that we initiated is kept while nothing goes over it, and how long a peer is tried again. */
  readonly directIdle: Duration
}

type DirectPeerStep = Step<DirectPeerState, DirectPeerEffect | Stop>

const RESOLVE: DirectPeerEffect = { _tag: 'Resolve' }
const REFRESH: DirectPeerEffect = { _tag: 'Refresh' }
const HANG_UP: DirectPeerEffect = { _tag: 'HangUp' }

/** Nothing is known of the peer any more; it begins anew when somebody sends to it. */
const forget = (...effects: readonly DirectPeerEffect[]): DirectPeerStep => [
  { _tag: 'IDLE' },
  [...effects, { _tag: 'Stop' }],
]

/** Initiates direct connections to one peer while there is traffic to it: resolve, try each URI, wait, start over. */
export const directPeerMachine = (
  timings: DirectPeerTimings,
): Transition<DirectPeerState, DirectPeerEvent, DirectPeerEffect | Stop> => {
  const resolve = ({ failures }: History, ...before: readonly DirectPeerEffect[]): DirectPeerStep => [
    { _tag: 'RESOLVING', failures },
    [...before, RESOLVE],
  ]
  const delay = ({ failures, uris }: Known): DirectPeerStep => [
    { _tag: 'DELAYING', failures: failures + 1, uris },
    [backoff('reconnect', failures + 1, timings)],
  ]
  const connect = (
    { failures, uris }: Known,
    at: number,
    told: readonly ScUri[] | undefined,
    ...before: readonly DirectPeerEffect[]
  ): DirectPeerStep => {
    const uri = uris[at]
    return uri === undefined
      ? delay({ failures, uris: told ?? uris })
      : [{ _tag: 'CONNECTING', uris, at, told, failures }, [...before, { _tag: 'Dial', uri }]]
  }
  const startOver = (known: Known): DirectPeerStep =>
    known.uris.length === 0 ? resolve(known) : connect(known, 0, undefined, REFRESH)
  const idleDue = (state: DirectPeerState, quiet: Duration): DirectPeerStep =>
    quiet < timings.directIdle ? [state, [setTimer('idle', ms(timings.directIdle - quiet))]] : forget(HANG_UP)

  return (state, event) => {
    if (event._tag === 'TimerFired' && event.timer === 'idle') return idleDue(state, event.quiet)
    if (event._tag === 'GiveUp') return forget(HANG_UP)

    switch (state._tag) {
      case 'IDLE':
        return event._tag === 'Wanted' ? resolve({ failures: 0 }, setTimer('idle', timings.directIdle)) : stay(state)
      case 'RESOLVING':
        switch (event._tag) {
          case 'Resolved':
            return event.uris.length === 0 ? forget() : connect({ ...state, uris: event.uris }, 0, undefined)
          case 'Unresolved':
            return delay({ ...state, uris: [] })
          case 'NotAsked':
          case 'Reached':
            return forget()
          default:
            return stay(state)
        }
      case 'CONNECTING':
        switch (event._tag) {
          case 'Connected':
            return [{ _tag: 'CONNECTED', failures: state.failures, uris: state.told ?? state.uris }, []]
          case 'Failed':
            return connect(state, state.at + 1, state.told)
          case 'Resolved':
            return event.uris.length === 0 ? forget(HANG_UP) : [{ ...state, told: event.uris }, []]
          default:
            return stay(state)
        }
      case 'CONNECTED':
        switch (event._tag) {
          case 'Lost':
            return event.brief ? delay(state) : startOver({ ...state, failures: 0 })
          case 'Resolved':
            return event.uris.length === 0 ? stay(state) : [{ ...state, uris: event.uris }, []]
          default:
            return stay(state)
        }
      case 'DELAYING':
        switch (event._tag) {
          case 'TimerFired':
            return startOver(state)
          case 'Resolved':
            return event.uris.length === 0 ? forget() : [{ ...state, uris: event.uris }, []]
          case 'Reached':
            return forget()
          default:
            return stay(state)
        }
    }
  }
}
