import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Bip6Vmac, Ip6Outbound, Ip6Status } from '../../transport/ip6.js'
import { Station6FromText } from '../../values/bip6-address.js'
import { instanceBip6Vmac } from '../../values/bip6-vmac.js'
import { roleKeys } from '../bvll/roles.js'
import type { LineOutcome } from '../run-duplex.js'
import { leftOut, NpduFromText, readStdinCommand, type JsonObject } from '../stdin-command.js'
import { Bdt6FromJson, Bip6VmacFromText, InstanceVmacFromText, Ip6DestinationFromText } from './codecs.js'
import { reportIp6State, reportVmac } from './report.js'
import type { Ip6Roles } from './role-options.js'

/** A device instance in JSON, as a number. */
const InstanceFromJson: t.Type<Bip6Vmac, unknown> = new t.Type<Bip6Vmac, unknown>(
  'device instance',
  InstanceVmacFromText.is,
  (input, context) => {
    const vmac = typeof input === 'number' ? instanceBip6Vmac(input) : E.left('must be a number')
    return E.isLeft(vmac) ? t.failure(input, context, vmac.left) : t.success(vmac.right)
  },
  vmac => Number.parseInt(vmac, 16),
)

const stdin = {
  send: t.type({ to: Ip6DestinationFromText, npdu: NpduFromText }),
  resolve: t.type({ to: leftOut(Bip6VmacFromText), address: leftOut(Station6FromText) }),
  cache: t.type({}),
  tables: t.type({}),
  stats: t.type({}),
  state: t.type({}),
  role: t.type(roleKeys(Station6FromText, Bdt6FromJson)),
  vmac: t.type({ vmac: leftOut(InstanceVmacFromText), deviceInstance: leftOut(InstanceFromJson) }),
}

const NO_TABLES = 'BACnet/IPv6 has no message for that: "tables", asked of the BBMD itself, tells its tables'

/** What is there for BACnet/IP, and why not here. */
const MISSING: Readonly<Record<string, string>> = {
  'read-bdt': NO_TABLES,
  'read-fdt': NO_TABLES,
  'write-bdt':
    'BACnet/IPv6 has no message for that: "role" with a "bdt", asked of the BBMD itself, gives it another table',
  'delete-fdt-entry':
    'is not sent for others: a foreign device that ends, or is given another role, has itself deleted',
}

type Outcome = E.Either<string, LineOutcome<Ip6Outbound>>

const submit = (outbound: Ip6Outbound): Outcome => E.right({ _tag: 'Submit', outbound })

/** Reads a command of stdin for a B/IPv6 port; `status` is its latest. */
export const ip6Command =
  (roles: Ip6Roles, status: () => Ip6Status | undefined): ((command: JsonObject) => Outcome) =>
  command => {
    const given = readStdinCommand(command, stdin, MISSING)
    if (E.isLeft(given)) return given
    const asked = given.right
    switch (asked.do) {
      case 'send':
        return submit({ _tag: 'Npdu', npdu: asked.npdu, destination: asked.to })
      case 'resolve':
        return resolve(asked.to, asked.address)
      case 'cache':
        return submit({ _tag: 'ReadVmacCache' })
      case 'tables':
        return submit({ _tag: 'ReadTables' })
      case 'stats':
        return submit({ _tag: 'ReadCounters' })
      case 'state':
        return E.right({ _tag: 'Answer', report: reportIp6State(status()) })
      case 'role': {
        const role = roles.asked(asked)
        return typeof role === 'string' ? E.left(role) : submit({ _tag: 'SetRole', role })
      }
      case 'vmac':
        return setVmac(asked.vmac, asked.deviceInstance, status()?.vmac)
    }
  }

const resolve = (vmac: Bip6Vmac | undefined, address: Ip6Status['address'] | undefined): Outcome => {
  if (vmac !== undefined && address === undefined) return submit({ _tag: 'Resolve', vmac })
  if (vmac === undefined && address !== undefined) return submit({ _tag: 'ResolveVirtual', address })
  return E.left('either "to", a VMAC, or "address" is resolved')
}

/** What is its VMAC already does not become it, which the port would say nothing of. */
const setVmac = (vmac: Bip6Vmac | undefined, instance: Bip6Vmac | undefined, own: Bip6Vmac | undefined): Outcome => {
  const wanted = vmac ?? instance
  if (wanted === undefined || (vmac !== undefined && instance !== undefined)) {
    return E.left('either "vmac" or "deviceInstance" says what the VMAC is from now on')
  }
  return wanted === own
    ? E.right({ _tag: 'Answer', report: reportVmac(wanted) })
    : submit({ _tag: 'SetVmac', vmac: wanted })
}
