import { isSame, type Comparison } from './comparison.js'
import { drawLines } from './drawn-lines.js'
import { humanTime } from './human-time.js'
import { byInstant, type MarbleEvent } from './marble-line.js'

/** Differences that are told, at most. */
const MOST_TOLD = 10

/** Symbols that are explained, at most. */
const MOST_MEANINGS = 15

/** What is said in place of a sign. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['|', 'the end'],
  ['#', 'an error'],
  ['^', 'a subscription'],
  ['!', 'an unsubscription'],
])

/** What does not happen as it should at an instant. */
interface Difference {
  readonly atMs: number
  readonly expected: readonly MarbleEvent[]
  readonly actual: readonly MarbleEvent[]
  readonly why: string | undefined
}

/**
 * What differs first, in a sentence; both lines under one ruler; what their symbols stand for; and what else differs. For
 * comparisons that are not true.
 */
export const reportComparison = (comparison: Comparison, columnMs: number): string => {
  const { title, columns, expected, actual, legend } = comparison
  const [first, ...others] = differences(comparison)
  if (first === undefined) return `${title}: as expected`
  const sides = [
    { name: 'expected', events: expected },
    { name: 'got', events: actual },
  ]
  const drawn = new Set([...expected, ...actual].map(({ symbol }) => symbol))
  const meanings = [...legend].filter(([symbol]) => drawn.has(symbol)).map(([symbol, words]) => `  ${symbol}  ${words}`)
  const unsaid = meanings.length > MOST_MEANINGS ? [`  … and ${meanings.length - MOST_MEANINGS} more symbols`] : []
  const more = others.slice(0, MOST_TOLD).map(difference => `  then ${sentence(difference, columnMs)}`)
  const rest = others.length > MOST_TOLD ? [`  … and ${others.length - MOST_TOLD} more differences`] : []
  return [
    [`${title}: ${sentence(first, columnMs)}`],
    drawLines(sides, columns, columnMs, first.atMs).map(line => `  ${line}`),
    [...meanings.slice(0, MOST_MEANINGS), ...unsaid],
    [...more, ...rest],
  ]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
}

/** The instants at which the two sides differ, from the first on. */
const differences = ({ expected, actual }: Comparison): Difference[] => {
  const dueAt = byInstant(expected)
  const doneAt = byInstant(actual)
  return [...new Set([...dueAt.keys(), ...doneAt.keys()])]
    .toSorted((one, other) => one - other)
    .map(atMs => {
      const due = dueAt.get(atMs) ?? []
      const done = doneAt.get(atMs) ?? []
      return { atMs, expected: due, actual: done, why: done.find(({ why }) => why !== undefined)?.why }
    })
    .filter(
      found =>
        found.expected.length !== found.actual.length ||
        found.expected.some((event, index) => !isSame(event, found.actual[index])),
    )
}

const sentence = ({ atMs, expected, actual, why }: Difference, columnMs: number): string => {
  const between = atMs % columnMs === 0 ? '' : ' (between two columns)'
  const reason = why === undefined ? '' : `: ${why}`
  return `at ${humanTime(atMs, columnMs)}${between}: expected ${inWords(expected)}, got ${inWords(actual)}${reason}`
}

const inWords = (events: readonly MarbleEvent[]): string => {
  const words = events.map(({ symbol }) => SIGNS.get(symbol) ?? symbol)
  if (words.length > MOST_TOLD) return `${words.slice(0, MOST_TOLD).join(', ')} and ${words.length - MOST_TOLD} more`
  return words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
