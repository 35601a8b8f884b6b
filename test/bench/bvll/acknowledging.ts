import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket } from './bound-socket.js'

/** How bursts are acknowledged. */
export interface Acknowledging {
  readonly type: 'udp4' | 'udp6'
  readonly host: string
  readonly burst: number
  readonly teller: Endpoint
}

/** Longer than it takes to send one datagram of a burst. */
const SEND_MS = 0.01

/**
 * Tells a load generator when a burst has been heard, so that never more is under way than the receive buffer holds. Then
 * it sleeps until the next one is all there: woken up for each datagram by itself, it would spend most of its time on that.
 */
export const acknowledging = async ({ type, host, burst, teller }: Acknowledging): Promise<() => void> => {
  const socket = await boundSocket({ type, host, recvBufferSize: 1 << 16 })
  const acknowledgement = new Uint8Array(1)
  const never = new Int32Array(new SharedArrayBuffer(4))
  let heard = 0
  return () => {
    if (++heard < burst) return
    heard = 0
    socket.send(acknowledgement, teller.port, teller.host)
    Atomics.wait(never, 0, 0, burst * SEND_MS)
  }
}
