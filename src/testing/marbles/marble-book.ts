import { isTrue, type Comparison } from './comparison.js'
import { readLine, type LineKind, type MarbleLine } from './marble-line.js'
import { reportComparison } from './marble-report.js'

/** Something that a test expects. */
export interface Expected {
  /** When the test is over: nothing when all is well, or else what is not. */
  readonly report: (endMs: number) => string | undefined
  /** Made where the test says so. */
  readonly site: Error
}

/** What a test says, in the order in which it says it. */
export interface MarbleBook {
  readonly columnMs: number
  readonly lines: readonly MarbleLine[]
  readonly expected: readonly Expected[]
  readonly started: readonly Expected[]
  /** Reads a line, or throws an error that says which one cannot be read. */
  readonly read: (text: string, kind: LineKind) => MarbleLine
  /** What is expected once it is said, or several times; until then, that it is never said. */
  readonly expecting: (name: string) => (expected: Expected) => void
  readonly start: (expected: Expected) => void
  /** What there is to report of a comparison. */
  readonly report: (comparison: Comparison) => string | undefined
  /** A title of its own for each of a kind: `link`, `link 2`. */
  readonly title: (kind: string) => string
}

/** A book with nothing in it. */
export const marbleBook = (columnMs: number): MarbleBook => {
  const lines: MarbleLine[] = []
  const expected: Expected[] = []
  const started: Expected[] = []
  const counts = new Map<string, number>()
  return {
    columnMs,
    lines,
    expected,
    started,
    read: (text, kind) => {
      const trimmed = text.trim()
      try {
        const line = readLine(trimmed, columnMs, kind)
        lines.push(line)
        return line
      } catch (error) {
        throw new Error(`"${trimmed}": ${(error as Error).message}`, { cause: error })
      }
    },
    expecting: name => {
      const silent = (): string => `${name}(…) expects nothing without .toBe(…)`
      let index = expected.push({ report: silent, site: new Error() }) - 1
      return said => {
        expected[index] = said
        index = expected.length
      }
    },
    start: one => void started.push(one),
    report: comparison => (isTrue(comparison) ? undefined : reportComparison(comparison, columnMs)),
    title: kind => {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      return count === 1 ? kind : `${kind} ${count}`
    },
  }
}
