import type { ScLinkEvent, ScStatus } from '../transport/sc.js'
import { printDeviceUuid } from '../values/device-uuid.js'
import { printVmac } from '../values/vmac.js'
import type { Report } from './output.js'

/** What a node command can say about itself when asked. */
export interface NodeState {
  readonly status: ScStatus | undefined
  readonly received: number
  readonly dropped: number
  readonly discarded: number
  readonly failedConnections: number
  readonly lostConnections: number
  readonly lastError: string | undefined
}

/** Before anything happened. */
export const initialNodeState: NodeState = {
  status: undefined,
  received: 0,
  dropped: 0,
  discarded: 0,
  failedConnections: 0,
  lostConnections: 0,
  lastError: undefined,
}

/** The state after one more event. */
export const countNodeEvent = (state: NodeState, event: ScLinkEvent): NodeState => {
  switch (event._tag) {
    case 'Status':
      return { ...state, status: event.status }
    case 'Npdu':
      return { ...state, received: state.received + 1 }
    case 'Dropped':
      return { ...state, dropped: state.dropped + 1 }
    case 'Discarded':
      return { ...state, discarded: state.discarded + 1 }
    case 'FailedConnection':
      return { ...state, failedConnections: state.failedConnections + 1, lastError: event.cause.detail }
    case 'LostConnection':
      return { ...state, lostConnections: state.lostConnections + 1, lastError: event.cause.detail }
    default:
      return state
  }
}

/** The state, for programs and for people. */
export const reportNodeState = ({ status, ...counts }: NodeState): Report => {
  const hub = status?.hub && {
    vmac: printVmac(status.hub.vmac),
    uuid: printDeviceUuid(status.hub.uuid),
    maxBvlcLength: status.hub.maxBvlcLength,
    maxNpduLength: status.hub.maxNpduLength,
  }
  const vmac = status && printVmac(status.vmac)
  return {
    json: { event: 'state', status: status?.hubConnection ?? 'none', vmac, hub, ...counts },
    text: `${vmac ?? 'no VMAC'}: ${status?.hubConnection ?? 'none'}, ${counts.received} NPDUs received`,
  }
}
