import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { filter } from 'rxjs'
import { trace } from '../../link/trace.js'
import { alongside } from '../../transport/alongside.js'
import { checkScHub } from '../../transport/sc-hub.js'
import { hubNetworkPort, scHub, type HubCommand, type HubEvent, type ScHubOptions } from '../../transport/sc.js'
import { DeviceUuidFromText } from '../../values/device-uuid.js'
import type { Duration } from '../../values/duration.js'
import { ListenUriFromText, type ListenUri } from '../../values/sc-uri.js'
import { HUB_BVLC_LENGTH } from '../../wire/bvlc-sc.js'
import type { Command } from '../command.js'
import { optional, toggle, type Option } from '../options.js'
import type { LineOutcome } from '../run-duplex.js'
import { secondsOption } from '../seconds-option.js'
import { reporting, serviceCommand, type ServiceDefinition } from '../service.js'
import { readStdinCommand, type JsonObject } from '../stdin-command.js'
import { witness } from '../witness.js'
import { commandDevice, deviceTable, type DeviceTable } from './device-options.js'
import { reportHubEvent } from './hub-report.js'
import { reportHubState, type HubListening } from './hub-state.js'
import { identityFile, identityTable, type IdentityTable } from './identity-file.js'
import { hubLimitsOf, limitTable, type LimitTable } from './limit-options.js'
import { StationFromText } from './stations.js'

const stdin = {
  nodes: t.type({}),
  stats: t.type({}),
  state: t.type({}),
  disconnect: t.type({ vmac: StationFromText }),
  reconnect: t.type({}),
  pins: t.type({}),
  'forget-pin': t.type({ uuid: DeviceUuidFromText }),
}

const submit = (outbound: HubCommand): E.Either<never, LineOutcome<HubCommand>> => E.right({ _tag: 'Submit', outbound })

/** The options of a hub function. */
export type HubTable = LimitTable &
  IdentityTable &
  DeviceTable & {
    readonly listen: Option<ListenUri | undefined>
    readonly idleLimit: Option<Duration>
    readonly hello: Option<boolean>
  }

/** A hub function. */
export const hubService: ServiceDefinition<HubTable, HubCommand, HubEvent> = {
  name: 'hub',
  summary: 'run a BACnet/SC hub',
  options: {
    listen: optional(ListenUriFromText, {
      placeholder: 'URI',
      help: 'where to listen; port 0 picks a free one (default: wss://127.0.0.1:0, without certificates ws:)',
    }),
    ...limitTable,
    idleLimit: secondsOption('600', 'silence after which a node is disconnected'),
    hello: toggle('take the Hellos of nodes of the 2024 edition, and tell them with node-connected'),
    ...identityTable,
    ...deviceTable(HUB_BVLC_LENGTH),
  },
  make: (options, context) => {
    const { connectWait, disconnectWait, idleLimit } = options
    const { options: device, certificate$, check } = commandDevice(options, context)
    const identity = identityFile(options, context)
    const scheme = device.tls === undefined ? 'ws' : 'wss'
    const settings: ScHubOptions = {
      ...device,
      listen: options.listen ?? `${scheme}://127.0.0.1:0`,
      limits: hubLimitsOf(options),
      hello: options.hello,
      timings: { connectWait, disconnectWait, idleLimit },
      ...(identity.options === undefined ? {} : { identity: identity.options }),
    }
    const listening = witness<HubEvent, HubListening>(filter(event => event._tag === 'Listening'))
    const port = witness(hubNetworkPort(settings))
    const hub = trace(scHub(settings), {
      inbound: event => {
        listening.see(event)
        port.see(event)
      },
    })

    const onCommand = (command: JsonObject): E.Either<string, LineOutcome<HubCommand>> => {
      const given = readStdinCommand(command, stdin)
      if (E.isLeft(given)) return given
      const asked = given.right
      switch (asked.do) {
        case 'nodes':
          return submit({ _tag: 'ListNodes' })
        case 'stats':
          return submit({ _tag: 'ReadCounters' })
        case 'state':
          return E.right({ _tag: 'Answer', report: reportHubState(listening.latest(), port.latest()) })
        case 'disconnect':
          return submit({ _tag: 'DisconnectNode', vmac: asked.vmac })
        case 'reconnect':
          return submit({ _tag: 'ReconnectNodes' })
        case 'pins':
          return submit({ _tag: 'ListPins' })
        case 'forget-pin':
          return submit({ _tag: 'ForgetPin', uuid: asked.uuid })
      }
    }

    return {
      duplex: command$ => alongside(identity.keep(hub(command$)), certificate$),
      reports: reporting(reportHubEvent),
      onCommand,
      listens: true,
      check: () => {
        check()
        checkScHub(settings)
      },
      patience: disconnectWait,
    }
  },
  readsAtOnce: true,
}

/** `rx-bacnet hub`: runs a hub function. */
export const command: Command = serviceCommand(hubService)
