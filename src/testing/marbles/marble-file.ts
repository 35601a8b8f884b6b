import { durationMs } from '../time/duration-text.js'
import { isOfSubscription, readLine, type MarbleLine } from './marble-line.js'

/** A line of the file: what happens on one stream, and when. */
export interface MarbleStream extends MarbleLine {
  /** What `title =` calls it. */
  readonly title: string
}

/** When somebody listens to the stream titled `of`, in events `^` and `!`; without events, nobody ever does. */
export interface MarbleSubscription extends MarbleStream {
  /** The title of that stream. */
  readonly of: string
}

/** What a `.marble` file says, in the order it says it. */
export interface MarbleFile {
  /** What the picture shows. */
  readonly caption: string
  /** How long a column lasts, in milliseconds. */
  readonly columnMs: number
  /** What symbols stand for, in words. */
  readonly legend: ReadonlyMap<string, string>
  /** The streams above the operator, which are played to it. */
  readonly inputs: readonly MarbleStream[]
  /** The name behind `>`, and what stands between its parentheses. */
  readonly operator: { readonly name: string; readonly args: readonly string[] }
  /** The streams below, which it must make of them. */
  readonly outputs: readonly MarbleStream[]
  /** When the operator must subscribe to inputs, and the test to outputs. */
  readonly subscriptions: readonly MarbleSubscription[]
}

interface Line {
  readonly number: number
  readonly text: string
}
interface Titled extends MarbleStream {
  readonly line: Line
}
interface LegendEntry {
  readonly symbol: string
  readonly meaning: string
  readonly line: Line
}

const SUBSCRIPTION_SUFFIX = ' subscription'

/**
 * Reads the text of a `.marble` file: a caption, `% column = <duration>` and what symbols mean in lines that begin with `%`;
 * streams, each followed by `title = <name>`; and between inputs and outputs the operator, such as `> delay(30 s)`. Their
 * notation is that of `marbles`, the function for tests in programs.
 *
 * `title = rx subscription` under a line of `-`, `^` and `!` states when the operator subscribes to the input `rx`, and one
 * line for each time it does. For an output, it states when the test subscribes, which is how an endless output is cut.
 *
 * @throws Error naming the line, since a marble nobody can read is a test that tests nothing.
 */
export const parseMarble = (text: string): MarbleFile => {
  const lines = text
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter(line => line.text !== '')
  const last = lines.at(-1) ?? { number: 1, text: '' }
  const header = parseHeader(
    lines.filter(line => line.text.startsWith('%')).map(line => ({ ...line, text: line.text.slice(1).trim() })),
    last,
  )
  const body = lines.filter(line => !line.text.startsWith('%'))
  const split = body.findIndex(line => line.text.startsWith('>'))
  const operatorLine = body[split] ?? fail(last, 'there is no operator line, such as "> delay(30 s)".')
  const before = parseTitled(body.slice(0, split), header.columnMs)
  const after = parseTitled(body.slice(split + 1), header.columnMs)
  const [inputs, outputs] = [before.filter(isStream), after.filter(isStream)]
  const subscriptions = [...before, ...after].filter(titled => !isStream(titled))

  if (outputs.length === 0) fail(operatorLine, 'no output is expected of this operator.')
  checkTitles([...inputs, ...outputs], subscriptions, outputs)
  checkLegend(header.legend, [...inputs, ...outputs])
  return {
    caption: header.caption,
    columnMs: header.columnMs,
    legend: new Map(header.legend.map(({ symbol, meaning }) => [symbol, meaning])),
    inputs: inputs.map(plain),
    operator: parseOperator(operatorLine),
    outputs: outputs.map(plain),
    subscriptions: subscriptions.map(titled => ({ ...plain(titled), of: subject(titled) })),
  }
}

const parseHeader = (lines: readonly Line[], last: Line) => {
  const isColumn = (line: Line) => /^column\s*=/u.test(line.text)
  const isLegend = (line: Line) => /^\S\s*=/u.test(line.text)
  const prose = lines.filter(line => !isColumn(line) && !isLegend(line))
  const directive = prose.find(line => /^\w+\s*=/u.test(line.text))
  if (directive)
    fail(directive, `unknown directive "${directive.text}": only "column" and one-character symbols are set.`)
  const [columnLine = fail(last, 'there is no "% column = <duration>".'), again] = lines.filter(isColumn)
  if (again) fail(again, `the column is already set in line ${columnLine.number}.`)
  const columnMs = orFail(columnLine, () => durationMs(columnLine.text.replace(/^column\s*=\s*/u, '')))
  if (columnMs === 0) fail(columnLine, 'a column must last at least 1 ms.')
  const caption = prose.map(line => line.text).join(' ')
  if (caption === '') fail(last, 'there is no caption: say in a "% ..." line what the picture shows.')
  return { caption, columnMs, legend: lines.filter(isLegend).flatMap(parseLegend) }
}

const parseLegend = (line: Line): LegendEntry[] => {
  // Only a comma before the next "symbol =" separates, so that a meaning may hold commas.
  return line.text.split(/,\s*(?=\S\s*=)/u).map(entry => {
    const [, symbol = '', meaning = ''] = /^(\S)\s*=\s*(.*)$/u.exec(entry) ?? []
    if (/[-()^!=,%>]/u.test(symbol)) fail(line, `"${symbol}" is part of the notation and cannot be a symbol.`)
    if (meaning === '') fail(line, `the symbol "${symbol}" has no meaning.`)
    return { symbol, meaning, line }
  })
}

const parseOperator = (line: Line): MarbleFile['operator'] => {
  const [, name, args = ''] = /^>\s*([\w-]+)\s*\((.*)\)$/u.exec(line.text) ?? []
  if (name === undefined) fail(line, `"${line.text}" is not an operator, such as "> delay(30 s)".`)
  return { name, args: args.trim() === '' ? [] : args.split(',').map(arg => arg.trim()) }
}

const parseTitled = (lines: readonly Line[], columnMs: number): Titled[] => {
  const titleOf = (line: Line | undefined) => /^title\s*=\s*(.+)$/u.exec(line?.text ?? '')?.[1]
  const directive = lines.find(line => line.text.includes('=') && titleOf(line) === undefined)
  if (directive) fail(directive, `unknown directive "${directive.text}": a stream is followed by "title = name".`)
  return lines.flatMap((line, index) => {
    const title = titleOf(lines[index + 1])
    if (titleOf(line) !== undefined) {
      return index > 0 && titleOf(lines[index - 1]) === undefined
        ? []
        : fail(line, 'a title without a stream above it.')
    }
    if (line.text.startsWith('>')) fail(line, 'a second operator: a picture shows one.')
    if (title === undefined) fail(line, 'this stream has no title: "title = name" must follow it.')
    return [parseStream(line, title, columnMs)]
  })
}

const parseStream = (line: Line, title: string, columnMs: number): Titled => {
  const isSubscription = title.endsWith(SUBSCRIPTION_SUFFIX)
  const symbols = line.text.match(/[^-()\s]/gu) ?? []
  if (symbols.some(symbol => isOfSubscription(symbol) !== isSubscription)) {
    fail(line, 'a line of "-", "^" and "!", and no other line, is titled "<stream> subscription".')
  }
  return {
    title,
    line,
    ...orFail(line, () => readLine(line.text, columnMs, isSubscription ? 'subscription' : 'stream')),
  }
}

const checkTitles = (
  streams: readonly Titled[],
  subscriptions: readonly Titled[],
  outputs: readonly Titled[],
): void => {
  const twin = repeated(streams, stream => stream.title)
  if (twin) fail(twin.line, `there are two streams titled "${twin.title}".`)
  const stray = subscriptions.find(line => !streams.some(stream => stream.title === subject(line)))
  if (stray) fail(stray.line, `there is no stream titled "${subject(stray)}".`)
  const toOutputs = subscriptions.filter(line => outputs.some(output => output.title === subject(line)))
  const again = repeated(toOutputs, subject)
  if (again) fail(again.line, `the test subscribes to the output "${subject(again)}" only once.`)
}

const checkLegend = (legend: readonly LegendEntry[], streams: readonly Titled[]): void => {
  const again = repeated(legend, entry => entry.symbol)
  if (again) fail(again.line, `the symbol "${again.symbol}" is already in the legend.`)
  const known = new Set(['|', '#', ...legend.map(entry => entry.symbol)])
  for (const { line, events } of streams) {
    const unknown = events.find(event => !known.has(event.symbol))
    if (unknown) fail(line, `the symbol "${unknown.symbol}" is not in the legend.`)
  }
  const unused = legend.find(
    ({ symbol }) => !streams.some(({ events }) => events.some(event => event.symbol === symbol)),
  )
  if (unused) fail(unused.line, `the symbol "${unused.symbol}" is in the legend but on no stream.`)
}

const repeated = <T>(list: readonly T[], key: (item: T) => string): T | undefined =>
  list.find((item, index) => list.slice(0, index).some(earlier => key(earlier) === key(item)))
const isStream = ({ title }: Titled): boolean => !title.endsWith(SUBSCRIPTION_SUFFIX)
const subject = ({ title }: Titled): string => title.slice(0, -SUBSCRIPTION_SUFFIX.length)
const plain = ({ title, columns, events }: Titled): MarbleStream => ({ title, columns, events })

const orFail = <T>(line: Line, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    return fail(line, (error as Error).message)
  }
}

const fail: (line: Line, sentence: string) => never = (line, sentence) => {
  throw new Error(`line ${line.number}: ${sentence}`)
}
