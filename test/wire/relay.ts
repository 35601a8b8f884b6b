import { forwarding, type Forwarding } from '../../src/sc/hub/hub-forward.js'
import { hubTable, member, type HubTable, type Member } from '../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../src/sc/connection/socket.js'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import type { Vmac } from '../../src/values/vmac.js'
import { MAX_BVLC_LENGTH, MAX_NPDU_LENGTH } from '../../src/wire/bvlc-sc.js'
import { forwardFrame } from '../../src/wire/hub-header.js'
import { messageOf, type WebSocketFrame } from '../../src/wire/web-socket-frame.js'

/** A hub decides and rewrites before it looks at any socket. */
const noSocket = {} as AcceptedSocket

/** A node connected to a hub, with a UUID made of its VMAC. */
export const connected = (vmac: Vmac): Member =>
  member(
    {
      vmac,
      uuid: vmac.padStart(32, '0') as DeviceUuid,
      maxBvlcLength: MAX_BVLC_LENGTH,
      maxNpduLength: MAX_NPDU_LENGTH,
    },
    noSocket,
    0,
  )

/** A hub's table of the nodes with these VMACs. */
export const tableOf = (vmacs: Iterable<Vmac>): HubTable => {
  const table = hubTable()
  for (const vmac of vmacs) table.enter(connected(vmac))
  return table
}

/** What a hub decides about a message, and the frame that follows from it; `undefined` when it passes nothing on. */
export interface Relayed {
  readonly decision: Forwarding
  readonly frame: WebSocketFrame | undefined
}

/** Does with a message from `sender` what a hub does with it. */
export const relay = (message: Uint8Array, sender: Member, table: HubTable): Relayed => {
  const decision = forwarding(message, sender, table, MAX_BVLC_LENGTH)
  const passed = decision._tag === 'Unicast' || decision._tag === 'Broadcast'
  const allocate = (length: number): Uint8Array => new Uint8Array(length)
  const frame = passed ? forwardFrame(message, sender.originator, decision._tag === 'Broadcast', allocate) : undefined
  return { decision, frame }
}

/** The message that the receiver of a relayed frame gets. */
export const relayedMessage = ({ frame }: Relayed): Uint8Array | undefined => frame && messageOf(frame)
