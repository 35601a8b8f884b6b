import type { TimerEffect } from '../../machine/timers.js'
import type { Duration } from '../../values/duration.js'
import type { BvlcResult, ConnectRequest, Header, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import type { DecodeError } from '../../wire/decode-error.js'
import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import { NO_OPTIONS } from '../../wire/header-option.js'
import type { Hello } from '../../wire/hello.js'
import { type Cause, ENDED_BY_PEER } from './cause.js'
import { CloseCode } from './socket.js'

/*
 * What the two machines of a connection, initiating and accepting, have in common (clause AB.6.2).
 */

/** The timers of a connection. */
export type PeerTimer =
  /** The WebSocket, or after it the Connect-Request or Connect-Accept, did not come in time. */
  | 'connect wait'
  /** The Disconnect-ACK did not come in time. */
  | 'disconnect wait'
  /** Initiating peer: time to see whether the peer has been silent for the heartbeat timeout, or we have been for too long. */
  | 'heartbeat'
  /** Initiating peer: time to see whether the Heartbeat-Request was answered. */
  | 'heartbeat wait'
  /** Accepting peer: time to see whether the peer has been silent for the idle limit. */
  | 'idle limit'

/** What an accepting peer decided about a Connect-Request (clause AB.6.2.3). */
export type Admission =
  /** Come in; this is who we are. */
  | { readonly _tag: 'Accept'; readonly self: PeerIdentity }
  /** Go away; this is why. */
  | { readonly _tag: 'Refuse'; readonly errorClass: number; readonly errorCode: number; readonly reason: string }

/** What happens to a connection. Facts that a pure machine cannot find out come with the event. */
export type PeerEvent =
  /** Local: connect, or take over a WebSocket that was accepted. */
  | { readonly _tag: 'Start' }
  /** Local: disconnect. `messageId` is fresh, should it be needed. */
  | { readonly _tag: 'Disconnect'; readonly messageId: number }
  /** The WebSocket is open; `spent` is how much of the time for connecting is over, when that is known. */
  | {
      readonly _tag: 'Open'
      readonly subprotocol: string
      readonly spent?: Duration | undefined
      readonly messageId: number
    }
  /** The WebSocket did not open. */
  | { readonly _tag: 'SocketFailed'; readonly cause: Cause }
  /** The WebSocket closed. */
  | { readonly _tag: 'SocketClosed'; readonly cause: Cause }
  /** A text message. */
  | { readonly _tag: 'Text' }
  /** A valid BVLC message other than those below. */
  | { readonly _tag: 'Received'; readonly message: Exclude<ScMessage, ConnectRequest> }
  /** A valid Connect-Request, and what the table of connections says to it. */
  | { readonly _tag: 'ConnectRequested'; readonly message: ConnectRequest; readonly admission: Admission | undefined }
  /** A message that failed a check. */
  | { readonly _tag: 'Malformed'; readonly error: DecodeError; readonly connectRequest: boolean }
  /** A timer fired; `quiet` is how long ago the last valid message came, `silent` how long ago one was sent, if known. */
  | {
      readonly _tag: 'TimerFired'
      readonly timer: PeerTimer
      readonly quiet: Duration
      readonly silent?: Duration
      readonly messageId: number
    }

/** What a connection tells those who use it. */
export type ConnectionEvent =
  /** CONNECTED; `peer` is who the other side says it is, `hello` the Hello it came with. */
  | { readonly _tag: 'Connected'; readonly peer: PeerIdentity; readonly hello?: Hello }
  /** A valid message that is not about the connection itself. */
  | { readonly _tag: 'Received'; readonly message: ScMessage }
  /** A message was discarded; where a NAK was due it has been sent. */
  | { readonly _tag: 'Malformed'; readonly error: DecodeError }
  /** Accepting peer: a Connect-Request was refused; `peer` is who sent it, where that could be read. */
  | { readonly _tag: 'RequestRefused'; readonly peer: PeerIdentity | undefined; readonly cause: Cause }
  /** It never was CONNECTED. Comes once, and last but for what is still received. */
  | { readonly _tag: 'Failed'; readonly cause: Cause; readonly duplicateVmac: boolean }
  /**
   * It was CONNECTED and is not any more, or is as good as dead. Comes once. `confirmed` when the peer answered our
   * Disconnect-Request: it has read all that we sent before.
   */
  | { readonly _tag: 'Disconnected'; readonly cause: Cause; readonly confirmed?: true }
  /** An outbound message that was not sent. */
  | { readonly _tag: 'Unsent'; readonly message: ScMessage; readonly reason: UnsentReason }
  /** An outbound message, not about the connection itself, that was taken and had not left when the connection ended. */
  | { readonly _tag: 'Lost'; readonly message: ScMessage }

/** Why a message did not go out over a connection. */
export type UnsentReason = 'not connected' | 'too long for the peer' | 'send queue full'

/** What the machines want done. */
export type PeerEffect =
  /** Opens the WebSocket, or starts to listen to the accepted one. */
  | { readonly _tag: 'OpenSocket' }
  | { readonly _tag: 'Send'; readonly message: ScMessage }
  /** Starts the closing handshake. */
  | { readonly _tag: 'Close'; readonly code: CloseCode }
  /** Drops the WebSocket, open or not. */
  | { readonly _tag: 'Abort' }
  | { readonly _tag: 'Tell'; readonly event: ConnectionEvent }
  | TimerEffect<PeerTimer>

/** The header of a message about the connection itself. */
export const connectionHeader = (messageId: number): Header => ({
  messageId,
  originating: undefined,
  destination: undefined,
  destinationOptions: NO_OPTIONS,
})

/** Effect: sends a message. */
export const send = (message: ScMessage): PeerEffect => ({ _tag: 'Send', message })

/** Effect: tells the users of the connection. */
export const tell = (event: ConnectionEvent): PeerEffect => ({ _tag: 'Tell', event })

/** Effect: closing handshake. */
export const close = (code: CloseCode = CloseCode.NORMAL): PeerEffect => ({ _tag: 'Close', code })

/** Effect: tells that an attempt failed. */
export const failed = (cause: Cause, duplicateVmac = false): PeerEffect =>
  tell({ _tag: 'Failed', cause, duplicateVmac })

/** Effect: tells that a connection is over. */
export const disconnected = (cause: Cause): PeerEffect => tell({ _tag: 'Disconnected', cause })

/** Effect: tells that a connection is over, and that all that was sent over it has been read. */
export const disconnectedAfterAnswer = (cause: Cause): PeerEffect =>
  tell({ _tag: 'Disconnected', cause, confirmed: true })

/** Effects: a malformed message is answered where that is due, and told. */
export const refuseMalformed = (error: DecodeError): readonly PeerEffect[] => {
  const told = tell({ _tag: 'Malformed', error })
  return error.nak === undefined ? [told] : [send(error.nak), told]
}

/** Effects: the peer asked for the end; agree, and close. */
export const agreeToDisconnect = (messageId: number): readonly PeerEffect[] => [
  send({ _tag: 'Disconnect-ACK', ...connectionHeader(messageId) }),
  close(),
  disconnected(ENDED_BY_PEER),
]

/** Whether a Result refuses the message of that function and id. */
export const refuses = (result: BvlcResult, resultFor: number, messageId: number): boolean =>
  result.nak !== undefined && result.resultFor === resultFor && result.messageId === messageId

/**
 * Whether the NAK of a Connect-Request means that our VMAC is somebody else's: 7/151, or bac-py's 7/113 (section 10 of the
 * protocol notes).
 */
export const isDuplicateVmac = ({ nak }: BvlcResult): boolean =>
  nak?.errorClass === ErrorClass.COMMUNICATION &&
  (nak.errorCode === ErrorCode.NODE_DUPLICATE_VMAC || nak.errorCode === ErrorCode.MESSAGE_TOO_LONG)
