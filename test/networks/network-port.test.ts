import { NEVER, of, Subject, VirtualTimeScheduler, type Subscription } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  hubNetworkPort,
  networkPort,
  networkPortProperty,
  type DirectConnectionSettings,
  type Diagnostic,
  type ListenUri,
  type NetworkPort,
  type ScNodeOptions,
  type ScOutbound,
} from '../../src/index.js'
import type { HubCommand } from '../../src/sc/hub/hub-event.js'
import { virtualNetwork, type VirtualHubOptions, type VirtualNodeOptions } from '../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../src/values/duration.js'
import { printDeviceUuid } from '../../src/values/device-uuid.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from '../support/identities.js'

/** Devices in virtual time, and what their Network Port objects say. Everything is on its way for a millisecond. */
const lab = () => {
  const scheduler = new VirtualTimeScheduler()
  const diagnostics: Diagnostic[] = []
  const network = virtualNetwork(scheduler, { latency: ms(1), diagnose: make => diagnostics.push(make()) })

  const watch = (subscribe: (next: (port: NetworkPort) => void) => Subscription) => {
    const ports: NetworkPort[] = []
    const running = subscribe(port => ports.push(port))
    const latest = (): NetworkPort => ports.at(-1) as NetworkPort
    return { ports, latest, kill: () => running.unsubscribe() }
  }
  return {
    diagnostics,
    network,
    advance: (duration: Duration) => {
      scheduler.maxFrames = scheduler.frame + duration
      scheduler.flush()
      scheduler.frame = scheduler.maxFrames
    },
    hub: (options: VirtualHubOptions = {}) => {
      const command$ = new Subject<HubCommand>()
      const port = hubNetworkPort({ listen: 'wss://hub-a', scheduler })
      return { ...watch(next => command$.pipe(network.hub(options), port).subscribe(next)), command$ }
    },
    node: (options: VirtualNodeOptions = {}) => {
      const outbound$ = new Subject<ScOutbound>()
      const port = networkPort({ primaryHub: 'wss://hub-a', scheduler })
      return { ...watch(next => outbound$.pipe(network.node(options), port).subscribe(next)), outbound$ }
    },
  }
}

const deviceOptions = (number: number) => {
  const { vmac, uuid } = identity(number)
  return { vmac, uuid: printDeviceUuid(uuid) }
}
const unicast = (number: number): ScOutbound => ({
  _tag: 'Npdu',
  npdu: Uint8Array.of(1, 0, 16, 8),
  destination: identity(number).vmac,
})

describe('the Network Port object of a node (12.56)', () => {
  it('shows both hub connections through failover and return', () => {
    const { hub, node, advance } = lab()
    hub({ name: 'hub-b' })
    const { latest } = node({ failover: 'hub-b', timings: { minReconnect: seconds(10), jitter: 0 } })
    advance(seconds(1))
    expect(latest()).toMatchObject({
      SC_Hub_Connector_State: 'CONNECTED_TO_FAILOVER',
      SC_Primary_Hub_Connection_Status: {
        connectionState: 'FAILED_TO_CONNECT',
        connectTimestamp: 1,
        error: ErrorCode.TCP_CONNECTION_REFUSED,
        errorDetails: 'nobody listens',
      },
      SC_Failover_Hub_Connection_Status: {
        connectionState: 'CONNECTED',
        connectTimestamp: 4,
        disconnectTimestamp: undefined,
        error: undefined,
      },
    })
    const primary = hub()
    advance(seconds(10))
    expect(latest()).toMatchObject({
      SC_Hub_Connector_State: 'CONNECTED_TO_PRIMARY',
      SC_Primary_Hub_Connection_Status: { connectionState: 'CONNECTED', error: undefined },
      SC_Failover_Hub_Connection_Status: { connectionState: 'NOT_CONNECTED', connectTimestamp: 4, error: undefined },
    })
    primary.kill()
    advance(ms(1))
    expect(latest().SC_Primary_Hub_Connection_Status).toMatchObject({
      connectionState: 'DISCONNECTED_WITH_ERRORS',
      disconnectTimestamp: 11_001,
      error: ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY,
    })
  })

  it('shows direct connections of both ends, and how they ended', () => {
    const { hub, node, advance } = lab()
    hub()
    const [accepts, initiates] = [
      node({ ...deviceOptions(1), name: 'a', directConnections: { listen: 'direct-a' } }),
      node({ ...deviceOptions(2), name: 'b', directConnections: { initiate: true } }),
    ]
    advance(seconds(1))
    initiates.outbound$.next(unicast(1))
    advance(seconds(1))
    const [peerA, peerB] = [identity(1), identity(2)]
    const list = ({ latest }: typeof accepts) => [...latest().SC_Direct_Connect_Connection_Status.values()]
    expect(list(initiates)).toMatchObject([
      { uri: 'wss://direct-a', connectionState: 'CONNECTED', peerVmac: peerA.vmac, peerUuid: peerA.uuid },
    ])
    expect(list(accepts)).toMatchObject([
      { uri: '', connectionState: 'CONNECTED', peerAddress: 'b', peerVmac: peerB.vmac, peerUuid: peerB.uuid },
    ])
    advance(seconds(20))
    accepts.kill()
    advance(seconds(1))
    expect(list(initiates)).toMatchObject([
      { connectionState: 'FAILED_TO_CONNECT', error: ErrorCode.TCP_CONNECTION_REFUSED, peerVmac: peerA.vmac },
    ])
  })

  it('names as URIs for peers what the node tells those who ask, which is nothing of a wildcard address', () => {
    const listening = { _tag: 'DirectListening', uri: 'wss://0.0.0.0:4444' as ListenUri } as const
    const told = (settings: DirectConnectionSettings): readonly string[] => {
      let uris: readonly string[] = []
      of(listening)
        .pipe(networkPort({ primaryHub: 'wss://hub-a', directConnections: settings }))
        .subscribe(port => (uris = port.SC_Direct_Connect_Accept_URIs))
      return uris
    }
    expect(told({ listen: 'wss://0.0.0.0:4444' })).toEqual([])
    expect(told({ listen: 'wss://0.0.0.0:4444', uris: ['wss://bob:4444'] })).toEqual(['wss://bob:4444'])
  })

  it('has the binding of the hub function for direct connections where both share a port', () => {
    let binding = ''
    const options: ScNodeOptions = {
      primaryHub: 'own',
      hubFunction: { listen: 'wss://0.0.0.0:4443' },
      directConnections: { listen: 'own' },
    }
    NEVER.pipe(networkPort(options), networkPortProperty('SC_Direct_Connect_Binding')).subscribe(
      value => (binding = value),
    )
    expect(binding).toBe('wss://0.0.0.0:4443')
  })

  it('says nothing new for an NPDU', () => {
    const { hub, node, advance } = lab()
    hub()
    const [hears, speaks] = [node(deviceOptions(1)), node()]
    advance(seconds(1))
    const before = hears.ports.length
    speaks.outbound$.next(unicast(1))
    advance(seconds(1))
    expect(hears.ports).toHaveLength(before)
  })
})

describe('the Network Port object of a hub (12.56)', () => {
  it('shows connected nodes, those that left, and those that come back', () => {
    const { hub, node, advance } = lab()
    const { latest } = hub()
    const nodes = [node(deviceOptions(1)), node(deviceOptions(2))]
    advance(seconds(1))
    nodes[0]?.outbound$.complete()
    nodes[1]?.kill()
    advance(seconds(1))
    expect([...latest().SC_Hub_Function_Connection_Status.values()]).toMatchObject([
      { connectionState: 'NOT_CONNECTED', peerVmac: identity(1).vmac, connectTimestamp: 2, error: undefined },
      { connectionState: 'DISCONNECTED_WITH_ERRORS', peerVmac: identity(2).vmac, error: 173 },
    ])
    node(deviceOptions(2))
    advance(seconds(1))
    expect([...latest().SC_Hub_Function_Connection_Status.values()].at(-1)).toMatchObject({
      connectionState: 'CONNECTED',
      disconnectTimestamp: undefined,
      peerVmac: identity(2).vmac,
    })
  })

  it('keeps the place of a node whose new connection replaced its old one', () => {
    const { hub, node, advance } = lab()
    const { latest } = hub()
    node({ ...deviceOptions(1), name: 'old' })
    advance(seconds(1))
    node({ ...deviceOptions(1), name: 'new' })
    advance(ms(100))
    const [first, ...others] = [...latest().SC_Hub_Function_Connection_Status.values()]
    expect(first?.connectionState).toBe('CONNECTED')
    expect(others).toEqual([])
  })

  it('remembers whom it refused, the newest 32', () => {
    const { hub, node, advance } = lab()
    const { latest } = hub({ limits: { maxConnections: 1 } })
    node(deviceOptions(1))
    advance(seconds(1))
    for (let number = 2; number <= 40; number++) {
      const refused = node({ ...deviceOptions(number), name: `node-${number}` })
      advance(ms(10))
      refused.kill()
    }
    const requests = latest().SC_Failed_Connection_Requests
    expect(requests).toHaveLength(32)
    expect(requests.at(-1)).toEqual({
      timestamp: 1382,
      peerAddress: 'node-40',
      peerVmac: identity(40).vmac,
      peerUuid: identity(40).uuid,
      error: ErrorCode.OTHER,
      errorDetails: 'no free connection',
    })
  })
})

describe('diagnostics', () => {
  it('tell the states of every machine, with what ended them', () => {
    const { hub, node, advance, network, diagnostics } = lab()
    hub()
    node({ name: 'n' })
    advance(seconds(1))
    network.cut('n')
    advance(ms(1))
    const told = diagnostics.flatMap(diagnostic =>
      diagnostic._tag === 'Transition'
        ? [
            [
              diagnostic.machine === 'hub connector' ? diagnostic.machine : diagnostic.machine.role,
              `${diagnostic.from} > ${diagnostic.to}`,
              diagnostic.cause?.errorCode,
            ],
          ]
        : [],
    )
    expect(told.slice(0, 7)).toEqual([
      ['hub connector', 'IDLE > WAIT_PRIMARY', undefined],
      ['primary', 'IDLE > AWAITING_WEBSOCKET', undefined],
      ['hub function', 'IDLE > AWAITING_REQUEST', undefined],
      ['primary', 'AWAITING_WEBSOCKET > AWAITING_ACCEPT', undefined],
      ['hub function', 'AWAITING_REQUEST > CONNECTED', undefined],
      ['primary', 'AWAITING_ACCEPT > CONNECTED', undefined],
      ['hub connector', 'WAIT_PRIMARY > CONNECTED_PRIMARY', undefined],
    ])
    expect(told).toContainEqual(['primary', 'CONNECTED > IDLE', ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY])
  })

  it('tell of a VMAC that is drawn anew', () => {
    const { hub, node, advance, diagnostics } = lab()
    hub()
    node({ vmac: identity(1).vmac })
    advance(seconds(1))
    const { latest } = node({ vmac: identity(1).vmac, name: 'other' })
    advance(seconds(1))
    expect(latest().SC_Hub_Connector_State).toBe('CONNECTED_TO_PRIMARY')
    const changed = diagnostics.filter(({ _tag }) => _tag === 'VmacChanged')
    expect(changed).toEqual([
      { _tag: 'VmacChanged', from: identity(1).vmac, to: expect.stringMatching(/^.2/u) as string },
    ])
  })

  it('tell each NAK at both ends, and what was dropped', () => {
    const { hub, node, advance, diagnostics } = lab()
    hub()
    node(deviceOptions(1))
    const asks = node({ ...deviceOptions(2), name: 'asks' })
    advance(seconds(1))
    asks.outbound$.next({ _tag: 'Resolve', to: identity(1).vmac })
    asks.outbound$.next(unicast(9))
    advance(seconds(1))
    const told = diagnostics.filter(({ _tag }) => _tag !== 'Transition')
    const result = { resultFor: 2, nak: { errorClass: 7, errorCode: 45 } }
    expect(told).toMatchObject([
      { _tag: 'Dropped', reason: 'unknown destination', count: 1 },
      { _tag: 'NakSent', machine: { role: 'primary' }, result },
      { _tag: 'Dropped', reason: 'Address-Resolution: direct connections are not accepted' },
      { _tag: 'NakReceived', machine: { role: 'primary', far: 'wss://hub-a' }, result },
    ])
  })
})
