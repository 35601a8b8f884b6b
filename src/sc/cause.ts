import { ErrorCode } from '../wire/error-code.js'

/** Why a connection ended or was never there. */
export interface Cause {
  readonly errorCode: number
  readonly detail: string
}

/** A cause. */
export const cause = (errorCode: number, detail: string): Cause => ({ errorCode, detail })

/** Our own wish; not an error. */
export const ENDED_LOCALLY: Cause = cause(ErrorCode.SUCCESS, 'ended locally')

/** The peer asked with a Disconnect-Request; not an error. */
export const ENDED_BY_PEER: Cause = cause(ErrorCode.WEBSOCKET_CLOSED_BY_PEER, 'the peer disconnected')

/** The error code of a WebSocket close code (clause AB.7.5.5). */
export const closeCause = (closeCode: number, detail: string): Cause => {
  const text = `WebSocket closed with ${closeCode}${detail === '' ? '' : `: ${detail}`}`
  switch (closeCode) {
    case 1000:
      return cause(ErrorCode.WEBSOCKET_CLOSED_BY_PEER, text)
    case 1001:
      return cause(ErrorCode.WEBSOCKET_ENDPOINT_LEAVES, text)
    case 1002:
      return cause(ErrorCode.WEBSOCKET_PROTOCOL_ERROR, text)
    case 1003:
      return cause(ErrorCode.WEBSOCKET_DATA_NOT_ACCEPTED, text)
    case 1006:
      return cause(ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY, text)
    case 1007:
      return cause(ErrorCode.WEBSOCKET_DATA_INCONSISTENT, text)
    case 1008:
      return cause(ErrorCode.WEBSOCKET_DATA_AGAINST_POLICY, text)
    case 1009:
      return cause(ErrorCode.WEBSOCKET_FRAME_TOO_LONG, text)
    case 1010:
      return cause(ErrorCode.WEBSOCKET_EXTENSION_MISSING, text)
    case 1011:
      return cause(ErrorCode.WEBSOCKET_REQUEST_UNAVAILABLE, text)
    default:
      return cause(ErrorCode.WEBSOCKET_ERROR, text)
  }
}
