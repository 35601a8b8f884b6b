import { Observable, Subject } from 'rxjs'
import type { ScMessage } from '../../wire/bvlc-sc.js'
import { connection, type ConnectionOptions } from './connection.js'
import type { ConnectionEvent, UnsentReason } from './peer.js'
import { verdict } from './verdict.js'

/** What happens to the connection of a line. */
export type LineEvent = Exclude<ConnectionEvent, { readonly _tag: 'Unsent' }>

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
  return {
    event$: new Observable(subscriber =>
      connection({ ...options, activity: { lastValid: options.scheduler.now() } })(outbound$).subscribe({
        next: event => (event._tag === 'Unsent' ? said.say(event.reason) : subscriber.next(event)),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    ),
    send: message => said.of(() => outbound$.next(message)),
    end: () => {
      ending = true
      outbound$.complete()
    },
    isEnding: () => ending,
  }
}
