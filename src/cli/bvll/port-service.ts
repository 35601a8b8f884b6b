import type { Either } from 'fp-ts/lib/Either.js'
import { filter, map, pipe, tap, type OperatorFunction } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { trace } from '../../link/trace.js'
import { seconds } from '../../values/duration.js'
import type { Report } from '../output.js'
import type { LineOutcome } from '../run-duplex.js'
import { reporting, type Service } from '../service.js'
import type { JsonObject } from '../stdin-command.js'
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

/** What a port is as a service. */
export interface PortService<Out, Status, Other extends Tagged, News extends Tagged> {
  readonly link: Duplex<Out, StatusTold<Status> | Other>
  /** Tells apart what a status says; `Bound` comes first. */
  readonly news: OperatorFunction<StatusTold<Status> | Other, News>
  readonly report: (news: News) => Report | undefined
  /** Warns of what may be wrong with the addresses of a port that listens now. */
  readonly bound: (news: Extract<News, { readonly _tag: 'Bound' }>) => void
  /** Reads commands of stdin; `status` is the latest of the port. */
  readonly onCommand: (status: () => Status | undefined) => (command: JsonObject) => Either<string, LineOutcome<Out>>
}

/** A port of either annex as a service. */
export const portService = <Out, Status, Other extends Tagged, News extends Tagged>({
  link,
  news,
  report,
  bound,
  onCommand,
}: PortService<Out, Status, Other, News>): Service<Out, StatusTold<Status> | Other> => {
  type Event = StatusTold<Status> | Other
  const isStatus = (event: Event): event is StatusTold<Status> => event._tag === 'Status'
  const isBound = (told: News): told is Extract<News, { readonly _tag: 'Bound' }> => told._tag === 'Bound'

  const status = witness<Event, Status>(
    pipe(
      filter(isStatus),
      map(event => event.status),
    ),
  )
  const noteBound = (told: News): void => {
    if (isBound(told)) bound(told)
  }
  return {
    duplex: trace(link, { inbound: status.see }),
    reports: pipe(news, tap(noteBound), reporting(report)),
    onCommand: onCommand(status.latest),
    listens: true,
    check: () => undefined,
    patience: PATIENCE,
  }
}
