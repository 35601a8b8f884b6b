import type { Traffic } from './client/fleet.js'
import { listen, withProcesses } from './processes.js'
import { spread, type Result } from './result.js'

/** Name of the load in the table. */
export const SLOW_RECEIVER = 'a receiver that never reads'
/** Its target. */
export const SLOW_RECEIVER_TARGET = '<= 16 MB more, nothing lost'

const MOST_MEGABYTES = 16
const FLEET = 'receivers'
const RECEIVERS = 10
const PACE = { perSecond: 20_000, seconds: 5 } as const
const WARM_UP = { perSecond: 20_000, seconds: 1, stalled: 0 } as const

/** Messages so long that what is sent in 5 s is far more than the kernel takes in for a socket that nobody reads. */
const traffic: Traffic = {
  kind: 'broadcast',
  connections: 1 + RECEIVERS,
  firstIndex: 0,
  octets: 100,
  inFlight: 0,
  perPair: false,
  coalesced: true,
}

/** 20 000 broadcasts a second for 5 s to ten receivers, one of which does not read: memory, and what others lose. */
export const slowReceiver = (): Promise<Result> =>
  withProcesses(async processes => {
    const server = processes.server()
    const client = processes.client()
    const target = await listen({ server, name: 'rx hub', tls: undefined })
    await client.ask('connect', { fleet: FLEET, target, traffic })
    await client.ask('pace', { fleet: FLEET, pace: WARM_UP })
    const before = await server.ask('memory', undefined)
    await server.ask('watchMemory', undefined)
    const { lost, seconds } = await client.ask('pace', { fleet: FLEET, pace: { ...PACE, stalled: 1 } })
    const peak = await server.ask('memoryPeak', undefined)
    const after = await server.ask('memory', undefined)
    const drops = await server.ask('drops', undefined)
    const megabytes = (octets: number): number => octets / 1_000_000
    const grown = megabytes(peak.rss - before.rss)
    const dropped = Object.entries(drops).map(([reason, count]) => `${count} dropped (${reason})`)
    const kept = megabytes(after.live - before.live).toFixed(1)
    return {
      load: SLOW_RECEIVER,
      unit: 'MB',
      ours: spread([grown]),
      baseline: undefined,
      ratio: undefined,
      target: SLOW_RECEIVER_TARGET,
      met: grown <= MOST_MEGABYTES && lost === 0,
      note: [
        `peak of the resident set; kept after gc: ${kept} MB`,
        `the other nine lost ${lost}, in ${seconds.toFixed(1)} s`,
        ...dropped,
      ].join('; '),
    }
  })
