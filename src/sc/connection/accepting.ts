import { clearTimer, setTimer } from '../../machine/timers.js'
import { stay, type Step, type Transition } from '../../machine/transition.js'
import { ms } from '../../values/duration.js'
import { BvlcFunction } from '../../wire/bvlc-function.js'
import { nakTo } from '../../wire/decode-error.js'
import { ErrorCode } from '../../wire/error-code.js'
import { readHello } from '../../wire/hello.js'
import { cause, ENDED_LOCALLY, type Cause } from './cause.js'
import { disconnecting, IDLE, startDisconnecting, type Disconnecting, type Idle } from './disconnecting.js'
import { idleVerdict, watchIdle } from './heartbeat.js'
import {
  agreeToDisconnect,
  close,
  connectionHeader,
  disconnected,
  failed,
  refuseMalformed,
  send,
  tell,
  type PeerEffect,
  type PeerEvent,
} from './peer.js'
import { CloseCode } from './socket.js'
import type { ConnectionTimings } from './timings.js'

/** States of the accepting peer, figure AB-12. */
export type AcceptingState =
  Idle | { readonly _tag: 'AWAITING_REQUEST' } | { readonly _tag: 'CONNECTED' } | Disconnecting

const AWAITING_REQUEST: AcceptingState = { _tag: 'AWAITING_REQUEST' }
const CONNECTED: AcceptingState = { _tag: 'CONNECTED' }

type AcceptingStep = Step<AcceptingState, PeerEffect>

/** The accepting peer of a connection: the WebSocket server (clause AB.6.2.3; rows of 5.3 in their order). */
export const accepting =
  (timings: ConnectionTimings): Transition<AcceptingState, PeerEvent, PeerEffect> =>
  (state, event) => {
    switch (state._tag) {
      case 'IDLE':
        if (event._tag === 'Start') return [state, [{ _tag: 'OpenSocket' }]]
        if (event._tag !== 'Open') return stay(state)
        return [AWAITING_REQUEST, [setTimer('connect wait', ms(timings.connectWait - (event.spent ?? 0)))]]
      case 'AWAITING_REQUEST':
        return awaitingRequest(state, event, timings)
      case 'CONNECTED':
        return connected(state, event, timings)
      case 'DISCONNECTING':
        return disconnecting(state, event)
    }
  }

/** The attempt is over. */
const fail = (reason: Cause, ...effects: readonly PeerEffect[]): AcceptingStep => [
  IDLE,
  [clearTimer('connect wait'), ...effects, failed(reason)],
]

const awaitingRequest = (state: AcceptingState, event: PeerEvent, timings: ConnectionTimings): AcceptingStep => {
  switch (event._tag) {
    case 'ConnectRequested': {
      const { message, admission } = event
      if (admission === undefined) return stay(state)
      const { vmac, uuid, maxBvlcLength, maxNpduLength } = message
      const peer = { vmac, uuid, maxBvlcLength, maxNpduLength }
      if (admission._tag === 'Refuse') {
        const { errorClass, errorCode, reason } = admission
        const to = {
          messageId: message.messageId,
          resultFor: BvlcFunction['Connect-Request'],
          destination: undefined,
        }
        const nak = nakTo(to, { errorHeaderMarker: 0, errorClass, errorCode, errorDetails: reason })
        const refused = tell({ _tag: 'RequestRefused', peer, cause: cause(errorCode, reason) })
        return fail(cause(errorCode, reason), send(nak), close(), refused)
      }
      const hello = readHello(message.destinationOptions)
      return [
        CONNECTED,
        [
          clearTimer('connect wait'),
          watchIdle(timings),
          send({ _tag: 'Connect-Accept', ...connectionHeader(message.messageId), ...admission.self }),
          tell({ _tag: 'Connected', peer, ...(hello === undefined ? {} : { hello }) }),
        ],
      ]
    }
    case 'Malformed': {
      const { error } = event
      if (!event.connectRequest) return [state, [tell({ _tag: 'Malformed', error })]]
      const refused = tell({ _tag: 'RequestRefused', peer: undefined, cause: cause(error.errorCode, error.reason) })
      return [state, [...refuseMalformed(error), refused]]
    }
    case 'Received':
      return event.message._tag === 'Disconnect-Request'
        ? fail(
            cause(ErrorCode.OTHER, 'the peer disconnected before it asked to connect'),
            send({ _tag: 'Disconnect-ACK', ...connectionHeader(event.message.messageId) }),
            close(),
          )
        : stay(state)
    case 'TimerFired':
      return event.timer === 'connect wait'
        ? fail(cause(ErrorCode.TIMEOUT, 'no Connect-Request in time'), close())
        : stay(state)
    case 'SocketClosed':
    case 'SocketFailed':
      return fail(event.cause)
    case 'Text':
      return fail(cause(ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED, 'a text message'), close(CloseCode.UNSUPPORTED_DATA))
    case 'Disconnect':
      return fail(ENDED_LOCALLY, close(CloseCode.GOING_AWAY))
    case 'Start':
    case 'Open':
      return stay(state)
  }
}

const connected = (state: AcceptingState, event: PeerEvent, timings: ConnectionTimings): AcceptingStep => {
  const end = (...effects: readonly PeerEffect[]): AcceptingStep => [IDLE, [clearTimer('idle limit'), ...effects]]
  switch (event._tag) {
    case 'Received': {
      const { message } = event
      switch (message._tag) {
        case 'Heartbeat-Request':
          return [state, [send({ _tag: 'Heartbeat-ACK', ...connectionHeader(message.messageId) })]]
        case 'Disconnect-Request':
          return end(...agreeToDisconnect(message.messageId))
        case 'Connect-Accept':
        case 'Disconnect-ACK':
        case 'Heartbeat-ACK':
          return stay(state)
        default:
          return [state, [tell({ _tag: 'Received', message })]]
      }
    }
    case 'Malformed':
      return [state, refuseMalformed(event.error)]
    case 'TimerFired': {
      if (event.timer !== 'idle limit') return stay(state)
      const verdict = idleVerdict(event.quiet, event.messageId, timings)
      return 'dead' in verdict ? end(close(), disconnected(verdict.dead)) : [state, verdict.effects]
    }
    case 'Disconnect':
      return startDisconnecting(event.messageId, timings)
    case 'SocketClosed':
    case 'SocketFailed':
      return end(disconnected(event.cause))
    case 'Text':
      return end(
        close(CloseCode.UNSUPPORTED_DATA),
        disconnected(cause(ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED, 'a text message')),
      )
    case 'ConnectRequested':
    case 'Start':
    case 'Open':
      return stay(state)
  }
}
