import type { SchedulerLike } from 'rxjs'
import type { Random } from '../../values/random.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Hello } from '../../wire/hello.js'
import { diagnoseAs, type Diagnose } from '../connection/diagnostic.js'
import { IDLE } from '../connection/disconnecting.js'
import type { HubRole } from '../connection/hub-role.js'
import { initiating, type InitiatingState } from '../connection/initiating.js'
import { line, type Line } from '../connection/line.js'
import { understandsNone } from '../connection/receive.js'
import { Subprotocol } from '../connection/socket.js'
import type { ConnectionTimings } from '../connection/timings.js'
import type { HubAddress } from './hub-address.js'
import type { ScPeer } from './peer-table.js'

/** One attempt to reach a hub, and the connection that it becomes. */
export interface HubCall extends Line {
  readonly hub: HubRole
  readonly uri: HubAddress['uri']
  /** The Hello it begins with. */
  readonly hello: Hello | undefined
  /** The hub that was reached, once it was. */
  peer: ScPeer | undefined
}

/** What a call needs. */
export interface HubCallOptions {
  readonly hub: HubRole
  readonly address: HubAddress
  readonly self: PeerIdentity
  readonly hello: Hello | undefined
  readonly timings: ConnectionTimings
  readonly nextMessageId: () => number
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose | undefined
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** A call that is not started yet. */
export const hubCall = ({ hub, address, self, hello, timings, diagnose, ...options }: HubCallOptions): HubCall => ({
  ...line<InitiatingState>({
    ...options,
    transition: initiating({ subprotocol: Subprotocol.HUB, self, hello, timings }),
    initial: IDLE,
    socket: address.socket,
    receiver: { path: 'from-hub', maxBvlcLength: self.maxBvlcLength, understands: understandsNone },
    diagnose: diagnoseAs({ role: hub, far: address.uri }, diagnose),
  }),
  hub,
  uri: address.uri,
  hello,
  peer: undefined,
})
