import * as E from 'fp-ts/lib/Either.js'
import { Observable, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { withOriginOf } from '../../link/origin.js'
import { drive, type Stop } from '../../machine/drive.js'
import { relay } from '../../machine/relay.js'
import type { Transition } from '../../machine/transition.js'
import { ms } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import { functionRule } from '../../wire/bvlc-function.js'
import { decodeBvlcSc } from '../../wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../wire/bvlc-sc-encode.js'
import type { ConnectRequest, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { TOO_LONG, tooLongDetail } from './cause.js'
import { causeOf, diagnosed, diagnoseNothing, isNak, type ConnectionDiagnostic, type Diagnose } from './diagnostic.js'
import { endHeard, messageHeard } from './heard.js'
import type { Admission, ConnectionEvent, PeerEffect, PeerEvent, PeerTimer, UnsentReason } from './peer.js'
import type { Receiver } from './receive.js'
import type { Socket, SocketEvent, SocketOutput } from './socket.js'
import { verdict } from './verdict.js'

/** A peer machine with what it needs to run over a socket. */
export interface ConnectionOptions<State extends { readonly _tag: string }> {
  /** `initiating(…)` or `accepting(…)`, and the state it starts in. */
  readonly transition: Transition<State, PeerEvent, PeerEffect>
  readonly initial: State
  readonly socket: Socket
  readonly receiver: Receiver
  readonly nextMessageId: () => number
  /** Where the times of the last messages are noted; others may note them too. */
  readonly activity: Activity
  /** Who takes diagnostics. Default: nobody. */
  readonly diagnose?: Diagnose<ConnectionDiagnostic>
  /** Accepting peer: what the table of connections says to a Connect-Request. */
  readonly admit?: (request: ConnectRequest) => Admission
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** When a peer and we last gave a sign of life, on the clock of the scheduler. */
export interface Activity {
  /** The last valid message was heard. */
  lastValid: number
  /** The last message was sent. */
  lastSent: number
}

/**
 * One BACnet/SC connection over one socket (clause AB.6.2): a machine in the control plane, with NPDUs in flight passing
 * beside it. Completing `outbound$` disconnects in good order; the result completes when the socket is gone.
 * Cold: subscribing starts it. Errors only where the socket does.
 */
export const connection =
  <State extends { readonly _tag: string }>(options: ConnectionOptions<State>): Duplex<ScMessage, ConnectionEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const { socket, receiver, nextMessageId, scheduler, activity } = options
      const { diagnose = diagnoseNothing } = options
      const events = relay<PeerEvent | Gone>()
      const toSocket = relay<SocketOutput>()
      const heard = new Subscription()
      let peer: PeerIdentity | undefined
      const said = verdict<UnsentReason>()
      let longest = 0

      /** Writes a message; the socket says within the call when it could not take it. */
      const write = (octets: Uint8Array): UnsentReason | undefined => {
        if (octets.length > longest) longest = octets.length
        const reason = said.of(() => toSocket.next(octets))
        if (reason === undefined) activity.lastSent = scheduler.now()
        return reason
      }

      const hear = (event: SocketEvent): void => {
        switch (event._tag) {
          case 'Message':
            hearMessage(event.octets)
            return
          case 'Unsent':
            said.say(event.reason)
            return
          case 'Lost':
            tellLost(event.octets)
            return
          case 'Open':
            activity.lastValid = scheduler.now()
            events.next({ ...event, messageId: nextMessageId() })
            return
          case 'Closed':
            events.next(endHeard({ ...event, detail: closeDetail(event) }))
            return
          case 'Text':
          case 'Failed':
            events.next(endHeard(event))
            return
        }
      }

      /** What was about the connection itself has ended with it. */
      const tellLost = (octets: Uint8Array): void => {
        if (functionRule(octets[0] ?? 0xff)?.connectionOnly !== false) return
        const sent = decodeBvlcSc(octets, receiver.path === 'from-hub' ? 'to-hub' : 'direct')
        if (E.isRight(sent)) subscriber.next({ _tag: 'Lost', message: withOriginOf(sent.right, octets) })
      }

      /**
       * Some peers take less than they said (field quirks, bacnet-stack 5): the longest message we sent is what counts. A
       * hub, which passes messages on beside its connections, finds out by itself.
       */
      const closeDetail = ({ code, detail }: SocketEvent & { readonly _tag: 'Closed' }): string =>
        code === TOO_LONG && receiver.path !== 'to-hub' ? tooLongDetail(longest, detail) : detail

      const hearMessage = (octets: Uint8Array): void => {
        const event = messageHeard(octets, receiver, options.admit)
        if (event._tag !== 'Malformed') activity.lastValid = scheduler.now()
        const message = event._tag === 'Received' ? event.message : undefined
        if (message?._tag === 'Encapsulated-NPDU' && peer !== undefined) {
          subscriber.next({ _tag: 'Received', message })
        } else {
          if (isNak(message)) diagnose(() => ({ _tag: 'NakReceived', result: message }))
          events.next(event)
        }
      }

      const perform = (effect: Exclude<PeerEffect, { _tag: 'SetTimer' | 'ClearTimer' }>): void => {
        switch (effect._tag) {
          case 'OpenSocket':
            heard.add(
              socket(toSocket.item$).subscribe({
                next: hear,
                error: (error: unknown) => subscriber.error(error),
                complete: () => events.next(GONE),
              }),
            )
            return
          case 'Send':
            noteNak(effect.message)
            write(encodeBvlcSc(effect.message))
            return
          case 'Close':
            toSocket.next({ _tag: 'CloseSocket', code: effect.code })
            return
          case 'Abort':
            heard.unsubscribe()
            events.next(GONE)
            return
          case 'Tell':
            if (effect.event._tag === 'Connected') peer = effect.event.peer
            if (effect.event._tag === 'Disconnected') peer = undefined
            subscriber.next(effect.event)
            return
        }
      }

      const noteNak = (message: ScMessage): void => {
        if (isNak(message)) diagnose(() => ({ _tag: 'NakSent', result: message }))
      }

      const submit = (message: ScMessage): void => {
        const reason = unsentReason(message)
        if (reason !== undefined) subscriber.next({ _tag: 'Unsent', message, reason })
      }

      const unsentReason = (message: ScMessage): UnsentReason | undefined => {
        if (peer === undefined) return 'not connected'
        const octets = encodeBvlcSc(message)
        const tooLong =
          octets.length > peer.maxBvlcLength ||
          (message._tag === 'Encapsulated-NPDU' && message.npdu.length > peer.maxNpduLength)
        if (tooLong) return 'too long for the peer'
        noteNak(message)
        return write(withOriginOf(octets, message))
      }

      const fired = (timer: PeerTimer): PeerEvent | Gone => ({
        _tag: 'TimerFired',
        timer,
        quiet: ms(scheduler.now() - activity.lastValid),
        silent: ms(scheduler.now() - activity.lastSent),
        messageId: nextMessageId(),
      })

      const { initial, random } = options
      const transition = untilGone(diagnosed(options.transition, diagnose, causeOf))
      subscriber.add(heard)
      subscriber.add(
        events.item$.pipe(drive({ initial, transition, fired, scheduler, random })).subscribe({
          next: perform,
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
      events.next({ _tag: 'Start' })
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error: (error: unknown) => subscriber.error(error),
          complete: () => events.next({ _tag: 'Disconnect', messageId: nextMessageId() }),
        }),
      )
    })

/** The socket is gone. It waits for its turn like any event, so that what was heard before it is told before the end. */
interface Gone {
  readonly _tag: 'Gone'
}

const GONE: Gone = { _tag: 'Gone' }

const untilGone =
  <State>(
    transition: Transition<State, PeerEvent, PeerEffect>,
  ): Transition<State, PeerEvent | Gone, PeerEffect | Stop> =>
  (state, event) =>
    event._tag === 'Gone' ? [state, [{ _tag: 'Stop' }]] : transition(state, event)
