import * as E from 'fp-ts/lib/Either.js'
import { EMPTY, type Observable, type SchedulerLike } from 'rxjs'
import { steadyScheduler } from '../io/clock.js'
import { systemRandom } from '../io/random.js'
import type { CheckedTls, TlsMaterial } from '../io/tls.js'
import type { Pace } from '../limits/pace.js'
import type { CertificateEvent } from '../sc/certificate/certificate.js'
import { parseDeviceUuid, randomDeviceUuid } from '../values/device-uuid.js'
import type { Random } from '../values/random.js'
import { isPlaintextUri, type ListenUri, type ScUri } from '../values/sc-uri.js'
import { parseDeviceVmac, randomVmac } from '../values/vmac.js'
import { COMMON_NPDU_LENGTH, MAX_BVLC_LENGTH, MAX_NPDU_LENGTH, type PeerIdentity } from '../wire/bvlc-sc.js'
import { ConfigurationError } from './configuration-error.js'
import { livingTls } from './living-tls.js'

export { ConfigurationError } from './configuration-error.js'

/** What a node and a hub have in common. */
export interface DeviceOptions {
  /** The VMAC, as text. Default: a Random-48 VMAC, drawn at each subscription. */
  readonly vmac?: string
  /** The Device UUID, as text. Default: random; a real device is given one, once, and keeps it. */
  readonly uuid?: string
  /** Max-BVLC-Length: the longest message taken, in octets. Node: 1600; hub: 5705, the least a hub must relay. */
  readonly maxBvlcLength?: number
  /** Max-NPDU-Length: the longest NPDU taken, in octets. Default 1497. */
  readonly maxNpduLength?: number
  /**
   * Certificates, for `wss`. An Observable changes them while the device runs: what comes is taken for new connections,
   * connections of peers whose certificate it revokes are cut, and all others stay. The first must be usable, later ones
   * that are not are told as `Certificate` events and change nothing.
   */
  readonly tls?: TlsMaterial | Observable<TlsMaterial>
  /** Allows `ws:` URIs, without any security: for laboratories only. Warns loudly. Default false. */
  readonly allowPlaintext?: boolean
  /** The clock. Default: real time that never jumps, whatever happens to the system's clock. */
  readonly scheduler?: SchedulerLike
  /** Chance. Default: that of the operating system. */
  readonly random?: Random
  /** Hears warnings. Default: `process.emitWarning`. */
  readonly warn?: (warning: string) => void
}

/** The common options, checked and filled in. */
export interface DeviceConfiguration {
  readonly identity: PeerIdentity
  /** The certificates in use, at once where there are some, and those that come after them. */
  readonly tls$: Observable<CheckedTls> | undefined
  /** What happens to the certificates; they are followed while it is subscribed. */
  readonly certificate$: Observable<CertificateEvent>
  readonly allowPlaintext: boolean
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** The value, or the sentence thrown as a {@link ConfigurationError}. */
export const valueOf = <A>(name: string, parsed: E.Either<string, A>): A => {
  if (E.isLeft(parsed)) throw new ConfigurationError(`${name}: ${parsed.left}`)
  return parsed.right
}

/** Checks the common options. */
export const deviceConfiguration = (
  options: DeviceOptions,
  uris: readonly (ScUri | ListenUri)[],
  maxBvlcLength: number,
): DeviceConfiguration => {
  const random = options.random ?? systemRandom
  const allowPlaintext = options.allowPlaintext ?? false
  const plaintext = uris.filter(isPlaintextUri)
  if (plaintext.length > 0 && !allowPlaintext) {
    throw new ConfigurationError(`${plaintext.join(', ')}: a connection without TLS must be allowed explicitly`)
  }
  if (plaintext.length < uris.length && options.tls === undefined) {
    throw new ConfigurationError('tls: wss needs an issuer certificate, a certificate and a key')
  }
  if (plaintext.length > 0) {
    const warn = options.warn ?? ((warning: string) => process.emitWarning(warning, 'PlaintextWarning'))
    warn(`${plaintext.join(', ')}: NO TLS. Anybody on the network can read, change and inject BACnet messages.`)
  }
  const scheduler = options.scheduler ?? steadyScheduler
  const tls = options.tls === undefined ? undefined : livingTls(options.tls, scheduler)
  return {
    identity: {
      vmac: options.vmac === undefined ? randomVmac(random) : valueOf('vmac', parseDeviceVmac(options.vmac)),
      uuid: options.uuid === undefined ? randomDeviceUuid(random) : valueOf('uuid', parseDeviceUuid(options.uuid)),
      maxBvlcLength: inRange('maxBvlcLength', options.maxBvlcLength ?? maxBvlcLength, 50, MAX_BVLC_LENGTH),
      maxNpduLength: inRange('maxNpduLength', options.maxNpduLength ?? COMMON_NPDU_LENGTH, 1, MAX_NPDU_LENGTH),
    },
    tls$: tls?.checked$,
    certificate$: tls?.event$ ?? EMPTY,
    allowPlaintext,
    scheduler,
    random,
  }
}

/** Waits that are all longer than nothing; the standard's ranges are not insisted on. */
export const checkedTimings = <Timings extends object>(name: string, timings: Timings): Timings => {
  for (const [key, value] of Object.entries(timings)) {
    const isWait = typeof value === 'number' && Number.isFinite(value) && value >= (key === 'jitter' ? 0 : 1)
    if (!isWait) throw new ConfigurationError(`${name}.${key}: ${String(value)} is not a wait in milliseconds`)
    if (value > LONGEST_WAIT) throw new ConfigurationError(`${name}.${key}: ${value} ms is longer than a timer can be`)
    if (key === 'jitter' && value > 1) throw new ConfigurationError(`${name}.jitter: ${value} is not between 0 and 1`)
  }
  return timings
}

/** The longest wait of Node's timers: 24.8 days. A longer one would be none at all. */
const LONGEST_WAIT = 2 ** 31 - 1

/** A whole number between two others. */
export const inRange = (name: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new ConfigurationError(`${name}: ${value} is not a whole number from ${least} to ${most}`)
}

/** More than anything that a processor does in a second. */
const MAX_PACE = 1e15

/** A pace that lets at least one at once through, and never stands still. */
export const checkedPace = (name: string, { burst, perSecond }: Pace): void => {
  inRange(`${name}.burst`, burst, 1, MAX_PACE)
  if (!(perSecond > 0 && perSecond <= MAX_PACE)) {
    throw new ConfigurationError(`${name}.perSecond: ${perSecond} is not a number above 0 and up to ${MAX_PACE}`)
  }
}
