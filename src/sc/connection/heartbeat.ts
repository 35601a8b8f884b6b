import { clearTimer, setTimer } from '../../machine/timers.js'
import { ms, type Duration } from '../../values/duration.js'
import { ErrorCode } from '../../wire/error-code.js'
import { cause, type Cause } from './cause.js'
import { connectionHeader, send, type PeerEffect, type PeerEvent } from './peer.js'
import type { ConnectionTimings } from './timings.js'

/*
 * Liveness (clause AB.6.3, 5.4 of the protocol notes). Messages do not restart a timer: when it fires, it is told how long
 * the peer has been quiet and we have been silent, and is set again for the rest, of at least a millisecond.
 */

const rest = (wait: Duration, quiet: Duration): Duration => ms(Math.max(wait - quiet, 1))

/**
 * A node that hears enough need not ask for anything, and a hub may take its silence for death: bacnet-stack's after twice
 * its own heartbeat timeout (field quirk 11). So it asks as well when it has said nothing for half as long again.
 */
const silenceLimit = (heartbeat: Duration): Duration => ms(heartbeat * 1.5)

/** The initiating peer's watch begins, or begins anew after an answer. */
export const watchHeartbeat = ({ heartbeat }: ConnectionTimings): PeerEffect => setTimer('heartbeat', heartbeat)

/** The heartbeat timer fired: ask when it has been quiet for all of the heartbeat timeout, or we silent for too long. */
export const heartbeatDue = (
  { quiet, silent = ms(0), messageId }: PeerEvent & { readonly _tag: 'TimerFired' },
  { heartbeat, heartbeatWait }: ConnectionTimings,
): { readonly heartbeatId: number | undefined; readonly effects: readonly PeerEffect[] } =>
  quiet < heartbeat && silent < silenceLimit(heartbeat)
    ? { heartbeatId: undefined, effects: [setTimer('heartbeat', nextLook(heartbeat, quiet, silent))] }
    : {
        heartbeatId: messageId,
        effects: [
          send({ _tag: 'Heartbeat-Request', ...connectionHeader(messageId) }),
          setTimer('heartbeat wait', heartbeatWait),
        ],
      }

const nextLook = (heartbeat: Duration, quiet: Duration, silent: Duration): Duration =>
  ms(Math.min(rest(heartbeat, quiet), rest(silenceLimit(heartbeat), silent)))

/** The Heartbeat-ACK that was waited for came. */
export const heartbeatAnswered = (timings: ConnectionTimings): readonly PeerEffect[] => [
  clearTimer('heartbeat wait'),
  watchHeartbeat(timings),
]

/** The heartbeat wait fired: any valid message since the request shows life, silence shows death. */
export const heartbeatVerdict = (
  quiet: Duration,
  { heartbeat, heartbeatWait }: ConnectionTimings,
): { readonly dead: Cause } | { readonly effects: readonly PeerEffect[] } =>
  quiet <= heartbeatWait
    ? { effects: [setTimer('heartbeat', rest(heartbeat, quiet))] }
    : { dead: cause(ErrorCode.TIMEOUT, 'the peer did not answer a Heartbeat-Request') }

/** The accepting peer's watch begins. */
export const watchIdle = ({ idleLimit }: ConnectionTimings): PeerEffect => setTimer('idle limit', half(idleLimit))

const half = (limit: Duration): Duration => ms(limit / 2)

/**
 * The accepting peer's watch. The peer's heartbeat timeout is not known, so only a long silence counts. After half of it
 * this side asks as well, which the standard leaves to it: a peer that hears enough need not say anything by itself.
 */
export const idleVerdict = (
  quiet: Duration,
  messageId: number,
  { idleLimit }: ConnectionTimings,
): { readonly dead: Cause } | { readonly effects: readonly PeerEffect[] } => {
  if (quiet >= idleLimit) return { dead: cause(ErrorCode.TIMEOUT, 'nothing received within the idle limit') }
  if (quiet < half(idleLimit)) return { effects: [setTimer('idle limit', rest(half(idleLimit), quiet))] }
  return {
    effects: [
      send({ _tag: 'Heartbeat-Request', ...connectionHeader(messageId) }),
      setTimer('idle limit', rest(idleLimit, quiet)),
    ],
  }
}
