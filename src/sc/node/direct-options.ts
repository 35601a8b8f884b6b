import type { Observable, SchedulerLike } from 'rxjs'
import type { Random } from '../../values/random.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { AddressResolver } from './address-resolver.js'
import type { Diagnose } from '../connection/diagnostic.js'
import type { DirectLimits } from './direct-limits.js'
import type { DirectPeerTimings } from './direct-peer-machine.js'
import type { PeerTable } from './peer-table.js'
import type { Dial, Server } from '../connection/socket.js'
import type { ConnectionTimings } from '../connection/timings.js'

/** What direct connections need. */
export interface DirectOptions {
  /** Where peers are accepted; `undefined` when they are not. */
  readonly server$: Server | undefined
  /** How peers are dialled; `undefined` when they are not. */
  readonly dial: Dial | undefined
  /** Which URIs may be dialled: they come from peers. */
  readonly mayDial: (uri: ScUri, vmac: Vmac) => boolean
  readonly resolver: AddressResolver
  /** Who we are, asked at each connection. */
  readonly self: () => PeerIdentity
  /** Our VMAC is another: all connections are ended, as they were made under the old one. */
  readonly renamed$: Observable<unknown>
  /** Where connections are entered while they are CONNECTED. */
  readonly connections: PeerTable
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  readonly timings: ConnectionTimings & DirectPeerTimings
  readonly limits: DirectLimits
  readonly nextMessageId: () => number
  readonly allocate: (length: number) => Uint8Array
  readonly scheduler: SchedulerLike
  readonly random: Random
}
