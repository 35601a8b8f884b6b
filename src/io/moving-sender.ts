import type { DatagramSender } from './datagram-sender.js'

/** Sends through one socket after another. */
export interface MovingSender<Sent> extends DatagramSender<Sent> {
  /** What is given from now on goes through another; what waits for the one before still leaves there, if it can. */
  readonly moveTo: (next: DatagramSender<Sent>) => void
}

/** A sender that moves. Once it drains it is not to move any more. */
export const movingSender = <Sent>(first: DatagramSender<Sent>): MovingSender<Sent> => {
  let present = first
  const former = new Set<DatagramSender<Sent>>()

  return {
    send: datagram => present.send(datagram),
    moveTo: next => {
      const left = present
      present = next
      former.add(left)
      left.drain(() => former.delete(left))
    },
    drain: drained => {
      const waiting = new Set([...former, present])
      for (const sender of [...waiting]) {
        sender.drain(() => {
          waiting.delete(sender)
          if (waiting.size === 0) drained()
        })
      }
    },
  }
}
