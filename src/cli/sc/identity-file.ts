import * as E from 'fp-ts/lib/Either.js'
import { map, of, type Observable } from 'rxjs'
import type { HubEvent, IdentityOptions, KnownPeerOptions } from '../../transport/sc.js'
import { textCodec } from '../../values/text-codec.js'
import type { Context } from '../command.js'
import { inJson, PathFromText, type OptionCodec } from '../option-codecs.js'
import { optional, toggle, withDefault, type Option, type Values } from '../options.js'
import { UsageError } from '../usage.js'
import { identityList } from './identity-list.js'

const POLICIES = ['none', 'allow', 'pin', 'pin-subject'] as const

type Policy = (typeof POLICIES)[number]

const PolicyFromText: OptionCodec<Policy> = inJson(
  textCodec<Policy>(
    'policy',
    text => {
      const policy = POLICIES.find(name => name === text)
      return policy === undefined ? E.left(`'${text}' is not one of ${POLICIES.join(', ')}`) : E.right(policy)
    },
    String,
  ),
  { enum: POLICIES },
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
    help: 'who may claim a VMAC and UUID: none (anybody), allow (who is in --identities), pin (the first certificate; a renewed one is refused until forget-pin), pin-subject (the first subject; any certificate with it)',
  }),
  identities: optional(PathFromText, {
    placeholder: 'FILE',
    help: 'JSON list of {vmac, uuid, fingerprint, subject}, read again when it changes and on SIGHUP; pins are written to it',
  }),
  identityReport: toggle('let in who does not fit the policy, and only say so'),
}

/** A policy, and what keeps its file up to date. */
export interface IdentityFile {
  readonly options: Observable<IdentityOptions> | undefined
  /** Passes events on, writes down the pins among them, and tells where the file could not be read. */
  readonly keep: (event$: Observable<HubEvent>) => Observable<HubEvent>
}

/** Reads the policy, whose file is followed while the hub runs; throws a {@link UsageError} where the file is wrong. */
export const identityFile = (
  { identity, identities: file, identityReport: reportOnly }: Values<IdentityTable>,
  context: Context,
): IdentityFile => {
  if (identity === 'none') {
    if (file !== undefined || reportOnly) throw new UsageError('--identity allow, pin or pin-subject is missing')
    return { options: undefined, keep: event$ => event$ }
  }
  if (identity === 'allow' && file === undefined) throw new UsageError('--identity allow needs --identities')
  const optionsOf = (peers: readonly KnownPeerOptions[]): IdentityOptions =>
    identity === 'allow'
      ? { policy: 'allow', peers, reportOnly }
      : { policy: 'pin', pins: peers, by: identity === 'pin' ? 'fingerprint' : 'subject', reportOnly }
  if (file === undefined) return { options: of(optionsOf([])), keep: event$ => event$ }
  const { peers$, keep } = identityList(file, identity !== 'allow', context)
  return { options: peers$.pipe(map(optionsOf)), keep }
}
