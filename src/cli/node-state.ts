import { BehaviorSubject, combineLatest, scan, startWith, Subject } from 'rxjs'
import {
  networkPort,
  type NetworkPort,
  type ScLinkEvent,
  type ScNodeOptions,
  type ScPeer,
  type ScStatus,
} from '../transport/sc.js'
import { printDeviceUuid } from '../values/device-uuid.js'
import { printVmac } from '../values/vmac.js'
import { networkPortJson } from './network-port-report.js'
import type { Report } from './output.js'

/** What a node command counts while it runs. */
interface NodeState {
  readonly status: ScStatus | undefined
  readonly received: number
  readonly dropped: number
  readonly discarded: number
  readonly failedConnections: number
  readonly lostConnections: number
  readonly lastError: string | undefined
}

const initialNodeState: NodeState = {
  status: undefined,
  received: 0,
  dropped: 0,
  discarded: 0,
  failedConnections: 0,
  lostConnections: 0,
  lastError: undefined,
}

const countNodeEvent = (state: NodeState, event: ScLinkEvent): NodeState => {
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

/** What a node command has seen so far. */
export interface NodeWitness {
  readonly see: (event: ScLinkEvent) => void
  /** All that the node can say about itself, for programs and for people. */
  readonly report: (peers: readonly Readonly<ScPeer>[]) => Report
}

/** A witness of a node with these options. */
export const nodeWitness = (options: ScNodeOptions): NodeWitness => {
  const event$ = new Subject<ScLinkEvent>()
  const seen$ = new BehaviorSubject<readonly [NodeState, NetworkPort | undefined]>([initialNodeState, undefined])
  const state$ = event$.pipe(scan(countNodeEvent, initialNodeState), startWith(initialNodeState))
  combineLatest([state$, event$.pipe(networkPort(options))]).subscribe(seen$)
  return {
    see: event => event$.next(event),
    report: peers => {
      const [state, port] = seen$.value
      return reportNodeState(state, port, peers)
    },
  }
}

const reportNodeState = (
  { status, ...counts }: NodeState,
  port: NetworkPort | undefined,
  peers: readonly Readonly<ScPeer>[],
): Report => {
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
