import { Observable } from 'rxjs'
import { ABNORMAL, cause, type Cause } from '../../sc/connection/cause.js'
import type { Socket, SocketEvent, SocketOutput, Subprotocol } from '../../sc/connection/socket.js'
import { ErrorCode } from '../../wire/error-code.js'
import type { TappedWebSocket } from './tapped.js'
import type { VirtualConnection } from './virtual-connection.js'
import { virtualHandshake, type HandshakeOptions } from './virtual-handshake.js'

/** Something between two hosts that can be cut and go silent: a connection, or one to be. */
export type Breakable = Pick<VirtualConnection, 'client' | 'server' | 'address' | 'cut' | 'mute'>

/** What a host does with who knocks: lets him in, sends him away, or never answers. */
export type Answer =
  | {
      readonly _tag: 'Accept'
      /** Opens the connection; the server hears of it in `tellServer`, which is called once this end knows it. */
      readonly connection: VirtualConnection
      readonly tellServer: () => void
    }
  | { readonly _tag: 'Refuse'; readonly cause: Cause }
  | { readonly _tag: 'Hang' }

/** Who dials whom. */
export interface ClientOptions extends HandshakeOptions {
  /** Where the host listens that is dialled. */
  readonly address: string
  readonly subprotocol: Subprotocol
  readonly dialled: () => void
  readonly knock: (tell: (event: SocketEvent) => void) => Answer
  /** Attempts that are under way; it is one of them until it fails or is accepted. */
  readonly attempts: Set<Breakable>
  /** Who wants to see what passes; `undefined` when nobody does. */
  readonly onTap: () => ((tapped: TappedWebSocket) => void) | undefined
}

const CUT = cause(ErrorCode.TCP_CLOSED_OTHER, 'the connection was cut')
const GIVEN_UP = cause(ErrorCode.OTHER, 'WebSocket was closed before the connection was established')

/** A virtual WebSocket client. Cold: each subscription dials. Unsubscribing drops it without a closing handshake. */
export const virtualClient =
  (options: ClientOptions): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      const { from: node, address: hub, scheduler, subprotocol, attempts, onTap } = options
      let connection: VirtualConnection | undefined
      let isOver = false

      const seenClosed = (code: number): void => onTap()?.({ _tag: 'Closed', at: scheduler.now(), node, hub, code })
      const seen = (direction: 'to hub' | 'from hub', octets: Uint8Array): void =>
        onTap()?.({ _tag: 'Message', at: scheduler.now(), node, hub, direction, octets })

      const hear = (event: SocketEvent): void => {
        if (event._tag === 'Message') seen('from hub', event.octets)
        if (event._tag !== 'Closed') {
          subscriber.next(event)
          return
        }
        isOver = true
        seenClosed(event.code)
        subscriber.next(event)
        subscriber.complete()
      }

      const fail = ({ errorCode, detail }: Cause): void => {
        isOver = true
        subscriber.next({ _tag: 'Failed', errorCode, detail })
        subscriber.complete()
      }

      const arrived = (): void => {
        const answer = options.knock(hear)
        switch (answer._tag) {
          case 'Hang':
            return
          case 'Refuse':
            fail(answer.cause)
            return
          case 'Accept':
            attempts.delete(attempt)
            connection = answer.connection
            answer.tellServer()
            subscriber.next({ _tag: 'Open', subprotocol })
            return
        }
      }

      const attempt: Breakable = {
        client: node,
        server: options.to,
        address: hub,
        cut: () => fail(CUT),
        mute: () => handshake.unsubscribe(),
      }

      /** Asks for the end before it is open. */
      const giveUp = (): void => {
        if (isOver) return
        handshake.unsubscribe()
        subscriber.add(scheduler.schedule(() => fail(GIVEN_UP)))
      }

      const send = (output: SocketOutput): void => {
        if (output instanceof Uint8Array) seen('to hub', output)
        if (connection !== undefined) connection.submit(output)
        else if (output instanceof Uint8Array) hear({ _tag: 'Unsent', octets: output, reason: 'not connected' })
        else giveUp()
      }

      options.dialled()
      attempts.add(attempt)
      const handshake = virtualHandshake(options, arrived)
      subscriber.add(() => {
        attempts.delete(attempt)
        handshake.unsubscribe()
        connection?.abandon()
        if (!isOver) seenClosed(ABNORMAL)
      })
      subscriber.add(
        outbound$.subscribe({
          next: send,
          error: (error: unknown) => subscriber.error(error),
          complete: () => send({ _tag: 'CloseSocket', code: 1000 }),
        }),
      )
    })
