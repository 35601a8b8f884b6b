import { Observable, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Random } from '../../values/random.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import { ErrorCode } from '../../wire/error-code.js'
import { vmacKey } from '../../wire/hub-header.js'
import { cause, tooLongDetail, type Cause } from '../connection/cause.js'
import type { Diagnose } from '../connection/diagnostic.js'
import { delivery } from './hub-delivery.js'
import { makesRoom } from '../limits/crowd.js'
import { dropLedger } from './hub-drops.js'
import type { HubCommand, HubEvent } from './hub-event.js'
import { hubLines, lineOf, oldestEnding, type Line } from './hub-line.js'
import { RECONNECT_PACE, reconnecting } from './hub-reconnecting.js'
import type { HubLimits } from './hub-limits.js'
import { refusalLedger } from './hub-refusals.js'
import { route, type Route } from './hub-route.js'
import { admit, describe, hubTable, member, type Member } from './hub-table.js'
import { originOf } from '../limits/origin.js'
import { identityAdmission } from './identity-admission.js'
import type { IdentityPolicy } from './identity-policy.js'
import type { ConnectionEvent } from '../connection/peer.js'
import { replacements } from './replacements.js'
import type { AcceptedSocket, Server, ServerEvent } from '../connection/socket.js'
import type { ConnectionTimings } from '../connection/timings.js'

/** What a hub function needs. */
export interface HubFunctionOptions {
  /** The device that hosts it, asked at each Connect-Request. */
  readonly self: () => PeerIdentity
  readonly server$: Server
  readonly timings: ConnectionTimings
  readonly limits: HubLimits
  /** Whether `NodeConnected` tells the Hellos of nodes. Default false. */
  readonly takesHello?: boolean
  /** Who may claim which identity. Default: anybody any, as the standard has it. */
  readonly identity?: IdentityPolicy | undefined
  readonly nextMessageId: () => number
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  /** Memory for a frame that is written at once. */
  readonly allocate: (length: number) => Uint8Array
  readonly scheduler: SchedulerLike
  readonly random: Random
}

const CROWDED = 'too many connections are pending'
type ServerNews = Exclude<ServerEvent, { readonly _tag: 'Accepted' }>

/**
 * A hub function (clause AB.5.3): accepts connections from nodes and passes messages between them.
 *
 * Frames take one path: socket, route (a look at the header), one dispatcher for all sockets, which writes.
 * What concerns a connection itself goes to that connection's accepting machine. Cold. Completing the commands
 * disconnects all nodes in good order and then completes. Errors when it cannot listen.
 */
export const hubFunction =
  (options: HubFunctionOptions): Duplex<HubCommand, HubEvent> =>
  command$ =>
    new Observable(subscriber => {
      const { self, limits, scheduler } = options
      const table = hubTable()
      const lines = new Set<Line>()
      const pending = new Set<Line>()
      const sockets = new Subscription()
      const drops = dropLedger(scheduler, event => {
        options.diagnose?.(() => ({ _tag: 'Dropped', reason: event.reason, count: event.count }))
        subscriber.next(event)
      })
      const refusals = refusalLedger(scheduler, event => subscriber.next(event))
      const replacing = replacements(limits.replacementsPerUuid, table, scheduler)
      const deliver = delivery({ ...options, table, drops, cut: stuck => cut(stuck) })
      const identity = identityAdmission(options.identity, event => subscriber.next(event))
      const count = { received: 0, accepted: 0 }
      let stopping = false

      const accept = (socket: AcceptedSocket): void => {
        if (stopping || !hasRoom(socket)) {
          refusals.note(socket.address, stopping ? 'the hub is stopping' : CROWDED)
          socket.terminate()
          return
        }
        const line = connections.open(socket)
        lines.add(line)
        pending.add(line)
        const { maxBvlcLength } = self()
        // The sockets are merged here and not by an operator, which would cost each frame and each line as much again.
        sockets.add(
          socket.event$.subscribe({
            next: event => dispatch(route(line, event, table, maxBvlcLength)),
            error: (error: unknown) => line.control({ _tag: 'Closed', code: 1006, detail: String(error) }),
          }),
        )
      }

      const dispatch = (step: Route | ServerNews): void => {
        switch (step._tag) {
          case 'Forward':
            forward(step)
            return
          case 'Control':
            if (step.event._tag === 'Message') count.received++
            step.line.control(step.event)
            return
          case 'Refused':
            refusals.note(step.address, step.reason)
            return
          case 'Listening':
            subscriber.next({ ...step, vmac: self().vmac, uuid: self().uuid })
            return
        }
      }

      const forward = ({ line, sender, octets, forwarding }: Route & { readonly _tag: 'Forward' }): void => {
        count.received++
        sender.received++
        if (forwarding._tag === 'Drop') {
          if (forwarding.wellFormed) line.lastValid = scheduler.now()
          deliver.drop(forwarding.reason, sender)
          return
        }
        line.lastValid = scheduler.now()
        if (line.over) deliver.drop('sender not connected', sender)
        else if (forwarding._tag === 'Unicast') deliver.toOne(octets, sender, forwarding.to)
        else deliver.toAll(octets, sender)
      }

      const forget = (line: Line, failure: { readonly error: unknown } | undefined): void => {
        if (failure !== undefined) {
          if (line.member !== undefined) table.leave(line.member)
          refusals.note(line.socket.address, String(failure.error))
        }
        lines.delete(line)
        pending.delete(line)
        if (stopping && lines.size === 0) subscriber.complete()
      }

      const hearConnection = (line: Line, event: ConnectionEvent): void => {
        switch (event._tag) {
          case 'Connected': {
            const { vmac, uuid } = event.peer
            line.member = member(event.peer, line.socket, scheduler.now())
            const replaced = table.enter(line.member)
            count.accepted++
            pending.delete(line)
            if (replaced !== undefined) {
              replacing.spend(uuid)
              replace(replaced)
            }
            const hello = options.takesHello === true && event.hello !== undefined ? { hello: event.hello } : {}
            subscriber.next({ _tag: 'NodeConnected', vmac, uuid, address: line.socket.address, ...hello })
            return
          }
          case 'Disconnected': {
            if (line.member === undefined) return
            line.over = true
            table.leave(line.member)
            const { vmac, uuid } = line.member.identity
            const { address } = line.socket
            const cause = causeOf(event.cause, line.member)
            subscriber.next({ _tag: 'NodeDisconnected', vmac, uuid, address, cause })
            return
          }
          case 'Failed':
            pending.delete(line)
            refusals.note(line.socket.address, event.cause.detail)
            return
          case 'Malformed':
            if (line.member === undefined) drops.note('refused', undefined, undefined, line.socket.address)
            else deliver.drop('refused', line.member)
            return
          case 'RequestRefused': {
            if (line.requestRefused) return
            line.requestRefused = true
            refusals.noteRequest(line.socket.address, event.peer, event.cause)
            return
          }
          case 'Received':
          case 'Unsent':
          case 'Lost':
            return
        }
      }

      const causeOf = ({ errorCode, detail }: Cause, { longest }: Member): Cause =>
        cause(errorCode, errorCode === ErrorCode.WEBSOCKET_FRAME_TOO_LONG ? tooLongDetail(longest, detail) : detail)

      /** Whether one more may be on its way; when too many are, whoever has most of them makes room. */
      const hasRoom = ({ address }: AcceptedSocket): boolean => {
        if (pending.size < limits.maxPending) return true
        const crowding = makesRoom(pending, ({ socket }) => originOf(socket.address), originOf(address))
        crowding?.control({ _tag: 'Closed', code: 1006, detail: CROWDED })
        return crowding !== undefined
      }

      const replace = (replaced: Member): void => {
        const line = lineOf(lines, replaced)
        if (line === undefined) return
        line.over = true
        line.disconnect()
        if (lines.size - pending.size - table.byKey.size > limits.maxPending) oldestEnding(lines)?.socket.terminate()
      }

      /** Whether a line has room for an answer of the hub itself; a peer that only asks and never reads is cut. */
      const mayAnswer = (line: Line): boolean => {
        if (line.member !== undefined) return deliver.hasRoom(line.member)
        if (line.socket.queued() <= limits.maxQueued) return true
        line.control({ _tag: 'Closed', code: 1006, detail: 'it does not read' })
        return false
      }

      const connections = hubLines({
        ...options,
        admit: (request, socket) => {
          const admission = admit(table, request, self(), limits.maxConnections)
          return identity.admit(replacing.check(admission, request.uuid), request, socket)
        },
        mayAnswer,
        tell: hearConnection,
        gone: forget,
      })

      const cut = (stuck: Member): void => {
        const detail = `it has not read for ${limits.stuckLimit / 1000} s`
        lineOf(lines, stuck)?.control({ _tag: 'Closed', code: 1006, detail })
      }

      const disconnect = (line: Line): void => {
        if (line.member !== undefined) table.leave(line.member)
        line.disconnect()
      }

      const sendAway = (sought: Member): boolean => {
        const line = table.byKey.get(sought.key) === sought ? lineOf(lines, sought) : undefined
        if (line !== undefined) disconnect(line)
        return line !== undefined
      }
      const moving = reconnecting(scheduler, sendAway, count => subscriber.next({ _tag: 'NodesReconnected', count }))

      const command = (asked: HubCommand): void => {
        switch (asked._tag) {
          case 'ListNodes':
            subscriber.next({ _tag: 'Nodes', nodes: [...table.byKey.values()].map(describe) })
            return
          case 'ReadCounters': {
            const state = { connected: table.byKey.size, pending: pending.size, sent: deliver.sent() }
            const counters = { ...count, ...refusals.counts(), ...state, drops: drops.totals() }
            subscriber.next({ _tag: 'Counters', counters })
            return
          }
          case 'DisconnectNode': {
            const line = lineOf(lines, table.byKey.get(vmacKey(asked.vmac)))
            if (line === undefined) subscriber.next({ _tag: 'NoSuchNode', vmac: asked.vmac })
            else disconnect(line)
            return
          }
          case 'ListPins':
          case 'ForgetPin':
            identity.command(asked)
            return
          case 'ReconnectNodes':
            moving.start(table.byKey.values(), asked.pace ?? RECONNECT_PACE)
            return
        }
      }

      const stop = (): void => {
        stopping = true
        moving.close()
        for (const line of lines) disconnect(line)
        if (lines.size === 0) subscriber.complete()
      }

      subscriber.add(() => {
        for (const line of lines) connections.end(line)
      })
      for (const ledger of [drops, refusals, moving]) subscriber.add(() => ledger.close())
      subscriber.add(sockets)
      subscriber.add(
        options.server$.subscribe({
          next: event => {
            if (event._tag === 'Accepted') accept(event.socket)
            else dispatch(event)
          },
          error: (error: unknown) => subscriber.error(error),
        }),
      )
      subscriber.add(
        command$.subscribe({
          next: command,
          error: (error: unknown) => subscriber.error(error),
          complete: stop,
        }),
      )
    })
