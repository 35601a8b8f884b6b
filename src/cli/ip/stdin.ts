import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { IpOutbound, IpStatus } from '../../transport/ip.js'
import { StationFromText } from '../../values/bip-address.js'
import { roleKeys } from '../bvll/roles.js'
import type { LineOutcome } from '../run-duplex.js'
import { leftOut, NpduFromText, readStdinCommand, type JsonObject } from '../stdin-command.js'
import { BdtFromJson, IpDestinationFromText, OwnBdtFromJson } from './codecs.js'
import { reportIpState } from './report.js'
import type { IpRoles } from './role-options.js'

const stdin = {
  send: t.type({ to: IpDestinationFromText, npdu: NpduFromText }),
  'read-bdt': t.type({ bbmd: StationFromText }),
  'read-fdt': t.type({ bbmd: StationFromText }),
  'write-bdt': t.type({ bbmd: StationFromText, entries: BdtFromJson }),
  'delete-fdt-entry': t.type({ bbmd: StationFromText, address: StationFromText }),
  tables: t.type({}),
  stats: t.type({}),
  state: t.type({}),
  role: t.type({ ...roleKeys(StationFromText, OwnBdtFromJson), global: leftOut(StationFromText) }),
}

type Outcome = E.Either<string, LineOutcome<IpOutbound>>

const submit = (outbound: IpOutbound): Outcome => E.right({ _tag: 'Submit', outbound })

/** Reads a command of stdin for a B/IP port; `status` is its latest. */
export const ipCommand =
  (roles: IpRoles, status: () => IpStatus | undefined): ((command: JsonObject) => Outcome) =>
  command => {
    const given = readStdinCommand(command, stdin)
    if (E.isLeft(given)) return given
    const asked = given.right
    if ('bbmd' in asked && asked.bbmd !== undefined && asked.bbmd === status()?.address) {
      return E.left('"bbmd": that is this port itself, whose tables "tables" tells')
    }
    switch (asked.do) {
      case 'send':
        return submit({ _tag: 'Npdu', npdu: asked.npdu, destination: asked.to })
      case 'read-bdt':
        return submit({ _tag: 'ReadBdt', bbmd: asked.bbmd })
      case 'read-fdt':
        return submit({ _tag: 'ReadFdt', bbmd: asked.bbmd })
      case 'write-bdt':
        return submit({ _tag: 'WriteBdt', bbmd: asked.bbmd, entries: asked.entries })
      case 'delete-fdt-entry':
        return submit({ _tag: 'DeleteFdtEntry', bbmd: asked.bbmd, address: asked.address })
      case 'tables':
        return submit({ _tag: 'ReadTables' })
      case 'stats':
        return submit({ _tag: 'ReadCounters' })
      case 'state':
        return E.right({ _tag: 'Answer', report: reportIpState(status()) })
      case 'role': {
        const role = roles.asked(asked)
        return typeof role === 'string' ? E.left(role) : submit({ _tag: 'SetRole', role })
      }
    }
  }
