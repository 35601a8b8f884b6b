import type { Observable, SchedulerLike } from 'rxjs'
import { compare, isTrue } from './comparison.js'
import type { MarbleFile } from './marble-file.js'
import type { MarbleEvent, MarbleLine } from './marble-line.js'
import { reportComparison } from './marble-report.js'
import { compareSpans, spanOf } from './spans.js'
import { endOf, inVirtualTime, mostEvents, type SeenEvent } from './virtual-run.js'

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
  /** Whether what came out is what the file says. */
  readonly ok: boolean
  /** What came out instead, in seconds and symbols; empty when it is true. */
  readonly report: string
}

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
  const { columnMs, legend } = marble
  const endMs = endOf([...marble.inputs, ...marble.outputs, ...marble.subscriptions], columnMs)

  return inVirtualTime(({ scheduler, hot, noted, watch, play, source }) => {
    const inputs = marble.inputs.map(
      ({ title, events }) => [title, noted(title, hot(events.map(playing(title))))] as const,
    )
    const outputs = operator({ inputs: Object.fromEntries(inputs) as Inputs, args, scheduler })
    const watched = marble.outputs.map(output => {
      const output$ = outputs[output.title]
      if (!output$)
        throw new Error(`The operator "${name}" returns no output "${output.title}", only ${list(outputs)}.`)
      const [span] = subscriptionsOf(marble, output.title)
      return { output, seen: watch(output$, span ? spanOf(span) : { fromMs: 0 }, mostEvents(output)) }
    })

    const leaks = play(endMs)
    const values = new Map([...legend.keys()].map(symbol => [symbol, symbol]))
    const describe = (value: unknown): string =>
      (typeof value === 'string' ? legend.get(value) : undefined) ?? 'not in the legend'
    const differing = [
      ...watched.map(({ output, seen }) => compare({ ...output, values, describe }, seen)),
      ...inputs.flatMap(([title]) => {
        const lines = subscriptionsOf(marble, title)
        return lines.length === 0 ? [] : compareSpans(source(title), lines, endMs)
      }),
    ].filter(comparison => !isTrue(comparison))
    return {
      ok: differing.length === 0 && leaks.length === 0,
      report: [...differing.map(comparison => reportComparison(comparison, columnMs)), ...leaks].join('\n\n'),
    }
  })
}

type Inputs = Readonly<Record<string, Observable<string>>>

/** In a picture, symbols are the values. */
const playing =
  (title: string) =>
  ({ atMs, symbol }: MarbleEvent): SeenEvent => {
    if (symbol === '|') return { atMs, sign: symbol }
    return symbol === '#'
      ? { atMs, sign: symbol, value: new Error(`${title} fails`) }
      : { atMs, sign: undefined, value: symbol }
  }

const subscriptionsOf = ({ subscriptions }: MarbleFile, title: string): readonly MarbleLine[] =>
  subscriptions.filter(({ of }) => of === title)

const list = (record: object): string => Object.keys(record).join(', ') || 'none'
