import { answerParent } from '../child.js'
import { broadcastToAll, exchange } from './closed-loop.js'
import type { Target } from './connection.js'
import { closeFleet, openFleet, type Fleet, type Traffic } from './fleet.js'
import { broadcastPaced, type Pace, type PacedOutcome } from './paced.js'

const fleets = new Map<string, Fleet>()

const fleetOf = (name: string): Fleet => {
  const fleet = fleets.get(name)
  if (fleet === undefined) throw new Error(`no fleet '${name}'`)
  return fleet
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
}

/** What a load generator can be asked. */
export type ClientCalls = typeof calls

answerParent<ClientCalls>(calls)
