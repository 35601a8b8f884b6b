import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { fromHex, toHex } from '../values/hex.js'
import { textCodec } from '../values/text-codec.js'
import { isRecord } from './options.js'

/** An NPDU of at least one octet. */
export const NpduFromText: t.Type<Uint8Array, string> = textCodec(
  'NPDU',
  text => (text === '' ? E.left('an NPDU has at least one octet') : fromHex(text)),
  toHex,
)

/** What may be left out of a command. */
export const leftOut = <A>(codec: t.Type<A, unknown>): t.Type<A | undefined, unknown> =>
  new t.Type<A | undefined, unknown>(
    codec.name,
    (value): value is A | undefined => value === undefined || codec.is(value),
    (input, context) => (input === undefined ? t.success(undefined) : codec.validate(input, context)),
    value => (value === undefined ? undefined : codec.encode(value)),
  )

/** The longest line that is read as a command: an NPDU of 61327 octets as hex fits well. */
const MAX_LINE = 1 << 18

/** Commands by the value of their `do`, each with a codec for the rest. */
export type StdinTable = Readonly<Record<string, t.Mixed>>

/** A command that was read: which, and its values. */
export type StdinCommand<Table extends StdinTable> = {
  readonly [Name in keyof Table & string]: { readonly do: Name } & t.TypeOf<Table[Name]>
}[keyof Table & string]

/** What a line of standard input holds. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Reads one line of standard input as an object; `Left` is one sentence about what is wrong with it. */
export const parseJsonObject = (line: string): E.Either<string, JsonObject> => {
  if (line.length > MAX_LINE) return E.left(`a line of ${line.length} characters is too long`)
  const value = parseJson(line)
  return isRecord(value) ? E.right(value) : E.left('not a JSON object')
}

/** Reads one line of standard input as one of these commands, as {@link readStdinCommand} does. */
export const parseStdinCommand = <Table extends StdinTable>(
  line: string,
  table: Table,
): E.Either<string, StdinCommand<Table>> => {
  const value = parseJsonObject(line)
  return E.isLeft(value) ? value : readStdinCommand(value.right, table)
}

/**
 * Reads an object as one of these commands; `Left` is one sentence about what is wrong with it. `missing` says of commands
 * that people may look for here why there is none.
 */
export const readStdinCommand = <Table extends StdinTable>(
  value: JsonObject,
  table: Table,
  missing: Readonly<Record<string, string>> = {},
): E.Either<string, StdinCommand<Table>> => {
  const name = value['do']
  const codec = typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
  if (codec === undefined) {
    if (typeof name === 'string' && Object.hasOwn(missing, name)) return E.left(`${name}: ${missing[name] ?? ''}`)
    const told = name === undefined ? '(no "do")' : JSON.stringify(name)
    return E.left(`unknown command ${told}; there are ${Object.keys(table).join(', ')}`)
  }
  const decoded = codec.decode(value)
  return E.isRight(decoded)
    ? E.right({ ...(decoded.right as object), do: name } as StdinCommand<Table>)
    : E.left(firstFault(decoded.left))
}

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const firstFault = (errors: t.Errors): string => {
  const error = errors[0]
  const key =
    error?.context
      .map(entry => entry.key)
      .filter(Boolean)
      .join('.') ?? ''
  if (error?.value === undefined) return `"${key}" is missing`
  return `"${key}": ${error.message ?? `${JSON.stringify(error.value)} is not valid`}`
}
