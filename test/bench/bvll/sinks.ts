import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { answerParent } from '../child.js'
import { boundSocket, endpointOf } from './bound-socket.js'
import type { Traffic } from './traffic.js'
import { wireOf, type AnnexName, type Exchange } from './wire.js'

/** The least that a system grants: what is beyond it, it throws away. */
const NO_BUFFER = 1
const NAP_MS = 500

let sockets: readonly Socket[] = []

const exchange = async (socket: Socket, port: Endpoint, { said, answer }: Exchange): Promise<void> => {
  socket.send(said, port.port, port.host)
  const [got] = (await once(socket, 'message')) as [Buffer]
  if (!got.equals(answer)) throw new Error(`the port has answered ${got.toString('hex')}`)
}

const calls = {
  /** Opens so many stations. */
  open: async ({ annex, count }: { annex: AnnexName; count: number }): Promise<readonly Endpoint[]> => {
    const { socket: type, sinkHost } = wireOf(annex)
    const plans = Array.from({ length: count }, (_, sink) => ({
      type,
      host: sinkHost(sink),
      recvBufferSize: NO_BUFFER,
    }))
    sockets = await Promise.all(plans.map(boundSocket))
    return sockets.map(endpointOf)
  },
  /** Has a port know those that it has to know. */
  enrol: async (plan: { annex: AnnexName; kind: Traffic['kind']; port: Endpoint }): Promise<void> => {
    const { enrolment } = wireOf(plan.annex)
    for (const [sink, socket] of sockets.entries()) {
      const due = enrolment(plan.kind, sink, sockets.length)
      if (due !== undefined) await exchange(socket, plan.port, due)
    }
  },
  /** The next datagram that comes to the first of them, as hex. */
  hear: async (): Promise<string> => {
    const [sink] = sockets
    if (sink === undefined) throw new Error('there are no sinks')
    const [got] = (await once(sink, 'message')) as [Buffer]
    return got.toString('hex')
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
