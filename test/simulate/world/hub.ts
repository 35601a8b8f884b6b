import type { HubEvent } from '../../../src/sc/hub/hub-event.js'
import type { Plan, ScNetworkPlan } from '../plan/plan.js'
import type { HubServices } from './hub-services.js'
import { seatsOfBoxes } from './member.js'
import { runs, type Part } from './running.js'
import type { Surroundings } from './surroundings.js'

/** A queue may pass its bound by the message that fills it, and by what the hub itself answers meanwhile. */
const MOST_AT_ONCE = 512

/** Starts the hubs of a plan, with all that is seen of them told. */
export const hubsOf = (services: HubServices, surroundings: Surroundings): readonly Part[] =>
  surroundings.plan.networks.flatMap(on =>
    on.kind === 'sc' ? on.hubs.map(host => hubOn(on, host, services, surroundings)) : [],
  )

const hubOn = (
  { number }: ScNetworkPlan,
  host: string,
  services: HubServices,
  { network, plan, bounds, stated, spoil, identities, tell }: Surroundings,
): Part => {
  const { idleLimit, connectWait } = plan.timings
  const nodes = nodesOn(plan, number)
  const options = {
    limits: {
      maxConnections: bounds.connections ?? nodes,
      maxPending: bounds.pending ?? nodes,
      maxQueued: bounds.queued,
    },
    timings: { idleLimit, connectWait },
  }

  const see = (event: HubEvent): void => {
    switch (event._tag) {
      case 'NodeConnected':
        tell({ _tag: 'Admitted', hub: host, uuid: event.uuid })
        services.connected(host, event.uuid)
        return
      case 'NodeDisconnected': {
        const { uuid, unconfirmed } = event
        const peer = identities.hostOf(uuid)
        if (peer !== undefined) tell({ _tag: 'Unconfirmed', host, peer, as: 'hub', count: unconfirmed })
        tell({ _tag: 'Released', hub: host, uuid })
        services.disconnected(host, uuid)
        return
      }
      case 'Nodes': {
        const members = event.nodes.map(({ vmac }) => vmac)
        const queued = Math.max(0, ...event.nodes.map(node => node.queued))
        tell({ _tag: 'Listed', host, network: number, members })
        tell({ _tag: 'Sampled', host, table: 'connections', size: members.length, bound: nodes })
        tell({ _tag: 'Sampled', host, table: 'queue for a node', size: queued, bound: stated.queued + MOST_AT_ONCE })
        return
      }
      case 'Counters': {
        const { pending } = event.counters
        tell({ _tag: 'Sampled', host, table: 'connections that are not nodes yet', size: pending, bound: nodes })
        return
      }
      case 'Dropped':
        tell({ _tag: 'Noted', host, reason: event.reason, count: event.count })
        return
      case 'Refused':
        tell({ _tag: 'Noted', host, reason: `a connection: ${event.reason}`, count: event.count })
        return
      default:
    }
  }

  const plain = network.hub(host, spoil.hub?.(host, options) ?? options)
  const { say, ...hub } = runs(host, spoil.hubFunction?.(host, plain) ?? plain, see)
  return {
    ...hub,
    sample: () => {
      say({ _tag: 'ListNodes' })
      say({ _tag: 'ReadCounters' })
    },
  }
}

/** Each node has one connection to a hub at most, be it a dead one that is not found out yet. */
const nodesOn = (plan: Plan, network: number): number =>
  (plan.networks[network - 1]?.seats.length ?? 0) + seatsOfBoxes(plan, network).length
