import type { DeviceUuid } from '../../values/device-uuid.js'
import type { Vmac } from '../../values/vmac.js'
import type { CertificateFacts } from '../certificate/certificate.js'

/** A device that is known, by all that is said here; what is left out may be anything. */
export interface KnownPeer {
  readonly vmac?: Vmac
  readonly uuid?: DeviceUuid
  /** SHA-256 of its certificate, as 64 hex digits in lower case. */
  readonly fingerprint?: string
  /** The subject of its certificate, in one line: `CN=hub,O=lab`. */
  readonly subject?: string
}

/** What is known of a device that asks to connect. */
export interface PeerFacts {
  readonly vmac: Vmac
  readonly uuid: DeviceUuid
  readonly certificate: CertificateFacts | undefined
}

/**
 * Who may claim which identity. The standard binds neither VMAC nor Device UUID to a certificate: any device with a good
 * certificate may claim any of them.
 */
export type IdentityPolicy = {
  /** Whether a device that does not fit is let in all the same, and only told about. */
  readonly reportOnly: boolean
} & (
  | { readonly _tag: 'AllowList'; readonly peers: readonly KnownPeer[] }
  /** The first device with a certificate is known from then on by its VMAC and Device UUID. */
  | {
      readonly _tag: 'PinOnFirstUse'
      /**
       * By what a certificate is known. A subject outlives the renewal of a certificate, and is that of any other one whose
       * issuer gives it again; a fingerprint is that of one certificate alone.
       */
      readonly by: 'subject' | 'fingerprint'
      /** Known from the start. */
      readonly pins: readonly KnownPeer[]
      /** The most pins; no device that is not among them is let in after that. */
      readonly maxPins: number
    }
)

/** What becomes of a policy while a hub runs. */
export type IdentityNews =
  /** It counts from now on, in place of the one before and of all that it knew. */
  | { readonly _tag: 'Use'; readonly policy: IdentityPolicy }
  /** A new one is wrong: the one before stays. */
  | { readonly _tag: 'Refused'; readonly reason: string }

/** What a policy says to a device. */
export type IdentityVerdict =
  | { readonly _tag: 'Fits' }
  /** Here for the first time, and known from now on. */
  | { readonly _tag: 'Pinned'; readonly pin: KnownPeer }
  | { readonly _tag: 'Differs'; readonly reason: string }

/** A policy at work. */
export interface IdentityGuard {
  /** Judges a device that is about to be let in. */
  readonly judge: (peer: PeerFacts) => IdentityVerdict
  /** Why a device that is there already would not be let in; `undefined` for one that would be. Makes no pin. */
  readonly fault: (peer: PeerFacts) => string | undefined
  /** All pins there are, to be kept by the application and given to the next guard. */
  readonly pins: () => readonly KnownPeer[]
  /** Forgets the pins with that Device UUID, of a device that was replaced for example. */
  readonly forget: (uuid: DeviceUuid) => void
}

const FITS: IdentityVerdict = { _tag: 'Fits' }

/** Puts a policy to work. */
export const identityGuard = (policy: IdentityPolicy): IdentityGuard =>
  policy._tag === 'AllowList' ? allowing(policy.peers) : pinning(policy)

const allowing = (peers: readonly KnownPeer[]): IdentityGuard => {
  const fault = (peer: PeerFacts): string | undefined =>
    peers.some(known => misfit(known, peer) === undefined) ? undefined : 'the device is not on the list'
  return { judge: peer => verdict(fault(peer)), fault, pins: () => [], forget: () => undefined }
}

const verdict = (fault: string | undefined): IdentityVerdict =>
  fault === undefined ? FITS : { _tag: 'Differs', reason: fault }

/** In what a device is not the one that is known. */
const misfit = (known: KnownPeer, { vmac, uuid, certificate }: PeerFacts): string | undefined => {
  const differ = (wanted: string | undefined, is: string | undefined): boolean => wanted !== undefined && wanted !== is
  if (differ(known.fingerprint, certificate?.fingerprint)) return 'fingerprint'
  if (differ(known.subject, certificate?.subject)) return 'subject'
  if (differ(known.uuid, uuid)) return 'Device UUID'
  return differ(known.vmac, vmac) ? 'VMAC' : undefined
}

const pinning = ({ by, pins, maxPins }: IdentityPolicy & { readonly _tag: 'PinOnFirstUse' }): IdentityGuard => {
  const known = new Set<KnownPeer>()
  const byCertificate = new Map<string, KnownPeer>()
  const byUuid = new Map<DeviceUuid, KnownPeer>()
  const byVmac = new Map<Vmac, KnownPeer>()

  const add = (pin: KnownPeer): void => {
    known.add(pin)
    const name = namesOf(pin)[0]
    if (name !== undefined) byCertificate.set(name, pin)
    if (pin.uuid !== undefined) byUuid.set(pin.uuid, pin)
    if (pin.vmac !== undefined) byVmac.set(pin.vmac, pin)
  }
  for (const pin of pins) add(pin)

  /** Pins that were given may know the certificate by either name. */
  const pinOf = (certificate: CertificateFacts): KnownPeer | undefined => {
    for (const name of namesOf(certificate)) {
      const pin = byCertificate.get(name)
      if (pin !== undefined) return pin
    }
    return undefined
  }

  const fault = (peer: PeerFacts): string | undefined => {
    if (peer.certificate === undefined) return 'the device has no certificate'
    const pin = pinOf(peer.certificate)
    if (pin !== undefined) {
      const other = misfit(pin, peer)
      return other && `the certificate is pinned to another ${other}`
    }
    if (byUuid.has(peer.uuid)) return 'the Device UUID is pinned to another certificate'
    if (byVmac.has(peer.vmac)) return 'the VMAC is pinned to another certificate'
    return known.size >= maxPins ? 'there is no room for another pin' : undefined
  }

  return {
    fault,
    judge: peer => {
      const { vmac, uuid, certificate } = peer
      const found = fault(peer)
      if (found !== undefined || certificate === undefined || pinOf(certificate) !== undefined) return verdict(found)
      const pin = { vmac, uuid, ...nameOf(certificate, by) }
      add(pin)
      return { _tag: 'Pinned', pin }
    },
    pins: () => [...known],
    forget: uuid => {
      const kept = [...known].filter(pin => pin.uuid !== uuid)
      for (const index of [known, byCertificate, byUuid, byVmac]) index.clear()
      for (const pin of kept) add(pin)
    },
  }
}

/** By what a certificate is known. One without a subject has only its fingerprint. */
const nameOf = (
  { subject, fingerprint }: CertificateFacts,
  by: 'subject' | 'fingerprint',
): Pick<KnownPeer, 'subject' | 'fingerprint'> => (by === 'subject' && subject !== '' ? { subject } : { fingerprint })

/** Its names, that of one certificate alone first: a pin that has both is that of the first. */
const namesOf = ({ subject, fingerprint }: Pick<KnownPeer, 'subject' | 'fingerprint'>): readonly string[] => [
  ...(fingerprint === undefined ? [] : [`fingerprint ${fingerprint}`]),
  ...(subject === undefined ? [] : [`subject ${subject}`]),
]
