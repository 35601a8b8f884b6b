import * as E from 'fp-ts/lib/Either.js'
import type { DeviceUuid } from '../../values/device-uuid.js'
import { fromHex } from '../../values/hex.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import { vmacKey, type VmacKey } from '../../wire/hub-header.js'
import { DUPLICATE_VMAC, NO_RESOURCES } from '../connection/admission.js'
import type { HubNode } from './hub-event.js'
import type { Admission } from '../connection/peer.js'
import type { AcceptedSocket } from '../connection/socket.js'
import { noneUnconfirmed, type Unconfirmed } from '../connection/unconfirmed.js'

/** A connected node, as the hub's data plane sees it. Its counts change in place: they are on the path of every frame. */
export interface Member {
  readonly identity: PeerIdentity
  /** The octets of its VMAC, inserted as originating address into what it sends. */
  readonly originator: Uint8Array
  readonly key: VmacKey
  readonly socket: AcceptedSocket
  readonly connectedAt: number
  received: number
  sent: number
  dropped: number
  readonly unconfirmed: Unconfirmed
  /** Octets of the longest message that was passed on to it. */
  longest: number
  /** Since when its queue has been full; `undefined` while it is not. */
  fullSince: number | undefined
}

/** The connections of a hub, by VMAC and by Device UUID. */
export interface HubTable {
  readonly byKey: ReadonlyMap<VmacKey, Member>
  readonly byUuid: ReadonlyMap<DeviceUuid, Member>
  /** Enters a member; the one with the same UUID, which it replaces, leaves the table and is returned. */
  readonly enter: (member: Member) => Member | undefined
  /** Takes a member out, unless another has its place already. */
  readonly leave: (member: Member) => void
}

/** A member, not yet in a table. */
export const member = (identity: PeerIdentity, socket: AcceptedSocket, connectedAt: number): Member => {
  const octets = fromHex(identity.vmac)
  return {
    identity,
    originator: E.isRight(octets) ? octets.right : new Uint8Array(6),
    key: vmacKey(identity.vmac),
    socket,
    connectedAt,
    received: 0,
    sent: 0,
    dropped: 0,
    unconfirmed: noneUnconfirmed(),
    longest: 0,
    fullSince: undefined,
  }
}

/** A member as people and programs outside see it. */
export const describe = ({ identity, socket, connectedAt, received, sent, dropped }: Member): HubNode => ({
  ...identity,
  address: socket.address,
  connectedAt,
  received,
  sent,
  dropped,
  queued: socket.queued(),
})

/** An empty table. */
export const hubTable = (): HubTable => {
  const byKey = new Map<VmacKey, Member>()
  const byUuid = new Map<DeviceUuid, Member>()
  const leave = (leaving: Member): void => {
    if (byKey.get(leaving.key) === leaving) byKey.delete(leaving.key)
    if (byUuid.get(leaving.identity.uuid) === leaving) byUuid.delete(leaving.identity.uuid)
  }
  const enter = (entering: Member): Member | undefined => {
    const replaced = byUuid.get(entering.identity.uuid)
    if (replaced !== undefined) leave(replaced)
    byKey.set(entering.key, entering)
    byUuid.set(entering.identity.uuid, entering)
    return replaced
  }
  return { byKey, byUuid, enter, leave }
}

/**
 * What the table says to a Connect-Request with VMAC v and Device UUID u (clause AB.6.2.3, 3.3 of the protocol notes).
 * A VMAC of a third device refuses even a known UUID, so that nobody is displaced by somebody else's change of VMAC.
 */
export const admit = (
  { byKey, byUuid }: Pick<HubTable, 'byKey' | 'byUuid'>,
  { vmac, uuid }: Pick<PeerIdentity, 'vmac' | 'uuid'>,
  self: PeerIdentity,
  maxConnections: number,
): Admission => {
  const owner = byKey.get(vmacKey(vmac))
  if (owner !== undefined && owner.identity.uuid !== uuid) return DUPLICATE_VMAC
  if (vmac === self.vmac && uuid !== self.uuid) return DUPLICATE_VMAC
  if (!byUuid.has(uuid) && byUuid.size >= maxConnections) return NO_RESOURCES
  return { _tag: 'Accept', self }
}
