import type { SchedulerLike } from 'rxjs'
import { ErrorCode } from '../../wire/error-code.js'
import { cause, tooLongDetail, type Cause } from '../connection/cause.js'
import type { ConnectionEvent } from '../connection/peer.js'
import type { Delivery } from './hub-delivery.js'
import type { DropLedger } from './hub-drops.js'
import type { HubEvent } from './hub-event.js'
import type { HubLimits } from './hub-limits.js'
import { lineOf, oldestEnding, type Line } from './hub-line.js'
import type { RefusalLedger } from './hub-refusals.js'
import { member, type HubTable, type Member } from './hub-table.js'
import type { Replacements } from './replacements.js'

/** How the connections of a hub become its members, and cease to be. */
export interface Membership {
  /** Hears what happens to the connection on a line. */
  readonly hear: (line: Line, event: ConnectionEvent) => void
  /** Connections that became a member, since the start. */
  readonly accepted: () => number
}

/** What it keeps, and whom it tells. */
export interface MembershipOptions {
  readonly table: HubTable
  /** All lines of the hub, and those of them that are on the way to a Connect-Accept. */
  readonly lines: ReadonlySet<Line>
  readonly pending: Set<Line>
  readonly drops: DropLedger
  readonly deliver: Delivery
  readonly refusals: RefusalLedger
  readonly replacing: Replacements
  readonly limits: HubLimits
  /** Whether `NodeConnected` tells the Hellos of nodes. */
  readonly takesHello?: boolean
  readonly tell: (event: HubEvent) => void
  readonly scheduler: Pick<SchedulerLike, 'now'>
}

const CROWDED = 'too many connections are ending'

/** Keeps the table of a hub as its connections come and go (clause AB.6.2.3, 3.3 of the protocol notes). */
export const membership = (options: MembershipOptions): Membership => {
  const { table, lines, pending, drops, deliver, refusals, replacing, limits, tell, scheduler } = options
  let accepted = 0

  const enter = (line: Line, { peer, hello }: ConnectionEvent & { readonly _tag: 'Connected' }): void => {
    const { vmac, uuid } = peer
    line.member = member(peer, line.socket, scheduler.now())
    const replaced = table.enter(line.member)
    accepted++
    pending.delete(line)
    if (replaced !== undefined) {
      replacing.spend(uuid)
      replace(replaced)
    }
    const told = options.takesHello === true && hello !== undefined ? { hello } : {}
    tell({ _tag: 'NodeConnected', vmac, uuid, address: line.socket.address, ...told })
  }

  const replace = (replaced: Member): void => {
    const line = lineOf(lines, replaced)
    if (line === undefined) return
    line.over = true
    line.disconnect()
    const ending = lines.size - pending.size - table.byKey.size
    if (ending > limits.maxPending) oldestEnding(lines)?.control({ _tag: 'Closed', code: 1006, detail: CROWDED })
  }

  const leave = (line: Line, { cause: why, confirmed }: ConnectionEvent & { readonly _tag: 'Disconnected' }): void => {
    if (line.member === undefined) return
    line.over = true
    table.leave(line.member)
    const { vmac, uuid } = line.member.identity
    const { address } = line.socket
    const unconfirmed = confirmed === true ? 0 : line.member.unconfirmed.count
    tell({ _tag: 'NodeDisconnected', vmac, uuid, address, cause: causeOf(why, line.member), unconfirmed })
  }

  const hear = (line: Line, event: ConnectionEvent): void => {
    switch (event._tag) {
      case 'Connected':
        enter(line, event)
        return
      case 'Disconnected':
        leave(line, event)
        return
      case 'Failed':
        pending.delete(line)
        refusals.note(line.socket.address, event.cause.detail)
        return
      case 'Malformed':
        if (line.member === undefined) drops.note('refused', undefined, undefined, line.socket.address)
        else deliver.drop('refused', line.member)
        return
      case 'RequestRefused':
        if (line.requestRefused) return
        line.requestRefused = true
        refusals.noteRequest(line.socket.address, event.peer, event.cause)
        return
      case 'Received':
      case 'Unsent':
      case 'Lost':
        return
    }
  }

  return { hear, accepted: () => accepted }
}

/** A peer that closes for the length of a message is told of with the length of what it got. */
const causeOf = (ended: Cause, { longest }: Member): Cause =>
  ended.errorCode === ErrorCode.WEBSOCKET_FRAME_TOO_LONG && ended.ours !== true
    ? cause(ended.errorCode, tooLongDetail(longest, ended.detail))
    : ended
