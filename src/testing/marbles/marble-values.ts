import { isNotation, type MarbleLine } from './marble-line.js'
import type { MarbleValues } from './marble-tools.js'
import { print } from './print.js'
import type { SeenEvent } from './virtual-run.js'

/**
 * What the symbols of a line stand for: what the test says or, when it says nothing, themselves.
 *
 * @throws Error for a symbol that stands for nothing, or that cannot be one.
 */
export const valuesOf = (line: MarbleLine, values: MarbleValues | undefined): ReadonlyMap<string, unknown> => {
  const symbols = line.events.map(({ symbol }) => symbol).filter(symbol => !isNotation(symbol))
  if (values === undefined) return new Map(symbols.map(symbol => [symbol, symbol]))
  const known = new Map(Object.entries(values))
  for (const symbol of known.keys()) {
    if (Array.from(symbol).length !== 1 || isNotation(symbol)) {
      throw new Error(`${print(symbol)} cannot be a symbol: one character that is not of the notation.`)
    }
  }
  const unknown = symbols.find(symbol => !known.has(symbol))
  if (unknown === undefined) return known
  throw new Error(`the symbol "${unknown}" is not among the values: ${[...known.keys()].join(', ') || 'none'}.`)
}

/** What happens, by the values of the symbols. */
export const eventsOf = (
  line: MarbleLine,
  values: ReadonlyMap<string, unknown>,
  error: unknown,
): readonly SeenEvent[] =>
  line.events.map(({ atMs, symbol }) => {
    if (symbol === '|') return { atMs, sign: symbol }
    return symbol === '#' ? { atMs, sign: symbol, value: error } : { atMs, sign: undefined, value: values.get(symbol) }
  })
