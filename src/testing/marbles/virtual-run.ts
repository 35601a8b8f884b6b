import { materialize, Observable, subscribeOn, Subject, Subscription, take, takeUntil, timer } from 'rxjs'
import type { Observer, SchedulerLike } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { isPlanned } from '../time/planned.js'
import { humanTime } from './human-time.js'
import type { MarbleLine } from './marble-line.js'
import { keepTimersInOrder } from './timers-in-order.js'

/** What happens at an instant: a value, or what a sign of the notation stands for. */
export interface SeenEvent {
  readonly atMs: number
  /** `undefined` for a value. */
  readonly sign: '|' | '#' | '^' | '!' | undefined
  /** The value, or the error. */
  readonly value?: unknown
}

/** From when to when somebody was subscribed; for ever when `untilMs` is left out. */
export interface Span {
  readonly fromMs: number
  readonly untilMs?: number
}

/** What somebody may subscribe to, and who did. */
export interface Source {
  readonly title: string
  readonly spans: readonly Span[]
}

/** Streams in virtual time, which stands at 0 ms until all is put together and `play` lets it run. */
export interface VirtualRun {
  readonly scheduler: SchedulerLike
  /** A stream that does that, whoever is subscribed. */
  readonly hot: (events: readonly SeenEvent[]) => Observable<unknown>
  /** A stream that does that from when it is subscribed to. */
  readonly cold: (events: readonly SeenEvent[]) => Observable<unknown>
  /** The same stream, of which is known who subscribes to it, and that none is subscribed in the end. */
  readonly noted: <T>(title: string, stream$: Observable<T>) => Observable<T>
  /** Who subscribed to what has that title; there are no two. */
  readonly source: (title: string) => Source
  /** Has a stream subscribed to for a time, or to the end of the run, and gives what it does then. */
  readonly watch: (stream$: Observable<unknown>, span: Span, atMost: number) => readonly SeenEvent[]
  /**
   * Lets time pass until then, when all that is watched is unsubscribed, and so long more; what is left after that, in words.
   */
  readonly play: (endMs: number, graceMs?: number) => readonly string[]
}

/** As many timers at one instant are a loop in which virtual time stands still. */
const MOST_TIMERS_AT_ONCE = 10_000

/** Long enough to see what should not have come any more. */
const COLUMNS_AFTER_END = 5

/** When a test with such lines ends. */
export const endOf = (lines: readonly MarbleLine[], columnMs: number): number =>
  (Math.max(0, ...lines.map(({ columns }) => columns)) + COLUMNS_AFTER_END) * columnMs

/** How long what is on its way then may take to arrive. */
export const graceOf = (columnMs: number): number => COLUMNS_AFTER_END * columnMs

/** A stream that does more than that is unsubscribed: what needs no time has no end in virtual time. */
export const mostEvents = ({ events }: MarbleLine): number => Math.max(1000, 2 * events.length)

/** Of timers that are left, so many are named. */
const MOST_NAMED = 3

/**
 * Performs something with a run of its own. Timers of RxJS that are given no scheduler are in its time as well.
 * At one and the same instant, what `hot` streams do comes before timers that were set while time passed.
 */
export const inVirtualTime = <T>(perform: (run: VirtualRun) => T): T => {
  const scheduler = new TestScheduler(() => undefined)
  keepTimersInOrder(scheduler)
  return scheduler.run(() => perform(virtualRun(scheduler)))
}

const virtualRun = (scheduler: TestScheduler): VirtualRun => {
  const spans = new Map<string, { fromMs: number; untilMs?: number }[]>()
  const watchers: ((endMs: number) => void)[] = []
  const plays: (() => void)[] = []
  const now = (): number => scheduler.now()
  let hasBegun = false
  const checkTime = (): void => {
    if (hasBegun) throw new Error('what a test plays and watches is put together before time passes.')
  }

  const noted = <T>(title: string, stream$: Observable<T>): Observable<T> => {
    const noting = spans.get(title) ?? []
    spans.set(title, noting)
    return new Observable(subscriber => {
      const span: { fromMs: number; untilMs?: number } = { fromMs: now() }
      noting.push(span)
      subscriber.add(() => (span.untilMs = now()))
      subscriber.add(stream$.subscribe(subscriber))
    })
  }

  return {
    scheduler,
    noted,
    hot: events => {
      checkTime()
      const playing$ = new Subject<unknown>()
      plays.push(() => schedule(scheduler, events, playing$))
      return playing$
    },
    cold: events => new Observable(subscriber => schedule(scheduler, events, subscriber)),
    source: title => ({ title, spans: spans.get(title) ?? [] }),
    watch: (stream$, { fromMs, untilMs }, atMost) => {
      checkTime()
      const seen: SeenEvent[] = []
      watchers.push(endMs => {
        stream$
          .pipe(
            materialize(),
            take(atMost),
            subscribeOn(scheduler, fromMs),
            takeUntil(timer(untilMs ?? endMs, scheduler)),
          )
          .subscribe(({ kind, value, error }) => {
            const atMs = now()
            if (kind === 'N') seen.push({ atMs, sign: undefined, value })
            else seen.push(kind === 'C' ? { atMs, sign: '|' } : { atMs, sign: '#', value: error as unknown })
          })
      })
      return seen
    },
    play: (endMs, graceMs = 0) => {
      hasBegun = true
      watchers.forEach(begin => begin(endMs))
      plays.forEach(begin => begin())
      const standstill = pass(scheduler, endMs + graceMs)
      return standstill === undefined ? leftovers(scheduler, spans) : [standstill]
    },
  }
}

/** RxJS's own notation has no room for two events a millisecond apart, so each event is a timer of its own. */
const schedule = (scheduler: SchedulerLike, events: readonly SeenEvent[], to$: Observer<unknown>): Subscription => {
  const timers = new Subscription()
  for (const { atMs, sign, value } of events) {
    const perform = (): void => {
      if (sign === '#') to$.error(value)
      else if (sign === '|') to$.complete()
      else to$.next(value)
    }
    timers.add(scheduler.schedule(perform, atMs))
  }
  return timers
}

/** What `flush` of the scheduler does, until time stands still: then it says so, and no timer is left. */
const pass = (scheduler: TestScheduler, endMs: number): string | undefined => {
  scheduler.maxFrames = endMs
  let count = 0
  for (;;) {
    const [timer] = scheduler.actions
    if (timer === undefined || timer.delay > endMs) return undefined
    count = timer.delay === scheduler.frame ? count + 1 : 0
    if (count > MOST_TIMERS_AT_ONCE) {
      for (const left of scheduler.actions.splice(0)) left.unsubscribe()
      return `time stands still at ${printMs(scheduler.frame)}: more than ${MOST_TIMERS_AT_ONCE} timers ran out there, one after the other`
    }
    scheduler.actions.shift()
    scheduler.frame = timer.delay
    const error: unknown = timer.execute(timer.state, timer.delay)
    // As RxJS hands it on: there is an error when there is something.
    if (error !== undefined && error !== null) throw error as Error
  }
}

const leftovers = ({ actions }: TestScheduler, spans: ReadonlyMap<string, readonly Span[]>): string[] => {
  const subscribed = [...spans].filter(([, noted]) => noted.some(({ untilMs }) => untilMs === undefined))
  const times = actions.filter(timer => !isPlanned(timer)).map(({ delay }) => printMs(delay))
  const more = times.length > MOST_NAMED ? `, … (${times.length} timers)` : ''
  return [
    ...subscribed.map(([title]) => `"${title}" is still subscribed`),
    ...(times.length === 0 ? [] : [`a timer is still set for ${times.slice(0, MOST_NAMED).join(', ')}${more}`]),
  ].map(left => `${left} when all outputs are unsubscribed`)
}

const printMs = (ms: number): string => humanTime(ms, 1000)
