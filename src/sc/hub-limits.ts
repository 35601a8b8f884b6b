import type { Duration } from '../values/duration.js'

/** What a hub bounds; every refusal and drop is counted and told. */
export interface HubLimits {
  /** Connected nodes. Default 1000. */
  readonly maxConnections: number
  /** Sockets on the way to a Connect-Accept. Default as `maxConnections`: after a restart all nodes come at once. */
  readonly maxPending: number
  /** Octets that may wait for one slow receiver before messages to it are dropped. Default 1 MiB. */
  readonly maxQueued: number
  /** How long a receiver may stay that slow before it is disconnected. Default 30 s. */
  readonly stuckLimit: Duration
}
