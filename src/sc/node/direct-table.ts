import type { DeviceUuid } from '../../values/device-uuid.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { DUPLICATE_VMAC, NO_RESOURCES } from '../connection/admission.js'
import type { Admission, UnsentReason } from '../connection/peer.js'
import type { ScPeer } from './peer-table.js'

/** A direct connection that is CONNECTED. */
export interface DirectConnection {
  readonly peer: PeerIdentity
  /** The URI that was dialled; `undefined` when the peer connected to us. */
  readonly uri: ScUri | undefined
  /** `HOST:PORT` the peer came from; `undefined` when we connected to it. */
  readonly address: string | undefined
  /** Its entry among the connections of the node, with its counts. */
  readonly entry: ScPeer
  /** When something was last sent or heard, heartbeats aside. */
  lastUsed: number
  readonly send: (message: ScMessage) => UnsentReason | undefined
  /** Ends it in good order. */
  readonly disconnect: () => void
}

/** The direct connections of a node, by the VMAC of the peer: at most one that we initiated and one that we accepted. */
export interface DirectTable {
  /** The connection over which messages to a peer go. */
  readonly inUse: (vmac: Vmac) => DirectConnection | undefined
  /** Whether a connection is in the table. */
  readonly has: (connection: DirectConnection | undefined) => boolean
  /** Whether the peer has connected to us. */
  readonly isReached: (vmac: Vmac) => boolean
  /** The connection that the peer initiated, when ours is there as well and is the one to keep. */
  readonly spare: (vmac: Vmac) => DirectConnection | undefined
  /** When something last went over the connection that we initiated. */
  readonly lastUsed: (vmac: Vmac) => number | undefined
  /** Enters a connection; an accepted one of the same Device UUID, which it replaces, leaves the table and is returned. */
  readonly enter: (connection: DirectConnection) => DirectConnection | undefined
  /** Takes a connection out, unless another has its place already. */
  readonly leave: (connection: DirectConnection) => void
  /** What an accepting peer says to a Connect-Request (clause AB.6.2.3, 3.3 of the protocol notes). */
  readonly admit: (request: Pick<PeerIdentity, 'vmac' | 'uuid'>, maxAccepted: number) => Admission
}

/**
 * An empty table. When both sides dialled at once, both connections are kept and the one that the device with the lower
 * Device UUID initiated is used. That device ends the other one: it alone knows that both sides have the one that stays.
 */
export const directTable = (self: () => PeerIdentity): DirectTable => {
  const initiated = new Map<Vmac, DirectConnection>()
  const accepted = new Map<Vmac, DirectConnection>()
  const acceptedByUuid = new Map<DeviceUuid, DirectConnection>()

  const leave = (connection: DirectConnection): void => {
    const { vmac, uuid } = connection.peer
    if (initiated.get(vmac) === connection) initiated.delete(vmac)
    if (accepted.get(vmac) === connection) accepted.delete(vmac)
    if (acceptedByUuid.get(uuid) === connection) acceptedByUuid.delete(uuid)
  }
  const ours = ({ peer }: DirectConnection): boolean => self().uuid < peer.uuid

  return {
    inUse: vmac => {
      const [one, other] = [initiated.get(vmac), accepted.get(vmac)]
      if (one === undefined || other === undefined) return one ?? other
      return ours(one) ? one : other
    },
    has: connection => {
      if (connection === undefined) return false
      const { vmac } = connection.peer
      return initiated.get(vmac) === connection || accepted.get(vmac) === connection
    },
    isReached: vmac => accepted.has(vmac),
    spare: vmac => {
      const connection = initiated.get(vmac)
      return connection !== undefined && ours(connection) ? accepted.get(vmac) : undefined
    },
    lastUsed: vmac => initiated.get(vmac)?.lastUsed,
    enter: connection => {
      const { vmac, uuid } = connection.peer
      if (connection.uri !== undefined) {
        initiated.set(vmac, connection)
        return undefined
      }
      const replaced = acceptedByUuid.get(uuid)
      if (replaced !== undefined) leave(replaced)
      accepted.set(vmac, connection)
      acceptedByUuid.set(uuid, connection)
      return replaced
    },
    leave,
    admit: ({ vmac, uuid }, maxAccepted) => {
      const owner = accepted.get(vmac) ?? initiated.get(vmac)
      if (owner !== undefined && owner.peer.uuid !== uuid) return DUPLICATE_VMAC
      if (vmac === self().vmac && uuid !== self().uuid) return DUPLICATE_VMAC
      if (!acceptedByUuid.has(uuid) && acceptedByUuid.size >= maxAccepted) return NO_RESOURCES
      return { _tag: 'Accept', self: self() }
    },
  }
}
