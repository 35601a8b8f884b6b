import type { IdentityPolicy, KnownPeer } from '../sc/hub/identity-policy.js'
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
      /** By what a certificate is known. Default its subject, which outlives the renewal of the certificate. */
      readonly by?: 'subject' | 'fingerprint'
      /** The most pins; after that, nobody is let in who is not among them. Default 10000. */
      readonly maxPins?: number
    }
)

/** Checks an identity policy; throws a {@link ConfigurationError}. */
export const identityPolicy = (options: IdentityOptions): IdentityPolicy => {
  const { reportOnly = false } = options
  if (options.policy === 'allow') {
    return { _tag: 'AllowList', reportOnly, peers: knownPeers('identity.peers', options.peers) }
  }
  const { by = 'subject', maxPins = 10_000, pins = [] } = options
  if (pins.length > maxPins) throw new ConfigurationError(`identity.pins: there are more than ${maxPins}`)
  return {
    _tag: 'PinOnFirstUse',
    reportOnly,
    by,
    maxPins: inRange('identity.maxPins', maxPins, 1, 1_000_000),
    pins: knownPeers('identity.pins', pins),
  }
}

const knownPeers = (name: string, peers: readonly KnownPeerOptions[]): readonly KnownPeer[] =>
  peers.map((peer, index) => knownPeer(`${name}[${index}]`, peer))

const knownPeer = (name: string, { vmac, uuid, fingerprint, subject }: KnownPeerOptions): KnownPeer => {
  const known = {
    ...(vmac === undefined ? {} : { vmac: valueOf(`${name}.vmac`, parseDeviceVmac(vmac)) }),
    ...(uuid === undefined ? {} : { uuid: valueOf(`${name}.uuid`, parseDeviceUuid(uuid)) }),
    ...(fingerprint === undefined ? {} : { fingerprint: parsedFingerprint(name, fingerprint) }),
    ...(subject === undefined ? {} : { subject }),
  }
  if (Object.keys(known).length > 0) return known
  throw new ConfigurationError(`${name}: says nothing, so that it would be anybody`)
}

const parsedFingerprint = (name: string, text: string): string => {
  const bare = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(bare)) return bare
  throw new ConfigurationError(`${name}.fingerprint: '${text}' is not a SHA-256 fingerprint of 64 hex digits`)
}
