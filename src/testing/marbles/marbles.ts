import { durationMs } from '../time/duration-text.js'
import { marbleBook } from './marble-book.js'
import { marbleTools } from './marble-toolbox.js'
import type { MarbleTools } from './marble-tools.js'
import { testFailure } from './test-failure.js'
import { endOf, graceOf, inVirtualTime } from './virtual-run.js'

/** Options of {@link marbles}. */
export interface MarbleOptions {
  /** How long a column lasts, such as `500 ms`, `30s` or `5 min`. Default `1 s`. */
  readonly column?: string
}

/**
 * A test in marbles, in virtual time: nobody waits. `body` says what streams and links do and what must come of it; then time
 * passes, and what came is compared, to the millisecond.
 *
 * The notation is that of `.marble` files: `-` is a column of silence, and a symbol is a column. So is a group: all of `(ab|)`
 * happens at the column of its parenthesis. `|` completes a stream, `#` fails it; `^` and `!` are the ends of a subscription.
 *
 * The test is over five columns after the end of its longest line: what comes until then is seen, and what is still subscribed
 * is unsubscribed. A timer that is set or a stream that is subscribed after that is a failure, too, but not a fault that is
 * planned for later; where something was started, such as a network, there are five columns more for what is on its way.
 * Timers of RxJS are in virtual time with or without its scheduler; promises are not, as what waits for one comes when the
 * test is over.
 *
 * @throws Error, with a report for people as its message, when something is not as expected; at once for a line that cannot
 * be read, a symbol without a value, or an error of `body` or of a timer.
 *
 * @example
 * ```ts
 * marbles(({ fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
 *   const link = fakeLink<Vmac>('--i---', { i: heard(iAm(7), '02:00:00:00:00:07') })
 *   const instance$ = of(globalBroadcast(encodeWhoIs())).pipe(
 *     concatWith(NEVER),
 *     link,
 *     filter(event => event._tag === 'Npdu'),
 *     decodeNpdus(),
 *     iAms(),
 *     map(({ iAm }) => iAm.deviceInstance),
 *   )
 *   expectMarbles(instance$, '^----!').toBe('--7---', { 7: 7 })
 *   expectSent(link).toBe('w-----', { w: globalBroadcast(encodeWhoIs()) })
 *   expectSubscriptions(link).toBe('^----!')
 * })
 * ```
 */
export const marbles = (body: (tools: MarbleTools) => unknown, { column = '1 s' }: MarbleOptions = {}): void => {
  const columnMs = durationMs(column)
  if (columnMs === 0) throw new Error('a column must last at least 1 ms.')
  inVirtualTime(run => {
    const book = marbleBook(columnMs)
    const returned = body(marbleTools(run, book))
    if (isThenable(returned)) throw new Error('a promise is not virtual: the test would be over before it is.')
    if (book.expected.length === 0) throw new Error('nothing is expected in this test: it could not fail.')
    const endMs = endOf(book.lines, columnMs)
    const leaks = run.play(endMs, book.started.length > 0 ? graceOf(columnMs) : 0)
    const failures = [...book.started, ...book.expected].flatMap(({ report, site }) => {
      const text = report(endMs)
      return text === undefined ? [] : [{ text, site }]
    })
    const reports = [...failures.map(({ text }) => text), ...leaks]
    if (reports.length > 0) throw testFailure(reports.join('\n\n'), (failures[0] ?? book.expected[0])?.site)
  })
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
