import * as E from 'fp-ts/lib/Either.js'
import { delay, Subject, Subscription, take, tap } from 'rxjs'
import type { Duplex } from '../link/duplex.js'
import type { Duration } from '../values/duration.js'
import type { Context } from './command.js'
import { reportPrinter, type Report } from './output.js'
import { asError } from './usage.js'

/** What a line of stdin comes to: something for the duplex, or an answer of the command itself. */
export type LineOutcome<Out> =
  { readonly _tag: 'Submit'; readonly outbound: Out } | { readonly _tag: 'Answer'; readonly report: Report }

/** How a duplex is run as a command. */
export interface RunOptions<Out, In> {
  readonly duplex: Duplex<Out, In>
  readonly context: Context
  readonly json: boolean
  /** `undefined` for an event that nobody needs to see. */
  readonly report: (event: In) => Report | undefined
  /** Reads a line of stdin, heard only with `--json`; `Left` says what is wrong with it. */
  readonly onLine: (line: string) => E.Either<string, LineOutcome<Out>>
  /** How long the end in good order may take once it was asked for. */
  readonly patience: Duration
}

/**
 * Runs a duplex until the process is told to stop: prints what it tells, feeds it what stdin says.
 * Resolves to exit code 0 when it has ended, at the latest when the patience is over; rejects with its error.
 */
export const runDuplex = <Out, In>(options: RunOptions<Out, In>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { duplex, context, json, report, onLine, patience } = options
    const print = reportPrinter(context.stdout, json)
    const outbound$ = new Subject<Out>()
    const running = new Subscription()
    let ending = false
    const end = (): void => {
      running.unsubscribe()
      resolve(0)
    }

    const hearLine = (line: string): void => {
      if (line.trim() === '') return
      const outcome = ending ? E.left('is ending') : onLine(line)
      if (E.isLeft(outcome)) {
        print({ json: { event: 'error', message: outcome.left }, text: `error: ${outcome.left}` })
      } else if (outcome.right._tag === 'Answer') {
        print(outcome.right.report)
      } else {
        outbound$.next(outcome.right.outbound)
      }
    }

    running.add(
      duplex(outbound$).subscribe({
        next: event => {
          const told = report(event)
          if (told !== undefined) print(told)
        },
        error: (error: unknown) => {
          running.unsubscribe()
          reject(asError(error))
        },
        complete: end,
      }),
    )
    running.add(
      context.stop$
        .pipe(
          take(1),
          tap(() => {
            ending = true
            outbound$.complete()
          }),
          delay(patience),
        )
        .subscribe(end),
    )
    if (json) running.add(context.line$.subscribe(hearLine))
    // Taken also where there is nothing to read again: without anybody to take it, a SIGHUP ends the process.
    if (context.hangup$ !== undefined) running.add(context.hangup$.subscribe())
  })
