import { Observable, Subject } from 'rxjs'
import type { Duplex } from '../link/duplex.js'
import type { ScMessage } from '../wire/bvlc-sc.js'
import { BROADCAST_VMAC } from '../values/vmac.js'
import { directConnections, type DirectOptions } from './direct-connections.js'
import type { DirectEvent } from './direct-event.js'
import { hubConnector, type HubConnectorEvent, type HubConnectorOptions } from './hub-connector.js'
import type { UnsentReason } from './peer.js'

/** The way a message took. */
export type Via = 'hub' | 'direct'

/** What a node switch tells. */
export type NodeSwitchEvent =
  | Exclude<HubConnectorEvent | DirectEvent, { readonly _tag: 'Received' }>
  | { readonly _tag: 'Received'; readonly message: ScMessage; readonly via: Via }

/** What a node switch needs. */
export interface NodeSwitchOptions extends HubConnectorOptions {
  /** `undefined` for a node that has only its hub connection. */
  readonly direct: Omit<DirectOptions, 'renamed$'> | undefined
}

/**
 * Chooses the way of each message (clause AB.4): a unicast over the direct connection to its destination while there is
 * one, everything else, and a unicast that could not go directly, through the hub.
 * Cold. Completing the messages ends all connections in good order.
 */
export const nodeSwitch = ({ direct, ...options }: NodeSwitchOptions): Duplex<ScMessage, NodeSwitchEvent> =>
  direct === undefined ? overHub(hubConnector(options)) : overBoth(options, direct)

const overHub =
  (hub: Duplex<ScMessage, HubConnectorEvent>): Duplex<ScMessage, NodeSwitchEvent> =>
  outbound$ =>
    new Observable(subscriber =>
      hub(outbound$).subscribe({
        next: event => subscriber.next(event._tag === 'Received' ? { ...event, via: 'hub' } : event),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    )

const overBoth =
  (options: HubConnectorOptions, direct: Omit<DirectOptions, 'renamed$'>): Duplex<ScMessage, NodeSwitchEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const [toHub$, toDirect$] = [new Subject<ScMessage>(), new Subject<ScMessage>()]
      const renamed$ = new Subject<void>()
      let unsent: UnsentReason | undefined
      let resending = false
      let running = 2

      const submit = (message: ScMessage): void => {
        const { destination } = message
        if (destination === undefined || destination === BROADCAST_VMAC) {
          toHub$.next(message)
          return
        }
        unsent = undefined
        toDirect$.next(message)
        const reason = unsent as UnsentReason | undefined
        if (reason === 'not connected') toHub$.next(message)
        else if (reason !== undefined) subscriber.next({ _tag: 'Unsent', message, reason })
      }

      /** What did not leave over a direct connection goes through the hub, if that can be had. */
      const resend = (message: ScMessage): void => {
        resending = true
        toHub$.next(message)
        resending = false
      }

      const hearHub = (event: NodeSwitchEvent): void =>
        subscriber.next(resending && event._tag === 'Unsent' ? { _tag: 'Lost', message: event.message } : event)

      const complete = (): void => {
        running--
        if (running === 0) subscriber.complete()
      }

      const drawVmac = (): void => {
        options.drawVmac()
        renamed$.next()
      }

      const error = (thrown: unknown): void => subscriber.error(thrown)
      subscriber.add(
        directConnections({ ...direct, renamed$ })(toDirect$).subscribe({
          next: event => {
            if (event._tag === 'Unsent') unsent = event.reason
            else if (event._tag === 'Lost') resend(event.message)
            else subscriber.next(event._tag === 'Received' ? { ...event, via: 'direct' } : event)
          },
          error,
          complete,
        }),
      )
      subscriber.add(
        overHub(hubConnector({ ...options, drawVmac }))(toHub$).subscribe({
          next: hearHub,
          error,
          complete,
        }),
      )
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error,
          complete: () => {
            toDirect$.complete()
            toHub$.complete()
          },
        }),
      )
    })
