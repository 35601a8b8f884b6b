import { Observable, type Subscriber } from 'rxjs'
import type { IpLink, IpLinkEvent, IpOutbound } from './ip-link.js'
import type { IpDatagram, IpUdpPort } from './ip-udp.js'
import { boundPort, type BoundPort, type BoundPortOptions } from './bound-port.js'

/** What a B/IP port needs. */
export interface IpLinkOptions extends BoundPortOptions {
  readonly udp: IpUdpPort<IpOutbound>
}

/**
 * A B/IP port over a UDP port (Annex J): an ordinary node, a foreign device or a BBMD.
 * Cold. What is given before the UDP port is bound waits for it. Completing the outbound stream de-registers a foreign
 * device, and completes when all has been sent.
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
      const waiting: IpOutbound[] = []
      let live: BoundPort | undefined
      let ending = false

      const submit = (outbound: IpOutbound): void => {
        if (live !== undefined) live.submit(outbound)
        else if (waiting.length < options.limits.maxWaiting) waiting.push(outbound)
        else subscriber.next({ _tag: 'Dropped', reason: 'too much waits until the port is bound', outbound })
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
            if (live !== undefined) {
              live.hear(event)
            } else if (event._tag === 'Bound') {
              live = boundPort(event.local, options, {
                tell: told => subscriber.next(told),
                send: datagram => toUdp?.next(datagram),
              })
              waiting.splice(0).forEach(live.submit)
              if (ending) end()
            }
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
      subscriber.add(
        outbound$.subscribe({ next: submit, error: (error: unknown) => subscriber.error(error), complete: end }),
      )
    })
