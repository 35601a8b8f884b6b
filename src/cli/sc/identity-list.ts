import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { auditTime, EMPTY, finalize, map, merge, Observable, Subject, tap } from 'rxjs'
import { knownPeers } from '../../transport/identity.js'
import type { HubEvent, KnownPeerOptions } from '../../transport/sc.js'
import { warn, type Context } from '../command.js'
import { reasonOf, UsageError } from '../usage.js'
import { fileChanges } from './file-changes.js'
import { printKnownPeer } from './hub-report.js'

type Peers = readonly KnownPeerOptions[]

/** A file of devices that are known, which may change while a hub runs. */
export interface IdentityList {
  /** What it holds: now, when that has changed, and on SIGHUP. Cold, for one subscriber. */
  readonly peers$: Observable<Peers>
  /** Passes events on, writes down the pins among them, and tells where the file could not be read. */
  readonly keep: (event$: Observable<HubEvent>) => Observable<HubEvent>
}

/** A thousand nodes that come at once are one write, not a thousand. */
const WRITE_MS = 100

/** Reads the file at once, which need not be there where the hub makes it; throws a {@link UsageError} where it is wrong. */
export const identityList = (file: string, isMade: boolean, context: Context): IdentityList => {
  let inFile = isMade && !existsSync(file) ? undefined : readFile(file)
  let peers: Peers = inFile === undefined ? [] : peersIn(file, inFile)
  /** Pins that are not written yet; whatever a new file says, they were made after it. */
  let unwritten: Peers = []
  let isUnsaved = false
  let fault: string | undefined
  const changed$ = new Subject<Peers>()
  const unsaved$ = new Subject<void>()
  const told$ = new Subject<HubEvent>()

  /** Takes what is in the file; says whether it is as good as what is known. */
  const look = (asked: boolean): boolean => {
    try {
      const text = inFile === undefined && !existsSync(file) ? undefined : readFile(file)
      if (text === inFile && fault === undefined && !asked) return true
      peers = [...(text === undefined ? [] : peersIn(file, text)), ...unwritten]
      inFile = text
      fault = undefined
      isUnsaved = unwritten.length > 0
      changed$.next(peers)
      if (isUnsaved) unsaved$.next()
      return true
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === fault && !asked) return false
      fault = reason
      told$.next({ _tag: 'IdentityPolicy', state: 'refused', message: `the list in use stays as it was: ${reason}` })
      return false
    }
  }

  /** Never writes over a file that somebody else has changed and that cannot be read. */
  const write = (): void => {
    if (!isUnsaved || (existsSync(file) && !look(false))) return
    try {
      const text = `${JSON.stringify(peers, undefined, 2)}\n`
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
      inFile = text
      unwritten = []
      isUnsaved = false
    } catch (error) {
      warn(context, `${file}: ${reasonOf(error)}`)
    }
  }

  const takePins = (pins: Peers): void => {
    const before = inFile
    look(false)
    // A new file has just taken the place of these pins.
    if (inFile !== before || JSON.stringify(pins) === JSON.stringify(peers)) return
    peers = pins
    unwritten = unwritten.filter(({ uuid }) => pins.some(pin => pin.uuid === uuid))
    isUnsaved = true
    unsaved$.next()
  }

  const note = (event: HubEvent): void => {
    if (event._tag === 'Pins') takePins(event.pins.map(printKnownPeer))
    if (event._tag !== 'IdentityPinned') return
    const pin = printKnownPeer(event.pin)
    peers = [...peers, pin]
    unwritten = [...unwritten, pin]
    isUnsaved = true
    unsaved$.next()
  }

  return {
    peers$: new Observable(subscriber => {
      subscriber.next(peers)
      subscriber.add(changed$.subscribe(subscriber))
      const asked$ = (context.hangup$ ?? EMPTY).pipe(map(() => true))
      subscriber.add(merge(fileChanges([file]).pipe(map(() => false)), asked$).subscribe(look))
    }),
    keep: event$ =>
      new Observable(subscriber => {
        subscriber.add(told$.subscribe(subscriber))
        if (isMade) subscriber.add(unsaved$.pipe(auditTime(WRITE_MS)).subscribe(write))
        subscriber.add((isMade ? event$.pipe(tap(note), finalize(write)) : event$).subscribe(subscriber))
      }),
  }
}

const readFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}

const peersIn = (file: string, text: string): Peers =>
  knownPeers(`${file}: identities`, parsed(file, text)).map(printKnownPeer)

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}
