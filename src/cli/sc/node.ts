import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { trace } from '../../link/trace.js'
import { alongside } from '../../transport/alongside.js'
import { checkScNode } from '../../transport/sc-node.js'
import {
  networkPort,
  scNode,
  type ScLink,
  type ScLinkEvent,
  type ScNodeOptions,
  type ScOutbound,
} from '../../transport/sc.js'
import type { Duration } from '../../values/duration.js'
import { ScUriFromText, type ScUri } from '../../values/sc-uri.js'
import { NODE_BVLC_LENGTH } from '../../wire/bvlc-sc.js'
import { UsageError, warn, type Command } from '../command.js'
import { optional, toggle, type Option } from '../options.js'
import type { LineOutcome } from '../run-duplex.js'
import { optionalSeconds, secondsOption } from '../seconds-option.js'
import { reporting, serviceCommand, type ServiceDefinition } from '../service.js'
import { NpduFromText, readStdinCommand, type JsonObject } from '../stdin-command.js'
import { witness } from '../witness.js'
import { DataOptionsFromJson } from './data-options.js'
import { commandDevice, deviceTable, type DeviceTable } from './device-options.js'
import { directConnectionsOf, directTable, type DirectTable } from './direct-table.js'
import { reportNodeEvent } from './node-report.js'
import { nodeState, reportNodeState } from './node-state.js'
import { DestinationFromText, StationFromText } from './stations.js'

const stdin = {
  send: t.type({ to: DestinationFromText, npdu: NpduFromText, dataOptions: DataOptionsFromJson }),
  solicit: t.type({ to: StationFromText }),
  resolve: t.type({ to: StationFromText }),
  reconnect: t.type({}),
  state: t.type({}),
}

const submit = (outbound: ScOutbound): E.Either<never, LineOutcome<ScOutbound>> => E.right({ _tag: 'Submit', outbound })

/** The options of a node. */
export type NodeTable = DirectTable &
  DeviceTable & {
    readonly hub: Option<ScUri | undefined>
    readonly failover: Option<ScUri | undefined>
    readonly heartbeat: Option<Duration>
    readonly heartbeatWait: Option<Duration | undefined>
    readonly minReconnect: Option<Duration>
    readonly maxReconnect: Option<Duration>
    readonly hello: Option<boolean>
    readonly identityRelay: Option<boolean>
  }

/** A node. */
export const nodeService: ServiceDefinition<NodeTable, ScOutbound, ScLinkEvent> = {
  name: 'node',
  summary: 'run a BACnet/SC node',
  options: {
    hub: optional(ScUriFromText, { placeholder: 'URI', help: 'primary hub' }),
    failover: optional(ScUriFromText, { placeholder: 'URI', help: 'failover hub' }),
    heartbeat: secondsOption('60', 'silence after which the hub is asked for a sign of life', [3, 300]),
    heartbeatWait: optionalSeconds('wait for that sign (default: as --heartbeat, at most 30)'),
    minReconnect: secondsOption('10', 'first wait before both hubs are tried again', [2, 300]),
    maxReconnect: secondsOption('600', 'longest such wait; it doubles until then', [2, 600]),
    ...directTable,
    hello: toggle('say Hello to hubs, as nodes of the 2024 edition do'),
    identityRelay: toggle('say in the Hello that this node may pass on the identities of others'),
    ...deviceTable(NODE_BVLC_LENGTH),
  },
  make: (options, context) => {
    const { hub, failover, connectWait, disconnectWait, heartbeat, heartbeatWait, minReconnect, maxReconnect } = options
    if (hub === undefined && failover === undefined) {
      throw new UsageError('--hub is missing; try: rx-bacnet node --help')
    }
    const { hello, identityRelay } = options
    if (identityRelay && !hello) throw new UsageError('--identity-relay is said in the --hello, which is missing')
    if (minReconnect > maxReconnect) {
      warn(context, '--min-reconnect is longer than --max-reconnect, and counts for both')
    }
    const { options: device, certificate$, check } = commandDevice(options, context)
    const settings: ScNodeOptions = {
      ...device,
      ...directConnectionsOf(options),
      ...(hub === undefined ? {} : { primaryHub: hub }),
      ...(failover === undefined ? {} : { failoverHub: failover }),
      ...(hello ? { hello: { identityRelay } } : {}),
      // What is received is printed at once, or copied by the router of a box.
      givesViews: true,
      timings: {
        connectWait,
        disconnectWait,
        heartbeat,
        minReconnect,
        maxReconnect,
        ...(heartbeatWait === undefined ? {} : { heartbeatWait }),
      },
    }
    const state = witness(nodeState())
    const port = witness(networkPort(settings))
    const link: ScLink = trace(scNode(settings), {
      inbound: event => {
        state.see(event)
        port.see(event)
      },
    })

    const onCommand = (command: JsonObject): E.Either<string, LineOutcome<ScOutbound>> => {
      const given = readStdinCommand(command, stdin)
      if (E.isLeft(given)) return given
      const asked = given.right
      switch (asked.do) {
        case 'send':
          return submit({ _tag: 'Npdu', npdu: asked.npdu, destination: asked.to, dataOptions: asked.dataOptions })
        case 'solicit':
          return submit({ _tag: 'Solicit', to: asked.to })
        case 'resolve':
          return submit({ _tag: 'Resolve', to: asked.to })
        case 'reconnect':
          return submit({ _tag: 'Reconnect' })
        case 'state':
          return submit({ _tag: 'ListPeers' })
      }
    }

    return {
      duplex: outbound$ => alongside(link(outbound$), certificate$),
      reports: reporting(event =>
        event._tag === 'Peers'
          ? reportNodeState({ uuid: settings.uuid, state: state.latest(), port: port.latest(), peers: event.peers })
          : reportNodeEvent(event),
      ),
      onCommand,
      listens: options.directListen !== undefined,
      check: () => {
        check()
        checkScNode(settings)
      },
      patience: disconnectWait,
    }
  },
  readsAtOnce: true,
}

/** `rx-bacnet node`: runs a node. */
export const command: Command = serviceCommand(nodeService)
