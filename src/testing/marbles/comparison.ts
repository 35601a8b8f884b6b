import { firstDifference } from './difference.js'
import { byInstant, isNotation, type MarbleEvent, type MarbleLine } from './marble-line.js'
import { print } from './print.js'
import type { SeenEvent } from './virtual-run.js'

/** What a line of marbles says should happen. */
export interface Expectation extends MarbleLine {
  readonly title: string
  /** What symbols stand for. */
  readonly values: ReadonlyMap<string, unknown>
  /** What `#` stands for; `undefined` for any error. */
  readonly error?: unknown
  /** What a value of a symbol is to people. */
  readonly describe: (value: unknown, symbol?: string) => string
}

/** What did happen, by the symbols of the line or, where it has none for that, by others. */
export interface ActualEvent extends MarbleEvent {
  /** Why it is not what should have happened at this instant, where the symbols do not say that. */
  readonly why?: string
}

/** What should happen and what did. */
export interface Comparison {
  readonly title: string
  readonly columns: number
  readonly expected: readonly MarbleEvent[]
  readonly actual: readonly ActualEvent[]
  /** What is to be said of the symbols of both. */
  readonly legend: ReadonlyMap<string, string>
}

/** What has no symbol of its own gets one of these, and the last when there are too many. */
const STRANGERS = Array.from('①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳◯')

/** The same symbols at the same milliseconds, in the same order. */
export const isTrue = ({ expected, actual }: Comparison): boolean =>
  expected.length === actual.length && expected.every((event, index) => isSame(event, actual[index]))

/** Whether what happened is what was to happen. */
export const isSame = (expected: MarbleEvent, actual: ActualEvent | undefined): boolean =>
  expected.atMs === actual?.atMs && expected.symbol === actual.symbol && actual.why === undefined

/** Finds the symbols of what happened. Of several that stand for the same, it is the one that was to come. */
export const compare = (expectation: Expectation, seen: readonly SeenEvent[]): Comparison => {
  const { title, columns, events, values, error, describe } = expectation
  const strangers = new Map<string, unknown>()
  const legend = new Map(
    events
      .filter(({ symbol }) => values.has(symbol))
      .map(({ symbol }) => [symbol, describe(values.get(symbol), symbol)]),
  )

  const symbolOf = (value: unknown): string => {
    for (const [symbol, known] of [...values, ...strangers]) {
      if (firstDifference(known, value) === undefined) return symbol
    }
    const isItsOwn = typeof value === 'string' && Array.from(value).length === 1 && !isNotation(value)
    const symbol = isItsOwn && !values.has(value) ? value : (STRANGERS[strangers.size] ?? '◯')
    if (!strangers.has(symbol)) strangers.set(symbol, value)
    return symbol
  }

  const dueAt = byInstant(events)
  const doneAt = new Map<number, number>()
  const actual = seen.map(({ atMs, sign, value }): ActualEvent => {
    const earlier = doneAt.get(atMs) ?? 0
    doneAt.set(atMs, earlier + 1)
    const due = dueAt.get(atMs)?.[earlier]
    if (sign === '#') {
      legend.set('#', `fails: ${print(value)}`)
      const why = error === undefined ? undefined : firstDifference(error, value)
      return { atMs, symbol: sign, ...(why === undefined ? {} : { why }) }
    }
    if (sign !== undefined) return { atMs, symbol: sign }
    const isDue = due !== undefined && values.has(due.symbol)
    const why = isDue ? firstDifference(values.get(due.symbol), value) : undefined
    if (isDue && why === undefined) return { atMs, symbol: due.symbol }
    const symbol = symbolOf(value)
    legend.set(symbol, values.has(symbol) ? describe(values.get(symbol), symbol) : describe(value))
    // Where all of it is another value, the symbols say so.
    return { atMs, symbol, ...(why?.startsWith('in ') === true ? { why } : {}) }
  })
  return { title, columns, expected: events, actual, legend }
}
