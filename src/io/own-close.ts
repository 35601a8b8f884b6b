import { closeCause, type Cause } from '../sc/connection/cause.js'

/** The close codes that `ws` sends for what a peer should not have sent, by the codes of its errors. */
const CLOSE_CODES: ReadonlyMap<string, number> = new Map([
  ['WS_ERR_EXPECTED_FIN', 1002],
  ['WS_ERR_EXPECTED_MASK', 1002],
  ['WS_ERR_INVALID_CLOSE_CODE', 1002],
  ['WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH', 1002],
  ['WS_ERR_INVALID_OPCODE', 1002],
  ['WS_ERR_INVALID_UTF8', 1007],
  ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
  ['WS_ERR_UNEXPECTED_MASK', 1002],
  ['WS_ERR_UNEXPECTED_RSV_1', 1002],
  ['WS_ERR_UNEXPECTED_RSV_2_3', 1002],
  ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
])

/**
 * Why our side closes a WebSocket on which that error came; `undefined` when it is none of the peer's WebSocket frames.
 * Whatever the peer answers to that, or does not, is not the cause.
 */
export const ownClose = (error: Error & { readonly code?: string }): Cause | undefined => {
  const code = CLOSE_CODES.get(error.code ?? '')
  return code === undefined ? undefined : { ...closeCause(code, error.message), ours: true }
}
