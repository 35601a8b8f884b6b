import type { Socket as NetSocket } from 'node:net'
import { Observable } from 'rxjs'
import { WebSocket } from 'ws'
import type { Cause } from '../sc/connection/cause.js'
import type { AcceptedSocket } from '../sc/connection/socket.js'
import type { Duration } from '../values/duration.js'
import { binaryMessages } from './binary-messages.js'
import { ownClose } from './own-close.js'
import { plainView } from './plain-view.js'
import { turnBatch } from './turn-batch.js'
import { webSocketLimits } from './web-socket-limits.js'

const batch = turnBatch()

/**
 * An open WebSocket of the accepting peer. Frames are written to the network socket as they are: the server's frames
 * are not masked, none is fragmented and there are no extensions, so nothing is left for `ws` to do. Pong and Close,
 * which `ws` writes itself, keep their order, as both go through the same stream. Whole binary messages are read from
 * it as well, past `ws`, which has all the rest.
 * `cutFor` says why our side dropped it.
 */
export const acceptedSocket = (
  webSocket: WebSocket,
  stream: NetSocket,
  { spent, ...known }: Pick<AcceptedSocket, 'address' | 'subprotocol' | 'certificate'> & { readonly spent?: Duration },
  cutFor: () => Cause | undefined = () => undefined,
): AcceptedSocket => {
  let detail = ''
  let own: Cause | undefined
  // From the start and not from the subscription: an error without a listener would end the process.
  webSocket.on('error', error => {
    detail = error.message
    own = ownClose(error)
  })
  return {
    ...known,
    event$: new Observable(subscriber => {
      subscriber.next({ _tag: 'Open', subprotocol: known.subprotocol, spent })
      binaryMessages(stream, 'client', webSocketLimits.maxPayload, octets =>
        subscriber.next({ _tag: 'Message', octets }),
      )
      webSocket.on('message', (data: Buffer, isBinary) =>
        subscriber.next(isBinary ? { _tag: 'Message', octets: plainView(data) } : { _tag: 'Text' }),
      )
      webSocket.on('close', (code, reason) => {
        const cause = cutFor() ?? own
        const told = reason.toString() || detail
        subscriber.next({ _tag: 'Closed', code, detail: told, ...(cause === undefined ? {} : { cause }) })
        subscriber.complete()
      })
      return () => webSocket.terminate()
    }),
    queued: () => stream.writableLength,
    send: (frame, lost) => {
      if (webSocket.readyState !== WebSocket.OPEN) {
        lost?.()
        return false
      }
      batch.hold(stream)
      stream.write(frame.octets, lost && (error => error && lost()))
      return true
    },
    close: code => webSocket.close(code),
    terminate: () => webSocket.terminate(),
  }
}
