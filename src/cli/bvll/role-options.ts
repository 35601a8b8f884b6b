import type { RegistrarPolicy } from '../../bvll/registrar.js'
import { MAX_TABLE_ROWS } from '../../transport/ip-bounds.js'
import { countFromText, type OptionCodec } from '../option-codecs.js'
import { flagOf, optional, repeatable, toggle, type Option, type Values } from '../options.js'
import { UsageError } from '../usage.js'
import { acceptFromText, TtlFromText } from './codecs.js'

/** The options that say what a port is to its network. */
export type RoleTable<Address, Row> = {
  readonly foreign: Option<Address | undefined>
  readonly ttl: Option<number | undefined>
  readonly bbmd: Option<boolean>
  readonly bdt: Option<readonly Row[]>
}

/** How an option's value is read, and what stands for it in usage texts. */
export interface Reading<A> {
  readonly codec: OptionCodec<A>
  readonly placeholder: string
}

/** The options that say what a port is to its network. */
export const roleTable = <Address, Row>(
  { codec, placeholder }: Reading<Address>,
  row: Reading<Row> & { readonly help: string },
): RoleTable<Address, Row> => ({
  foreign: optional(codec, { placeholder, help: 'be a foreign device, registered with this BBMD' }),
  ttl: optional(TtlFromText, {
    placeholder: 'SECONDS',
    help: 'time to live of the registration, renewed after half of it; 1 to 65535 (default: 60)',
  }),
  bbmd: toggle('be a BBMD'),
  bdt: repeatable(row.codec, row),
})

/** The options that say whom a BBMD takes as a foreign device, and who else has a say in that. */
export type AdmissionTable<Hosts> = {
  readonly acceptForeign: Option<number | undefined>
  readonly foreignFrom: Option<readonly Hosts[]>
  readonly foreignPerAddress: Option<number | undefined>
  readonly maxTtl: Option<number | undefined>
  readonly manager: Option<readonly Hosts[]>
}

/** The options that say whom a BBMD takes as a foreign device; `origin` is what those of one are counted together, `duties` what managers may do. */
export const admissionTable = <Hosts>(
  { codec, placeholder }: Reading<Hosts>,
  usual: Pick<RegistrarPolicy<string>, 'maxForeignDevices' | 'maxPerAddress' | 'maxTtl'>,
  { origin, duties }: { readonly origin: string; readonly duties: string },
): AdmissionTable<Hosts> => ({
  acceptForeign: optional(acceptFromText(usual.maxForeignDevices), {
    placeholder: 'yes|no|COUNT',
    help: `most foreign devices (default: yes, which is ${usual.maxForeignDevices})`,
  }),
  foreignFrom: repeatable(codec, {
    placeholder,
    help: 'who may register as a foreign device (default: everybody)',
  }),
  foreignPerAddress: optional(countFromText('number of foreign devices', 1, MAX_TABLE_ROWS), {
    placeholder: 'COUNT',
    help: `most foreign devices of one ${origin} (default: ${usual.maxPerAddress})`,
  }),
  maxTtl: optional(TtlFromText, {
    placeholder: 'SECONDS',
    help: `longest TTL of a registration; longer ones are refused (default: ${usual.maxTtl})`,
  }),
  manager: repeatable(codec, { placeholder, help: `who may ${duties} (default: everybody)` }),
})

/** Options that only a BBMD has, in both annexes. */
const ONLY_WITH_BBMD = [
  'bdt',
  'acceptForeign',
  'foreignFrom',
  'foreignPerAddress',
  'maxTtl',
  'manager',
] as const satisfies readonly (keyof (RoleTable<unknown, unknown> & AdmissionTable<unknown>))[]

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false

type RoleValues<Address, Row, Hosts> = Values<RoleTable<Address, Row>> & Values<AdmissionTable<Hosts>>

/** Throws a {@link UsageError} for options that make no sense together; `more` are others that only a BBMD has. */
export const checkRoleOptions = <Options extends RoleValues<unknown, unknown, unknown>>(
  options: Options,
  maxRows: number,
  more: readonly (keyof Options & string)[] = [],
): void => {
  if (options.bbmd && options.foreign !== undefined) {
    throw new UsageError('--bbmd and --foreign: a port is not both')
  }
  if (options.ttl !== undefined && options.foreign === undefined) {
    throw new UsageError('--ttl is that of a registration with --foreign, which is missing')
  }
  const lonely = options.bbmd ? undefined : [...ONLY_WITH_BBMD, ...more].find(name => isGiven(options[name]))
  if (options.bdt.length > maxRows) throw new UsageError(`--bdt: there are more than ${maxRows}`)
  if (lonely !== undefined) throw new UsageError(`${flagOf(lonely)} is for a --bbmd, which is missing`)
}

/** Whom a BBMD takes, and who is a manager. */
export interface Admission<Address extends string> {
  readonly policy: Partial<RegistrarPolicy<Address>>
  readonly isManager: (address: Address) => boolean
}

/** What the options say of that; `isAmong` tells whether an address is that of one of these hosts. */
export const admissionOf = <Address extends string, Hosts>(
  { acceptForeign, foreignPerAddress, maxTtl, foreignFrom, manager }: Values<AdmissionTable<Hosts>>,
  isAmong: (address: Address, hosts: readonly Hosts[]) => boolean,
): Admission<Address> => {
  const isManager = (address: Address): boolean => manager.length === 0 || isAmong(address, manager)
  return {
    isManager,
    policy: {
      ...(acceptForeign === undefined ? {} : { maxForeignDevices: acceptForeign }),
      ...(foreignPerAddress === undefined ? {} : { maxPerAddress: foreignPerAddress }),
      ...(maxTtl === undefined ? {} : { maxTtl }),
      ...(foreignFrom.length === 0 ? {} : { mayRegister: address => isAmong(address, foreignFrom) }),
      // A foreign device that ends has itself deleted.
      mayDelete: (source, entry) => source === entry || isManager(source),
    },
  }
}
