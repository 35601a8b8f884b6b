import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { acknowledging } from '../bvll/acknowledging.js'
import { answerParent } from '../child.js'
import { bareRelay } from './bare-relay.js'
import { rxRouter } from './rx-router.js'
import type { RelayPlan } from './under-test.js'

interface StartAs {
  /** Whether it is our router, and not the bare relay. */
  readonly isOurs: boolean
  readonly plan: RelayPlan
  readonly burst: number
  /** Who is told when a burst has been forwarded. */
  readonly teller: Endpoint
}

const calls = {
  start: async ({ isOurs, plan, burst, teller }: StartAs): Promise<number> => {
    const forwarded = await acknowledging({ type: 'udp4', host: '127.0.0.1', burst, teller })
    return (isOurs ? rxRouter : bareRelay)(plan, forwarded)
  },
  /** CPU time that the process has used, all its threads, in microseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
}

/** What the process can be asked. */
export type RelayCalls = typeof calls

answerParent<RelayCalls>(calls)
