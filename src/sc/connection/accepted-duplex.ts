import { Observable, type Subscription } from 'rxjs'
import { frameMessage } from '../../wire/web-socket-frame.js'
import type { AcceptedSocket, Socket } from './socket.js'

/** How much may wait for a peer, and where the memory for frames comes from. */
export interface AcceptedDuplexOptions {
  /** Octets; above them messages come back as `Unsent`. */
  readonly maxQueued: number
  readonly allocate: (length: number) => Uint8Array
}

/** An accepted socket in the shape of a dialled one: what is fed in goes out, and the end is asked for by completing. */
export const acceptedDuplex =
  (accepted: AcceptedSocket, { maxQueued, allocate }: AcceptedDuplexOptions): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      const writing: Subscription = outbound$.subscribe({
        next: output => {
          if (!(output instanceof Uint8Array)) accepted.close(output.code)
          else if (accepted.queued() <= maxQueued) {
            accepted.send(frameMessage(output, allocate), () => subscriber.next({ _tag: 'Lost', octets: output }))
          } else subscriber.next({ _tag: 'Unsent', octets: output, reason: 'send queue full' })
        },
        complete: () => accepted.close(1000),
      })
      subscriber.add(accepted.event$.subscribe(subscriber))
      subscriber.add(writing)
    })
