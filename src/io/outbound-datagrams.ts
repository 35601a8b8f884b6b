import type { Socket } from 'node:dgram'
import type { Observable, SchedulerLike, Subscriber, Subscription } from 'rxjs'
import type { Datagram, UdpEvent } from '../bvll/udp.js'
import { seconds } from '../values/duration.js'
import { datagramSender, type Endpoint } from './datagram-sender.js'

/** What a UDP port sends, and through what. */
export interface OutboundDatagrams<Address extends string, Local, About> {
  readonly outbound$: Observable<Datagram<Address, About>>
  readonly socket: Socket
  readonly endpoint: (address: Address) => Endpoint
  /** Is told what could not be sent, and completed when the outbound stream is and all of it has been sent. */
  readonly subscriber: Subscriber<UdpEvent<Address, Local, About>>
  /** All that the port has open. */
  readonly sockets: Subscription
  readonly scheduler: SchedulerLike
}

/** How long a graceful end waits for what the network does not take. */
const LINGER = seconds(2)

/** Sends for a UDP port, until its subscriber has gone. */
export const sendOutbound = <Address extends string, Local, About>({
  outbound$,
  socket,
  endpoint,
  subscriber,
  sockets,
  scheduler,
}: OutboundDatagrams<Address, Local, About>): void => {
  const sender = datagramSender<Address, Datagram<Address, About>>(socket, endpoint, (datagram, unsent) =>
    subscriber.next({ _tag: 'Unsent', datagram, ...unsent }),
  )
  subscriber.add(
    outbound$.subscribe({
      next: sender.send,
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        sender.drain(() => subscriber.complete())
        // Closed, the sockets give back what still waits, and then nothing does.
        subscriber.add(scheduler.schedule(() => sockets.unsubscribe(), LINGER))
      },
    }),
  )
}
