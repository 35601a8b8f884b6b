import { ignoreElements, isObservable, tap, type Observable, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { OutboundNpdu } from '../../link/link.js'
import { compare } from './comparison.js'
import { describe } from './describe.js'
import { durationMs } from '../time/duration-text.js'
import { fakeLinkOf } from './fake-link.js'
import { lookedAt } from './looked-at.js'
import { humanTime } from './human-time.js'
import type { MarbleBook } from './marble-book.js'
import type { LineKind, MarbleLine } from './marble-line.js'
import type { MarbleTools } from './marble-tools.js'
import { eventsOf, valuesOf } from './marble-values.js'
import { print } from './print.js'
import { compareSpans, spanOf } from './spans.js'
import { mostEvents, type SeenEvent, type VirtualRun } from './virtual-run.js'

/** What a test has at hand, and what it says with that is in the book. */
export const marbleTools = (run: VirtualRun, book: MarbleBook): MarbleTools => {
  const { columnMs, read, expecting, start, report, title } = book
  const titles = new WeakMap<object, string>()
  const sent = new WeakMap<object, readonly SeenEvent[]>()

  const playing =
    (kind: 'hot' | 'cold'): MarbleTools['hot'] =>
    <T>(text: string, values?: Readonly<Record<string, T>>, error: unknown = new Error(`${kind} fails`)) => {
      const line = read(text, 'stream')
      const name = title(kind)
      const stream$ = run.noted(name, run[kind](eventsOf(line, valuesOf(line, values), error)))
      titles.set(stream$, name)
      return stream$ as Observable<T>
    }

  const recorded = <Out, In>(link: Duplex<Out, In>, kind = 'link'): Duplex<Out, In> => {
    const name = title(kind)
    const seen: SeenEvent[] = []
    const note = (sign: SeenEvent['sign'], value?: unknown): void =>
      void seen.push({ atMs: run.scheduler.now(), sign, value })
    const noting: Duplex<Out, In> = outbound$ =>
      run.noted(
        name,
        link(
          outbound$.pipe(
            tap({
              next: outbound => note(undefined, asSent(outbound)),
              error: (error: unknown) => note('#', error),
              complete: () => note('|'),
            }),
          ),
        ),
      )
    titles.set(noting, name)
    sent.set(noting, seen)
    return noting
  }

  const expectStream = (
    name: string,
    of: string,
    seenIn: (line: MarbleLine) => readonly SeenEvent[],
    kind: LineKind,
  ) => {
    const expect = expecting(name)
    return {
      toBe: (text: string, values?: Readonly<Record<string, unknown>>, error?: unknown): void => {
        const line = read(text, kind)
        const seen = seenIn(line)
        const known = valuesOf(line, values)
        expect({
          report: () => report(compare({ ...line, title: of, values: known, error, describe }, seen)),
          site: new Error(),
        })
      },
    }
  }

  return {
    scheduler: run.scheduler,
    cold: playing('cold'),
    hot: playing('hot'),
    recorded,

    fakeLink: (text = '', values = {}, options = {}) => {
      const { title: name = 'fake link', drops = {}, endsAfter = '0 s', error = new Error(`${name} fails`) } = options
      const line = read(text, 'stream')
      const event$ = run.hot(eventsOf(line, valuesOf(line, values), error)) as Observable<never>
      const spans = Object.entries(typeof drops === 'function' ? {} : drops).map(([span, reason]) => ({
        ...spanOf(read(span, 'subscription')),
        reason,
      }))
      const reasonNow = (): string | undefined => {
        const now = run.scheduler.now()
        return spans.find(({ fromMs, untilMs = Infinity }) => fromMs <= now && now < untilMs)?.reason
      }
      const link = fakeLinkOf(event$, run.scheduler, {
        ...('status' in options ? { status: options.status } : {}),
        drops: typeof drops === 'function' ? drops : reasonNow,
        endsAfterMs: durationMs(endsAfter),
      })
      return recorded(link, name)
    },

    start: stream$ => {
      const seen = run.watch(stream$.pipe(tap(boundedAt(run.scheduler)), ignoreElements()), { fromMs: 0 }, 2)
      const failed = (): string | undefined => {
        const failure = seen.find(({ sign }) => sign === '#')
        return failure && `what was started fails at ${humanTime(failure.atMs, columnMs)}: ${print(failure.value)}`
      }
      start({ report: failed, site: new Error() })
    },

    expectMarbles: (stream$, span) => {
      if (!isObservable(stream$)) throw new Error('expectMarbles is for streams.')
      const watched = span === undefined ? { fromMs: 0 } : spanOf(read(span, 'subscription'))
      return expectStream(
        'expectMarbles',
        title('stream'),
        line => run.watch(stream$, watched, mostEvents(line)),
        'stream',
      )
    },

    expectSent: link => {
      const seen = sent.get(link)
      if (seen === undefined) throw new Error('expectSent is for links of fakeLink and recorded.')
      return expectStream('expectSent', `sent into ${titles.get(link) ?? 'the link'}`, () => seen, 'sent')
    },

    expectSubscriptions: to => {
      const name = titles.get(to)
      if (name === undefined) {
        throw new Error('expectSubscriptions is for streams of cold and hot, and links of fakeLink and recorded.')
      }
      const expect = expecting('expectSubscriptions')
      return {
        toBe: (...texts) => {
          const spans = texts.map(text => read(text, 'subscription'))
          const reportAll = (endMs: number): string | undefined => {
            const reports = compareSpans(run.source(name), spans, endMs).map(report)
            return reports.filter(found => found !== undefined).join('\n\n') || undefined
          }
          expect({ report: reportAll, site: new Error() })
        },
      }
    },
  }
}

/** What is started may say so much at one instant; more is a loop in which virtual time stands still. */
const MOST_AT_ONCE = 100_000

const boundedAt = (scheduler: SchedulerLike): (() => void) => {
  let [atMs, count] = [0, 0]
  return () => {
    const now = scheduler.now()
    count = now === atMs ? count + 1 : 0
    atMs = now
    if (count > MOST_AT_ONCE) throw new Error(`it says more than ${MOST_AT_ONCE} things at once`)
  }
}

/** An NPDU as it is when it is sent: whoever offers headroom may use its memory again, which is nobody's concern here. */
const asSent = (outbound: unknown): unknown => lookedAt(() => copied(outbound), outbound)

const copied = (outbound: unknown): unknown => {
  if (!isOutboundNpdu(outbound)) return outbound
  const { _tag, npdu, destination, dataOptions = [] } = outbound
  return { _tag, npdu: npdu.slice(), destination, ...(dataOptions.length === 0 ? {} : { dataOptions }) }
}

const isOutboundNpdu = (outbound: unknown): outbound is OutboundNpdu<string> =>
  typeof outbound === 'object' && outbound !== null && (outbound as { readonly _tag?: unknown })._tag === 'Npdu'
