import type { Duplex } from '../link/duplex.js'

/** One datagram to be sent. */
export interface Datagram<Address extends string, About = unknown> {
  /** The address and port that it is for: of one, of a broadcast or of a multicast group. */
  readonly to: Address
  /** All that it carries. Not to be written any more: it may wait before it is sent. */
  readonly octets: Uint8Array
  /** Whatever is to come back with it when it could not be sent. Default: nothing. */
  readonly about?: About
}

/** How a datagram came: `unknown` where one socket hears both kinds. */
export type Arrival = 'unicast' | 'broadcast' | 'unknown'

/** What a UDP port tells. `Local` is what it knows of its own addresses. */
export type UdpEvent<Address extends string, Local, About = unknown> =
  /** Datagrams can be sent and heard. Comes first, and again when the host's addresses have changed. */
  | { readonly _tag: 'Bound'; readonly local: Local }
  /** A datagram has come, whose octets are the receiver's own from then on. */
  | {
      readonly _tag: 'Received'
      readonly source: Address
      readonly octets: Uint8Array
      readonly arrival: Arrival
    }
  /** A datagram was heard that is none of this port's, and dropped: of another link, or meant for other ports. */
  | { readonly _tag: 'Strayed'; readonly reason: string }
  /** A datagram could not be sent, which concerns no other. */
  | {
      readonly _tag: 'Unsent'
      readonly datagram: Datagram<Address, About>
      readonly reason: string
      /** Whether that is due to where it was to go, and not to this host. */
      readonly isUnreachable: boolean
    }

/**
 * A UDP port: one or more sockets that are one to the world, as all they send comes from the same address.
 * Subscribing binds it, which errors when it cannot. Unsubscribing closes it at once; completing the outbound stream
 * closes it when what was given has been sent.
 */
export type UdpPort<Address extends string, Local, About = unknown> = Duplex<
  Datagram<Address, About>,
  UdpEvent<Address, Local, About>
>
