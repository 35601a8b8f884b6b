import { Observable, Subject } from 'rxjs'
import type { ScMessage } from '../../wire/bvlc-sc.js'
import { isOrderly } from './cause.js'
import { connection, type Activity, type ConnectionOptions } from './connection.js'
import type { ConnectionEvent, UnsentReason } from './peer.js'
import { verdict } from './verdict.js'

/** What happens to the connection of a line. */
export type LineEvent = Exclude<ConnectionEvent, { readonly _tag: 'Unsent' | 'Disconnected' }> | LineEnd

/** Its end. */
export type LineEnd = Extract<ConnectionEvent, { readonly _tag: 'Disconnected' }> & {
  /**
   * Messages sent since the peer was last heard, heartbeats included; 0 when it ended in good order. Nothing confirms a
   * message, but who speaks was there until then.
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

/** A line that is not started yet. */
export const line = <State extends { readonly _tag: string }>(
  options: Omit<ConnectionOptions<State>, 'activity'>,
): Line => {
  const outbound$ = new Subject<ScMessage>()
  const said = verdict<UnsentReason>()
  let ending = false
  let unconfirmed = 0
  let lastValid = options.scheduler.now()
  const activity: Activity = {
    get lastValid() {
      return lastValid
    },
    set lastValid(now) {
      lastValid = now
      unconfirmed = 0
    },
  }

  return {
    event$: new Observable(subscriber => {
      const hear = (event: ConnectionEvent): void => {
        switch (event._tag) {
          case 'Unsent':
            said.say(event.reason)
            return
          case 'Disconnected':
            subscriber.next({ ...event, unconfirmed: isOrderly(event.cause) ? 0 : unconfirmed })
            return
          default:
            subscriber.next(event)
        }
      }
      return connection({ ...options, activity })(outbound$).subscribe({
        next: hear,
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    }),
    send: message => {
      const reason = said.of(() => outbound$.next(message))
      if (reason === undefined) unconfirmed++
      return reason
    },
    end: () => {
      ending = true
      outbound$.complete()
    },
    isEnding: () => ending,
  }
}
