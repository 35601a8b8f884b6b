import type { Mac } from '../../values/mac.js'
import type { NetworkLink } from '../link/network-link.js'

/** A port of a router, or of another node: where a data link comes in (clause 6.6.1). */
export interface NetworkPortOptions {
  /** What it is called in events and requests; no other port of the same node has that name. */
  readonly name: string
  readonly link: NetworkLink
  /**
   * The number of its network, from 1 to 65534; no other port of the same node has it. Default: it is asked for, and what
   * a router there says is believed. A port routes nothing until its number is known.
   */
  readonly network?: number
  /**
   * Whether its network is secure. What comes from or goes to one that is not loses its Secure Path. Default true, which only
   * matters for BACnet/SC: say false for one without TLS.
   */
  readonly isSecure?: boolean
  /** The port id in routing tables that are read over the network, from 1 to 255. Default: the lowest that is free. */
  readonly id?: number
}

/** A port as it is at the moment. */
export interface Port {
  readonly name: string
  readonly id: number
  /** The octets of a MAC address on its network. */
  readonly macLength: number
  /** The number of its network; `undefined` while that is not known. */
  readonly network: number | undefined
  /** The own MAC address; `undefined` while there is none. */
  readonly mac: Mac | undefined
  /** The longest NPDU that it takes, in octets. */
  readonly maxNpduLength: number
  /** Whether its network is there; a momentary outage does not count. */
  readonly isUp: boolean
}

/** A station on the network of a port, as the next router to somewhere or as whoever said something. */
export interface Neighbour {
  readonly port: Port
  readonly mac: Mac
}
