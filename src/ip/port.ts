import { Observable, type Subscriber } from 'rxjs'
import type { IpLink, IpLinkEvent, IpOutbound } from './ip-link.js'
import type { IpDatagram, IpLocal, IpUdpPort } from './ip-udp.js'
import { boundPort, type BoundPort, type BoundPortOptions } from './bound-port.js'
import { portCounters } from './port-counters.js'
import { unfitRole } from './unfit.js'

/** What a B/IP port needs. */
export interface IpLinkOptions extends BoundPortOptions {
  readonly udp: IpUdpPort<IpOutbound>
}

/**
 * A B/IP port over a UDP port (Annex J): an ordinary node, a foreign device or a BBMD.
 * Cold. What is given before the UDP port is bound waits for it. Completing the outbound stream de-registers a foreign
 * device, and completes when all has been sent. Errors with the UDP port, with the outbound stream, and when its role
 * does not fit its address.
 */
export const ipLink =
  ({ udp, ...options }: IpLinkOptions): IpLink =>
  outbound$ =>
    new Observable<IpLinkEvent>(subscriber => {
      // The UDP port subscribes once: a Subject, which keeps a list, would cost each datagram something.
      let toUdp: Subscriber<IpDatagram<IpOutbound>> | undefined
      const toUdp$ = new Observable<IpDatagram<IpOutbound>>(to => {
        toUdp = to
      })
      const counters = portCounters()
      const waiting: IpOutbound[] = []
      let live: BoundPort | undefined
      let ending = false

      const dropWaiting = (outbound: IpOutbound): void => {
        const reason = 'too much waits until the port is bound'
        counters.countReason('dropped', reason)
        subscriber.next({ _tag: 'Dropped', reason, outbound })
      }

      const begin = (local: IpLocal): void => {
        const unfit = unfitRole(options.role, local)
        if (unfit !== undefined) {
          subscriber.error(new Error(unfit))
          return
        }
        live = boundPort(local, options, counters, {
          tell: told => subscriber.next(told),
          send: datagram => toUdp?.next(datagram),
        })
        live.start()
        waiting.splice(0).forEach(live.submit)
        if (ending) end()
      }

      const submit = (outbound: IpOutbound): void => {
        if (live !== undefined) live.submit(outbound)
        else if (waiting.length < options.limits.maxWaiting) waiting.push(outbound)
        else dropWaiting(outbound)
      }

      const end = (): void => {
        ending = true
        if (live === undefined) return
        live.end()
        toUdp?.complete()
      }

      subscriber.add(() => live?.close())
      subscriber.add(
        udp(toUdp$).subscribe({
          next: event => {
            if (live !== undefined) live.hear(event)
            else if (event._tag === 'Bound') begin(event.local)
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
      subscriber.add(
        outbound$.subscribe({ next: submit, error: (error: unknown) => subscriber.error(error), complete: end }),
      )
    })
