import type { Either } from 'fp-ts/lib/Either.js'
import { filter, map, pipe, ReplaySubject, switchMap, take, tap, type Observable, type OperatorFunction } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { trace } from '../../link/trace.js'
import { seconds } from '../../values/duration.js'
import type { Context } from '../command.js'
import type { Report } from '../output.js'
import { runDuplex, type LineOutcome } from '../run-duplex.js'
import { witness } from '../witness.js'

/** What waits to be sent at the end has 2 s; nothing else is waited for. */
const PATIENCE = seconds(3)

interface Tagged {
  readonly _tag: string
}

interface StatusTold<Status> {
  readonly _tag: 'Status'
  readonly status: Status
}

/** How a port is run as a command. */
export interface PortRun<Out, Status, Other extends Tagged, News extends Tagged> {
  readonly link: Duplex<Out, StatusTold<Status> | Other>
  /** Tells apart what a status says; `Bound` comes first. */
  readonly news: OperatorFunction<StatusTold<Status> | Other, News>
  readonly report: (news: News) => Report | undefined
  /** Warns of what may be wrong with the addresses of a port that listens now. */
  readonly bound: (news: Extract<News, { readonly _tag: 'Bound' }>) => void
  /** Reads lines of stdin; `status` is the latest of the port. */
  readonly onLine: (status: () => Status | undefined) => (line: string) => Either<string, LineOutcome<Out>>
  readonly json: boolean
  readonly context: Context
}

/** Runs a port until the process is told to stop; resolves to the exit code, and rejects when it cannot be bound. */
export const runPort = <Out, Status, Other extends Tagged, News extends Tagged>({
  link,
  news,
  report,
  bound,
  onLine,
  json,
  context,
}: PortRun<Out, Status, Other, News>): Promise<number> => {
  type Event = StatusTold<Status> | Other
  const isStatus = (event: Event): event is StatusTold<Status> => event._tag === 'Status'
  const isBound = (told: News): told is Extract<News, { readonly _tag: 'Bound' }> => told._tag === 'Bound'

  const status = witness<Event, Status>(
    pipe(
      filter(isStatus),
      map(event => event.status),
    ),
  )
  const traced = trace(link, { inbound: status.see })
  const bound$ = new ReplaySubject<void>(1)
  const noteBound = (told: News): void => {
    if (!isBound(told)) return
    bound(told)
    bound$.next()
  }
  // What is typed is read only then, so that nothing is answered before it is told that the port listens.
  const line$ = bound$.pipe(
    take(1),
    switchMap(() => context.line$),
  )
  return runDuplex({
    duplex: (outbound$: Observable<Out>) => traced(outbound$).pipe(news, tap(noteBound)),
    context: { ...context, line$ },
    json,
    report,
    onLine: onLine(status.latest),
    patience: PATIENCE,
  })
}
