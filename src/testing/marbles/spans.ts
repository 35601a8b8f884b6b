import { compare, type Comparison } from './comparison.js'
import type { MarbleLine } from './marble-line.js'
import type { SeenEvent, Source, Span } from './virtual-run.js'

/** From when to when a line of `^` and `!` says that somebody is subscribed; never when it is silent. */
export const spanOf = ({ events: [start, end] }: MarbleLine): Span =>
  end === undefined ? { fromMs: start?.atMs ?? Infinity } : { fromMs: start?.atMs ?? Infinity, untilMs: end.atMs }

/**
 * Each line against the subscription of the same number. What lasts until the end of the run has no `!`, as it is the end of
 * the test that ends it. A silent line alone is one that never happens; without lines, none at all are expected.
 */
export const compareSpans = (
  { title, spans }: Source,
  lines: readonly MarbleLine[],
  endMs: number,
): readonly Comparison[] =>
  Array.from({ length: Math.max(lines.length, spans.length) }, (_, index) => {
    const { fromMs = Infinity, untilMs = Infinity } = spans[index] ?? {}
    const seen: readonly SeenEvent[] = [
      { atMs: fromMs, sign: '^' },
      { atMs: untilMs, sign: '!' },
    ]
    const { columns, events } = lines[index] ?? { columns: 0, events: [] }
    return compare(
      {
        title: `${title} subscription${index > 0 ? ` ${index + 1}` : ''}`,
        columns,
        events,
        values: new Map(),
        describe: String,
      },
      seen.filter(({ atMs }) => atMs < endMs),
    )
  })
