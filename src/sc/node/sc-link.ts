import type { Link, LinkEvent, OutboundNpdu } from '../../link/link.js'
import type { Vmac } from '../../values/vmac.js'
import type { Advertisement, BvlcResult, HubConnectionStatus, PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Resolved } from './address-resolution.js'
import type { DirectEvent } from './direct-event.js'
import type { CertificateEvent } from '../certificate/certificate.js'
import type { HubEvent } from '../hub/hub-event.js'
import type { ScPeer } from './peer-table.js'
import type { NodeSwitchEvent } from './node-switch.js'

/** How a BACnet/SC node stands. */
export interface ScStatus {
  /** SC_Hub_Connector_State (clause 12.56). */
  readonly hubConnection: HubConnectionStatus
  /** Our own VMAC; it changes only when a hub says that it is somebody else's. */
  readonly vmac: Vmac
  /** Who the hub in use says it is. */
  readonly hub: PeerIdentity | undefined
}

/** What can be asked of a BACnet/SC node besides sending NPDUs. */
export type ScRequest =
  /** Ask a node for its Advertisement, which comes as an event. */
  | { readonly _tag: 'Solicit'; readonly to: Vmac }
  /** Ask a node for its direct connection URIs; the outcome comes as `Resolved`. */
  | { readonly _tag: 'Resolve'; readonly to: Vmac }
  /** Tell with whom the node is connected, with counters; the answer is `Peers`. */
  | { readonly _tag: 'ListPeers' }
  /** End the hub connection in good order and make a new one, with the certificates that are in use by now. */
  | { readonly _tag: 'Reconnect' }

/** What goes into a BACnet/SC node. */
export type ScOutbound = OutboundNpdu<Vmac> | ScRequest

/** What a BACnet/SC node tells besides NPDUs, drops and status. */
export type ScEvent =
  | { readonly _tag: 'Advertisement'; readonly source: Vmac; readonly advertisement: Advertisement }
  | Resolved
  /** The answer to `ListPeers`. */
  | { readonly _tag: 'Peers'; readonly peers: readonly Readonly<ScPeer>[] }
  /** A BVLC-Result, also one that answers a request of ours; `source` is absent when the hub itself sent it. */
  | { readonly _tag: 'PeerResult'; readonly source: Vmac | undefined; readonly result: BvlcResult }
  /** A received message was discarded; where a NAK was due it has been sent. */
  | { readonly _tag: 'Discarded'; readonly reason: string; readonly errorCode: number }
  | Extract<NodeSwitchEvent, { readonly _tag: 'FailedConnection' | 'LostConnection' }>
  | DirectEvent
  | CertificateEvent
  /** Of the device's own hub function, if it has one. */
  | { readonly _tag: 'Hub'; readonly event: HubEvent }

/** All that a BACnet/SC node tells. */
export type ScLinkEvent = LinkEvent<Vmac, ScStatus, ScRequest> | ScEvent

/** A BACnet/SC node as a data link. */
export type ScLink = Link<Vmac, ScStatus, ScRequest, ScEvent>
