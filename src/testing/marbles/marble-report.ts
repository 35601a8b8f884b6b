import type { MarbleEvent, MarbleFile } from './marble-file.js'
import { print } from './print.js'

/** An event that did happen, with its error if it was one. */
export interface SeenEvent extends MarbleEvent {
  readonly error?: unknown
}

/** What a file draws on one line, and what did happen there. */
export interface Comparison {
  readonly title: string
  readonly columns: number
  readonly expected: readonly MarbleEvent[]
  readonly actual: readonly SeenEvent[]
}

const units = [
  { unit: 'h', unitMs: 3_600_000 },
  { unit: 'min', unitMs: 60_000 },
  { unit: 's', unitMs: 1000 },
  { unit: 'ms', unitMs: 1 },
]
const notation: ReadonlyMap<string, string> = new Map([
  ['|', 'completes'],
  ['#', 'fails'],
  ['^', 'subscribes'],
  ['!', 'unsubscribes'],
])
const mostLines = 50

/** The same symbols at the same milliseconds, in the same order. */
export const isTrue = ({ expected, actual }: Comparison): boolean =>
  expected.length === actual.length && expected.every((event, index) => isSame(event, actual[index]))

/** Both sides as a marble line and in words; `≠` marks what the other side does not have. */
export const reportComparison = (marble: MarbleFile, { title, columns, expected, actual }: Comparison): string => {
  const side = (name: string, events: readonly SeenEvent[], others: readonly MarbleEvent[]) => {
    const times = events.map(event => humanTime(event.atMs, marble.columnMs))
    const width = Math.max(...times.map(time => time.length))
    const lines = events.map((event, index) => {
      const mark = others.some(other => isSame(event, other)) ? ' ' : '≠'
      return `  ${mark} ${times[index]?.padStart(width) ?? ''}  ${event.symbol}  ${describe(event, marble)}`
    })
    const more = lines.length > mostLines ? [`    ... and ${lines.length - mostLines} more`] : []
    const line = marbleLine(events, columns, marble.columnMs).slice(0, 200)
    return [`${title}, ${name}:`, `    ${line}`, ...lines.slice(0, mostLines), ...more]
  }
  return [...side('expected', expected, actual), ...side('actual', actual, expected)].join('\n')
}

/** Exact, and in units that suit the column: `450 s`, or `7 min 30 s` where a column lasts a minute. */
export const humanTime = (ms: number, columnMs: number): string => {
  const suiting = units.filter(({ unitMs }) => unitMs <= Math.max(columnMs, 1))
  const parts = suiting.flatMap(({ unit, unitMs }, index) => {
    const rest = ms % (suiting[index - 1]?.unitMs ?? Infinity)
    const count = unitMs === 1 ? rest : Math.floor(rest / unitMs)
    return count === 0 ? [] : [`${count} ${unit}`]
  })
  return parts.join(' ') || `0 ${suiting[0]?.unit ?? 'ms'}`
}

/** Writes events as a marble line again. What happens between two columns is drawn in the earlier one. */
export const marbleLine = (events: readonly MarbleEvent[], columns: number, columnMs: number): string => {
  const columnOf = (event: MarbleEvent) => Math.floor(event.atMs / columnMs)
  return Array.from({ length: Math.max(columns, ...events.map(event => columnOf(event) + 1)) }, (_, column) => {
    const symbols = events.filter(event => columnOf(event) === column).map(event => event.symbol)
    return symbols.length > 1 ? `(${symbols.join('')})` : (symbols[0] ?? '-')
  }).join('')
}

const describe = ({ atMs, symbol, error }: SeenEvent, { legend, columnMs }: MarbleFile): string => {
  const meaning = legend.get(symbol) ?? notation.get(symbol) ?? 'not in the legend'
  const reason = error === undefined ? '' : `: ${print(error)}`
  return `${meaning}${reason}${atMs % columnMs === 0 ? '' : ' (between two columns)'}`
}

const isSame = (one: MarbleEvent, other: MarbleEvent | undefined): boolean =>
  one.atMs === other?.atMs && one.symbol === other.symbol
