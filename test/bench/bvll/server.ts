import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { answerParent } from '../child.js'
import { barePort } from './bare-port.js'
import { boundSocket } from './bound-socket.js'
import type { Plan, PortUnderTest, StartPort } from './port-under-test.js'
import { rxIpPort } from './rx-ip-port.js'
import { rxIp6Port } from './rx-ip6-port.js'
import { wireOf, type AnnexName } from './wire.js'

const rxPorts: Readonly<Record<AnnexName, StartPort>> = { ip: rxIpPort, ip6: rxIp6Port }

interface ListenAs {
  readonly annex: AnnexName
  /** Whether it is our port that listens, and not the bare sockets. */
  readonly isOurs: boolean
  readonly plan: Plan
  readonly burst: number
  /** Who is told when a burst has come; nobody if none is to come. */
  readonly teller: Endpoint | undefined
}

/** Sent in one turn of the event loop. */
const TURN = 64

let port: PortUnderTest | undefined
let sinks = 0

/** Longer than it takes to send one datagram of a burst. */
const SEND_MS = 0.01

/**
 * Tells a load generator when a burst has been heard, so that never more is under way than the receive buffer holds. Then
 * it sleeps until the next one is all there: woken up for each datagram by itself, it would spend most of its time on that.
 */
const acknowledging = async (annex: AnnexName, burst: number, teller: Endpoint): Promise<() => void> => {
  const { socket: type, tellerHost: host } = wireOf(annex)
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

const calls = {
  listen: async ({ annex, isOurs, plan, burst, teller }: ListenAs): Promise<number> => {
    const heard = teller === undefined ? () => undefined : await acknowledging(annex, burst, teller)
    port = await (isOurs ? rxPorts[annex] : barePort(wireOf(annex)))(plan, heard)
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
