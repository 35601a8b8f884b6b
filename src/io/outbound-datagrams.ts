import type { Observable, SchedulerLike, Subscriber, Subscription } from 'rxjs'
import type { Datagram, UdpEvent } from '../bvll/udp.js'
import { seconds } from '../values/duration.js'
import type { DatagramSender } from './datagram-sender.js'

/** What a UDP port sends, and through what. */
export interface OutboundDatagrams<Address extends string, Local, About> {
  readonly outbound$: Observable<Datagram<Address, About>>
  readonly sender: DatagramSender<Datagram<Address, About>>
  /** Is completed when the outbound stream is and all of it has been sent. */
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
  sender,
  subscriber,
  sockets,
  scheduler,
}: OutboundDatagrams<Address, Local, About>): void => {
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
