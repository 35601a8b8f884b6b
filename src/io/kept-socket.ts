import type { Socket } from 'node:dgram'
import { Observable, Subscription } from 'rxjs'

/** A socket that is open until it is closed. */
export interface KeptSocket {
  readonly socket: Socket
  readonly isOpen: () => boolean
  readonly close: () => void
}

/**
 * The socket of a stream, which stays open when this completes, as it does with the socket. It is closed with all that
 * `keeper` keeps; what ends it later is told to `failed`.
 */
export const keptSocket$ = (
  socket$: Observable<Socket>,
  keeper: Subscription,
  failed: (error: unknown) => void,
): Observable<KeptSocket> =>
  new Observable(subscriber => {
    let isKept = false
    const kept = new Subscription()
    const close = (): void => kept.unsubscribe()
    keeper.add(kept)
    kept.add(
      socket$.subscribe({
        next: socket => {
          isKept = true
          subscriber.next({ socket, isOpen: () => !kept.closed, close })
          subscriber.complete()
        },
        error: (error: unknown) => {
          close()
          if (isKept) failed(error)
          else subscriber.error(error)
        },
      }),
    )
    return () => {
      if (!isKept) close()
    }
  })
