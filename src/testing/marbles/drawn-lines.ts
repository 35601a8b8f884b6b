import { UNITS } from './human-time.js'
import type { MarbleEvent } from './marble-line.js'

/** A line to be drawn. */
export interface DrawnLine {
  readonly name: string
  readonly events: readonly MarbleEvent[]
}

/** Of longer lines, so many columns are drawn. */
const MOST_COLUMNS = 100

/** Of what happens at one instant, so much is drawn. */
const MOST_IN_GROUP = 12

/** Numbers are at every so many columns, more of them in a short line. */
const STEPS = [1, 2, 5, 10, 20, 50, 100]
const FEW_COLUMNS = 12
const LEAST_STEP = 5

/**
 * Writes events as marble lines again, one below the other, under a ruler. A group in one of them leaves room in the others,
 * so that what happens at the same time is at the same place. What happens between two columns is drawn in the earlier one.
 * Of lines that are too long, the part around an instant is drawn.
 */
export const drawLines = (
  lines: readonly DrawnLine[],
  columns: number,
  columnMs: number,
  aroundMs: number,
): string[] => {
  const columnOf = (atMs: number): number => Math.floor(atMs / columnMs)
  const lastMs = lines.flatMap(({ events }) => events).reduce((latest, { atMs }) => Math.max(latest, atMs), -Infinity)
  const all = Math.max(columns, columnOf(lastMs) + 1)
  const first = all <= MOST_COLUMNS ? 0 : Math.max(0, columnOf(aroundMs) - MOST_COLUMNS / 2)
  const shown = Array.from({ length: Math.min(all - first, MOST_COLUMNS) }, (_, index) => first + index)
  const [before, after] = [first > 0 ? '…' : '', first + shown.length < all ? '…' : '']

  const cells = lines.map(({ events }) => {
    const drawn = new Map<number, string>()
    for (const { atMs, symbol } of events) drawn.set(columnOf(atMs), `${drawn.get(columnOf(atMs)) ?? ''}${symbol}`)
    return shown.map(column => {
      const symbols = Array.from(drawn.get(column) ?? '-')
      const more = symbols.length > MOST_IN_GROUP ? '…' : ''
      return symbols.length > 1 ? `(${symbols.slice(0, MOST_IN_GROUP).join('')}${more})` : symbols.join('')
    })
  })
  const widths = shown.map((_, index) => Math.max(...cells.map(line => widthOf(line[index] ?? ''))))
  const { name: unit, unitMs } = UNITS.find(found => found.unitMs <= columnMs) ?? { name: 'ms', unitMs: 1 }
  const label = (column: number): string => String((column * columnMs) / unitMs)
  const names = [unit, ...lines.map(({ name }) => name)]
  const nameWidth = Math.max(...names.map(name => name.length)) + 2

  const ruler = ' '.repeat(before.length) + numbers(shown, widths, label)
  const drawn = cells.map(
    line =>
      before +
      line.map((cell, index) => cell.padEnd((widths[index] ?? 0) + cell.length - widthOf(cell))).join('') +
      after,
  )
  return [ruler, ...drawn].map((line, index) => `${(names[index] ?? '').padEnd(nameWidth)}${line}`.trimEnd())
}

/** Numbers at the places of their columns, as many as there is room for. */
const numbers = (shown: readonly number[], widths: readonly number[], label: (column: number) => string): string => {
  const written = (step: number): string | undefined => {
    let [text, place] = ['', 0]
    for (const [index, column] of shown.entries()) {
      if (column % step === 0) {
        if (text !== '' && text.length >= place) return undefined
        text = text.padEnd(place) + label(column)
      }
      place += widths[index] ?? 0
    }
    return text
  }
  const steps = shown.length <= FEW_COLUMNS ? STEPS : STEPS.filter(step => step >= LEAST_STEP)
  return steps.map(written).find(text => text !== undefined) ?? ''
}

const widthOf = (text: string): number => Array.from(text).length
