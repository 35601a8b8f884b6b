import * as E from 'fp-ts/lib/Either.js'
import { finalize, Observable, Subject } from 'rxjs'
import { Subprotocol, type Socket, type SocketEvent, type SocketOutput } from '../../src/sc/connection/socket.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { ControlFlag, type ScMessage } from '../../src/wire/bvlc-sc.js'

/**
 * A WebSocket without a network: `event$` is what happens to it, `written` hears what goes out. The far end answers a
 * Close at once, and the socket completes. A test sees that it was dropped when `event$` is unsubscribed before that.
 */
export const fakeSocket =
  (event$: Observable<SocketEvent>, written: (output: SocketOutput) => void): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      subscriber.add(
        outbound$.subscribe(output => {
          written(output)
          if (output instanceof Uint8Array) return
          subscriber.next({ _tag: 'Closed', code: output.code, detail: '' })
          subscriber.complete()
        }),
      )
      subscriber.add(
        event$.subscribe(event => {
          subscriber.next(event)
          if (event._tag === 'Closed' || event._tag === 'Failed') subscriber.complete()
        }),
      )
    })

/** The far end of a WebSocket, in the hands of a test. It may be dialled again and again. */
export interface FarEnd {
  readonly socket: Socket
  /** All that our side wrote: messages, and the code of a Close. */
  readonly heard: (ScMessage | number)[]
  /** How many times our side dialled, and how many of those sockets it still holds. */
  readonly dialled: () => number
  readonly held: () => number
  readonly does: (event: SocketEvent) => void
  readonly opens: () => void
  readonly says: (message: ScMessage | Uint8Array) => void
  /** From now on, or no more, it reads so slowly that nothing can be sent. */
  readonly setFull: (full: boolean) => void
}

/** A far end that understands what our side writes, to others through a hub or to itself. */
export const farEnd = (): FarEnd => {
  const event$ = new Subject<SocketEvent>()
  const heard: (ScMessage | number)[] = []
  let [dialled, held, full] = [0, 0, false]

  const written = (output: SocketOutput): void => {
    if (!(output instanceof Uint8Array)) {
      heard.push(output.code)
    } else if (full) {
      event$.next({ _tag: 'Unsent', octets: output, reason: 'send queue full' })
    } else {
      const isForOthers = ((output[1] ?? 0) & (ControlFlag.ORIGINATING | ControlFlag.DESTINATION)) !== 0
      const message = decodeBvlcSc(output, isForOthers ? 'to-hub' : 'direct')
      if (E.isLeft(message)) throw new Error(`our side wrote what nobody understands: ${message.left.reason}`)
      heard.push(message.right)
    }
  }
  return {
    socket: outbound$ => {
      dialled++
      held++
      return fakeSocket(event$, written)(outbound$).pipe(finalize(() => held--))
    },
    heard,
    dialled: () => dialled,
    held: () => held,
    does: event => event$.next(event),
    opens: () => event$.next({ _tag: 'Open', subprotocol: Subprotocol.HUB }),
    says: message =>
      event$.next({ _tag: 'Message', octets: message instanceof Uint8Array ? message : encodeBvlcSc(message) }),
    setFull: now => {
      full = now
    },
  }
}
