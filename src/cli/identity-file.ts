import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { auditTime, finalize, Observable, Subject, tap } from 'rxjs'
import type { HubEvent, IdentityOptions, KnownPeerOptions } from '../transport/sc.js'
import { warn, type Context } from './command.js'
import { printKnownPeer } from './hub-report.js'
import type { OptionCodec } from './option-codecs.js'
import { PathFromText } from './option-codecs.js'
import { optional, toggle, withDefault, type Option, type Values } from './options.js'
import { textCodec } from '../values/text-codec.js'
import { reasonOf, UsageError } from './usage.js'

const POLICIES = ['none', 'allow', 'pin'] as const

type Policy = (typeof POLICIES)[number]

const PolicyFromText: OptionCodec<Policy> = textCodec<Policy>(
  'policy',
  text => {
    const policy = POLICIES.find(name => name === text)
    return policy === undefined ? E.left(`'${text}' is not one of ${POLICIES.join(', ')}`) : E.right(policy)
  },
  String,
)

/** The options that say who may claim which identity. */
export type IdentityTable = {
  readonly identity: Option<Policy>
  readonly identities: Option<string | undefined>
  readonly identityReport: Option<boolean>
}

/** The options that say who may claim which identity. */
export const identityTable: IdentityTable = {
  identity: withDefault(PolicyFromText, 'none', {
    placeholder: 'POLICY',
    help: 'who may claim a VMAC and UUID: none (anybody), allow (who is in --identities), pin (the first certificate)',
  }),
  identities: optional(PathFromText, {
    placeholder: 'FILE',
    help: 'JSON list of {vmac, uuid, fingerprint, subject}; with pin, it is made and kept up to date',
  }),
  identityReport: toggle('let in who does not fit the policy, and only say so'),
}

/** A policy, and what keeps its file up to date. */
export interface IdentityFile {
  readonly options: IdentityOptions | undefined
  /** Passes events on and writes down the pins among them. */
  readonly keep: (event$: Observable<HubEvent>) => Observable<HubEvent>
}

const KnownPeers = t.readonlyArray(
  t.exact(t.partial({ vmac: t.string, uuid: t.string, fingerprint: t.string, subject: t.string })),
)

/** A thousand nodes that come at once are one write, not a thousand. */
const WRITE_MS = 100

/** Reads the policy; throws a {@link UsageError} where the file is wrong. */
export const identityFile = (
  { identity, identities: file, identityReport: reportOnly }: Values<IdentityTable>,
  context: Context,
): IdentityFile => {
  const asItIs = (event$: Observable<HubEvent>): Observable<HubEvent> => event$
  if (identity === 'none') {
    if (file !== undefined || reportOnly) throw new UsageError('--identity allow or pin is missing')
    return { options: undefined, keep: asItIs }
  }
  if (identity === 'allow') {
    if (file === undefined) throw new UsageError('--identity allow needs --identities')
    return { options: { policy: 'allow', peers: readPeers(file), reportOnly }, keep: asItIs }
  }
  const pins = file !== undefined && existsSync(file) ? readPeers(file) : []
  const options: IdentityOptions = { policy: 'pin', pins, reportOnly }
  return { options, keep: file === undefined ? asItIs : event$ => keepPins(event$, file, pins, context) }
}

const keepPins = (
  event$: Observable<HubEvent>,
  file: string,
  known: readonly KnownPeerOptions[],
  context: Context,
): Observable<HubEvent> =>
  new Observable(subscriber => {
    const changed$ = new Subject<void>()
    let pins = known
    let written = known
    const write = (): void => {
      if (pins === written) return
      written = pins
      try {
        writeFileSync(`${file}.new`, `${JSON.stringify(pins, undefined, 2)}\n`)
        renameSync(`${file}.new`, file)
      } catch (error) {
        warn(context, `${file}: ${reasonOf(error)}`)
      }
    }
    const note = (event: HubEvent): void => {
      if (event._tag === 'IdentityPinned') pins = [...pins, printKnownPeer(event.pin)]
      else if (event._tag === 'Pins') pins = event.pins.map(printKnownPeer)
      else return
      changed$.next()
    }
    subscriber.add(changed$.pipe(auditTime(WRITE_MS)).subscribe(write))
    subscriber.add(event$.pipe(tap(note), finalize(write)).subscribe(subscriber))
  })

const readPeers = (file: string): readonly KnownPeerOptions[] => {
  const peers = KnownPeers.decode(readJson(file))
  if (E.isRight(peers)) return peers.right
  throw new UsageError(`${file}: is not a list of objects with vmac, uuid, fingerprint or subject`)
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}
