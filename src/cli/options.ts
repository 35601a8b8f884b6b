import * as E from 'fp-ts/lib/Either.js'
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { PathFromText, schemaOf, SwitchFromText, type JsonSchema, type OptionCodec } from './option-codecs.js'
import { reasonOf, UsageError } from './usage.js'

/** Text that was given for an option, and where: `--heartbeat`, `RX_BACNET_HEARTBEAT`, `hub.json: heartbeat`. */
export interface Given {
  readonly from: string
  readonly text: string
}

/** All that one source gave for an option, the last of which counts where only one can. */
export type GivenTexts = readonly [Given, ...Given[]]

/** What one source gave, by the names of the options. */
export type Found = ReadonlyMap<string, GivenTexts>

/** What the standard allows, in the unit that people type. A value outside is taken, with a warning. */
export interface StandardRange {
  readonly least: number
  readonly most: number
  readonly unit: string
}

/** How an option is shown to people, and what else is known about its values. */
export interface OptionDetails {
  /** What stands for the value in usage texts, such as `SECONDS`. */
  readonly placeholder: string
  /** One line without a full stop. */
  readonly help: string
  readonly range?: StandardRange
  /** The object of a configuration file in which the option may stand as well: `{"tls": {"ca": …}}`. */
  readonly group?: string
}

/** One option of a command, whose values are of type `A`. Made by {@link optional} and its neighbours. */
export interface Option<A> extends OptionDetails {
  readonly kind: 'value' | 'list' | 'switch' | 'operand'
  /** The default as people would type it. */
  readonly fallback: string | undefined
  readonly isPath: boolean
  /** What one value is in JSON. */
  readonly schema: JsonSchema
  readonly read: (given: GivenTexts) => A
  /** The value when no source gave one; `from` is the name by which to ask for it. */
  readonly absent: (from: string) => A
  /** Of an operand: whether it may be left out. */
  readonly mayBeMissing?: boolean
}

/** The options of a command by their names in camelCase, in the order in which they are shown. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>

/** The values of a table of options. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer A> ? A : never
}

const decode = <A>(codec: OptionCodec<A>, { from, text }: Given): A => {
  const decoded = codec.decode(text)
  if (E.isRight(decoded)) return decoded.right
  throw new UsageError(`${from}: ${shortened(decoded.left[0]?.message ?? `'${text}' is not a ${codec.name}`)}`)
}

/** What is wrong is at the end of a sentence that quotes it. */
const shortened = (sentence: string): string =>
  sentence.length > MAX_SENTENCE
    ? `${sentence.slice(0, MAX_SENTENCE / 2)}…${sentence.slice(-MAX_SENTENCE / 2)}`
    : sentence

/** The longest sentence about a value that anybody reads. */
const MAX_SENTENCE = 500

const single = <A, B>(
  codec: OptionCodec<A>,
  details: OptionDetails,
  absent: (from: string) => B,
  fallback?: string,
): Option<A | B> => ({
  ...details,
  kind: 'value',
  fallback,
  isPath: codec.name === PathFromText.name,
  schema: schemaOf(codec),
  read: given => decode(codec, given.at(-1) ?? given[0]),
  absent,
})

/** An option that may be left out. */
export const optional = <A>(codec: OptionCodec<A>, details: OptionDetails): Option<A | undefined> =>
  single(codec, details, () => undefined)

/** An option with a default, written as people would type it. */
export const withDefault = <A>(codec: OptionCodec<A>, fallback: string, details: OptionDetails): Option<A> =>
  single(codec, details, from => decode(codec, { from, text: fallback }), fallback)

/** What is typed without a flag, in the order of the table; required, and never from another source. */
export const operand = <A>(codec: OptionCodec<A>, details: OptionDetails): Option<A> => ({
  ...single<A, never>(codec, details, from => {
    throw new UsageError(`${from} is missing`)
  }),
  kind: 'operand',
})

/** As {@link operand}, but it may be left out. */
export const optionalOperand = <A>(codec: OptionCodec<A>, details: OptionDetails): Option<A | undefined> => ({
  ...optional(codec, details),
  kind: 'operand',
  mayBeMissing: true,
})

/** An option that may be given many times; in a variable its values are separated by commas. */
export const repeatable = <A>(codec: OptionCodec<A>, details: OptionDetails): Option<readonly A[]> => ({
  ...details,
  kind: 'list',
  fallback: undefined,
  isPath: codec.name === PathFromText.name,
  schema: schemaOf(codec),
  read: given => given.map(item => decode(codec, item)),
  absent: () => [],
})

/** An option without a value: `--json`, and `--no-json` against a variable or configuration file. */
export const toggle = (help: string): Option<boolean> => ({
  ...single(SwitchFromText, { placeholder: '', help }, () => false),
  kind: 'switch',
})

/** The flag of an option: `maxBvlc` is `--max-bvlc`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Text about options with their keys in files in place of their flags: `--max-bvlc` becomes `maxBvlc`. */
export const withKeys = (text: string): string =>
  text.replace(/(?<!\S)--([a-z]\w*(?:-\w+)*)/g, (_, flag: string) =>
    flag.replace(/-(\w)/g, (__, letter: string) => letter.toUpperCase()),
  )

/** The environment variable of an option: `maxBvlc` is `RX_BACNET_MAX_BVLC`. */
export const variableOf = (name: string): string =>
  `RX_BACNET_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`

const isGiven = (given: readonly Given[]): given is GivenTexts => given.length > 0

/** What the environment gives. An empty variable counts as unset, as in container files. */
export const fromEnvironment = (table: OptionTable, env: Readonly<Record<string, string | undefined>>): Found => {
  const found = new Map<string, GivenTexts>()
  for (const [name, { kind }] of Object.entries(table)) {
    const from = variableOf(name)
    const value = env[from]?.trim() ?? ''
    const given = (kind === 'list' ? value.split(',') : [value]).map(text => ({ from, text: text.trim() }))
    if (value !== '' && isGiven(given)) found.set(name, given)
  }
  return found
}

/** Whether something is an object in JSON. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What one object of a configuration file gives: `at` comes before each key in messages (`hub.json: `), `folder` is
 * where its paths count from. Every value is read, so that a wrong one is told even when a flag wins over it.
 */
export const fromConfig = (table: OptionTable, config: unknown, at: string, folder: string): Found => {
  if (!isRecord(config)) throw new UsageError(`${at.replace(/[.:] ?$/, '')}: must be an object`)
  const found = new Map<string, GivenTexts>()
  const groups = new Set(Object.values(table).map(({ group }) => group))

  const textOf = (from: string, value: unknown, { isPath, kind, placeholder }: Option<unknown>): Given => {
    if (isPath && typeof value !== 'string') throw new UsageError(`${from}: must be text`)
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new UsageError(`${from}: must be ${kind === 'switch' ? 'true or false' : placeholder}`)
    }
    const text = String(value)
    return { from, text: isPath && text !== '' && !isAbsolute(text) ? join(folder, text) : text }
  }
  const take = (name: string, from: string, value: unknown, option: Option<unknown>): void => {
    const given =
      option.kind === 'list' && Array.isArray(value)
        ? value.map((item, index) => textOf(`${from}[${index}]`, item, option))
        : [textOf(from, value, option)]
    if (found.has(name)) throw new UsageError(`${from}: is given twice`)
    if (!isGiven(given)) return
    option.read(given)
    found.set(name, given)
  }
  const walk = (object: Readonly<Record<string, unknown>>, prefix: string, group: string | undefined): void => {
    for (const [key, value] of Object.entries(object)) {
      const from = prefix + key
      const option = Object.hasOwn(table, key) ? table[key] : undefined
      if (option !== undefined && (group === undefined || option.group === group)) take(key, from, value, option)
      else if (group !== undefined || !groups.has(key)) throw new UsageError(`${from}: unknown key`)
      else if (isRecord(value)) walk(value, `${from}.`, key)
      else throw new UsageError(`${from}: must be an object`)
    }
  }
  walk(config, at, undefined)
  return found
}

/** What a configuration file gives. */
export const fromConfigFile = (table: OptionTable, file: string): Found =>
  fromConfig(table, readJson(file), `${file}: `, dirname(file))

/** Reads a JSON file, with or without a byte order mark. */
const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}

/** The one line about a value that the standard does not allow, if it is one. */
const warningAbout = ({ range }: Option<unknown>, given: GivenTexts): string | undefined => {
  if (range === undefined) return undefined
  const { least, most, unit } = range
  const outside = given.find(({ text }) => Number(text) < least || Number(text) > most)
  return outside && `${outside.from}: ${outside.text} ${unit} is outside the standard's ${least} to ${most} ${unit}`
}

/**
 * The values of all options, each from the first source that gives it, or its default. `warn` gets one line for each
 * value outside the range of the standard.
 */
export const settle = <Table extends OptionTable>(
  table: Table,
  sources: readonly Found[],
  warn: (line: string) => void,
): Values<Table> => {
  const values = Object.entries(table).map(([name, option]): [string, unknown] => {
    const given = sources.find(source => source.has(name))?.get(name)
    if (given === undefined) return [name, option.absent(flagOf(name))]
    const value = option.read(given)
    const warning = warningAbout(option, given)
    if (warning !== undefined) warn(warning)
    return [name, value]
  })
  return Object.fromEntries(values) as Values<Table>
}

/** The options of every command, besides `--help`. */
export type CommonTable = Readonly<Record<'json', Option<boolean>> & Record<'config', Option<string | undefined>>>

/** The options of every command, besides `--help`. */
export const commonTable: CommonTable = {
  json: toggle('print one JSON object a line, and read commands as such from stdin while running'),
  config: optional(PathFromText, {
    placeholder: 'FILE',
    help: 'read options from a JSON file, whose keys are the flags in camelCase',
  }),
}
