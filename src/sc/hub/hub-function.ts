import { Observable, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Random } from '../../values/random.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Diagnose } from '../connection/diagnostic.js'
import type { AcceptedSocket, Server, ServerEvent } from '../connection/socket.js'
import type { ConnectionTimings } from '../connection/timings.js'
import { makesRoom } from '../../limits/crowd.js'
import { originOf } from '../../limits/origin.js'
import { commands } from './hub-command.js'
import { delivery } from './hub-delivery.js'
import { dropLedger } from './hub-drops.js'
import type { HubCommand, HubEvent } from './hub-event.js'
import type { HubLimits } from './hub-limits.js'
import { hears, hubLines, lineOf, type Line } from './hub-line.js'
import { membership } from './hub-membership.js'
import { reconnecting } from './hub-reconnecting.js'
import { refusalLedger } from './hub-refusals.js'
import { route, type Route } from './hub-route.js'
import { admit, hubTable, type Member } from './hub-table.js'
import { identityAdmission } from './identity-admission.js'
import type { IdentityNews } from './identity-policy.js'
import { replacements } from './replacements.js'

/** What a hub function needs. */
export interface HubFunctionOptions {
  /** The device that hosts it, asked at each Connect-Request. */
  readonly self: () => PeerIdentity
  readonly server$: Server
  readonly timings: ConnectionTimings
  readonly limits: HubLimits
  /** Whether `NodeConnected` tells the Hellos of nodes. Default false. */
  readonly takesHello?: boolean
  /** Who may claim which identity, and how that changes. Default: anybody any, as the standard has it. */
  readonly identity$?: Observable<IdentityNews> | undefined
  readonly nextMessageId: () => number
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  /** Memory for a frame that is written at once. */
  readonly allocate: (length: number) => Uint8Array
  readonly scheduler: SchedulerLike
  readonly random: Random
}

const CROWDED = 'too many connections are pending'

/** What a server says, but for the sockets it brings. */
type ServerNews = Exclude<ServerEvent, { readonly _tag: 'Accepted' }>

/**
 * A hub function (clause AB.5.3): accepts connections from nodes and passes messages between them.
 *
 * Frames take one path: socket, route (a look at the header), one dispatcher for all sockets, which writes.
 * What concerns a connection itself goes to that connection's accepting machine. Cold. Completing the commands
 * disconnects all nodes in good order and then completes. Errors when it cannot listen, and when its first identity policy
 * is wrong.
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
      const tell = (event: HubEvent): void => subscriber.next(event)
      const drops = dropLedger(scheduler, event => {
        options.diagnose?.(() => ({ _tag: 'Dropped', reason: event.reason, count: event.count }))
        tell(event)
      })
      const refusals = refusalLedger(scheduler, tell)
      const replacing = replacements(limits.replacementsPerUuid, table, scheduler)
      const deliver = delivery({ ...options, table, drops, cut: stuck => cut(stuck) })
      const identity = identityAdmission({
        identity$: options.identity$,
        members: () => table.byKey.values(),
        sendAway: member => sendAway(member),
        tell,
      })
      const members = membership({
        ...options,
        table,
        lines,
        pending,
        drops,
        deliver,
        refusals,
        replacing,
        tell,
      })
      const count = { received: 0 }
      let stopping = false

      const accept = (socket: AcceptedSocket): void => {
        if (stopping || !hasPlace(socket)) {
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
            tell({ ...step, vmac: self().vmac, uuid: self().uuid })
            return
        }
      }

      const forward = ({ line, sender, octets, forwarding }: Route & { readonly _tag: 'Forward' }): void => {
        count.received++
        sender.received++
        if (forwarding._tag === 'Drop') {
          if (forwarding.wellFormed) hears(line, scheduler.now())
          deliver.drop(forwarding.reason, sender)
          return
        }
        const now = scheduler.now()
        hears(line, now)
        // While the hub stops nobody is a member any more, and a broadcast would go to none without a word.
        if (line.over || stopping) deliver.drop('sender not connected', sender)
        else if (forwarding._tag === 'Unicast') deliver.toOne(octets, sender, forwarding.to, now)
        else deliver.toAll(octets, sender, now)
      }

      const forget = (line: Line, failure: { readonly error: unknown } | undefined): void => {
        if (failure !== undefined) {
          line.over = true
          if (line.member !== undefined) table.leave(line.member)
          refusals.note(line.socket.address, String(failure.error))
        }
        lines.delete(line)
        pending.delete(line)
        if (stopping) completeWhenAlone()
      }

      const completeWhenAlone = (): void => {
        if (lines.size > 0) return
        for (const ledger of [drops, refusals]) ledger.flush()
        subscriber.complete()
      }

      /** Whether one more may be on its way; when too many are, whoever has most of them makes room. */
      const hasPlace = ({ address }: AcceptedSocket): boolean => {
        if (pending.size < limits.maxPending) return true
        const crowding = makesRoom(pending, ({ socket }) => originOf(socket.address), originOf(address))
        crowding?.control({ _tag: 'Closed', code: 1006, detail: CROWDED })
        return crowding !== undefined
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
        tell: members.hear,
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
      const moving = reconnecting(scheduler, sendAway, count => tell({ _tag: 'NodesReconnected', count }))

      const command = commands({
        table,
        identity,
        moving,
        counters: () => {
          const state = { connected: table.byKey.size, pending: pending.size, sent: deliver.sent() }
          return { ...count, accepted: members.accepted(), ...refusals.counts(), ...state, drops: drops.totals() }
        },
        sendAway,
        tell,
      })

      const stop = (): void => {
        stopping = true
        moving.close()
        for (const line of lines) disconnect(line)
        completeWhenAlone()
      }

      subscriber.add(() => {
        for (const line of lines) connections.end(line)
      })
      for (const ledger of [drops, refusals, moving]) subscriber.add(() => ledger.close())
      subscriber.add(sockets)
      subscriber.add(identity.follow(error => subscriber.error(error)))
      if (subscriber.closed) return
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
