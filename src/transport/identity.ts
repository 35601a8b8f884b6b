import { isObservable, Observable, of } from 'rxjs'
import type { IdentityNews, IdentityPolicy, KnownPeer } from '../sc/hub/identity-policy.js'
import { parseDeviceUuid } from '../values/device-uuid.js'
import { parseDeviceVmac } from '../values/vmac.js'
import { ConfigurationError } from './configuration-error.js'
import { inRange, valueOf } from './configuration.js'

/** A device that is known, as text: the fields of {@link KnownPeer} as people write them. */
export interface KnownPeerOptions {
  readonly vmac?: string
  readonly uuid?: string
  /** SHA-256 of its certificate as hex, with or without colons. */
  readonly fingerprint?: string
  /** The subject of its certificate, in one line: `CN=hub,O=lab`. */
  readonly subject?: string
}

/** Who may claim which VMAC and Device UUID at a hub. */
export type IdentityOptions = {
  /** Whether a device that does not fit is let in all the same, and only told about as `IdentityDiffers`. Default false. */
  readonly reportOnly?: boolean
} & (
  | {
      /** Those on the list and nobody else. A device is on it when all that one entry says is true of it. */
      readonly policy: 'allow'
      readonly peers: readonly KnownPeerOptions[]
    }
  | {
      /** The first device with a certificate is known from then on by its VMAC and Device UUID, and told as `IdentityPinned`. */
      readonly policy: 'pin'
      /** Pins of earlier times, to begin with. Default none. */
      readonly pins?: readonly KnownPeerOptions[]
      /**
       * By what a certificate is known. Default its `fingerprint`, which no other certificate has: a renewed one is refused
       * until the pin is forgotten. A `subject` outlives renewals, where they keep it; then whoever gets a certificate of that
       * subject from an issuer is taken for the device.
       */
      readonly by?: 'subject' | 'fingerprint'
      /** The most pins; after that, nobody is let in who is not among them. Default 10000. */
      readonly maxPins?: number
    }
)

/** Follows an identity policy, or an Observable of it. One that stays is checked at once: throws a {@link ConfigurationError}. */
export const identityNews = (source: IdentityOptions | Observable<IdentityOptions>): Observable<IdentityNews> => {
  if (!isObservable(source)) return of({ _tag: 'Use', policy: identityPolicy(source) })
  return new Observable(subscriber => {
    let isUsed = false
    const refuse = (reason: string): void => {
      if (isUsed) subscriber.next({ _tag: 'Refused', reason })
      else subscriber.error(new ConfigurationError(reason))
    }
    return source.subscribe({
      next: options => {
        const policy = checked(options)
        if (typeof policy === 'string') {
          refuse(policy)
          return
        }
        isUsed = true
        subscriber.next({ _tag: 'Use', policy })
      },
      error: (error: unknown) => refuse(`identity: there is no more of it: ${String(error)}`),
      complete: () => {
        if (!isUsed) refuse('identity: there is none')
      },
    })
  })
}

const checked = (options: IdentityOptions): IdentityPolicy | string => {
  try {
    return identityPolicy(options)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Checks an identity policy; throws a {@link ConfigurationError}. */
export const identityPolicy = (options: IdentityOptions): IdentityPolicy => {
  const { policy, reportOnly = false } = options
  switch (policy) {
    case 'allow':
      return { _tag: 'AllowList', reportOnly, peers: knownPeers('identity.peers', options.peers) }
    case 'pin': {
      const { by = 'fingerprint', maxPins = 10_000 } = options
      const pins = knownPeers('identity.pins', options.pins ?? [])
      if (pins.length > maxPins) throw new ConfigurationError(`identity.pins: there are more than ${maxPins}`)
      if (!['fingerprint', 'subject'].includes(by)) throw unknownWord('identity.by', by)
      return {
        _tag: 'PinOnFirstUse',
        reportOnly,
        by,
        maxPins: inRange('identity.maxPins', maxPins, 1, 1_000_000),
        pins,
      }
    }
    default:
      throw unknownWord('identity.policy', policy)
  }
}

/** Who writes no TypeScript may write anything. */
const unknownWord = (name: string, word: unknown): ConfigurationError =>
  new ConfigurationError(`${name}: ${JSON.stringify(word)} is not one of those there are`)

/**
 * Checks a list of devices, whatever it is; throws a {@link ConfigurationError} with the path of what is wrong, which
 * begins with `name`. A key that is not known is wrong: an entry without what was meant by it would let others in.
 */
export const knownPeers = (name: string, peers: unknown): readonly KnownPeer[] => {
  if (!Array.isArray(peers)) throw new ConfigurationError(`${name}: is not a list`)
  return peers.map((peer: unknown, index) => knownPeer(`${name}[${index}]`, peer))
}

const knownPeer = (name: string, peer: unknown): KnownPeer => {
  if (typeof peer !== 'object' || peer === null || Array.isArray(peer)) {
    throw new ConfigurationError(`${name}: is not an object`)
  }
  const read = Object.entries(peer).map(([key, value]: [string, unknown]) => {
    const field = `${name}.${key}`
    if (!Object.hasOwn(FIELDS, key)) throw new ConfigurationError(`${field}: unknown key`)
    if (typeof value !== 'string') throw new ConfigurationError(`${field}: must be text`)
    return [key, FIELDS[key as keyof KnownPeer](field, value)] as const
  })
  if (read.length > 0) return Object.fromEntries(read)
  throw new ConfigurationError(`${name}: says nothing, so that it would be anybody`)
}

const parsedFingerprint = (name: string, text: string): string => {
  const bare = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(bare)) return bare
  throw new ConfigurationError(`${name}: '${text}' is not a SHA-256 fingerprint of 64 hex digits`)
}

const FIELDS: Readonly<Record<keyof KnownPeer, (name: string, text: string) => string>> = {
  vmac: (name, text) => valueOf(name, parseDeviceVmac(text)),
  uuid: (name, text) => valueOf(name, parseDeviceUuid(text)),
  fingerprint: parsedFingerprint,
  subject: (name, text) => {
    if (text === '') throw new ConfigurationError(`${name}: must not be empty`)
    return text
  },
}
