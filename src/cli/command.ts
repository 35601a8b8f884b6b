import type { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Observable } from 'rxjs'
import {
  commonTable,
  flagOf,
  fromConfigFile,
  fromEnvironment,
  settle,
  variableOf,
  withKeys,
  type CommonTable,
  type Found,
  type Given,
  type GivenTexts,
  type Option,
  type OptionTable,
  type Values,
} from './options.js'
import { oneLine } from './output.js'
import { isMendable, PROGRAM, reasonOf, UsageError, usageText } from './usage.js'

export { UsageError } from './usage.js'

/** What a command has of the process it runs in. Injected, so that a command runs in a test without one. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  /** For what the command tells. */
  readonly stdout: Writable
  /** For warnings and errors. */
  readonly stderr: Writable
  /** Lines from stdin. Cold: subscribing starts to read. Completes at the end of the input, which ends nothing else. */
  readonly line$: Observable<string>
  /** Emits the reason to end in good order, such as a signal, also to late subscribers. Never completes. */
  readonly stop$: Observable<string>
  /** Emits on each SIGHUP, which keeps its usual effect until a command subscribes. */
  readonly hangup$?: Observable<unknown>
  /** What warnings are about, where a command runs several things, whose options come from a file. */
  readonly subject?: string
}

/** Something that the program can be told to do. */
export interface Command {
  /** Without the name of the program, such as `pki init`. */
  readonly name: string
  /** What it is for, in one line without a full stop. */
  readonly summary: string
  /**
   * Reads the arguments and runs; resolves to the exit code, 0 when it ended as asked. Rejects with a
   * {@link UsageError} or another error, which {@link runCommand} prints.
   */
  readonly start: (args: readonly string[], context: Context) => Promise<number>
}

/** How a command is written. */
export interface CommandDefinition<Table extends OptionTable> {
  readonly name: string
  readonly summary: string
  /** Its options and operands, besides the options of every command. */
  readonly options: Table
  /** Runs with the values of its options and of the common ones; resolves to the exit code. */
  readonly run: (options: Values<CommonTable> & Values<Table>, context: Context) => Promise<number>
}

/** Prints a warning: one line on stderr. */
export const warn = ({ stderr, subject }: Context, line: string): void => {
  const about = subject === undefined ? line : `${subject}: ${withKeys(line)}`
  stderr.write(`${PROGRAM}: warning: ${oneLine(about)}\n`)
}

/** Makes a command of its definition: adds the common options and `--help`. */
export const defineCommand = <Table extends OptionTable>(definition: CommandDefinition<Table>): Command => {
  const { name, summary, run } = definition
  const table: CommonTable & Table = { ...definition.options, ...commonTable }
  const entries = Object.entries<Option<unknown>>(table)
  const operands = entries.filter(([, { kind }]) => kind === 'operand')
  const flags = Object.fromEntries(entries.filter(([, { kind }]) => kind !== 'operand'))
  const inFile = Object.fromEntries(Object.entries(flags).filter(([key]) => key !== 'config'))

  const start = async (args: readonly string[], context: Context): Promise<number> => {
    const found = readArguments(args, name, flags, operands)
    if (found === 'help') {
      context.stdout.write(commandUsage(name, summary, flags, operands))
      return 0
    }
    const sources = [found, fromEnvironment(flags, context.env)]
    const { config } = settle(commonTable, sources, () => undefined)
    if (config !== undefined) sources.push(fromConfigFile(inFile, config))
    const values: Values<CommonTable> & Values<Table> = settle(table, sources, line => warn(context, line))
    return run(values, context)
  }
  return { name, summary, start }
}

type Entries = readonly (readonly [name: string, option: Option<unknown>])[]

/** Reads `--flag VALUE`, `--flag=VALUE`, `--switch`, `--no-switch` and operands. */
const readArguments = (
  args: readonly string[],
  command: string,
  table: OptionTable,
  operands: Entries,
): Found | 'help' => {
  const refuse = (message: string): never => {
    throw new UsageError(`${message}; try: ${PROGRAM} ${command} --help`)
  }
  const names = new Map(Object.keys(table).map(name => [flagOf(name).slice(2), name]))
  const kinds = Object.entries(table).map(([name, { kind }]) => {
    return [flagOf(name).slice(2), { type: kind === 'switch' ? ('boolean' as const) : ('string' as const) }] as const
  })
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...Object.fromEntries(kinds), help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  })
  if (tokens.some(token => token.kind === 'option' && token.name === 'help')) return 'help'

  const found = new Map<string, GivenTexts>()
  const add = (name: string, given: Given): unknown => found.set(name, [...(found.get(name) ?? []), given] as const)
  let count = 0
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      const [name, option] = operands[count++] ?? refuse(`'${token.value}' is one argument too many`)
      add(name, { from: option.placeholder, text: token.value })
      continue
    }
    const negated = !names.has(token.name) && token.name.startsWith('no-')
    const name = names.get(negated ? token.name.slice(3) : token.name)
    const option = name === undefined ? undefined : table[name]
    if (name === undefined || option === undefined || (negated && option.kind !== 'switch')) {
      return refuse(`unknown option ${token.rawName}`)
    }
    if (negated && token.inlineValue) return refuse(`${token.rawName} takes no value`)
    const text = option.kind === 'switch' && !token.inlineValue ? String(!negated) : token.value
    const looksLikeFlag = !token.inlineValue && /^-\D/.test(text ?? '')
    if (text === undefined || looksLikeFlag) return refuse(`${token.rawName} needs a value`)
    add(name, { from: token.rawName, text })
  }
  const missing = operands[count]
  return missing === undefined || missing[1].mayBeMissing === true
    ? found
    : refuse(`${missing[1].placeholder} is missing`)
}

const optionRow = ([name, option]: Entries[number]): readonly string[] => {
  const { kind, placeholder, help, fallback, range } = option
  const details = [
    ...(kind === 'list' ? ['repeatable'] : []),
    ...(range === undefined ? [] : [`standard: ${range.least} to ${range.most} ${range.unit}`]),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ]
  const more = details.length === 0 ? '' : ` (${details.join('; ')})`
  return [`${flagOf(name)} ${placeholder}`.trimEnd(), variableOf(name), help + more]
}

const nameOf = ([, { placeholder, mayBeMissing }]: Entries[number]): string =>
  mayBeMissing === true ? `[${placeholder}]` : placeholder

const commandUsage = (name: string, summary: string, table: OptionTable, operands: Entries): string =>
  usageText(
    [name, ...operands.map(nameOf), '[OPTION…]'].join(' '),
    summary,
    [
      { title: 'Arguments', rows: operands.map(([, { placeholder, help }]) => [placeholder, help]) },
      { title: 'Options', rows: [...Object.entries(table).map(optionRow), ['-h, --help', '', 'show this text']] },
    ],
    [
      'A flag wins over its variable, that over the configuration file. In a variable, commas separate repeated values.',
    ],
  )

/** Commands by the word that calls them, loaded when they are called. */
export type Registry = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>

/** Makes a command that consists of others, such as `pki`; the program itself is one, whose name is empty. */
export const commandGroup = (name: string, summary: string, registry: Registry): Command => {
  const help = [PROGRAM, name, '--help'].filter(Boolean).join(' ')
  const start = async (args: readonly string[], context: Context): Promise<number> => {
    const [word, ...rest] = args
    if (word === '--help' || word === '-h') {
      context.stdout.write(await groupUsage(name, summary, registry))
      return 0
    }
    const called = Object.keys(registry).join(', ')
    if (word === undefined) throw new UsageError(`which command: ${called}? try: ${help}`)
    const load = Object.hasOwn(registry, word) ? registry[word] : undefined
    if (load === undefined) {
      throw new UsageError(`unknown ${word.startsWith('-') ? 'option' : 'command'} ${word}; try: ${help}`)
    }
    return (await load()).command.start(rest, context)
  }
  return { name, summary, start }
}

const groupUsage = async (name: string, summary: string, registry: Registry): Promise<string> => {
  const loaded = await Promise.all(Object.entries(registry).map(async ([word, load]) => [word, await load()] as const))
  const rows = loaded.map(([word, { command }]) => [word, command.summary])
  const line = [name, 'COMMAND'].filter(Boolean).join(' ')
  return usageText(
    `${line} [OPTION…]`,
    summary,
    [{ title: 'Commands', rows }],
    [
      `${PROGRAM} ${line} --help tells more, ${PROGRAM} --version the version.`,
      'Exit codes: 0 ended as asked, 1 failed while running, 2 wrong usage or configuration.',
    ],
  )
}

/** Runs a command to its exit code. What it rejects with becomes one line on stderr, and 2 or 1. */
export const runCommand = async (command: Command, args: readonly string[], context: Context): Promise<number> => {
  try {
    return await command.start(args, context)
  } catch (error) {
    return reportError(error, context)
  }
}

/** Prints an error as one line, with its stack trace only where `RX_BACNET_DEBUG=1`; the exit code for it. */
export const reportError = (error: unknown, { env, stderr }: Pick<Context, 'env' | 'stderr'>): number => {
  stderr.write(`${PROGRAM}: ${oneLine(explain(error))}\n`)
  if (env['RX_BACNET_DEBUG'] === '1' && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`)
  return isMendable(error) ? 2 : 1
}

/** The reason, and the file or address it is about where the operating system names one. */
export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return reasonOf(error)
  const { path, address, port } = error as NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }
  const host = address?.includes(':') === true ? `[${address}]` : address
  const about = path ?? (host === undefined || port === undefined ? address : `${host}:${port}`)
  return about === undefined ? reasonOf(error) : `${about}: ${reasonOf(error)}`
}
