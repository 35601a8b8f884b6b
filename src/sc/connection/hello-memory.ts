import type { Hello } from '../../wire/hello.js'
import { ErrorCode } from '../../wire/error-code.js'
import type { Cause } from './cause.js'

/** To whom we say Hello, and to whom not any more. */
export interface HelloMemory<Peer> {
  /** The Hello for the next Connect-Request to a peer; `undefined` for none. */
  readonly next: (peer: Peer) => Hello | undefined
  /** An attempt failed that went with this Hello, or with none. */
  readonly failed: (peer: Peer, said: Hello | undefined, cause: Cause) => void
}

/**
 * Some peers of the 2020 edition refuse what they do not know, or say nothing to it, or crash (field quirks,
 * bacnet-stack 3). After an attempt that may have failed for its Hello the next one goes without, and stays so until
 * that too has failed.
 */
export const helloMemory = <Peer>(hello: Hello | undefined): HelloMemory<Peer> => {
  const without = new Set<Peer>()
  return {
    next: peer => (without.has(peer) ? undefined : hello),
    failed: (peer, said, cause) => {
      if (said !== undefined && mayBeForOptions(cause)) without.add(peer)
      else without.delete(peer)
    },
  }
}

/** Refused as not understood, not answered in time, or ended after the WebSocket was open. */
const mayBeForOptions = ({ errorCode }: Cause): boolean =>
  errorCode === ErrorCode.TIMEOUT ||
  errorCode === ErrorCode.HEADER_ENCODING_ERROR ||
  errorCode === ErrorCode.HEADER_NOT_UNDERSTOOD ||
  errorCode === ErrorCode.MESSAGE_INCOMPLETE ||
  errorCode === ErrorCode.UNEXPECTED_DATA ||
  (errorCode >= ErrorCode.WEBSOCKET_CLOSED_BY_PEER && errorCode <= ErrorCode.WEBSOCKET_ERROR)
