import { pipe, scan, startWith, type OperatorFunction } from 'rxjs'
import { isOrderly } from '../../sc/connection/cause.js'
import type { NetworkPort, ScLinkEvent, ScPeer, ScStatus } from '../../transport/sc.js'
import { printDeviceUuid } from '../../values/device-uuid.js'
import { printVmac } from '../../values/vmac.js'
import type { Report } from '../output.js'
import { networkPortJson } from './network-port-report.js'

/** What a node command counts while it runs. */
export interface NodeState {
  readonly status: ScStatus | undefined
  readonly received: number
  readonly dropped: number
  /** The same by reason. */
  readonly drops: Readonly<Record<string, number>>
  readonly discarded: number
  readonly failedConnections: number
  readonly lostConnections: number
  readonly lastError: string | undefined
}

const initialNodeState: NodeState = {
  status: undefined,
  received: 0,
  dropped: 0,
  drops: {},
  discarded: 0,
  failedConnections: 0,
  lostConnections: 0,
  lastError: undefined,
}

/** The most reasons that are counted apart: what is wrong with an option is told in many ways. */
const MAX_REASONS = 64

const countReason = (counts: NodeState['drops'], reason: string): NodeState['drops'] => {
  const isApart = Object.hasOwn(counts, reason) || Object.keys(counts).length < MAX_REASONS
  const key = isApart ? reason : 'other reasons'
  return { ...counts, [key]: (counts[key] ?? 0) + 1 }
}

const countNodeEvent = (state: NodeState, event: ScLinkEvent): NodeState => {
  switch (event._tag) {
    case 'Status':
      return { ...state, status: event.status }
    case 'Npdu':
      return { ...state, received: state.received + 1 }
    case 'Dropped':
      return { ...state, dropped: state.dropped + 1, drops: countReason(state.drops, event.reason) }
    case 'Discarded':
      return { ...state, discarded: state.discarded + 1 }
    case 'FailedConnection':
      return { ...state, failedConnections: state.failedConnections + 1, lastError: event.cause.detail }
    case 'LostConnection':
    case 'DirectDisconnected': {
      const lastError = isOrderly(event.cause) ? state.lastError : event.cause.detail
      return { ...state, lostConnections: state.lostConnections + 1, lastError }
    }
    default:
      return state
  }
}

/** Counts what a node tells; emits the counts at once, and after each event. */
export const nodeState = (): OperatorFunction<ScLinkEvent, NodeState> =>
  pipe(scan(countNodeEvent, initialNodeState), startWith(initialNodeState))

/** What is known of a node when its state is asked for. */
export interface NodeFacts {
  readonly uuid: string | undefined
  readonly state: NodeState | undefined
  readonly port: NetworkPort | undefined
  readonly peers: readonly Readonly<ScPeer>[]
}

/** All that a node can say about itself, for programs and for people. */
export const reportNodeState = ({ uuid, state = initialNodeState, port, peers }: NodeFacts): Report => {
  const { status, ...counts } = state
  const hub = status?.hub && {
    vmac: printVmac(status.hub.vmac),
    uuid: printDeviceUuid(status.hub.uuid),
    maxBvlcLength: status.hub.maxBvlcLength,
    maxNpduLength: status.hub.maxNpduLength,
  }
  const vmac = status && printVmac(status.vmac)
  return {
    json: {
      event: 'state',
      status: status?.hubConnection ?? 'none',
      vmac,
      uuid,
      hub,
      ...counts,
      peers: peers.map(peerJson),
      networkPort: port && networkPortJson(port),
    },
    text: `${vmac ?? 'no VMAC'}: ${status?.hubConnection ?? 'none'}, ${counts.received} NPDUs received`,
  }
}

const peerJson = (peer: ScPeer): Readonly<Record<string, unknown>> => ({
  ...peer,
  vmac: printVmac(peer.vmac),
  uuid: printDeviceUuid(peer.uuid),
  connectedAt: new Date(peer.connectedAt).toISOString(),
})
