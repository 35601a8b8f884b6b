import { Observable, type Subscriber } from 'rxjs'
import type { Duplex } from '../link/duplex.js'
import type { Annex, PortEvent } from './annex.js'
import { portCounters, type PortCounters } from './port-counters.js'
import type { PortSinks } from './port-output.js'
import { oneAtATime } from '../machine/turns.js'
import type { Datagram, UdpEvent, UdpPort } from './udp.js'

/** A port whose UDP port is bound. It is asked for one thing at a time. */
export interface BoundPort<A extends Annex> {
  /** Tells how it stands, and begins. */
  readonly start: () => void
  readonly submit: (outbound: A['outbound']) => void
  readonly hear: (event: UdpEvent<A['address'], A['local'], A['outbound']>) => void
  /** Says what is to be said at the end. */
  readonly end: () => void
  /** Tells at once what is gathered. */
  readonly flush: () => void
  /** Stops all timers. */
  readonly close: () => void
}

/** What a port over a UDP port needs. */
export interface PortLinkOptions<A extends Annex> {
  readonly udp: UdpPort<A['address'], A['local'], A['outbound']>
  readonly maxWaiting: number
  /** Why a port cannot be what it should be at these addresses, which its user must mend. */
  readonly unfit: (local: A['local']) => string | undefined
  readonly bound: (local: A['local'], counters: PortCounters, sinks: PortSinks<A>) => BoundPort<A>
}

/**
 * A port over a UDP port. Cold. What is given before the UDP port is bound waits for it. Completing the outbound stream
 * ends it in good order, and completes when all has been sent. Errors with the UDP port, with the outbound stream, and
 * when it does not fit its address.
 */
export const portLink =
  <A extends Annex>({ udp, maxWaiting, unfit, bound }: PortLinkOptions<A>): Duplex<A['outbound'], PortEvent<A>> =>
  outbound$ =>
    new Observable(subscriber => {
      // The UDP port subscribes once: a Subject, which keeps a list, would cost each datagram something.
      let toUdp: Subscriber<Datagram<A['address'], A['outbound']>> | undefined
      const toUdp$ = new Observable<Datagram<A['address'], A['outbound']>>(to => {
        toUdp = to
      })
      const isOpen = (): boolean => !subscriber.closed
      const { take } = oneAtATime(isOpen)
      const counters = portCounters()
      const waiting: A['outbound'][] = []
      let port: BoundPort<A> | undefined
      let ending = false

      const dropWaiting = (outbound: A['outbound']): void => {
        const reason = 'too much waits until the port is bound'
        counters.countReason('dropped', reason)
        subscriber.next({ _tag: 'Dropped', reason, outbound })
      }

      const begin = (local: A['local']): void => {
        const reason = unfit(local)
        if (reason !== undefined) {
          subscriber.error(new Error(reason))
          return
        }
        port = bound(local, counters, {
          tell: told => subscriber.next(told),
          send: datagram => toUdp?.next(datagram),
          isOpen,
          inTurn: take,
        })
        port.start()
        for (const outbound of waiting.splice(0)) if (isOpen()) port.submit(outbound)
        if (ending && isOpen()) end()
      }

      const submit = (outbound: A['outbound']): void => {
        if (port !== undefined) port.submit(outbound)
        else if (waiting.length < maxWaiting) waiting.push(outbound)
        else dropWaiting(outbound)
      }

      const end = (): void => {
        ending = true
        if (port === undefined) return
        port.end()
        toUdp?.complete()
      }

      const hear = (event: UdpEvent<A['address'], A['local'], A['outbound']>): void => {
        if (port !== undefined) port.hear(event)
        else if (event._tag === 'Bound') begin(event.local)
      }

      const complete = (): void => {
        port?.flush()
        subscriber.complete()
      }

      subscriber.add(() => port?.close())
      subscriber.add(
        udp(toUdp$).subscribe({
          next: event => take(hear, event),
          error: (error: unknown) => subscriber.error(error),
          complete,
        }),
      )
      subscriber.add(
        outbound$.subscribe({
          next: outbound => take(submit, outbound),
          error: (error: unknown) => subscriber.error(error),
          complete: () => take(end, undefined),
        }),
      )
    })
