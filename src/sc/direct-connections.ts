import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../link/duplex.js'
import type { Transition } from '../machine/transition.js'
import type { Random } from '../values/random.js'
import type { ScUri } from '../values/sc-uri.js'
import type { Vmac } from '../values/vmac.js'
import type { PeerIdentity, ScMessage } from '../wire/bvlc-sc.js'
import { ErrorCode } from '../wire/error-code.js'
import { acceptedDuplex } from './accepted-duplex.js'
import { accepting } from './accepting.js'
import type { AddressResolver } from './address-resolver.js'
import { cause, type Cause } from './cause.js'
import { connection } from './connection.js'
import { diagnoseAs, type Diagnose } from './diagnostic.js'
import type { DirectEvent } from './direct-event.js'
import type { DirectLimits } from './direct-limits.js'
import { directPeers } from './direct-peers.js'
import type { DirectPeerTimings } from './direct-peer-machine.js'
import { directTable, type DirectConnection } from './direct-table.js'
import { IDLE } from './disconnecting.js'
import { initiating } from './initiating.js'
import type { ConnectionEvent, PeerEffect, PeerEvent, UnsentReason } from './peer.js'
import type { PeerLedger } from './peer-ledger.js'
import { understandsNone } from './receive.js'
import { Subprotocol, type AcceptedSocket, type Dial, type Server, type Socket } from './socket.js'
import type { ConnectionTimings } from './timings.js'

/** What direct connections need. */
export interface DirectOptions {
  /** Where peers are accepted; `undefined` when they are not. */
  readonly server$: Server | undefined
  /** How peers are dialled; `undefined` when they are not. */
  readonly dial: Dial | undefined
  /** Which URIs may be dialled: they come from peers. */
  readonly mayDial: (uri: ScUri, vmac: Vmac) => boolean
  readonly resolver: AddressResolver
  /** Who we are, asked at each connection. */
  readonly self: () => PeerIdentity
  /** Our VMAC is another: all connections are ended, as they were made under the old one. */
  readonly renamed$: Observable<unknown>
  /** Where connections are entered while they are CONNECTED. */
  readonly ledger: PeerLedger
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  readonly timings: ConnectionTimings & DirectPeerTimings
  readonly limits: DirectLimits
  readonly nextMessageId: () => number
  readonly allocate: (length: number) => Uint8Array
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** Where a line leads: to the peer that was dialled, or back to somebody who came. */
interface Far {
  readonly wanted: Vmac | undefined
  readonly uri: ScUri | undefined
  readonly address: string | undefined
}

/** One socket, from the first moment until it is gone. */
interface Line {
  readonly far: Far
  readonly outbound$: Subject<ScMessage>
  connection: DirectConnection | undefined
  /** Who the other side is, once it has said so. */
  peer: PeerIdentity | undefined
  /** A Connect-Request was refused on it already. */
  requestRefused: boolean
  unsent: UnsentReason | undefined
}

/**
 * The direct connections of a node, both ways (clause AB.4). A message with a destination goes to that peer without its
 * VMAC; where there is no connection it comes back as `Unsent`, and the first NPDU makes one, when we initiate them.
 * Cold: subscribing listens. Completing the messages ends all in good order. Errors when it cannot listen.
 */
export const directConnections =
  (options: DirectOptions): Duplex<ScMessage, DirectEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const { self, dial, ledger, timings, limits, scheduler } = options
      const table = directTable(self)
      const lines = new Set<Line>()
      const running = new Subscription()
      let stopping = false

      const run = <State extends { readonly _tag: string }>(
        far: Far,
        socket: Socket,
        transition: Transition<State, PeerEvent, PeerEffect>,
        initial: State,
      ): Line => {
        const line: Line = {
          far,
          outbound$: new Subject(),
          connection: undefined,
          peer: undefined,
          requestRefused: false,
          unsent: undefined,
        }
        lines.add(line)
        const { random, nextMessageId } = options
        const received = connection<State>({
          transition,
          initial,
          socket,
          receiver: { path: 'direct', maxBvlcLength: self().maxBvlcLength, understands: understandsNone },
          activity: { lastValid: scheduler.now() },
          admit: request => table.admit(request, limits.maxAccepted),
          nextMessageId,
          diagnose: diagnoseAs({ role: 'direct', far: far.uri ?? far.address ?? '?' }, options.diagnose),
          scheduler,
          random,
        })(line.outbound$)
        running.add(
          received.subscribe({
            next: event => hear(line, event),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              lines.delete(line)
              completeWhenDone()
            },
          }),
        )
        return line
      }

      const accept = (accepted: AcceptedSocket): void => {
        const pending = [...lines].filter(({ far, connection }) => far.uri === undefined && connection === undefined)
        if (stopping || pending.length >= limits.maxPending) {
          const reason = stopping ? 'the node is stopping' : 'too many connections are pending'
          subscriber.next({ _tag: 'DirectRefused', address: accepted.address, reason })
          accepted.terminate()
          return
        }
        const socket = acceptedDuplex(accepted, { maxQueued: limits.maxQueued, allocate: options.allocate })
        run({ wanted: undefined, uri: undefined, address: accepted.address }, socket, accepting(timings), IDLE)
      }

      const peers =
        dial === undefined
          ? undefined
          : directPeers({
              ...options,
              lastUsed: vmac => table.inUse(vmac)?.lastUsed,
              dial: (wanted, uri) => {
                const machine = initiating({ subprotocol: Subprotocol.DIRECT, self: self(), timings })
                const line = run({ wanted, uri, address: undefined }, dial(uri, Subprotocol.DIRECT), machine, IDLE)
                return () => hangUp(line)
              },
              refused: (vmac, uri) => failed(vmac, uri, cause(ErrorCode.OTHER, 'dialling it is not allowed')),
            })

      const failed = (vmac: Vmac, uri: ScUri, reason: Cause): void =>
        subscriber.next({ _tag: 'FailedConnection', role: 'direct', vmac, uri, cause: reason })

      const hear = (line: Line, event: ConnectionEvent): void => {
        const { far } = line
        switch (event._tag) {
          case 'Received':
            if (line.connection === undefined) return
            line.connection.entry.received++
            line.connection.lastUsed = scheduler.now()
            subscriber.next({ ...event, message: { ...event.message, originating: line.connection.peer.vmac } })
            return
          case 'Malformed':
            subscriber.next(event)
            return
          case 'Unsent':
            line.unsent = event.reason
            return
          case 'Lost':
            if (line.peer === undefined) return
            subscriber.next({ ...event, message: { ...event.message, destination: line.peer.vmac } })
            return
          case 'RequestRefused': {
            if (line.requestRefused) return
            line.requestRefused = true
            const { vmac, uuid } = event.peer ?? {}
            subscriber.next({ _tag: 'FailedRequest', address: far.address ?? '?', vmac, uuid, cause: event.cause })
            return
          }
          case 'Connected':
            connected(line, event.peer)
            return
          case 'Failed':
            if (far.wanted !== undefined && far.uri !== undefined) {
              failed(far.wanted, far.uri, event.cause)
              peers?.failed(far.wanted)
            } else {
              subscriber.next({ _tag: 'DirectRefused', address: far.address ?? '?', reason: event.cause.detail })
            }
            return
          case 'Disconnected':
            if (line.connection !== undefined) disconnected(line, line.connection, event.cause)
            return
        }
      }

      const connected = (line: Line, peer: PeerIdentity): void => {
        const { wanted, uri, address } = line.far
        if (wanted !== undefined && uri !== undefined && peer.vmac !== wanted) {
          failed(wanted, uri, cause(ErrorCode.OTHER, `it is ${peer.vmac} that answers there`))
          line.outbound$.complete()
          peers?.failed(wanted)
          return
        }
        const now = scheduler.now()
        const made: DirectConnection = {
          peer,
          uri,
          address,
          entry: ledger.enter({ ...peer, role: 'direct', uri, address, connectedAt: now }),
          lastUsed: now,
          send: message => {
            line.unsent = undefined
            line.outbound$.next(message)
            return line.unsent
          },
          disconnect: () => line.outbound$.complete(),
        }
        const before = table.inUse(peer.vmac)
        line.connection = made
        line.peer = peer
        const replaced = table.enter(made)
        subscriber.next({ _tag: 'DirectConnected', peer, uri, address })
        if (before === undefined) subscriber.next({ _tag: 'Direct', vmac: peer.vmac, state: 'up' })
        if (wanted !== undefined) peers?.connected(wanted)
        if (replaced !== undefined) replaced.disconnect()
        if (table.yieldsTo(peer.vmac)) peers?.yielded(peer.vmac)
      }

      /** Out of use at once; what it still receives is still heard. */
      const disconnected = (line: Line, made: DirectConnection, reason: Cause): void => {
        const { peer, uri, address, entry } = made
        retire(made)
        ledger.leave(entry)
        line.connection = undefined
        subscriber.next({ _tag: 'DirectDisconnected', peer, uri, address, cause: reason })
        if (uri !== undefined) peers?.lost(peer.vmac, scheduler.now() - entry.connectedAt < timings.minReconnect)
      }

      const retire = (made: DirectConnection): void => {
        const { vmac } = made.peer
        const was = table.inUse(vmac) !== undefined
        table.leave(made)
        if (was && table.inUse(vmac) === undefined) subscriber.next({ _tag: 'Direct', vmac, state: 'down' })
      }

      const hangUp = (line: Line): void => {
        if (line.connection !== undefined) retire(line.connection)
        line.outbound$.complete()
      }

      const submit = (message: ScMessage): void => {
        const reason = unsentReason(message)
        if (reason !== undefined) subscriber.next({ _tag: 'Unsent', message, reason })
      }

      const unsentReason = (message: ScMessage): UnsentReason | undefined => {
        const { destination } = message
        if (destination === undefined) return 'not connected'
        const inUse = table.inUse(destination)
        if (inUse === undefined) {
          if (message._tag === 'Encapsulated-NPDU' && destination !== self().vmac) peers?.want(destination)
          return 'not connected'
        }
        const reason = inUse.send({ ...message, destination: undefined })
        if (reason === undefined) {
          inUse.entry.sent++
          inUse.lastUsed = scheduler.now()
        }
        return reason
      }

      const completeWhenDone = (): void => {
        if (stopping && lines.size === 0) subscriber.complete()
      }

      const endAll = (): void => {
        peers?.endAll()
        for (const line of lines) hangUp(line)
      }

      subscriber.add(running)
      subscriber.add(() => peers?.endAll())
      if (options.server$ !== undefined) {
        running.add(
          options.server$.subscribe({
            next: event => {
              if (event._tag === 'Accepted') accept(event.socket)
              else if (event._tag === 'Listening') subscriber.next({ _tag: 'DirectListening', uri: event.uri })
              else subscriber.next({ _tag: 'DirectRefused', address: event.address, reason: event.reason })
            },
            error: (error: unknown) => subscriber.error(error),
          }),
        )
      }
      subscriber.add(options.renamed$.subscribe(endAll))
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            stopping = true
            endAll()
            completeWhenDone()
          },
        }),
      )
    })
