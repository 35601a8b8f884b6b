import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Observable } from 'rxjs'
import { trace } from '../link/trace.js'
import { networkPort, scNode, type ScLink, type ScNodeOptions, type ScOutbound } from '../transport/sc.js'
import { alongside } from '../transport/alongside.js'
import { ListenUriFromText, ScUriFromText } from '../values/sc-uri.js'
import { NODE_BVLC_LENGTH } from '../wire/bvlc-sc.js'
import { defineCommand, UsageError, type Command } from './command.js'
import { DataOptionsFromJson } from './data-options.js'
import { commandDevice, deviceTable, optionalSeconds, secondsOption } from './device-options.js'
import { reportNodeEvent } from './node-report.js'
import { nodeState, reportNodeState } from './node-state.js'
import { optional, repeatable, toggle, type Values } from './options.js'
import { runDuplex, type LineOutcome } from './run-duplex.js'
import { DestinationFromText, NpduFromText, parseStdinCommand, StationFromText } from './stdin-command.js'
import { witness } from './witness.js'

const stdin = {
  send: t.type({ to: DestinationFromText, npdu: NpduFromText, dataOptions: DataOptionsFromJson }),
  solicit: t.type({ to: StationFromText }),
  resolve: t.type({ to: StationFromText }),
  reconnect: t.type({}),
  state: t.type({}),
}

const submit = (outbound: ScOutbound): E.Either<never, LineOutcome<ScOutbound>> => E.right({ _tag: 'Submit', outbound })

/** The options of direct connections. */
const directTable = {
  directListen: optional(ListenUriFromText, { placeholder: 'URI', help: 'accept direct connections here' }),
  directUri: repeatable(ScUriFromText, {
    placeholder: 'URI',
    help: 'where peers reach this node directly (default: where it listens)',
  }),
  directInitiate: toggle('connect directly to peers that unicasts go to'),
}

const directConnections = (options: Values<typeof directTable>): Pick<ScNodeOptions, 'directConnections'> => {
  const { directListen, directUri, directInitiate } = options
  if (directUri.length > 0 && directListen === undefined) {
    throw new UsageError('--direct-uri tells peers where --direct-listen is reached, which is missing')
  }
  if (directListen === undefined && !directInitiate) return {}
  return {
    directConnections: {
      initiate: directInitiate,
      ...(directListen === undefined ? {} : { listen: directListen }),
      ...(directUri.length === 0 ? {} : { uris: directUri }),
    },
  }
}

/** `rx-bacnet node`: runs a node. */
export const command: Command = defineCommand({
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
    ...deviceTable(NODE_BVLC_LENGTH),
  },
  run: (options, context) => {
    const { hub, failover, connectWait, disconnectWait, heartbeat, heartbeatWait, minReconnect, maxReconnect } = options
    if (hub === undefined && failover === undefined) {
      throw new UsageError('--hub is missing; try: rx-bacnet node --help')
    }
    const { options: device, certificate$ } = commandDevice(options, context)
    const settings: ScNodeOptions = {
      ...device,
      ...directConnections(options),
      ...(hub === undefined ? {} : { primaryHub: hub }),
      ...(failover === undefined ? {} : { failoverHub: failover }),
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

    const onLine = (line: string): E.Either<string, LineOutcome<ScOutbound>> => {
      const given = parseStdinCommand(line, stdin)
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

    return runDuplex({
      duplex: (outbound$: Observable<ScOutbound>) => alongside(link(outbound$), certificate$),
      context,
      json: options.json,
      report: event =>
        event._tag === 'Peers'
          ? reportNodeState({ uuid: settings.uuid, state: state.latest(), port: port.latest(), peers: event.peers })
          : reportNodeEvent(event),
      onLine,
      patience: disconnectWait,
    })
  },
})
