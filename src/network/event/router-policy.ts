import { withoutUndefined } from '../../values/without-undefined.js'
import type { StationAddress } from './network-event.js'

/** Who says something, as a policy sees him. */
export interface Speaker {
  /** The name of the port. */
  readonly port: string
  /** Who sent it, whatever routers it passed. */
  readonly source: StationAddress
}

/**
 * Who may change what a router does. The network layer has no authentication: all addresses but those of BACnet/SC can be
 * forged. Its functions must not throw: nobody is there to catch it, and the process would end.
 */
export interface RouterPolicy {
  /** Whether a router may say by I-Am-Router-To-Network that it routes to a network. Default: any may, for its own port. */
  readonly mayAnnounce: (network: number, speaker: Speaker) => boolean
  /** Whether a route that is not known is learned from what comes through it. Default: yes. */
  readonly learnsFromTraffic: boolean
  /** Who may change the routing table with Initialize-Routing-Table. Direct and configured routes stay. Default: nobody. */
  readonly mayWrite: (speaker: Speaker) => boolean
  /** Who may read it so. Default: everybody, as the standard has it. */
  readonly mayRead: (speaker: Speaker) => boolean
  /** Whether anything is carried on from one port to another, by their names. Default: yes. */
  readonly mayPass: (from: string, to: string) => boolean
}

/** The defaults, but for what is given. */
export const routerPolicy = (given: Partial<RouterPolicy> = {}): RouterPolicy => ({
  mayAnnounce: () => true,
  learnsFromTraffic: true,
  mayWrite: () => false,
  mayRead: () => true,
  mayPass: () => true,
  ...withoutUndefined(given),
})
