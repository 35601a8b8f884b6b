import { concat, finalize, Observable, of, Subject, type SchedulerLike } from 'rxjs'
import { ms, type Duration } from '../../values/duration.js'
import { ErrorCode } from '../../wire/error-code.js'
import { messageOf } from '../../wire/web-socket-frame.js'
import { ABNORMAL } from './cause.js'
import {
  CloseCode,
  Subprotocol,
  type AcceptedSocket,
  type Server,
  type ServerEvent,
  type Socket,
  type SocketEvent,
} from './socket.js'

/** A server that is reached inside this process, without a network. */
export interface MemoryServer {
  /** Emits what is accepted. Hot; nobody is let in while it has no subscriber. */
  readonly server$: Server
  /** A socket to it; `address` is what the server sees of the client. */
  readonly socket: (address: string, subprotocol?: Subprotocol) => Socket
}

/**
 * Sockets inside the process: how a device reaches its own hub function, and how tests have a network in virtual time.
 * Everything arrives `latency` later on the scheduler, in order.
 */
export const memoryServer = (scheduler: SchedulerLike, latency: Duration = ms(0)): MemoryServer => {
  const accepted$ = new Subject<ServerEvent>()
  const socket =
    (address: string, subprotocol: Subprotocol = Subprotocol.HUB): Socket =>
    outbound$ =>
      new Observable(client => {
        const toServer$ = new Subject<SocketEvent>()
        let queued = 0
        let closing = false

        const later = (work: () => void): void => {
          scheduler.schedule(work, latency)
        }
        const close = (code: number): void => {
          if (closing) return
          closing = true
          const event: SocketEvent = { _tag: 'Closed', code, detail: '' }
          later(() => {
            toServer$.next(event)
            toServer$.complete()
            client.next(event)
            client.complete()
          })
        }

        const open: SocketEvent = { _tag: 'Open', subprotocol }
        const accepted: AcceptedSocket = {
          address,
          subprotocol,
          event$: concat(of(open), toServer$).pipe(finalize(() => close(ABNORMAL))),
          queued: () => queued,
          send: (frame, lost) => {
            if (closing) {
              lost?.()
              return false
            }
            queued += frame.octets.length
            later(() => {
              queued -= frame.octets.length
              client.next({ _tag: 'Message', octets: messageOf(frame) })
            })
            return true
          },
          close,
          terminate: () => close(ABNORMAL),
        }
        later(() => {
          if (accepted$.observed) {
            accepted$.next({ _tag: 'Accepted', socket: accepted })
            client.next(open)
          } else {
            closing = true
            client.next({ _tag: 'Failed', errorCode: ErrorCode.TCP_CONNECTION_REFUSED, detail: 'nobody listens' })
            client.complete()
          }
        })
        client.add(
          outbound$.subscribe({
            next: output => {
              if (!(output instanceof Uint8Array)) close(output.code)
              else if (closing) client.next({ _tag: 'Unsent', octets: output, reason: 'not connected' })
              else later(() => toServer$.next({ _tag: 'Message', octets: output }))
            },
            complete: () => close(CloseCode.NORMAL),
          }),
        )
        client.add(() => close(ABNORMAL))
      })
  return { server$: accepted$.asObservable(), socket }
}
