import { Observable } from 'rxjs'
import { relay } from '../../machine/relay.js'
import type { ScMessage } from '../../wire/bvlc-sc.js'
import type { Cause } from './cause.js'
import { connection, type Activity, type ConnectionOptions } from './connection.js'
import type { ConnectionEvent, UnsentReason } from './peer.js'
import { noneUnconfirmed, noteHeard, noteSent, type Unconfirmed } from './unconfirmed.js'
import { verdict } from './verdict.js'

/** What happens to the connection of a line. */
export type LineEvent = Exclude<ConnectionEvent, { readonly _tag: 'Unsent' | 'Disconnected' }> | LineEnd

/** Its end. */
export interface LineEnd {
  readonly _tag: 'Disconnected'
  readonly cause: Cause
  /**
   * Messages sent since the peer was last heard, or so shortly before that they crossed with what it said; 0 when it answered
   * our Disconnect-Request. Nothing else confirms a message, but who speaks was there until then.
   */
  readonly unconfirmed: number
}

/** One socket of a node, from dialling or accepting it until it is gone, with the connection over it. */
export interface Line {
  /** For one subscriber, who thereby starts it. Completes when the socket is gone; errors only where the socket does. */
  readonly event$: Observable<LineEvent>
  /** Sends a message; gives the reason for which it was not taken. */
  readonly send: (message: ScMessage) => UnsentReason | undefined
  /** Ends the connection in good order, or gives up what did not become one yet. */
  readonly end: () => void
  /** Whether it was asked to end. */
  readonly isEnding: () => boolean
}

/** Notes what is heard. A class: accessors of a literal would be others for each line, and looked up for each message. */
class LineActivity implements Activity {
  lastSent: number
  readonly #unconfirmed: Unconfirmed
  #lastValid: number

  constructor(unconfirmed: Unconfirmed, now: number) {
    this.lastSent = now
    this.#unconfirmed = unconfirmed
    this.#lastValid = now
  }

  get lastValid(): number {
    return this.#lastValid
  }

  set lastValid(now: number) {
    this.#lastValid = now
    noteHeard(this.#unconfirmed, now)
  }
}

/** A line that is not started yet. */
export const line = <State extends { readonly _tag: string }>(
  options: Omit<ConnectionOptions<State>, 'activity'>,
): Line => {
  const outbound = relay<ScMessage>()
  const said = verdict<UnsentReason>()
  let ending = false
  const { scheduler } = options
  const unconfirmed = noneUnconfirmed()
  const activity = new LineActivity(unconfirmed, scheduler.now())

  return {
    event$: new Observable(subscriber => {
      const hear = (event: ConnectionEvent): void => {
        switch (event._tag) {
          case 'Unsent':
            said.say(event.reason)
            return
          case 'Disconnected': {
            const { _tag, cause, confirmed } = event
            subscriber.next({ _tag, cause, unconfirmed: confirmed === true ? 0 : unconfirmed.count })
            return
          }
          default:
            subscriber.next(event)
        }
      }
      return connection({ ...options, activity })(outbound.item$).subscribe({
        next: hear,
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    }),
    send: message => {
      const reason = said.of(() => outbound.next(message))
      // The connection has noted within the call when that was.
      if (reason === undefined) noteSent(unconfirmed, activity.lastSent)
      return reason
    },
    end: () => {
      ending = true
      outbound.complete()
    },
    isEnding: () => ending,
  }
}
