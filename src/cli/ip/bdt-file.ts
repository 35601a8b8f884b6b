import { accessSync, constants, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { finalize, Observable, Subject, tap, throttleTime } from 'rxjs'
import { printBdtEntry, type BdtEntry, type IpLinkEvent } from '../../transport/ip.js'
import { warn, type Context } from '../command.js'
import { reasonOf, UsageError } from '../usage.js'
import { OwnBdtFromJson } from './codecs.js'

type Bdt = readonly BdtEntry[]

/** A broadcast distribution table that outlives the process. */
export interface BdtFile {
  /** The table: what the port begins with, and later what was written at last. */
  readonly bdt: () => Bdt
  /** Passes events on, and keeps the table that is written. */
  readonly keep: (event$: Observable<IpLinkEvent>) => Observable<IpLinkEvent>
}

/** Whoever may write the table may do it as fast as the network is; the disk is spared. */
const WRITE_MS = 100

/** Reads the file at once, which is made when a table is written; throws a {@link UsageError} where it is wrong. */
export const bdtFile = (file: string | undefined, given: Bdt, context: Context): BdtFile => {
  const kept = file === undefined ? undefined : readBdt(file)
  if (file !== undefined && kept !== undefined && given.length > 0)
    warn(context, `${file}: this table counts, and not that of --bdt`)

  let latest = kept ?? given
  let unwritten: Bdt | undefined
  const unsaved$ = new Subject<void>()

  const write = (): void => {
    if (file === undefined || unwritten === undefined) return
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify(unwritten.map(printBdtEntry), undefined, 2)}\n`)
      renameSync(`${file}.new`, file)
      unwritten = undefined
    } catch (error) {
      warn(context, `${file}: ${reasonOf(error)}`)
    }
  }

  const note = (event: IpLinkEvent): void => {
    if (event._tag !== 'BdtWritten') return
    latest = event.entries
    unwritten = event.entries
    unsaved$.next()
  }

  return {
    bdt: () => latest,
    keep: event$ =>
      new Observable(subscriber => {
        subscriber.add(
          unsaved$.pipe(throttleTime(WRITE_MS, undefined, { leading: true, trailing: true })).subscribe(write),
        )
        subscriber.add(event$.pipe(tap(note), finalize(write)).subscribe(subscriber))
      }),
  }
}

/** The table in the file; `undefined` where there is no file yet, but one can be made. */
const readBdt = (file: string): Bdt | undefined => {
  try {
    if (existsSync(file)) return bdtIn(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    accessSync(dirname(file), constants.W_OK)
    return undefined
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}

const bdtIn = (text: string): Bdt => {
  const bdt = OwnBdtFromJson.decode(JSON.parse(text))
  if (E.isRight(bdt)) return bdt.right
  throw new UsageError(bdt.left[0]?.message ?? 'not a broadcast distribution table')
}
