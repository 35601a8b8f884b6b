import { Observable, Subject, type SchedulerLike } from 'rxjs'
import type { Transition } from '../../machine/transition.js'
import type { Random } from '../../values/random.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { ConnectRequest, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { connection } from '../connection/connection.js'
import { diagnoseAs, type Diagnose } from '../connection/diagnostic.js'
import type { AttemptEvent } from './direct-peer-machine.js'
import type { DirectConnection } from './direct-table.js'
import type { Admission, ConnectionEvent, PeerEffect, PeerEvent, UnsentReason } from '../connection/peer.js'
import { understandsNone } from '../connection/receive.js'
import type { Socket } from '../connection/socket.js'
import { verdict } from '../connection/verdict.js'

/** Where a line leads: to the peer that was dialled, or back to somebody who came. */
export type Far =
  | {
      readonly _tag: 'Dialled'
      readonly wanted: Vmac
      readonly uri: ScUri
      /** Tells the machine that dialled what becomes of it. */
      readonly attempt: (event: AttemptEvent) => void
    }
  | { readonly _tag: 'Accepted'; readonly address: string }

/** One socket of a direct connection, from the first moment until it is gone. */
export interface DirectLine {
  readonly far: Far
  /** What happens to the connection but for `Unsent`: heard once, which starts it. */
  readonly event$: Observable<Exclude<ConnectionEvent, { readonly _tag: 'Unsent' }>>
  readonly send: (message: ScMessage) => UnsentReason | undefined
  /** Ends the connection in good order, or gives up what did not become one yet. */
  readonly end: () => void
  /** Whether it was asked to end. */
  readonly isEnding: () => boolean
  /** While it is CONNECTED to the peer that it should be. */
  connection: DirectConnection | undefined
  /** Who that peer is, also afterwards. */
  peer: PeerIdentity | undefined
  /** A Connect-Request was refused on it already. */
  requestRefused: boolean
}

/** What a line needs. */
export interface DirectLineOptions<State extends { readonly _tag: string }> {
  readonly far: Far
  readonly socket: Socket
  /** `initiating(…)` or `accepting(…)`, and the state it starts in. */
  readonly transition: Transition<State, PeerEvent, PeerEffect>
  readonly initial: State
  readonly self: () => PeerIdentity
  readonly admit: (request: ConnectRequest) => Admission
  readonly nextMessageId: () => number
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** A line over a socket. */
export const directLine = <State extends { readonly _tag: string }>({
  far,
  self,
  ...options
}: DirectLineOptions<State>): DirectLine => {
  const outbound$ = new Subject<ScMessage>()
  const said = verdict<UnsentReason>()
  let ending = false
  return {
    far,
    event$: new Observable(subscriber =>
      connection({
        ...options,
        receiver: { path: 'direct', maxBvlcLength: self().maxBvlcLength, understands: understandsNone },
        activity: { lastValid: options.scheduler.now() },
        diagnose: diagnoseAs({ role: 'direct', far: far._tag === 'Dialled' ? far.uri : far.address }, options.diagnose),
      })(outbound$).subscribe({
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
    connection: undefined,
    peer: undefined,
    requestRefused: false,
  }
}
