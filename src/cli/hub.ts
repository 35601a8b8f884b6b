import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Observable } from 'rxjs'
import { scHub, type HubCommand } from '../transport/sc.js'
import { alongside } from '../transport/alongside.js'
import { DeviceUuidFromText } from '../values/device-uuid.js'
import { ListenUriFromText } from '../values/sc-uri.js'
import { HUB_BVLC_LENGTH } from '../wire/bvlc-sc.js'
import { defineCommand, type Command } from './command.js'
import { commandDevice, deviceTable, secondsOption } from './device-options.js'
import { reportHubEvent } from './hub-report.js'
import { hubLimitsOf, limitTable } from './limit-options.js'
import { optional } from './options.js'
import { identityFile, identityTable } from './identity-file.js'
import { runDuplex } from './run-duplex.js'
import { parseStdinCommand, StationFromText } from './stdin-command.js'

const stdin = {
  nodes: t.type({}),
  stats: t.type({}),
  disconnect: t.type({ vmac: StationFromText }),
  reconnect: t.type({}),
  pins: t.type({}),
  'forget-pin': t.type({ uuid: DeviceUuidFromText }),
}

const hubCommand = (line: string): E.Either<string, HubCommand> => {
  const command = parseStdinCommand(line, stdin)
  if (E.isLeft(command)) return command
  switch (command.right.do) {
    case 'nodes':
      return E.right({ _tag: 'ListNodes' })
    case 'stats':
      return E.right({ _tag: 'ReadCounters' })
    case 'disconnect':
      return E.right({ _tag: 'DisconnectNode', vmac: command.right.vmac })
    case 'reconnect':
      return E.right({ _tag: 'ReconnectNodes' })
    case 'pins':
      return E.right({ _tag: 'ListPins' })
    case 'forget-pin':
      return E.right({ _tag: 'ForgetPin', uuid: command.right.uuid })
  }
}

/** `rx-bacnet hub`: runs a hub function. */
export const command: Command = defineCommand({
  name: 'hub',
  summary: 'run a BACnet/SC hub',
  options: {
    listen: optional(ListenUriFromText, {
      placeholder: 'URI',
      help: 'where to listen; port 0 picks a free one (default: wss://127.0.0.1:0, without certificates ws:)',
    }),
    ...limitTable,
    idleLimit: secondsOption('600', 'silence after which a node is disconnected'),
    ...identityTable,
    ...deviceTable(HUB_BVLC_LENGTH),
  },
  run: (options, context) => {
    const { connectWait, disconnectWait, idleLimit } = options
    const { options: device, certificate$ } = commandDevice(options, context)
    const identity = identityFile(options, context)
    const scheme = device.tls === undefined ? 'ws' : 'wss'
    const hub = scHub({
      ...device,
      listen: options.listen ?? `${scheme}://127.0.0.1:0`,
      limits: hubLimitsOf(options),
      timings: { connectWait, disconnectWait, idleLimit },
      ...(identity.options === undefined ? {} : { identity: identity.options }),
    })
    return runDuplex({
      duplex: (command$: Observable<HubCommand>) => alongside(identity.keep(hub(command$)), certificate$),
      context,
      json: options.json,
      report: reportHubEvent,
      onLine: line => E.map((outbound: HubCommand) => ({ _tag: 'Submit', outbound }) as const)(hubCommand(line)),
      patience: disconnectWait,
    })
  },
})
