import { clearTimer, setTimer } from '../../machine/timers.js'
import { stay, type Step, type Transition } from '../../machine/transition.js'
import { BvlcFunction } from '../../wire/bvlc-function.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import { ErrorCode, errorCodeName } from '../../wire/error-code.js'
import { NO_OPTIONS } from '../../wire/header-option.js'
import { helloOption, type Hello } from '../../wire/hello.js'
import { cause, ENDED_LOCALLY, type Cause } from './cause.js'
import { disconnecting, IDLE, startDisconnecting, type Disconnecting, type Idle } from './disconnecting.js'
import { heartbeatAnswered, heartbeatDue, heartbeatVerdict, watchHeartbeat } from './heartbeat.js'
import {
  agreeToDisconnect,
  close,
  connectionHeader,
  disconnected,
  failed,
  isDuplicateVmac,
  refuseMalformed,
  refuses,
  send,
  tell,
  type PeerEffect,
  type PeerEvent,
} from './peer.js'
import { CloseCode, type Subprotocol } from './socket.js'
import type { ConnectionTimings } from './timings.js'

/** States of the initiating peer, figure AB-11. */
export type InitiatingState =
  | Idle
  | { readonly _tag: 'AWAITING_WEBSOCKET' }
  | { readonly _tag: 'AWAITING_ACCEPT'; readonly requestId: number }
  /** `heartbeatId` is the message id of the Heartbeat-Request that has no answer yet. */
  | { readonly _tag: 'CONNECTED'; readonly heartbeatId: number | undefined }
  | Disconnecting

/** What the initiating peer needs to know. */
export interface InitiatingOptions {
  readonly subprotocol: Subprotocol
  readonly self: PeerIdentity
  /** The Hello that goes with the Connect-Request, if one does. */
  readonly hello?: Hello | undefined
  readonly timings: ConnectionTimings
}

type InitiatingStep = Step<InitiatingState, PeerEffect>

/** The initiating peer of a connection: the WebSocket client (clause AB.6.2.2; rows of 5.2 in their order). */
export const initiating =
  (options: InitiatingOptions): Transition<InitiatingState, PeerEvent, PeerEffect> =>
  (state, event) => {
    switch (state._tag) {
      case 'IDLE':
        return event._tag === 'Start'
          ? [
              { _tag: 'AWAITING_WEBSOCKET' },
              [setTimer('connect wait', options.timings.connectWait), { _tag: 'OpenSocket' }],
            ]
          : stay(state)
      case 'AWAITING_WEBSOCKET':
        return awaitingWebSocket(state, event, options)
      case 'AWAITING_ACCEPT':
        return awaitingAccept(state, event, options.timings)
      case 'CONNECTED':
        return connected(state, event, options.timings)
      case 'DISCONNECTING':
        return disconnecting(state, event)
    }
  }

/** The attempt is over. */
const fail = (reason: Cause, ...effects: readonly PeerEffect[]): InitiatingStep => [
  IDLE,
  [clearTimer('connect wait'), ...effects, failed(reason)],
]

const awaitingWebSocket = (
  state: InitiatingState,
  event: PeerEvent,
  { subprotocol, self, hello, timings }: InitiatingOptions,
): InitiatingStep => {
  switch (event._tag) {
    case 'Open':
      if (event.subprotocol !== subprotocol) {
        const detail = `the server answered with subprotocol '${event.subprotocol}'`
        return fail(cause(ErrorCode.HTTP_WEBSOCKET_HEADER_ERROR, detail), close())
      }
      return [
        { _tag: 'AWAITING_ACCEPT', requestId: event.messageId },
        [
          setTimer('connect wait', timings.connectWait),
          send({
            _tag: 'Connect-Request',
            ...connectionHeader(event.messageId),
            destinationOptions: hello === undefined ? NO_OPTIONS : [helloOption(hello)],
            ...self,
          }),
        ],
      ]
    case 'SocketFailed':
    case 'SocketClosed':
      return fail(event.cause)
    case 'TimerFired':
      return event.timer === 'connect wait'
        ? fail(cause(ErrorCode.TIMEOUT, 'the WebSocket did not open in time'), { _tag: 'Abort' })
        : stay(state)
    case 'Disconnect':
      return fail(ENDED_LOCALLY, { _tag: 'Abort' })
    case 'Start':
    case 'Text':
    case 'Received':
    case 'ConnectRequested':
    case 'Malformed':
      return stay(state)
  }
}

const awaitingAccept = (
  state: InitiatingState & { readonly _tag: 'AWAITING_ACCEPT' },
  event: PeerEvent,
  timings: ConnectionTimings,
): InitiatingStep => {
  switch (event._tag) {
    case 'Received': {
      const { message } = event
      switch (message._tag) {
        case 'Connect-Accept': {
          if (message.messageId !== state.requestId) return stay(state)
          const { vmac, uuid, maxBvlcLength, maxNpduLength } = message
          return [
            { _tag: 'CONNECTED', heartbeatId: undefined },
            [
              clearTimer('connect wait'),
              watchHeartbeat(timings),
              tell({ _tag: 'Connected', peer: { vmac, uuid, maxBvlcLength, maxNpduLength } }),
            ],
          ]
        }
        case 'BVLC-Result': {
          if (!refuses(message, BvlcFunction['Connect-Request'], state.requestId)) return stay(state)
          if (isDuplicateVmac(message)) {
            const reason = cause(ErrorCode.NODE_DUPLICATE_VMAC, 'our VMAC is used by another device')
            return [IDLE, [clearTimer('connect wait'), close(), failed(reason, true)]]
          }
          const code = message.nak?.errorCode ?? ErrorCode.OTHER
          const details = message.nak?.errorDetails ?? ''
          return fail(
            cause(code, `refused with ${errorCodeName(code)}${details === '' ? '' : `: ${details}`}`),
            close(),
          )
        }
        case 'Disconnect-Request':
          return fail(cause(ErrorCode.OTHER, 'the peer asked to disconnect before it accepted'), close())
        default:
          return stay(state)
      }
    }
    case 'Malformed':
      return [state, [tell({ _tag: 'Malformed', error: event.error })]]
    case 'TimerFired':
      return event.timer === 'connect wait'
        ? fail(cause(ErrorCode.TIMEOUT, 'no Connect-Accept in time'), close())
        : stay(state)
    case 'SocketClosed':
    case 'SocketFailed':
      return fail(event.cause)
    case 'Text':
      return fail(cause(ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED, 'a text message'), close(CloseCode.UNSUPPORTED_DATA))
    case 'Disconnect':
      return fail(ENDED_LOCALLY, close())
    case 'Start':
    case 'Open':
    case 'ConnectRequested':
      return stay(state)
  }
}

const connected = (
  state: InitiatingState & { readonly _tag: 'CONNECTED' },
  event: PeerEvent,
  timings: ConnectionTimings,
): InitiatingStep => {
  const end = (...effects: readonly PeerEffect[]): InitiatingStep => [
    IDLE,
    [clearTimer('heartbeat'), clearTimer('heartbeat wait'), ...effects],
  ]
  switch (event._tag) {
    case 'Received': {
      const { message } = event
      switch (message._tag) {
        case 'Heartbeat-Request':
          return [state, [send({ _tag: 'Heartbeat-ACK', ...connectionHeader(message.messageId) })]]
        case 'Heartbeat-ACK':
          return message.messageId === state.heartbeatId
            ? [{ _tag: 'CONNECTED', heartbeatId: undefined }, heartbeatAnswered(timings)]
            : stay(state)
        case 'Disconnect-Request':
          return end(...agreeToDisconnect(message.messageId))
        case 'Disconnect-ACK':
        case 'Connect-Accept':
          return stay(state)
        default:
          return [state, [tell({ _tag: 'Received', message })]]
      }
    }
    case 'Malformed':
      return [state, refuseMalformed(event.error)]
    case 'TimerFired':
      switch (event.timer) {
        case 'heartbeat': {
          const { heartbeatId, effects } = heartbeatDue(event, timings)
          return [{ _tag: 'CONNECTED', heartbeatId }, effects]
        }
        case 'heartbeat wait': {
          const verdict = heartbeatVerdict(event.quiet, timings)
          return 'dead' in verdict
            ? startDisconnecting(event.messageId, timings, verdict.dead)
            : [{ _tag: 'CONNECTED', heartbeatId: undefined }, verdict.effects]
        }
        default:
          return stay(state)
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
    case 'Start':
    case 'Open':
    case 'ConnectRequested':
      return stay(state)
  }
}
