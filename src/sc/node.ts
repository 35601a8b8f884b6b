import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { OutboundNpdu } from '../link/link.js'
import type { Random } from '../values/random.js'
import { BROADCAST_VMAC, type Vmac } from '../values/vmac.js'
import type { EncapsulatedNpdu, Header, HubConnectionStatus, PeerIdentity, ScMessage } from '../wire/bvlc-sc.js'
import { nakTo } from '../wire/decode-error.js'
import { ErrorClass, ErrorCode } from '../wire/error-code.js'
import { NO_OPTIONS } from '../wire/header-option.js'
import { resolveAddress } from './address-resolution.js'
import { cause } from './cause.js'
import { hubConnector, type HubAddress, type HubConnectorEvent } from './hub-connector.js'
import type { UnsentReason } from './peer.js'
import { answerTo } from './receive.js'
import type { ScLink, ScLinkEvent, ScOutbound, ScRequest } from './sc-link.js'
import type { ConnectionTimings, ReconnectTimings } from './timings.js'

/** What a node needs. */
export interface NodeOptions {
  /** Who we are, asked at each use: the VMAC changes with `drawVmac`. */
  readonly self: () => PeerIdentity
  /** Our VMAC is somebody else's: draw a new one, which `self` gives from now on. */
  readonly drawVmac: () => void
  readonly primary: HubAddress | undefined
  readonly failover: HubAddress | undefined
  readonly timings: ConnectionTimings & ReconnectTimings
  readonly nextMessageId: () => number
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** The most Address-Resolutions that may wait for an answer at once. */
const MAX_RESOLUTIONS = 64

/**
 * A BACnet/SC node over its hub connector (clauses AB.3 and AB.5.2): NPDUs both ways, and the answers that are due.
 * Cold. Completing the outbound stream disconnects in good order.
 */
export const node =
  (options: NodeOptions): ScLink =>
  outbound$ =>
    new Observable<ScLinkEvent>(subscriber => {
      const { self, timings, nextMessageId, scheduler } = options
      const toConnector$ = new Subject<ScMessage>()
      const received$ = new Subject<ScMessage>()
      const stop$ = new Subject<void>()
      const resolutions = new Subscription()
      let resolving = 0
      let hubConnection: HubConnectionStatus = 'none'
      let unsent: UnsentReason | undefined

      const header = (destination: Vmac | undefined, messageId = nextMessageId()): Header => ({
        messageId,
        originating: undefined,
        destination,
        destinationOptions: NO_OPTIONS,
      })

      /** Hands a message to the connector, which says within the call when it could not send it. */
      const send = (message: ScMessage): UnsentReason | undefined => {
        unsent = undefined
        toConnector$.next(message)
        return unsent
      }

      const answer = (message: ScMessage): void => {
        const reason = send(message)
        if (reason !== undefined) discard(`the answer ${message._tag} was not sent: ${reason}`, ErrorCode.OTHER)
      }

      const discard = (reason: string, errorCode: number): void =>
        subscriber.next({ _tag: 'Discarded', reason, errorCode })

      const submit = (outbound: ScOutbound): void => {
        switch (outbound._tag) {
          case 'Npdu':
            dropUnless(outbound, outbound.npdu.length === 0 ? 'empty NPDU' : send(npduMessage(outbound)))
            return
          case 'Solicit':
            dropUnless(outbound, send({ _tag: 'Advertisement-Solicitation', ...header(outbound.to) }))
            return
          case 'Resolve':
            resolve(outbound.to)
            return
        }
      }

      const dropUnless = (outbound: OutboundNpdu<Vmac> | ScRequest, reason: string | undefined): void => {
        if (reason !== undefined) subscriber.next({ _tag: 'Dropped', reason, outbound })
      }

      const npduMessage = ({ npdu, destination, dataOptions }: OutboundNpdu<Vmac>): EncapsulatedNpdu => ({
        _tag: 'Encapsulated-NPDU',
        ...header(destination === 'broadcast' ? BROADCAST_VMAC : destination),
        dataOptions: dataOptions ?? NO_OPTIONS,
        npdu,
      })

      const resolve = (to: Vmac): void => {
        if (resolving === MAX_RESOLUTIONS) {
          const error = cause(ErrorCode.OTHER, `${MAX_RESOLUTIONS} resolutions are waiting already`)
          subscriber.next({ _tag: 'Resolved', vmac: to, uris: [], error })
          return
        }
        resolving++
        resolutions.add(
          resolveAddress(to, nextMessageId(), send, received$, timings.connectWait, scheduler, stop$).subscribe({
            next: resolved => subscriber.next(resolved),
            complete: () => resolving--,
          }),
        )
      }

      const hear = (event: HubConnectorEvent): void => {
        switch (event._tag) {
          case 'Received':
            hearMessage(event.message)
            return
          case 'Status':
            hubConnection = event.status
            subscriber.next({ _tag: 'Status', status: { hubConnection, vmac: self().vmac, hub: event.hub } })
            return
          case 'Malformed':
            discard(event.error.reason, event.error.errorCode)
            return
          case 'Unsent':
            unsent = event.reason
            return
          case 'FailedConnection':
          case 'LostConnection':
            subscriber.next(event)
            return
        }
      }

      const hearMessage = (message: ScMessage): void => {
        const source = message.originating
        switch (message._tag) {
          case 'Encapsulated-NPDU':
            if (source === undefined) return
            if (message.npdu.length > self().maxNpduLength) {
              discard(
                `an NPDU of ${message.npdu.length} octets from ${source} is longer than we take`,
                ErrorCode.MESSAGE_TOO_LONG,
              )
              return
            }
            subscriber.next({
              _tag: 'Npdu',
              npdu: new Uint8Array(message.npdu),
              source,
              destination: message.destination === undefined ? 'unicast' : 'broadcast',
              via: 'hub',
              dataOptions: message.dataOptions,
            })
            return
          case 'Address-Resolution':
            refuse(message, ErrorCode.OPTIONAL_FUNCTIONALITY_NOT_SUPPORTED, 'direct connections are not supported')
            return
          case 'Advertisement-Solicitation': {
            if (answerTo(message) === undefined) {
              discard('an Advertisement-Solicitation to everybody is not answered', ErrorCode.INCONSISTENT_PARAMETERS)
              return
            }
            const { maxBvlcLength, maxNpduLength } = self()
            answer({
              _tag: 'Advertisement',
              ...header(source),
              hubConnection,
              acceptsDirectConnections: false,
              maxBvlcLength,
              maxNpduLength,
            })
            return
          }
          case 'Advertisement':
            if (source !== undefined) subscriber.next({ _tag: 'Advertisement', source, advertisement: message })
            return
          case 'Proprietary-Message':
            refuse(
              message,
              ErrorCode.BVLC_PROPRIETARY_FUNCTION_UNKNOWN,
              `function ${message.proprietaryFunction} of vendor ${message.vendorId} is not known`,
            )
            return
          case 'BVLC-Result':
            subscriber.next({ _tag: 'PeerResult', source, result: message })
            received$.next(message)
            return
          case 'Address-Resolution-ACK':
            received$.next(message)
            return
          default:
            return
        }
      }

      const refuse = (message: ScMessage, errorCode: number, errorDetails: string): void => {
        const to = answerTo(message)
        if (to !== undefined) {
          const nak = { errorHeaderMarker: 0, errorClass: ErrorClass.COMMUNICATION, errorCode, errorDetails }
          answer(nakTo(to, nak))
        }
        discard(`${message._tag}: ${errorDetails}`, errorCode)
      }

      subscriber.add(resolutions)
      subscriber.add(
        hubConnector(options)(toConnector$).subscribe({
          next: hear,
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            stop$.next()
            toConnector$.complete()
          },
        }),
      )
    })
