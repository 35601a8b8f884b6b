import { Observable, Subject } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { relay } from '../../machine/relay.js'
import type { ScMessage } from '../../wire/bvlc-sc.js'
import { BROADCAST_VMAC } from '../../values/vmac.js'
import { directConnections } from './direct-connections.js'
import type { DirectEvent } from './direct-event.js'
import type { DirectOptions } from './direct-options.js'
import type { HubConnectorEvent } from './hub-connector-event.js'
import { hubConnector, type HubConnectorOptions } from './hub-connector.js'
import type { UnsentReason } from '../connection/peer.js'
import { verdict } from '../connection/verdict.js'
import type { WayEvent } from './way-event.js'

/** The way a message took. */
export type Via = 'hub' | 'direct'

/** What a node switch tells. */
export type NodeSwitchEvent =
  | Exclude<HubConnectorEvent | DirectEvent | WayEvent, { readonly _tag: 'Received' }>
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

const received = (message: ScMessage, via: Via): NodeSwitchEvent => ({ _tag: 'Received', message, via })

const overHub =
  (hub: Duplex<ScMessage, HubConnectorEvent>): Duplex<ScMessage, NodeSwitchEvent> =>
  outbound$ =>
    new Observable(subscriber =>
      hub(outbound$).subscribe({
        next: event => subscriber.next(event._tag === 'Received' ? received(event.message, 'hub') : event),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    )

const overBoth =
  (options: HubConnectorOptions, direct: Omit<DirectOptions, 'renamed$'>): Duplex<ScMessage, NodeSwitchEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const [toHub, toDirect] = [relay<ScMessage>(), relay<ScMessage>()]
      const renamed$ = new Subject<void>()
      const [byHub, byDirect] = [verdict<UnsentReason>(), verdict<UnsentReason>()]
      let ending = false
      let running = 2

      const throughHub = (message: ScMessage): UnsentReason | undefined =>
        ending ? 'not connected' : byHub.of(() => toHub.next(message))

      const directly = (message: ScMessage): UnsentReason | undefined =>
        message.destination === undefined || message.destination === BROADCAST_VMAC
          ? 'not connected'
          : byDirect.of(() => toDirect.next(message))

      const submit = (message: ScMessage): void => {
        const unsent = directly(message)
        const reason = unsent === 'not connected' ? throughHub(message) : unsent
        if (reason !== undefined) subscriber.next({ _tag: 'Unsent', message, reason })
      }

      /** What did not leave over a direct connection goes through the hub, if that can be had. */
      const resend = (message: ScMessage): void => {
        if (throughHub(message) !== undefined) subscriber.next({ _tag: 'Lost', message })
      }

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
        directConnections({ ...direct, renamed$ })(toDirect.item$).subscribe({
          next: event => {
            if (event._tag === 'Unsent') byDirect.say(event.reason)
            else if (event._tag === 'Lost') resend(event.message)
            else subscriber.next(event._tag === 'Received' ? received(event.message, 'direct') : event)
          },
          error,
          complete,
        }),
      )
      subscriber.add(
        overHub(hubConnector({ ...options, drawVmac }))(toHub.item$).subscribe({
          next: event => (event._tag === 'Unsent' ? byHub.say(event.reason) : subscriber.next(event)),
          error,
          complete,
        }),
      )
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error,
          complete: () => {
            ending = true
            toDirect.complete()
            toHub.complete()
          },
        }),
      )
    })
