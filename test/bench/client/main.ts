import { answerParent } from '../child.js'
import { broadcastToAll, exchange } from './closed-loop.js'
import type { Target } from './connection.js'
import { closeFleet, openFleet, type Fleet, type Traffic } from './fleet.js'
import { broadcastPaced, type Pace, type PacedOutcome } from './paced.js'
import {
  broadcastOnce,
  delaysAt,
  joinSwarm,
  oneMore,
  swarmDropped,
  type Delays,
  type Rate,
  type Share,
  type Swarm,
} from './swarm.js'

const fleets = new Map<string, Fleet>()
let swarm: Swarm | undefined
let heardByAll: Promise<number> | undefined

const fleetOf = (name: string): Fleet => {
  const fleet = fleets.get(name)
  if (fleet === undefined) throw new Error(`no fleet '${name}'`)
  return fleet
}

const theSwarm = (): Swarm => {
  if (swarm === undefined) throw new Error('no swarm')
  return swarm
}

const calls = {
  connect: async ({ fleet, target, traffic }: { fleet: string; target: Target; traffic: Traffic }): Promise<void> => {
    fleets.set(fleet, await openFleet(target, traffic))
  },
  /** Sends and receives `count` messages, or a few more; counts deliveries, where one message goes to many. */
  run: async ({ fleet, count }: { fleet: string; count: number }): Promise<{ readonly messages: number }> => {
    const running = fleetOf(fleet)
    return { messages: await (running.traffic.kind === 'broadcast' ? broadcastToAll : exchange)(running, count) }
  },
  pace: ({ fleet, pace }: { fleet: string; pace: Pace }): Promise<PacedOutcome> => broadcastPaced(fleetOf(fleet), pace),
  close: ({ fleet }: { fleet: string }): void => {
    closeFleet(fleetOf(fleet))
    fleets.delete(fleet)
  },
  /** All nodes of a share join at once; tells when the last of them is in. */
  join: async ({ target, share }: { target: Target; share: Share }): Promise<void> => {
    swarm = await joinSwarm(target, share)
  },
  dropped: (): Promise<void> => swarmDropped(theSwarm()),
  delays: (rate: Rate): Promise<Delays> => delaysAt(theSwarm(), rate),
  /** Waits for a broadcast at all nodes; that of the first share is not for its sender. */
  expectBroadcast: (): void => {
    const { share, connections } = theSwarm()
    heardByAll = oneMore(share.firstIndex === 0 ? connections.slice(1) : connections)
  },
  broadcast: (): number => broadcastOnce(theSwarm()),
  heardByAll: async (): Promise<number> => {
    if (heardByAll === undefined) throw new Error('no broadcast is expected')
    return heardByAll
  },
}

/** What a load generator can be asked. */
export type ClientCalls = typeof calls

answerParent<ClientCalls>(calls)
