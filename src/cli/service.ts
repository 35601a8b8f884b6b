import * as E from 'fp-ts/lib/Either.js'
import { defer, filter, map, pipe, ReplaySubject, switchMap, take, tap, type OperatorFunction } from 'rxjs'
import type { Duplex } from '../link/duplex.js'
import type { Duration } from '../values/duration.js'
import { defineCommand, type Command, type Context } from './command.js'
import type { OptionTable, Values } from './options.js'
import type { Report } from './output.js'
import { runDuplex, type LineOutcome } from './run-duplex.js'
import { parseJsonObject, type JsonObject } from './stdin-command.js'

/** Something that a command runs, alone or beside others in one process: a link, or a hub. */
export interface Service<Out, In> {
  /** Cold. Completing what goes in asks for an end in good order. */
  readonly duplex: Duplex<Out, In>
  /** What is to be told of what comes out. */
  readonly reports: OperatorFunction<In, Report>
  /** Reads a command of stdin; `Left` says what is wrong with it. */
  readonly onCommand: (command: JsonObject) => E.Either<string, LineOutcome<Out>>
  /** Whether it tells `listening`, before which it is not there for others. */
  readonly listens: boolean
  /** Throws what the duplex would end with for its options, and opens nothing. */
  readonly check: () => void
  /** How long the end in good order may take. */
  readonly patience: Duration
}

/** A kind of service, and the command that runs one. */
export interface ServiceDefinition<Table extends OptionTable, Out, In> {
  readonly name: string
  readonly summary: string
  readonly options: Table
  /** Makes one of these options; throws a `UsageError` for those that make no sense, or name files that cannot be read. */
  readonly make: (options: Values<Table>, context: Context) => Service<Out, In>
  /** Whether the command reads stdin from the start; else once it has told that it listens. */
  readonly readsAtOnce: boolean
}

/** What a report is called. */
export const eventOf = ({ json }: Report): unknown => json['event']

/** Tells what is worth telling. */
export const reporting = <In>(report: (event: In) => Report | undefined): OperatorFunction<In, Report> =>
  pipe(
    map(report),
    filter(told => told !== undefined),
  )

/** The command that runs one service until the process is told to stop. */
export const serviceCommand = <Table extends OptionTable, Out, In>({
  name,
  summary,
  options,
  make,
  readsAtOnce,
}: ServiceDefinition<Table, Out, In>): Command =>
  defineCommand({
    name,
    summary,
    options,
    run: (values, context) => runService(make(values, context), context, values.json, readsAtOnce),
  })

const runService = <Out, In>(
  { duplex, reports, onCommand, patience }: Service<Out, In>,
  context: Context,
  json: boolean,
  readsAtOnce: boolean,
): Promise<number> => {
  const listening$ = new ReplaySubject<void>(1)
  const line$ = listening$.pipe(
    take(1),
    switchMap(() => context.line$),
  )
  return runDuplex<Out, Report>({
    duplex: outbound$ =>
      defer(() => duplex(outbound$)).pipe(
        reports,
        tap(report => {
          if (eventOf(report) === 'listening') listening$.next()
        }),
      ),
    // Else something may be answered before it is told that there is somebody to answer.
    context: readsAtOnce ? context : { ...context, line$ },
    json,
    report: told => told,
    onLine: line => {
      const command = parseJsonObject(line)
      return E.isLeft(command) ? command : onCommand(command.right)
    },
    patience,
  })
}
