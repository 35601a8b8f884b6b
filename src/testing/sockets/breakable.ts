import { filter, Observable } from 'rxjs'
import { ABNORMAL } from '../../sc/connection/cause.js'
import type { Socket } from '../../sc/connection/socket.js'

/**
 * What goes wrong with a connection: `cut` ends it, and both ends are told; `mute` lets nothing pass any more, and nobody
 * is told.
 */
export type Fault = 'cut' | 'mute'

/** A socket that breaks when it is told so. */
export const breakable =
  (socket: Socket, fault$: Observable<Fault>): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      let mute = false
      const vanish = (detail: string): void => {
        subscriber.next({ _tag: 'Closed', code: ABNORMAL, detail })
        subscriber.complete()
      }
      const passing$ = outbound$.pipe(
        filter(output => {
          if (mute && !(output instanceof Uint8Array)) vanish('the closing handshake was not answered')
          return !mute
        }),
      )
      const line = socket(passing$).subscribe({
        next: event => mute || subscriber.next(event),
        complete: () => mute || subscriber.complete(),
      })
      subscriber.add(() => mute || line.unsubscribe())
      subscriber.add(
        fault$.subscribe(fault => {
          if (fault === 'mute') mute = true
          else if (!mute) vanish('the connection was cut')
        }),
      )
    })
