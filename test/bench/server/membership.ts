import * as E from 'fp-ts/lib/Either.js'
import { connectionHeader } from '../../../src/sc/connection/peer.js'
import { member, type HubTable, type Member } from '../../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../../src/sc/connection/socket.js'
import type { DeviceUuid } from '../../../src/values/device-uuid.js'
import type { Vmac } from '../../../src/values/vmac.js'
import { decodeBvlcSc } from '../../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import { HUB_BVLC_LENGTH } from '../../../src/wire/bvlc-sc.js'

/** Enters the sender of a Connect-Request into the table, unchecked; gives the Connect-Accept to send back. */
export const enter = (
  request: Uint8Array,
  socket: AcceptedSocket,
  table: HubTable,
): { readonly member: Member; readonly accept: Uint8Array } => {
  const decoded = decodeBvlcSc(request, 'to-hub')
  if (E.isLeft(decoded) || decoded.right._tag !== 'Connect-Request') throw new Error('not a Connect-Request')
  const entering = member(decoded.right, socket, Date.now())
  table.enter(entering)
  const accept = encodeBvlcSc({
    _tag: 'Connect-Accept',
    ...connectionHeader(decoded.right.messageId),
    vmac: '0200000000ff' as Vmac,
    uuid: 'ff'.repeat(16) as DeviceUuid,
    maxBvlcLength: HUB_BVLC_LENGTH,
    maxNpduLength: 1497,
  })
  return { member: entering, accept }
}
