import type { SchedulerLike } from 'rxjs'
import type { Transition } from '../../machine/transition.js'
import type { Random } from '../../values/random.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { ConnectRequest, PeerIdentity } from '../../wire/bvlc-sc.js'
import { diagnoseAs, type Diagnose } from '../connection/diagnostic.js'
import type { AttemptEvent } from './direct-peer-machine.js'
import type { DirectConnection } from './direct-table.js'
import { line, type Line } from '../connection/line.js'
import type { Admission, PeerEffect, PeerEvent } from '../connection/peer.js'
import { understandsNone } from '../connection/receive.js'
import type { Socket } from '../connection/socket.js'

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

/** One socket of a direct connection. */
export interface DirectLine extends Line {
  readonly far: Far
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

/** A line that is not started yet. */
export const directLine = <State extends { readonly _tag: string }>({
  far,
  self,
  diagnose,
  ...options
}: DirectLineOptions<State>): DirectLine => ({
  ...line({
    ...options,
    receiver: { path: 'direct', maxBvlcLength: self().maxBvlcLength, understands: understandsNone },
    diagnose: diagnoseAs({ role: 'direct', far: far._tag === 'Dialled' ? far.uri : far.address }, diagnose),
  }),
  far,
  connection: undefined,
  peer: undefined,
  requestRefused: false,
})
