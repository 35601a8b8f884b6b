import { Observable, Subscription } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Transition } from '../../machine/transition.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { ConnectRequest, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { ErrorCode } from '../../wire/error-code.js'
import { acceptedDuplex } from '../connection/accepted-duplex.js'
import { accepting } from '../connection/accepting.js'
import { cause, type Cause } from '../connection/cause.js'
import { IDLE } from '../connection/disconnecting.js'
import { initiating } from '../connection/initiating.js'
import type { LineEnd, LineEvent } from '../connection/line.js'
import type { Admission, PeerEffect, PeerEvent, UnsentReason } from '../connection/peer.js'
import { Subprotocol, type AcceptedSocket, type ServerEvent, type Socket } from '../connection/socket.js'
import { refusalLedger } from '../hub/hub-refusals.js'
import { directConnection } from './direct-connection.js'
import type { DirectEvent } from './direct-event.js'
import { directLine, type DirectLine, type Far } from './direct-line.js'
import type { DirectOptions } from './direct-options.js'
import { directPeers } from './direct-peers.js'
import { directTable, type DirectConnection } from './direct-table.js'
import { directWays } from './direct-ways.js'
import type { WayEvent } from './way-event.js'

/**
 * The direct connections of a node, both ways (clause AB.4). A message with a destination goes to that peer without its
 * VMAC; where there is no connection it comes back as `Unsent`, and the first NPDU makes one, when we initiate them.
 * Cold: subscribing listens. Completing the messages ends all in good order. Errors when it cannot listen.
 */
export const directConnections =
  (options: DirectOptions): Duplex<ScMessage, DirectEvent | WayEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const { self, dial, connections, timings, limits, scheduler } = options
      const table = directTable(self)
      const lines = new Set<DirectLine>()
      const running = new Subscription()
      let stopping = false

      const tell = (event: DirectEvent | WayEvent): void => subscriber.next(event)
      const refusals = refusalLedger(scheduler, event =>
        tell(event._tag === 'Refused' ? { ...event, _tag: 'DirectRefused' } : event),
      )
      const settle = directWays(table, tell)
      const error = (thrown: unknown): void => subscriber.error(thrown)

      const run = <State extends { readonly _tag: string }>(
        far: Far,
        socket: Socket,
        transition: Transition<State, PeerEvent, PeerEffect>,
        initial: State,
      ): DirectLine => {
        const admit = (request: ConnectRequest): Admission => table.admit(request, limits.maxAccepted)
        const line = directLine({ ...options, far, socket, transition, initial, admit })
        lines.add(line)
        const gone = (): void => {
          lines.delete(line)
          completeWhenDone()
        }
        running.add(line.event$.subscribe({ next: event => hear(line, event), error, complete: gone }))
        return line
      }

      const hearServer = (event: ServerEvent): void => {
        switch (event._tag) {
          case 'Accepted':
            accept(event.socket)
            return
          case 'Listening':
            tell({ _tag: 'DirectListening', uri: event.uri })
            return
          case 'Refused':
            refusals.note(event.address, event.reason)
            return
        }
      }

      const accept = (accepted: AcceptedSocket): void => {
        const { address } = accepted
        const pending = [...lines].filter(line => line.far._tag === 'Accepted' && !table.has(line.connection)).length
        if (stopping || pending >= limits.maxPending) {
          refusals.note(address, stopping ? 'the node is stopping' : 'too many are pending')
          accepted.terminate()
          return
        }
        const socket = acceptedDuplex(accepted, { maxQueued: limits.maxQueued, allocate: options.allocate })
        run({ _tag: 'Accepted', address }, socket, accepting(timings), IDLE)
      }

      const peers =
        dial &&
        directPeers({
          ...options,
          lastUsed: table.lastUsed,
          isReached: table.isReached,
          dial: (wanted, uri, attempt) => {
            const machine = initiating({ subprotocol: Subprotocol.DIRECT, self: self(), timings })
            const line = run({ _tag: 'Dialled', wanted, uri, attempt }, dial(uri, Subprotocol.DIRECT), machine, IDLE)
            return () => hangUp(line)
          },
          refused: (vmac, uri) => failed(vmac, uri, cause(ErrorCode.OTHER, 'dialling it is not allowed')),
        })

      const failed = (vmac: Vmac, uri: ScUri, reason: Cause): void =>
        tell({ _tag: 'FailedConnection', role: 'direct', vmac, uri, cause: reason })

      const hear = (line: DirectLine, event: LineEvent): void => {
        const { far } = line
        switch (event._tag) {
          case 'Received':
            if (line.peer === undefined) return
            if (line.connection !== undefined) {
              line.connection.entry.received++
              line.connection.lastUsed = scheduler.now()
            }
            tell({ ...event, message: { ...event.message, originating: line.peer.vmac } })
            return
          case 'Malformed':
            tell(event)
            return
          case 'Lost':
            if (line.peer === undefined) return
            tell({ ...event, message: { ...event.message, destination: line.peer.vmac } })
            return
          case 'RequestRefused': {
            if (line.requestRefused || far._tag === 'Dialled') return
            line.requestRefused = true
            refusals.noteRequest(far.address, event.peer, event.cause)
            return
          }
          case 'Connected':
            connected(line, event.peer)
            return
          case 'Failed':
            if (far._tag === 'Accepted') {
              refusals.note(far.address, event.cause.detail)
            } else if (!line.isEnding()) {
              failed(far.wanted, far.uri, event.cause)
              far.attempt({ _tag: 'Failed' })
            }
            return
          case 'Disconnected':
            if (line.connection !== undefined) disconnected(line, line.connection, event)
            return
        }
      }

      const connected = (line: DirectLine, peer: PeerIdentity): void => {
        const { far } = line
        if (far._tag === 'Dialled' && peer.vmac !== far.wanted) {
          failed(far.wanted, far.uri, cause(ErrorCode.OTHER, `it is ${peer.vmac} that answers there`))
          line.end()
          far.attempt({ _tag: 'Failed' })
          return
        }
        const made = directConnection(line, peer, connections, scheduler.now())
        line.connection = made
        line.peer = peer
        const replaced = table.enter(made)
        const { uri, address } = made
        tell({ _tag: 'DirectConnected', peer, uri, address })
        settle(peer.vmac)
        if (replaced !== undefined) {
          settle(replaced.peer.vmac)
          replaced.disconnect()
        }
        if (far._tag === 'Dialled') far.attempt({ _tag: 'Connected' })
        else peers?.reached(peer.vmac)
        table.spare(peer.vmac)?.disconnect()
      }

      /** Out of use at once; what it still receives is still heard. */
      const disconnected = (line: DirectLine, made: DirectConnection, ended: LineEnd): void => {
        const { peer, uri, address, entry } = made
        line.connection = undefined
        retire(made)
        tell({ _tag: 'DirectDisconnected', peer, uri, address, cause: ended.cause, unconfirmed: ended.unconfirmed })
        if (line.far._tag === 'Accepted' || line.isEnding()) return
        line.far.attempt({ _tag: 'Lost', brief: scheduler.now() - entry.connectedAt < timings.minReconnect })
      }

      const retire = (made: DirectConnection): void => {
        table.leave(made)
        connections.leave(made.entry)
        settle(made.peer.vmac)
      }

      const hangUp = (line: DirectLine): void => {
        if (line.connection !== undefined) retire(line.connection)
        line.end()
      }

      const submit = (message: ScMessage): void => {
        const reason = unsentReason(message)
        if (reason !== undefined) tell({ _tag: 'Unsent', message, reason })
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
      subscriber.add(() => refusals.close())
      subscriber.add(() => peers?.endAll())
      if (options.server$ !== undefined) running.add(options.server$.subscribe({ next: hearServer, error }))
      subscriber.add(options.renamed$.subscribe(endAll))
      const stop = (): void => {
        stopping = true
        endAll()
        completeWhenDone()
      }
      subscriber.add(outbound$.subscribe({ next: submit, error, complete: stop }))
    })
