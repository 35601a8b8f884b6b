import type { DeviceUuid } from '../../values/device-uuid.js'
import type { Duration } from '../../values/duration.js'
import type { ListenUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { Hello } from '../../wire/hello.js'
import type { Cause } from '../connection/cause.js'
import type { FailedRequest } from '../connection/failed-request.js'
import type { CertificateEvent } from '../certificate/certificate.js'
import type { KnownPeer } from './identity-policy.js'

/** Why a hub did not pass a message on. */
export type HubDropReason =
  /** No node has the destination VMAC. */
  | 'unknown destination'
  /** A node sent to itself. */
  | 'destination is the sender'
  /** The originating VMAC is not the sender's own. */
  | 'spoofed originator'
  /** Too short for the VMACs that its control flags promise. */
  | 'malformed'
  /** Above the hub's own Max-BVLC-Length. */
  | 'longer than the hub takes'
  /** The destination said in its Connect-Request that it takes no messages, or NPDUs, of that length. */
  | 'longer than the destination takes'
  /** The destination is closing its WebSocket. */
  | 'destination not connected'
  /** The destination reads too slowly. */
  | 'receiver queue full'
  /** Its sender's broadcasts are above the budget that each node has. */
  | 'sender broadcasts too much'
  /** The broadcasts of all nodes are above the budget that they have together. */
  | 'too many broadcasts in total'
  /** Its sender is not, or no longer, connected. */
  | 'sender not connected'
  /** Addressed to the hub itself, and failed a check; answered with a NAK where one is due. */
  | 'refused'

/** What a hub knows about one node that is connected to it. */
export interface HubNode {
  readonly vmac: Vmac
  readonly uuid: DeviceUuid
  /** `HOST:PORT` it came from. */
  readonly address: string
  /** When it connected, on the clock of the scheduler (milliseconds since 1970). */
  readonly connectedAt: number
  readonly maxBvlcLength: number
  readonly maxNpduLength: number
  /** Messages from it that had a destination, and messages that were passed on to it: none of those about its connection. */
  readonly received: number
  readonly sent: number
  /** Messages from it, or to it, that were dropped. */
  readonly dropped: number
  /** Octets that wait for it to read. */
  readonly queued: number
}

/** What a hub counts since it started. */
export interface HubCounters {
  /** Nodes that are connected now. */
  readonly connected: number
  /** Connections that are on the way to a Connect-Accept now. */
  readonly pending: number
  /** Messages received. */
  readonly received: number
  /** Messages passed on, a broadcast once for each node it went to. */
  readonly sent: number
  /** Connections that became a node. */
  readonly accepted: number
  /** Connections that did not become a node. */
  readonly refused: number
  /** The same by reason; after 64 reasons, further ones are counted together. */
  readonly refusals: Readonly<Record<string, number>>
  /** Messages dropped, by reason. */
  readonly drops: Readonly<Partial<Record<HubDropReason, number>>>
}

/** What a hub function tells. */
export type HubEvent =
  /** It listens at `uri`, with the real port. */
  | { readonly _tag: 'Listening'; readonly uri: ListenUri; readonly vmac: Vmac; readonly uuid: DeviceUuid }
  | {
      readonly _tag: 'NodeConnected'
      readonly vmac: Vmac
      readonly uuid: DeviceUuid
      readonly address: string
      /** The Hello it came with, where the hub takes Hellos. */
      readonly hello?: Hello
    }
  | {
      readonly _tag: 'NodeDisconnected'
      readonly vmac: Vmac
      readonly uuid: DeviceUuid
      readonly address: string
      readonly cause: Cause
      /**
       * How many messages were passed on to it since it was last heard, or in the second or two before that: as many may be
       * lost. 0 when the hub ended it and the node agreed.
       */
      readonly unconfirmed: number
    }
  | FailedRequest
  /**
   * Somebody came and did not become a node; `count` times since the last event of this reason and host (in IPv6: this
   * /64), of which there is at most one a second. `address` is the latest.
   */
  | { readonly _tag: 'Refused'; readonly address: string; readonly reason: string; readonly count: number }
  /**
   * Messages were dropped, `count` of them since the last event of this reason, sender and receiver, of which there is
   * at most one a second. `address` is where the party at fault is connected from. When very many are at fault at once,
   * some are told together, without names.
   */
  | {
      readonly _tag: 'Dropped'
      readonly reason: HubDropReason
      readonly from: Vmac | undefined
      readonly to: Vmac | undefined
      readonly address: string | undefined
      readonly count: number
    }
  /** The answer to `ListNodes`. */
  | { readonly _tag: 'Nodes'; readonly nodes: readonly HubNode[] }
  /** The answer to `DisconnectNode` where no node has that VMAC. */
  | { readonly _tag: 'NoSuchNode'; readonly vmac: Vmac }
  /** The answer to `ReadCounters`. */
  | { readonly _tag: 'Counters'; readonly counters: HubCounters }
  /** All nodes that `ReconnectNodes` was for were sent away, so many of them. */
  | { readonly _tag: 'NodesReconnected'; readonly count: number }
  /** The identity policy knows a device from now on: keep the pin, and give it to the hub when it starts again. */
  | { readonly _tag: 'IdentityPinned'; readonly pin: KnownPeer }
  /** The identity policy, which only reports, would have refused a device that was let in. */
  | {
      readonly _tag: 'IdentityDiffers'
      readonly vmac: Vmac
      readonly uuid: DeviceUuid
      readonly address: string
      readonly reason: string
    }
  /**
   * A new identity policy came: it is in use, and the nodes that it does not let in are disconnected in good order
   * (`reloaded`), or it is wrong and changes nothing (`refused`). `message` is one plain sentence.
   */
  | { readonly _tag: 'IdentityPolicy'; readonly state: 'reloaded' | 'refused'; readonly message: string }
  /** The answer to `ListPins` and `ForgetPin`: the pins there are. */
  | { readonly _tag: 'Pins'; readonly pins: readonly KnownPeer[] }
  /** Of the device that hosts it. */
  | CertificateEvent

/** What can be asked of a hub function. Completing the stream of commands ends it in good order. */
export type HubCommand =
  | { readonly _tag: 'ListNodes' }
  | { readonly _tag: 'ReadCounters' }
  /** Disconnects a node in good order: `NodeDisconnected` follows, or `NoSuchNode` where no node has that VMAC. */
  | { readonly _tag: 'DisconnectNode'; readonly vmac: Vmac }
  /**
   * Disconnects all nodes that are connected now in good order, one every `pace` (100 ms), so that they come back at once
   * with new handshakes: under the certificates that are in use by then. `NodesReconnected` follows.
   */
  | { readonly _tag: 'ReconnectNodes'; readonly pace?: Duration }
  | { readonly _tag: 'ListPins' }
  /** Forgets the pin of a Device UUID, as when the device was replaced; whoever comes next with it is pinned anew. */
  | { readonly _tag: 'ForgetPin'; readonly uuid: DeviceUuid }
