import { trace } from '../../../src/link/trace.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import type { ScLinkEvent } from '../../../src/sc/node/sc-link.js'
import type { ScNetworkPlan, ScSeat } from '../plan/plan.js'
import { directAddressOf } from './places.js'
import { tellLoss, type SeatLink } from './seat-link.js'
import type { Surroundings } from './surroundings.js'

/** The link of a seat on BACnet/SC: a node. */
export const scLink = (
  seat: ScSeat,
  { hubs }: ScNetworkPlan,
  { network, plan, clockOf, spoil, identities, tell }: Surroundings,
): SeatLink => {
  const [primary, failover] = seat.knowsFailover ? hubs : hubs.slice(0, 1)
  const { host } = seat
  const { minReconnect, maxReconnect, connectWait, heartbeat, idleLimit } = plan.timings
  const options = {
    vmac: seat.vmac,
    uuid: identities.uuidFor(host),
    ...(primary === undefined ? {} : { primary }),
    ...(failover === undefined ? {} : { failover }),
    timings: { minReconnect, maxReconnect, connectWait, heartbeat, idleLimit },
    ...(seat.listens || seat.initiates
      ? { directConnections: { ...(seat.listens ? { listen: directAddressOf(seat) } : {}), initiate: seat.initiates } }
      : {}),
  }
  const seeDirect = (
    { peer: { uuid }, uri }: Extract<ScLinkEvent, { _tag: `Direct${string}`; peer: unknown }>,
    isConnected: boolean,
  ): void => {
    const peer = identities.hostOf(uuid)
    if (peer !== undefined) tell({ _tag: 'Direct', host, peer, isDialled: uri !== undefined, isConnected })
  }
  const see = (event: ScLinkEvent): void => {
    switch (event._tag) {
      case 'Status': {
        const { hubConnection, vmac } = event.status
        const through = { none: undefined, primary, failover }[hubConnection]
        tell({ _tag: 'Stands', host, network: seat.network, isUp: through !== undefined, through, mac: vmac })
        return
      }
      case 'FailedConnection': {
        const hub = { primary, failover, direct: undefined }[event.role]
        if (hub !== undefined) tell({ _tag: 'Failed', node: host, hub })
        return
      }
      case 'LostConnection': {
        const hub = event.role === 'primary' ? primary : failover
        if (hub !== undefined) tell({ _tag: 'Unconfirmed', host, peer: hub, as: 'node', count: event.unconfirmed })
        return
      }
      case 'DirectConnected':
        seeDirect(event, true)
        return
      case 'DirectDisconnected': {
        seeDirect(event, false)
        const peer = identities.hostOf(event.peer.uuid)
        if (peer !== undefined) tell({ _tag: 'Unconfirmed', host, peer, as: 'direct peer', count: event.unconfirmed })
        return
      }
      case 'Dropped':
      case 'Discarded':
        tellLoss(host, event, tell)
        return
      default:
    }
  }
  const plain = network.node(host, spoil.node?.(host, options) ?? options)
  const link = spoil.scLink?.(host, plain, clockOf(host)) ?? plain
  return { link: overSc(trace(link, { inbound: see })), sample: () => undefined, tellAgain: () => undefined }
}
