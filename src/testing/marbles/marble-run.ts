import { materialize, subscribeOn, take, takeUntil, timer } from 'rxjs'
import type { Observable, ObservableNotification, SchedulerLike } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { MarbleFile, MarbleStream } from './marble-file.js'
import { isTrue, reportComparison } from './marble-report.js'
import type { Comparison, SeenEvent } from './marble-report.js'

/**
 * What a picture shows at work: from the inputs of the file, by title, to its outputs, by title. The Observables carry the
 * one-character symbols of the legend. More outputs may be returned than a picture shows.
 */
export type MarbleOperator = (context: {
  /** Hot, one for each input of the file. */
  readonly inputs: Readonly<Record<string, Observable<string>>>
  /** What stands between the parentheses of the operator line, such as `300 s`, which `durationMs` reads. */
  readonly args: readonly string[]
  /** Virtual time, which begins at 0 ms. */
  readonly scheduler: SchedulerLike
}) => Readonly<Record<string, Observable<string>>>

/** Whether a picture is true and, if it is not, where: a text for people. */
export interface MarbleResult {
  readonly ok: boolean
  readonly report: string
}

interface Span {
  readonly fromMs: number
  readonly untilMs: number
}
type Hot = Observable<string> & {
  readonly subscriptions: readonly { readonly subscribedFrame: number; readonly unsubscribedFrame: number }[]
}

/** Long enough to see what should not have come any more. */
const columnsAfterEnd = 5

/** Virtual time stands still in a loop of timers of 0 ms; only a bound on what they emit ends it. */
const mostEvents = 1000

/**
 * Plays the inputs of a marble file to its operator in virtual time and compares what comes out with the file, to the
 * millisecond. At one and the same instant, inputs come before timers.
 *
 * The outputs are watched for five columns more than the longest line and then unsubscribed; an input that is still
 * subscribed after that, or a timer that is still set, is a failure too. Endless outputs therefore end here.
 *
 * @throws Error if the registry does not have the operator, or the operator does not return an output of the file.
 */
export const runMarble = (marble: MarbleFile, operators: Readonly<Record<string, MarbleOperator>>): MarbleResult => {
  const { name, args } = marble.operator
  const operator = operators[name]
  if (!operator) throw new Error(`There is no operator "${name}" in the registry; there is ${list(operators)}.`)
  const streams = [...marble.inputs, ...marble.outputs, ...marble.subscriptions]
  const endMs = (Math.max(...streams.map(stream => stream.columns)) + columnsAfterEnd) * marble.columnMs

  const scheduler = new TestScheduler(() => undefined)
  return scheduler.run(() => {
    const sources = new Map(marble.inputs.map(input => [input.title, play(input, scheduler)]))
    const outputs = operator({ inputs: Object.fromEntries(sources), args, scheduler })
    const watched = marble.outputs.map(({ title, columns, events }) => {
      const output$ = outputs[title]
      if (!output$) throw new Error(`The operator "${name}" returns no output "${title}", only ${list(outputs)}.`)
      return { title, columns, expected: events, actual: watch(output$, spanOf(marble, title, endMs), scheduler) }
    })

    // A timer that survives its unsubscription would keep `flush` busy for ever.
    scheduler.maxFrames = endMs
    scheduler.flush()
    const differing = [...watched, ...compareSubscriptions(marble, sources, endMs)].filter(
      comparison => !isTrue(comparison),
    )
    const leaks = [
      ...[...sources].filter(([, source$]) => isSubscribed(source$)).map(([title]) => `"${title}" is still subscribed`),
      ...(scheduler.actions.length > 0 ? [`timers are still set (${scheduler.actions.length})`] : []),
    ].map(leak => `${leak} when all outputs are unsubscribed`)
    return {
      ok: differing.length === 0 && leaks.length === 0,
      report: [...differing.map(comparison => reportComparison(marble, comparison)), ...leaks].join('\n\n'),
    }
  })
}

/** RxJS's own notation has no room for two events a millisecond apart, so the messages are written directly. */
const play = ({ title, events }: MarbleStream, scheduler: TestScheduler): Hot => {
  const notification = (symbol: string): ObservableNotification<string> => {
    if (symbol === '|') return { kind: 'C' }
    return symbol === '#' ? { kind: 'E', error: new Error(`${title} fails`) } : { kind: 'N', value: symbol }
  }
  const source$ = scheduler.createHotObservable('')
  source$.messages.push(...events.map(({ atMs, symbol }) => ({ frame: atMs, notification: notification(symbol) })))
  return source$
}

/** When the test subscribes to an output and unsubscribes: throughout, unless the file says otherwise. */
const spanOf = ({ subscriptions }: MarbleFile, title: string, endMs: number): Span => {
  const span = subscriptions.find(subscription => subscription.of === title)?.events
  return span ? { fromMs: span[0]?.atMs ?? Infinity, untilMs: span[1]?.atMs ?? endMs } : { fromMs: 0, untilMs: endMs }
}

const watch = (output$: Observable<string>, { fromMs, untilMs }: Span, scheduler: SchedulerLike): SeenEvent[] => {
  const seen: SeenEvent[] = []
  output$
    .pipe(materialize(), take(mostEvents), subscribeOn(scheduler, fromMs), takeUntil(timer(untilMs, scheduler)))
    .subscribe(({ kind, value, error }) => {
      const atMs = scheduler.now()
      if (kind === 'E') seen.push({ atMs, symbol: '#', error: error as unknown })
      else seen.push({ atMs, symbol: kind === 'C' ? '|' : value })
    })
  return seen
}

/** Each line against the subscription of the same number, for those inputs the file has such lines for. */
const compareSubscriptions = (marble: MarbleFile, sources: ReadonlyMap<string, Hot>, endMs: number): Comparison[] => {
  return [...sources].flatMap(([of, source$]) => {
    const lines = marble.subscriptions.filter(subscription => subscription.of === of)
    const count = lines.length === 0 ? 0 : Math.max(lines.length, source$.subscriptions.length)
    return Array.from({ length: count }, (_, index) => {
      const { subscribedFrame, unsubscribedFrame } = source$.subscriptions[index] ?? {}
      const actual = [
        { atMs: subscribedFrame ?? Infinity, symbol: '^' },
        { atMs: unsubscribedFrame ?? Infinity, symbol: '!' },
      ].filter(event => event.atMs < endMs)
      const { columns = 0, events: expected = [] } = lines[index] ?? {}
      return { title: `${of} subscription${index > 0 ? ` ${index + 1}` : ''}`, columns, expected, actual }
    })
  })
}

const isSubscribed = (source$: Hot): boolean => source$.subscriptions.some(log => log.unsubscribedFrame === Infinity)

const list = (record: object): string => Object.keys(record).join(', ') || 'none'
