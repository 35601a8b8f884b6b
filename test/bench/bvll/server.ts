import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { answerParent } from '../child.js'
import { acknowledging } from './acknowledging.js'
import { barePort } from './bare-port.js'
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

const calls = {
  listen: async ({ annex, isOurs, plan, burst, teller }: ListenAs): Promise<number> => {
    const { socket: type, tellerHost } = wireOf(annex)
    const heard =
      teller === undefined ? () => undefined : await acknowledging({ type, host: tellerHost, burst, teller })
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
