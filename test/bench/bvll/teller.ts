import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket, endpointOf } from './bound-socket.js'

/** Where a load generator is told that a burst has been heard. */
export interface Teller {
  readonly endpoint: Endpoint
  /** Has bursts of so many messages sent until there are as many as wanted, or a few more; gives their number. */
  readonly inBursts: (burst: number, send: () => void, wanted: number) => Promise<number>
}

const SMALL_BUFFER = 1 << 16

/** Opens a socket on which a load generator is told. */
export const openTeller = async (type: 'udp4' | 'udp6', host: string): Promise<Teller> => {
  const socket = await boundSocket({ type, host, recvBufferSize: SMALL_BUFFER })
  let onAcknowledged = (): void => undefined
  socket.on('message', () => onAcknowledged())
  return {
    endpoint: endpointOf(socket),
    inBursts: (burst, send, wanted) =>
      new Promise(resolve => {
        const bursts = Math.ceil(wanted / burst)
        let over = -1
        onAcknowledged = () => {
          if (++over === bursts) resolve(bursts * burst)
          else send()
        }
        onAcknowledged()
      }),
  }
}
