import { ErrorCode } from '../../wire/error-code.js'

/** Why a connection ended or was never there. */
export interface Cause {
  readonly errorCode: number
  readonly detail: string
  /** Our side closed the WebSocket for what the peer sent, and not the peer for what we sent. */
  readonly ours?: true
}

/** A cause. */
export const cause = (errorCode: number, detail: string): Cause => ({ errorCode, detail })

/** Our own wish; not an error. */
export const ENDED_LOCALLY: Cause = cause(ErrorCode.SUCCESS, 'ended locally')

/** Our own wish, too, but nothing shows that the peer has read what we sent before it. */
export const ENDED_UNANSWERED: Cause = cause(ErrorCode.SUCCESS, 'ended locally, and no Disconnect-ACK came')

/** The peer asked with a Disconnect-Request; not an error. */
export const ENDED_BY_PEER: Cause = cause(ErrorCode.WEBSOCKET_CLOSED_BY_PEER, 'the peer disconnected')

/** Whether a connection ended in good order: only our own wish, and the closing code 1000 of the peer, are no error. */
export const isOrderly = ({ errorCode }: Cause): boolean =>
  errorCode === ErrorCode.SUCCESS || errorCode === ErrorCode.WEBSOCKET_CLOSED_BY_PEER

/** The close code of a WebSocket that ended without a closing handshake. */
export const ABNORMAL = 1006

/** The close code of a peer that found a message too long. */
export const TOO_LONG = 1009

/** What is known when a peer closed with that code. */
export const tooLongDetail = (longest: number, detail: string): string =>
  `the longest message sent had ${longest} octets${detail === '' ? '' : `; ${detail}`}`

/** The error codes of WebSocket close codes (clause AB.7.5.5, 8.4 of the protocol notes). */
const CLOSE_CODES: ReadonlyMap<number, number> = new Map([
  [1000, ErrorCode.WEBSOCKET_CLOSED_BY_PEER],
  [1001, ErrorCode.WEBSOCKET_ENDPOINT_LEAVES],
  [1002, ErrorCode.WEBSOCKET_PROTOCOL_ERROR],
  [1003, ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED],
  [ABNORMAL, ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY],
  [1007, ErrorCode.WEBSOCKET_DATA_INCONSISTENT],
  [1008, ErrorCode.WEBSOCKET_DATA_AGAINST_POLICY],
  [TOO_LONG, ErrorCode.WEBSOCKET_FRAME_TOO_LONG],
  [1010, ErrorCode.WEBSOCKET_EXTENSION_MISSING],
  [1011, ErrorCode.WEBSOCKET_REQUEST_UNAVAILABLE],
])

/** Why a WebSocket closed, from its close code. */
export const closeCause = (closeCode: number, detail: string): Cause =>
  cause(
    CLOSE_CODES.get(closeCode) ?? ErrorCode.WEBSOCKET_ERROR,
    `WebSocket closed with ${closeCode}${detail === '' ? '' : `: ${detail}`}`,
  )
