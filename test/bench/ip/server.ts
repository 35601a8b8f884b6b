import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { answerParent } from '../child.js'
import { barePort } from './bare-port.js'
import type { Plan, PortUnderTest, StartPort } from './port-under-test.js'
import { rxPort } from './rx-port.js'
import { boundSocket } from './traffic.js'

const ports = { 'rx port': rxPort, 'bare sockets': barePort }

/** What can be measured. */
export type PortName = keyof typeof ports

interface ListenAs {
  readonly name: PortName
  readonly plan: Plan
  readonly burst: number
  /** Who is told when a burst has come; nobody if none is to come. */
  readonly teller: Endpoint | undefined
}

/** Sent in one turn of the event loop. */
const TURN = 64

const start = (name: PortName): StartPort => ports[name]

let port: PortUnderTest | undefined
let sinks = 0

/** Longer than it takes to send one datagram of a burst. */
const SEND_MS = 0.01

/**
 * Tells a load generator when a burst has been heard, so that never more is under way than the receive buffer holds. Then
 * it sleeps until the next one is all there: woken up for each datagram by itself, it would spend most of its time on that.
 */
const acknowledging = async (host: string, burst: number, teller: Endpoint): Promise<() => void> => {
  const socket = await boundSocket(host, 0, 1 << 16)
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

const calls = {
  listen: async ({ name, plan, burst, teller }: ListenAs): Promise<number> => {
    const heard = teller === undefined ? () => undefined : await acknowledging(plan.host, burst, teller)
    port = await start(name)(plan, heard)
    sinks = plan.sinks.length
    return port.port
  },
  /** CPU time that the process has used, all its threads, in microseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  /** Sends so many NPDUs, to one sink after the other. */
  send: (count: number): Promise<number> =>
    new Promise(resolve => {
      let sent = 0
      const turn = (): void => {
        if (sent === count) {
          resolve(count)
          return
        }
        for (const end = Math.min(count, sent + TURN); sent < end; sent++) port?.send(sent % sinks)
        setImmediate(turn)
      }
      turn()
    }),
}

/** What the process can be asked. */
export type PortCalls = typeof calls

answerParent<PortCalls>(calls)
