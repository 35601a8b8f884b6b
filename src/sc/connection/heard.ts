import * as E from 'fp-ts/lib/Either.js'
import type { ConnectRequest } from '../../wire/bvlc-sc.js'
import { cause, closeCause } from './cause.js'
import type { Admission, PeerEvent } from './peer.js'
import { looksLikeConnectRequest, receive, type Receiver } from './receive.js'
import type { SocketEvent } from './socket.js'

/** What a received message is to the machine of a connection. */
export const messageHeard = (
  octets: Uint8Array,
  receiver: Receiver,
  admit: ((request: ConnectRequest) => Admission) | undefined,
): PeerEvent => {
  const received = receive(octets, receiver)
  if (E.isLeft(received)) {
    return { _tag: 'Malformed', error: received.left, connectRequest: looksLikeConnectRequest(octets) }
  }
  const message = received.right
  return message._tag === 'Connect-Request'
    ? { _tag: 'ConnectRequested', message, admission: admit?.(message) }
    : { _tag: 'Received', message }
}

/** What the end of a socket, or a text message, is to it. */
export const endHeard = (event: SocketEvent & { readonly _tag: 'Text' | 'Closed' | 'Failed' }): PeerEvent => {
  switch (event._tag) {
    case 'Text':
      return { _tag: 'Text' }
    case 'Closed':
      return { _tag: 'SocketClosed', cause: event.cause ?? closeCause(event.code, event.detail) }
    case 'Failed':
      return { _tag: 'SocketFailed', cause: cause(event.errorCode, event.detail) }
  }
}
