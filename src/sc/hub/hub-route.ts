import { forwarding, type Forwarding } from './hub-forward.js'
import type { Line } from './hub-line.js'
import type { HubTable, Member } from './hub-table.js'
import type { SocketEvent } from '../connection/socket.js'

/** What one event of a socket comes to. */
export type Route =
  /** It concerns the connection itself. */
  | { readonly _tag: 'Control'; readonly line: Line; readonly event: SocketEvent }
  /** A message in flight. */
  | {
      readonly _tag: 'Forward'
      readonly line: Line
      readonly sender: Member
      readonly octets: Uint8Array
      readonly forwarding: Exclude<Forwarding, { readonly _tag: 'ForHub' }>
    }

/** The data path of one line: an event of its socket routed by a look at the header. */
export const route = (line: Line, event: SocketEvent, table: HubTable, maxBvlcLength: number): Route => {
  const sender = line.member
  if (event._tag === 'Message' && sender !== undefined) {
    const { octets } = event
    const decision = forwarding(octets, sender, table, maxBvlcLength)
    if (decision._tag !== 'ForHub') return { _tag: 'Forward', line, sender, octets, forwarding: decision }
  }
  return { _tag: 'Control', line, event }
}
