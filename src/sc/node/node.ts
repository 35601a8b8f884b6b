import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { OutboundNpdu } from '../../link/link.js'
import { ORIGIN, type Made } from '../../link/origin.js'
import { relay } from '../../machine/relay.js'
import { seconds, type Duration } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import type { ListenUri, ScUri } from '../../values/sc-uri.js'
import { BROADCAST_VMAC, isReservedVmac, type Vmac } from '../../values/vmac.js'
import type { EncapsulatedNpdu, Header, HubConnectionStatus, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { ErrorCode } from '../../wire/error-code.js'
import { NO_OPTIONS, unsendable } from '../../wire/header-option.js'
import { roomyOctets } from '../../wire/headroom.js'
import type { Hello } from '../../wire/hello.js'
import { resolveAddress } from './address-resolution.js'
import { addressResolver } from './address-resolver.js'
import type { Diagnose } from '../connection/diagnostic.js'
import type { DirectOptions } from './direct-options.js'
import type { HubAddress } from './hub-address.js'
import { headerTo, reactTo, reactToNpdu, type NodeFacts, type NodeReaction } from './node-reaction.js'
import { nodeSwitch, type NodeSwitchEvent, type NodeSwitchOptions, type Via } from './node-switch.js'
import type { UnsentReason } from '../connection/peer.js'
import { peerTable } from './peer-table.js'
import type { ScLink, ScLinkEvent, ScOutbound, ScRequest } from './sc-link.js'
import type { ConnectionTimings, ReconnectTimings } from '../connection/timings.js'
import { verdict } from '../connection/verdict.js'

/** What a node needs. */
export interface NodeOptions {
  /** Who we are, asked at each use: the VMAC changes with `drawVmac`. */
  readonly self: () => PeerIdentity
  /** Our VMAC is somebody else's: draw a new one, which `self` gives from now on. */
  readonly drawVmac: () => void
  /** What is said in the Connect-Requests to hubs that understand it. Default: nothing. */
  readonly hello?: Hello | undefined
  readonly primary: HubAddress | undefined
  readonly failover: HubAddress | undefined
  readonly timings: ConnectionTimings & ReconnectTimings
  readonly nextMessageId: () => number
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose
  /** Whether received NPDUs are views of what the socket has read. Default: no, they are copies. */
  readonly givesViews?: boolean
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** `undefined` for a node that has only its hub connection. */
  readonly direct: NodeDirectOptions | undefined
}

/** What a node needs for direct connections. */
export interface NodeDirectOptions extends Pick<DirectOptions, 'server$' | 'dial' | 'mayDial' | 'limits' | 'allocate'> {
  /** What is told to those who ask where to connect; none for "somewhere". */
  readonly acceptUris: (listening: ListenUri) => readonly string[]
  /** Where peers are that are not asked. */
  readonly configuredUris: ReadonlyMap<Vmac, readonly ScUri[]>
  /** How long answers of peers are believed. */
  readonly freshness: Duration
  readonly directIdle: Duration
  readonly allowPlaintext: boolean
}

/**
 * A BACnet/SC node over its node switch (clauses AB.3 and AB.4): NPDUs both ways, and the answers that are due.
 * Cold. Completing the outbound stream disconnects in good order.
 */
export const node =
  (options: NodeOptions): ScLink =>
  outbound$ =>
    new Observable<ScLinkEvent>(subscriber => {
      const { self, timings, nextMessageId, scheduler } = options
      const allocate = options.givesViews === true ? undefined : roomyOctets(0)
      const { direct } = options
      const toSwitch = relay<ScMessage>()
      const received$ = new Subject<ScMessage>()
      const stop$ = new Subject<void>()
      const reconnect$ = new Subject<void>()
      const resolutions = new Subscription()
      let listening: ListenUri | undefined
      let hubConnection: HubConnectionStatus = 'none'
      const said = verdict<UnsentReason>()

      const header = (destination: Vmac | undefined): Header => headerTo(destination, nextMessageId())

      /** Hands a message to the switch, which says within the call when it could not send it. */
      const send = (message: ScMessage): UnsentReason | undefined => said.of(() => toSwitch.next(message))

      const discard = (reason: string, errorCode: number): void => {
        options.diagnose?.(() => ({ _tag: 'Dropped', reason, count: 1 }))
        subscriber.next({ _tag: 'Discarded', reason, errorCode })
      }

      const submit = (outbound: ScOutbound): void => {
        switch (outbound._tag) {
          case 'Npdu':
            dropUnless(outbound, unsendableNpdu(outbound) ?? send(npduMessage(outbound)))
            return
          case 'Solicit':
            dropUnless(outbound, send(solicitation(outbound)))
            return
          case 'ListPeers':
            subscriber.next({ _tag: 'Peers', peers: connections.list() })
            return
          case 'Resolve':
            resolutions.add(resolver.ask(outbound.to).subscribe(resolved => subscriber.next(resolved)))
            return
          case 'Reconnect':
            reconnect$.next()
            return
        }
      }

      const dropUnless = (outbound: OutboundNpdu<Vmac> | ScRequest, reason: string | undefined): void => {
        if (reason !== undefined) drop(reason, outbound)
      }

      const drop = (reason: string, outbound: OutboundNpdu<Vmac> | ScRequest): void => {
        options.diagnose?.(() => ({ _tag: 'Dropped', reason, count: 1 }))
        subscriber.next({ _tag: 'Dropped', reason, outbound })
      }

      const unsendableNpdu = ({ npdu, destination, dataOptions }: OutboundNpdu<Vmac>): string | undefined => {
        if (npdu.length === 0) return 'empty NPDU'
        // A router sends to whatever address it was given: what is for all is said as such, or it would pass for a unicast.
        if (destination !== 'broadcast' && isReservedVmac(destination)) return 'to what is no station'
        return dataOptions && unsendable(dataOptions, 'data')
      }

      const npduMessage = (outbound: OutboundNpdu<Vmac>): Sent<EncapsulatedNpdu> => {
        const { npdu, headroom, destination, dataOptions } = outbound
        return {
          _tag: 'Encapsulated-NPDU',
          ...header(destination === 'broadcast' ? BROADCAST_VMAC : destination),
          dataOptions: dataOptions ?? NO_OPTIONS,
          npdu,
          headroom,
          [ORIGIN]: outbound,
        }
      }

      const solicitation = (outbound: ScRequest & { readonly _tag: 'Solicit' }): Sent<ScMessage> => ({
        _tag: 'Advertisement-Solicitation',
        ...header(outbound.to),
        [ORIGIN]: outbound,
      })

      const resolver = addressResolver({
        configured: direct?.configuredUris ?? new Map(),
        freshness: direct?.freshness ?? seconds(0),
        ask: to =>
          resolveAddress(to, {
            messageId: nextMessageId(),
            send,
            received$,
            wait: timings.connectWait,
            stop$,
            allowPlaintext: direct?.allowPlaintext ?? false,
            scheduler,
          }),
        scheduler,
      })

      const connections = peerTable()
      const directOptions = (given: NodeDirectOptions): NodeSwitchOptions['direct'] => ({
        ...options,
        ...given,
        connections,
        timings: { ...timings, directIdle: given.directIdle },
        resolver,
      })

      const hear = (event: NodeSwitchEvent): void => {
        switch (event._tag) {
          case 'Received':
            hearMessage(event.message, event.via)
            return
          case 'Status':
            hubConnection = event.status
            subscriber.next({ _tag: 'Status', status: { hubConnection, vmac: self().vmac, hub: event.hub } })
            return
          case 'Malformed':
            discard(event.error.reason, event.error.errorCode)
            return
          case 'Unsent':
            said.say(event.reason)
            return
          case 'Lost':
            tellLost(event.message)
            return
          case 'DirectListening':
            listening = event.uri
            subscriber.next(event)
            return
          case 'FailedConnection':
          case 'LostConnection':
          case 'Direct':
          case 'DirectConnected':
          case 'DirectDisconnected':
          case 'DirectRefused':
          case 'FailedRequest':
            subscriber.next(event)
            return
        }
      }

      const hearMessage = (message: ScMessage, via: Via): void => {
        if (message._tag === 'Encapsulated-NPDU') {
          const reaction = reactToNpdu(message, via, self(), allocate)
          if (reaction !== undefined) react(reaction)
        } else {
          for (const reaction of reactTo(message, facts())) react(reaction)
        }
      }

      const facts = (): NodeFacts => ({
        self: self(),
        hubConnection,
        acceptUris: listening === undefined ? undefined : direct?.acceptUris(listening),
        nextMessageId,
      })

      /** An answer that is lost was asked for by nobody here; an Address-Resolution ends as one without an answer. */
      const tellLost = ({ [ORIGIN]: outbound }: Sent<ScMessage>): void => {
        if (outbound !== undefined) drop('connection lost', outbound)
      }

      const react = (reaction: NodeReaction): void => {
        switch (reaction._tag) {
          case 'Answer': {
            const reason = send(reaction.message)
            if (reason !== undefined) {
              discard(`the answer ${reaction.message._tag} was not sent: ${reason}`, ErrorCode.OTHER)
            }
            return
          }
          case 'Tell':
            subscriber.next(reaction.event)
            return
          case 'Discard':
            discard(reaction.reason, reaction.errorCode)
            return
          case 'Resolution':
            received$.next(reaction.message)
            return
        }
      }

      subscriber.add(resolutions)
      subscriber.add(
        nodeSwitch({ ...options, reconnect$, connections, direct: direct && directOptions(direct) })(
          toSwitch.item$,
        ).subscribe({
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
            toSwitch.complete()
          },
        }),
      )
    })

/** A message, with what somebody wanted who had it sent. */
type Sent<Message extends ScMessage> = Message & Made<ScOutbound>
