import { Observable, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { drive } from '../../machine/drive.js'
import { relay } from '../../machine/relay.js'
import type { Random } from '../../values/random.js'
import type { Vmac } from '../../values/vmac.js'
import type { HubConnectionStatus, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { ErrorCode } from '../../wire/error-code.js'
import type { Hello } from '../../wire/hello.js'
import type { Cause } from '../connection/cause.js'
import { diagnoseAs, diagnosed, type Diagnose } from '../connection/diagnostic.js'
import { helloMemory } from '../connection/hello-memory.js'
import type { HubRole } from '../connection/hub-role.js'
import type { LineEnd, LineEvent } from '../connection/line.js'
import type { UnsentReason } from '../connection/peer.js'
import type { ConnectionTimings, ReconnectTimings } from '../connection/timings.js'
import type { HubAddress } from './hub-address.js'
import { hubCall, type HubCall } from './hub-call.js'
import type { HubConnectorEvent } from './hub-connector-event.js'
import {
  hubConnectorMachine,
  type ConnectorEffect,
  type ConnectorEvent,
  type ConnectorTimer,
} from './hub-connector-machine.js'
import { identityOf, type PeerTable } from './peer-table.js'

/** What a hub connector needs. */
export interface HubConnectorOptions {
  readonly primary: HubAddress | undefined
  readonly failover: HubAddress | undefined
  /** Who we are, asked at each attempt. */
  readonly self: () => PeerIdentity
  /** Our VMAC is somebody else's: draw a new one, which `self` gives from now on. */
  readonly drawVmac: () => void
  /** Where connections are entered while they are CONNECTED. */
  readonly connections: PeerTable
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  /** What is said in the Connect-Requests to hubs that understand it. Default: nothing. */
  readonly hello?: Hello | undefined
  /** Asks for a new connection in place of the one there is, under the certificates of now. Default: never. */
  readonly reconnect$?: Observable<unknown>
  readonly timings: ConnectionTimings & ReconnectTimings
  readonly nextMessageId: () => number
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/**
 * Keeps one hub connection in use, to the primary hub where that can be had (clauses AB.5.2 and AB.6.1).
 * While there is none, outbound messages come back as `Unsent`; nothing is queued.
 * Cold. Completing `outbound$` disconnects in good order and then completes. Recovers from everything by itself.
 */
export const hubConnector =
  (options: HubConnectorOptions): Duplex<ScMessage, HubConnectorEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const { connections, diagnose, timings, scheduler, random } = options
      const events = relay<ConnectorEvent>()
      const calls = new Map<HubRole, HubCall>()
      const lines = new Subscription()
      const hellos = helloMemory<HubRole>(options.hello)
      const tooLong: Record<HubRole, number> = { primary: 0, failover: 0 }
      let open = 0
      let active: HubCall | undefined
      let told: { readonly status: HubConnectionStatus; readonly vmac: Vmac } | undefined
      let stopping = false

      const dial = (hub: HubRole): void => {
        const address = options[hub]
        if (address === undefined) return
        const call = hubCall({ ...options, hub, address, self: options.self(), hello: hellos.next(hub) })
        calls.set(hub, call)
        open++
        lines.add(
          call.event$.subscribe({
            next: event => hear(call, event),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              open--
              completeWhenDone()
            },
          }),
        )
      }

      const hear = (call: HubCall, event: LineEvent): void => {
        const { hub, uri } = call
        const current = calls.get(hub) === call
        switch (event._tag) {
          case 'Received':
            if (call.peer !== undefined) call.peer.received++
            subscriber.next(event)
            return
          case 'Malformed':
          case 'Lost':
            subscriber.next(event)
            return
          case 'RequestRefused':
            return
          case 'Connected':
            if (!current) return
            call.peer = connections.enter({
              ...event.peer,
              role: hub,
              uri,
              address: undefined,
              connectedAt: scheduler.now(),
            })
            events.next({ _tag: 'Connected', hub })
            return
          case 'Failed':
            if (!current) return
            calls.delete(hub)
            hellos.failed(hub, call.hello, event.cause)
            subscriber.next({ _tag: 'FailedConnection', role: hub, uri, cause: event.cause })
            events.next({ _tag: event.duplicateVmac ? 'DuplicateVmac' : 'Failed', hub })
            return
          case 'Disconnected':
            if (call.peer !== undefined) connections.leave(call.peer)
            if (!current) {
              if (event.unconfirmed > 0) tellLost(call, event, { hungUp: true })
              return
            }
            calls.delete(hub)
            tellLost(call, event, countTooLong(hub, event.cause))
            events.next({ _tag: 'Lost', hub, brief: isBrief(call) })
            return
        }
      }

      const tellLost = (
        { hub: role, uri }: HubCall,
        { cause, unconfirmed }: LineEnd,
        more: { readonly tooLong?: number; readonly hungUp?: true },
      ): void => subscriber.next({ _tag: 'LostConnection', role, uri, cause, unconfirmed, ...more })

      const isBrief = ({ peer }: HubCall): boolean =>
        peer === undefined || scheduler.now() - peer.connectedAt < timings.minReconnect

      const countTooLong = (hub: HubRole, { errorCode, ours }: Cause): { readonly tooLong?: number } =>
        errorCode === ErrorCode.WEBSOCKET_FRAME_TOO_LONG && ours !== true ? { tooLong: ++tooLong[hub] } : {}

      const perform = (effect: Exclude<ConnectorEffect, { _tag: 'SetTimer' | 'ClearTimer' }>): void => {
        switch (effect._tag) {
          case 'Dial':
            dial(effect.hub)
            return
          case 'HangUp': {
            const call = calls.get(effect.hub)
            calls.delete(effect.hub)
            if (call?.peer !== undefined) connections.leave(call.peer)
            call?.end()
            return
          }
          case 'Use':
            active = effect.status === 'none' ? undefined : calls.get(effect.status)
            tellStatus(effect.status)
            return
          case 'DrawVmac':
            drawVmac()
            return
        }
      }

      const drawVmac = (): void => {
        const { vmac: from } = options.self()
        options.drawVmac()
        diagnose?.(() => ({ _tag: 'VmacChanged', from, to: options.self().vmac }))
      }

      /** Tells the status where it, or our VMAC, is another than was told last. */
      const tellStatus = (status: HubConnectionStatus): void => {
        const { vmac } = options.self()
        if (told?.status === status && told.vmac === vmac) return
        told = { status, vmac }
        subscriber.next({ _tag: 'Status', status, hub: active?.peer && identityOf(active.peer) })
      }

      const send = (message: ScMessage): UnsentReason | undefined => {
        if (active === undefined) return 'not connected'
        const { peer } = active
        const reason = active.send(message)
        if (reason === undefined && peer !== undefined) peer.sent++
        return reason
      }

      const completeWhenDone = (): void => {
        if (stopping && open === 0) subscriber.complete()
      }

      const transition = diagnosed(
        hubConnectorMachine({
          hasPrimary: options.primary !== undefined,
          hasFailover: options.failover !== undefined,
          timings,
        }),
        diagnoseAs('hub connector', diagnose),
      )
      const fired = (timer: ConnectorTimer): ConnectorEvent => ({ _tag: 'TimerFired', timer })
      subscriber.add(lines)
      tellStatus('none')
      subscriber.add(
        events.item$.pipe(drive({ initial: { _tag: 'IDLE' }, transition, fired, scheduler, random })).subscribe({
          next: perform,
          error: (error: unknown) => subscriber.error(error),
        }),
      )
      events.next({ _tag: 'Start' })
      subscriber.add(options.reconnect$?.subscribe(() => events.next({ _tag: 'Reconnect' })))
      subscriber.add(
        outbound$.subscribe({
          next: message => {
            const reason = send(message)
            if (reason !== undefined) subscriber.next({ _tag: 'Unsent', message, reason })
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            stopping = true
            events.next({ _tag: 'Stop' })
            completeWhenDone()
          },
        }),
      )
    })
