import { clearTimer, setTimer } from '../../machine/timers.js'
import { stay, type Step } from '../../machine/transition.js'
import { BvlcFunction } from '../../wire/bvlc-function.js'
import { ErrorCode } from '../../wire/error-code.js'
import { cause, ENDED_LOCALLY, ENDED_UNANSWERED, type Cause } from './cause.js'
import {
  close,
  connectionHeader,
  disconnected,
  disconnectedAfterAnswer,
  refuses,
  send,
  tell,
  type PeerEffect,
  type PeerEvent,
} from './peer.js'
import { CloseCode } from './socket.js'
import type { ConnectionTimings } from './timings.js'

/** No connection: before the first event, and after the last. */
export interface Idle {
  readonly _tag: 'IDLE'
}

/** A Disconnect-Request is on its way; the end of both machines. */
export interface Disconnecting {
  readonly _tag: 'DISCONNECTING'
  readonly requestId: number
  /** The peer was taken for dead, and its users have been told already. */
  readonly told: boolean
}

export const IDLE: Idle = { _tag: 'IDLE' }

/** CONNECTED, and we want to end it: because we were asked to, or because the peer is dead (`reason`). */
export const startDisconnecting = (
  messageId: number,
  timings: ConnectionTimings,
  reason?: Cause,
): Step<Disconnecting, PeerEffect> => [
  { _tag: 'DISCONNECTING', requestId: messageId, told: reason !== undefined },
  [
    ...(reason === undefined ? [] : [disconnected(reason)]),
    clearTimer('heartbeat'),
    clearTimer('heartbeat wait'),
    clearTimer('idle limit'),
    setTimer('disconnect wait', timings.disconnectWait),
    send({ _tag: 'Disconnect-Request', ...connectionHeader(messageId) }),
  ],
]

/** DISCONNECTING, for both peers (5.2 of the protocol notes, the last rows). */
export const disconnecting = (state: Disconnecting, event: PeerEvent): Step<Disconnecting | Idle, PeerEffect> => {
  const end = (told: PeerEffect, ...effects: readonly PeerEffect[]): Step<Idle, PeerEffect> => [
    IDLE,
    [clearTimer('disconnect wait'), ...effects, ...(state.told ? [] : [told])],
  ]
  const answered = (): Step<Idle, PeerEffect> => end(disconnectedAfterAnswer(ENDED_LOCALLY), close())
  switch (event._tag) {
    case 'Received': {
      const { message } = event
      switch (message._tag) {
        case 'Disconnect-ACK':
          return answered()
        case 'BVLC-Result':
          return refuses(message, BvlcFunction['Disconnect-Request'], state.requestId)
            ? answered()
            : [state, [tell({ _tag: 'Received', message })]]
        case 'Disconnect-Request':
          return [state, [send({ _tag: 'Disconnect-ACK', ...connectionHeader(message.messageId) })]]
        case 'Connect-Accept':
        case 'Heartbeat-Request':
        case 'Heartbeat-ACK':
          return stay(state)
        default:
          return [state, [tell({ _tag: 'Received', message })]]
      }
    }
    case 'Malformed':
      return [state, [tell({ _tag: 'Malformed', error: event.error })]]
    case 'TimerFired':
      return event.timer === 'disconnect wait'
        ? end(disconnected(cause(ErrorCode.TIMEOUT, 'no Disconnect-ACK in time')), { _tag: 'Abort' })
        : stay(state)
    case 'Text':
      return end(
        disconnected(cause(ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED, 'a text message')),
        close(CloseCode.UNSUPPORTED_DATA),
      )
    case 'SocketClosed':
    case 'SocketFailed':
      return end(disconnected(ENDED_UNANSWERED))
    case 'Start':
    case 'Disconnect':
    case 'Open':
    case 'ConnectRequested':
      return stay(state)
  }
}
