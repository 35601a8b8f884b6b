import * as E from 'fp-ts/lib/Either.js'
import {
  asyncScheduler,
  concat,
  defer,
  of,
  ReplaySubject,
  retry,
  Subject,
  takeUntil,
  throwError,
  timer,
  type Observable,
} from 'rxjs'
import { seconds, type Duration } from '../../values/duration.js'
import { explain, type Context } from '../command.js'
import type { Report } from '../output.js'
import { eventOf } from '../service.js'
import type { JsonObject } from '../stdin-command.js'
import { asError } from '../usage.js'
import { portFailed, tagged, type Standing } from './box-report.js'
import type { BoxPort } from './box.js'
import type { OpenedPort } from './opened-port.js'

/** A port of a box while that runs: it is opened again whenever it has failed. */
export interface RunningPort {
  readonly port: BoxPort
  /** Completes once it is up, or has ended; errors when it cannot be had at all, and it is tried no more then. */
  readonly up$: Observable<never>
  /** Completes when it has ended. */
  readonly ended$: Observable<never>
  readonly onCommand: (command: JsonObject) => E.Either<string, Report | undefined>
  /** Has its files read again. */
  readonly hangUp: () => void
  readonly standing: () => Standing
  /** How long its end may take. */
  readonly patience: () => Duration
  /** Asks for its end in good order. */
  readonly end: () => void
  /** Drops it at once. */
  readonly drop: () => void
}

/** What a port needs to run. */
export interface RunPortOptions {
  readonly context: Context
  /** Opens it, alone or as one of the router; errors when it fails. */
  readonly open: (opened: OpenedPort, end$: Observable<never>) => Observable<never>
  readonly tell: (report: Report) => void
  /** Whether its first failure, before it is up, is its last. */
  readonly isFirstStart: boolean
}

/** The first pause before a port that has failed is opened again, and the longest; it doubles in between. */
const FIRST_PAUSE = seconds(1)
const LONGEST_PAUSE = seconds(60)

const NOT_THERE = 'has failed, and is not open at the moment'

/** Runs a port, from now on. */
export const runningPort = (port: BoxPort, { context, open, tell, isFirstStart }: RunPortOptions): RunningPort => {
  const hangup$ = new Subject<void>()
  const end$ = new ReplaySubject<never>(1)
  const up$ = new ReplaySubject<never>(1)
  const ended$ = new ReplaySubject<never>(1)
  let opened: OpenedPort | undefined
  let patience = seconds(0)
  let isUp = false
  let hasBeenUp = false
  let pause = FIRST_PAUSE
  let since = 0

  const inform = (report: Report): void => {
    tell(tagged(port.name, report))
    if (isUp || (opened?.listens === true && eventOf(report) !== 'listening')) return
    isUp = true
    hasBeenUp = true
    up$.complete()
  }

  const attempt$ = defer(() => {
    since = asyncScheduler.now()
    const made = port.make({ ...context, subject: port.name, hangup$ }, inform)
    opened = made
    patience = made.patience
    return open(made, end$)
  })

  const pauseAfter = (error: unknown): Observable<unknown> => {
    opened = undefined
    isUp = false
    if (isFirstStart && !hasBeenUp) return throwError(() => asError(error))
    if (asyncScheduler.now() - since > LONGEST_PAUSE) pause = FIRST_PAUSE
    const after = pause
    pause = seconds(Math.min((2 * after) / 1000, LONGEST_PAUSE / 1000))
    tell(portFailed(port.name, explain(error), after))
    // Who is told to end need not be opened any more.
    return timer(after).pipe(takeUntil(concat(end$, of(0))))
  }

  const life = attempt$.pipe(retry({ delay: pauseAfter })).subscribe({
    error: (error: unknown) => {
      up$.error(asError(error))
      ended$.complete()
    },
    complete: () => {
      opened = undefined
      up$.complete()
      ended$.complete()
    },
  })
  return {
    port,
    up$,
    ended$,
    onCommand: command => opened?.onCommand(command) ?? E.left(NOT_THERE),
    hangUp: () => hangup$.next(),
    standing: () => (opened === undefined ? 'failed' : isUp ? 'running' : 'starting'),
    patience: () => patience,
    end: () => end$.complete(),
    drop: () => life.unsubscribe(),
  }
}
