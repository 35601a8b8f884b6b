import { seconds, type Duration } from '../../values/duration.js'
import { OPTION_LIMITS } from '../../wire/header-option.js'
import { arrivalLimits, type ArrivalLimits } from '../../limits/arrivals.js'
import type { Pace } from '../../limits/pace.js'
import { MAX_FRAGMENTS } from '../connection/socket.js'

/**
 * What a hub bounds; every refusal and drop is counted and told.
 *
 * The defaults let a building of `maxConnections` nodes do whatever buildings do, above all come back all at once after a
 * power cut, from a single address when a router with address translation (NAT) stands between. An address is an IPv4
 * address, or the first 64 bits of an IPv6 address.
 */
export interface HubLimits extends ArrivalLimits {
  /** Connected nodes. Default 1000. */
  readonly maxConnections: number
  /**
   * Sockets on the way to a Connect-Accept. Default as `maxConnections`: after a restart all nodes come at once. When it
   * is reached, the address that has most of them makes room for the others.
   */
  readonly maxPending: number
  /**
   * TCP connections of one address, whatever became of them. Default twice `maxConnections`, at least 100: with all nodes
   * behind one NAT router that restarts, all come anew while the hub still has the dead connections of all.
   */
  readonly maxPerAddress: number
  /**
   * How fast one address may open TCP connections. Default `maxConnections` at once, at least 100, and a tenth of that a
   * second: after 10 s, the nodes' usual wait before they try again, all may have come once more. More is turned away
   * before TLS costs anything.
   */
  readonly arrivalsPerAddress: Pace
  /** How fast all addresses together may. Default twice `arrivalsPerAddress`, so that no single one shuts out the rest. */
  readonly arrivalsInTotal: Pace
  /**
   * How often one Device UUID may take the place of its own living connection. Default 8 times at once and then once in
   * 10 s: a device whose network flaps is let in each time, and two devices with one UUID do not chase each other.
   */
  readonly replacementsPerUuid: Pace
  /** Octets that may wait for one slow receiver before messages to it are dropped. Default 1 MiB. */
  readonly maxQueued: number
  /** How long a receiver may stay that slow before it is disconnected. Default 30 s. */
  readonly stuckLimit: Duration
  /**
   * Broadcasts of one node, in copies: a message to 999 other nodes is 999. Default a million at once and 100 000 a
   * second. That is a router which announces 1000 devices behind it to 1000 nodes at once, and a hundred broadcasts
   * to 1000 nodes every second after it; with few nodes it is no limit at all.
   */
  readonly broadcastsPerSender: Pace
  /**
   * Broadcasts of all nodes, in copies. Default four times `broadcastsPerSender`: a thousand nodes that announce
   * themselves and ask who is there, four times over, and then about what one processor core can write.
   */
  readonly broadcastsInTotal: Pace
  /**
   * Pieces (WebSocket fragments) in which one message may come; more close with 1008. Default 64: a message of the
   * greatest length in pieces of 1 KiB. Each piece of a single octet can keep a whole read buffer of 64 KiB alive.
   */
  readonly maxFragments: number
  /** Header options in one list of a message for the hub itself. Default 64; the standard defines six types. */
  readonly maxOptions: number
  /**
   * Octets of one such list. Default 8192, about twice what a hub must relay. Lists above either limit are answered with
   * RESOURCES / OUT_OF_MEMORY. Options of messages that are passed on are not looked at.
   */
  readonly maxOptionOctets: number
}

const times = ({ burst, perSecond }: Pace, factor: number): Pace => ({
  burst: burst * factor,
  perSecond: perSecond * factor,
})

/** Fills in the defaults. */
export const hubLimits = (given: Partial<HubLimits> = {}): HubLimits => {
  const maxConnections = given.maxConnections ?? 1000
  const usual = arrivalLimits(maxConnections)
  const broadcastsPerSender = given.broadcastsPerSender ?? { burst: 1_000_000, perSecond: 100_000 }
  return {
    maxConnections,
    maxPending: maxConnections,
    ...usual,
    arrivalsInTotal: times(given.arrivalsPerAddress ?? usual.arrivalsPerAddress, 2),
    replacementsPerUuid: { burst: 8, perSecond: 0.1 },
    maxQueued: 1 << 20,
    stuckLimit: seconds(30),
    broadcastsPerSender,
    broadcastsInTotal: times(broadcastsPerSender, 4),
    maxFragments: MAX_FRAGMENTS,
    ...OPTION_LIMITS,
    ...given,
  }
}
