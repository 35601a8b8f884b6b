import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { answerParent } from '../child.js'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket, endpointOf } from './traffic.js'

/** The least that a system grants: what is beyond it, it throws away. */
const NO_BUFFER = 1
const NAP_MS = 500

const REGISTER_FOR_18_HOURS = Uint8Array.of(0x81, 0x05, 0, 6, 0xff, 0xff)

let sockets: readonly Socket[] = []

const register = async (socket: Socket, bbmd: Endpoint): Promise<void> => {
  socket.send(REGISTER_FOR_18_HOURS, bbmd.port, bbmd.host)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  if (answer.toString('hex') !== '810000060000') throw new Error(`not registered: ${answer.toString('hex')}`)
}

const calls = {
  /** Opens so many stations. */
  open: async (count: number): Promise<readonly Endpoint[]> => {
    const hosts = Array.from({ length: count }, (_, index) => `127.0.3.${index + 1}`)
    sockets = await Promise.all(hosts.map(host => boundSocket(host, 0, NO_BUFFER)))
    return sockets.map(endpointOf)
  },
  /** Makes those from that index on foreign devices. */
  register: async ({ from, bbmd }: { from: number; bbmd: Endpoint }): Promise<void> => {
    for (const socket of sockets.slice(from)) await register(socket, bbmd)
  },
  /** Reads next to nothing from now on, to leave the processor to those who are measured. */
  doze: (): void => {
    const never = new Int32Array(new SharedArrayBuffer(4))
    const nap = (): void => {
      Atomics.wait(never, 0, 0, NAP_MS)
      setImmediate(nap)
    }
    setImmediate(nap)
  },
}

/** What the process can be asked. */
export type SinkCalls = typeof calls

answerParent<SinkCalls>(calls)
