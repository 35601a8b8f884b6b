import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { RouteName } from './load.js'

/** What is measured is to do this. */
export interface RelayPlan {
  readonly route: RouteName
  /** Where a port is bound that hears datagrams. */
  readonly host: string
  /** Where the port is bound that sends them on. */
  readonly sendHost: string
  /** Where to send. */
  readonly sink: Endpoint
  /** The hub whose node it is, if it is one. */
  readonly hub: string | undefined
}

/**
 * Starts what is measured; `forwarded` is to be called for each NPDU that it sends on. Gives the UDP port that hears, or 0
 * where it is the node of a hub, and has joined it.
 */
export type StartRelay = (plan: RelayPlan, forwarded: () => void) => Promise<number>
