import {
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  retry,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { ip6Of, port6Of, type Bip6Address } from '../values/bip6-address.js'
import { ms } from '../values/duration.js'
import type { Ipv6 } from '../values/ipv6.js'
import type { Interface6Table } from './interfaces6.js'
import { betterThan } from './ip6-local.js'
import type { KeptSocket } from './kept-socket.js'
import { looks$ } from './looks.js'

/** The socket that a port sends through, and hears unicasts by. */
export interface SendingSocket extends KeptSocket {
  /** What it is bound to. */
  readonly self: Bip6Address
  /** The receive buffer that the system granted, in octets. */
  readonly receiveBuffer: number
}

/** Opens a socket on an address and port. It stays open when the stream completes, until it is closed. */
export type OpenSending = (ip: Ipv6, port: number) => Observable<SendingSocket>

/** On the first address that can be bound: not on one that is still asked for on its link, or is somebody else's there. */
export const firstToOpen$ = (
  [ip, ...others]: readonly Ipv6[],
  port: number,
  openOn$: OpenSending,
): Observable<SendingSocket> => {
  if (ip === undefined) return EMPTY
  return openOn$(ip, port).pipe(
    catchError((error: unknown) => {
      const canBeAnother = others.length > 0 && (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL'
      return canBeAnother ? firstToOpen$(others, port, openOn$) : throwError(() => error as Error)
    }),
  )
}

const TENTATIVE_TRIES = 10
const TENTATIVE_WAIT = ms(500)

/** Tries again while no address can be bound: hosts ask for a second or two whether a new one is somebody else's. */
export const untilUsable = <A>(scheduler: SchedulerLike): MonoTypeOperatorFunction<A> =>
  retry({
    count: TENTATIVE_TRIES,
    delay: (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRNOTAVAIL' ? timer(TENTATIVE_WAIT, scheduler) : throwError(() => error),
  })

/** What it takes to go to a better address of an interface. */
export interface MoveOptions {
  /** The addresses that the interface has, if any. */
  readonly look: () => Interface6Table | undefined
  readonly openOn$: OpenSending
  readonly scheduler: SchedulerLike
}

/**
 * The sockets that a port sends through after the first, each on a better address than the one before, at the same port.
 * What cannot be bound is tried again at the next look, and until then the port stays where it is. A socket that was left
 * is open until the next look: others may not know yet, and something may wait to be sent.
 */
export const movesFrom$ = (
  first: SendingSocket,
  { look, openOn$, scheduler }: MoveOptions,
): Observable<SendingSocket> =>
  defer(() => {
    let present = first
    let former: SendingSocket | undefined
    return looks$(look, scheduler).pipe(
      exhaustMap((entries = []) => {
        former?.close()
        former = undefined
        return firstToOpen$(betterThan(ip6Of(present.self), entries), port6Of(first.self), openOn$).pipe(
          catchError(() => EMPTY),
        )
      }),
      tap(next => {
        former = present
        present = next
      }),
    )
  })
