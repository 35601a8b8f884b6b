import type { ScUri } from '../../values/sc-uri.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { HubRole } from '../connection/hub-role.js'

/** What a node knows about one of its connections. Its counts change in place: they are on the path of every message. */
export interface ScPeer extends PeerIdentity {
  readonly role: HubRole | 'direct'
  /** What was dialled; `undefined` when the peer connected to us. */
  readonly uri: ScUri | 'own hub' | undefined
  /** `HOST:PORT` the peer came from; `undefined` when we connected to it. */
  readonly address: string | undefined
  /** On the clock of the scheduler (milliseconds since 1970). */
  readonly connectedAt: number
  /** Messages received from it and sent to it, those about the connection itself aside. */
  received: number
  sent: number
}

/** The connections of a node that are CONNECTED. */
export interface PeerTable {
  /** Enters a connection, whose counts begin at 0. */
  readonly enter: (peer: Omit<ScPeer, 'received' | 'sent'>) => ScPeer
  readonly leave: (peer: ScPeer) => void
  /** How they stand now. */
  readonly list: () => readonly Readonly<ScPeer>[]
}

/** An empty table. */
export const peerTable = (): PeerTable => {
  const peers = new Set<ScPeer>()
  return {
    enter: entering => {
      const peer = { ...entering, received: 0, sent: 0 }
      peers.add(peer)
      return peer
    },
    leave: peer => peers.delete(peer),
    list: () => [...peers].map(peer => ({ ...peer })),
  }
}

/** Who a peer is. */
export const identityOf = ({ vmac, uuid, maxBvlcLength, maxNpduLength }: ScPeer): PeerIdentity => ({
  vmac,
  uuid,
  maxBvlcLength,
  maxNpduLength,
})
