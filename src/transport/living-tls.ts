import * as E from 'fp-ts/lib/Either.js'
import { concat, EMPTY, isObservable, NEVER, Observable, of, ReplaySubject, switchAll, type SchedulerLike } from 'rxjs'
import { certificateFacts, subjectOf } from '../io/certificate-facts.js'
import { checkTls, isRevoked, isSigner, type CheckedTls, type TlsMaterial } from '../io/tls.js'
import type { CertificateEvent } from '../sc/certificate/certificate.js'
import { expiryNotices, type Expiring } from '../sc/certificate/expiry.js'
import { ConfigurationError } from './configuration-error.js'

/** TLS material that lives as long as what uses it, and changes under way. */
export interface LivingTls {
  /** The material in use, at once where there is some, and all that comes after it. */
  readonly checked$: Observable<CheckedTls>
  /**
   * What happens to it: what was reloaded or refused, what ends soon. Cold, for one subscriber, as that is what listens
   * to the source. Errors with a {@link ConfigurationError} when the first material cannot be used; later material that
   * cannot be used is told and changes nothing. Never completes.
   */
  readonly event$: Observable<CertificateEvent>
}

/** Follows TLS material, or an Observable of it. Material that stays is checked at once: throws a {@link ConfigurationError}. */
export const livingTls = (source: TlsMaterial | Observable<TlsMaterial>, scheduler: SchedulerLike): LivingTls => {
  const checked$ = new ReplaySubject<CheckedTls>(1)
  if (!isObservable(source)) {
    const checked = checkMaterial(source)
    checked$.next(checked)
    return { checked$, event$: concat(lifeOf(checked, scheduler), NEVER) }
  }
  return { checked$, event$: following(source, checked$, scheduler) }
}

/** The material, checked; throws a {@link ConfigurationError} where it cannot be used. */
export const checkMaterial = (material: TlsMaterial): CheckedTls => {
  const checked = checkTls(material)
  if (E.isLeft(checked)) throw new ConfigurationError(`tls: ${checked.left}`)
  return checked.right
}

const following = (
  source$: Observable<TlsMaterial>,
  checked$: ReplaySubject<CheckedTls>,
  scheduler: SchedulerLike,
): Observable<CertificateEvent> => {
  const lives$ = new Observable<Observable<CertificateEvent>>(subscriber => {
    let inUse: CheckedTls | undefined
    const refuse = (reason: string): void => {
      if (inUse === undefined) subscriber.error(new ConfigurationError(`tls: ${reason}`))
      else subscriber.next(concat(of(refused(reason)), lifeOf(inUse, scheduler)))
    }
    return source$.subscribe({
      next: material => {
        const checked = checkTls(material)
        if (E.isLeft(checked)) {
          refuse(checked.left)
          return
        }
        const news$ = inUse === undefined ? EMPTY : of(reloaded(checked.right))
        inUse = checked.right
        checked$.next(inUse)
        subscriber.next(concat(news$, lifeOf(inUse, scheduler)))
      },
      error: (error: unknown) => refuse(`there is no more of it: ${String(error)}`),
      complete: () => {
        if (inUse === undefined) refuse('there is none')
      },
    })
  })
  return lives$.pipe(switchAll())
}

const refused = (reason: string): CertificateEvent => ({
  _tag: 'Certificate',
  state: 'refused',
  message: `new certificates cannot be used, so those in use stay: ${reason}`,
})

const reloaded = ({ operational }: CheckedTls): CertificateEvent => {
  const { subject, validTo } = certificateFacts(operational)
  const message = `new certificates are in use for new connections, that of ${subject} among them`
  return { _tag: 'Certificate', state: 'reloaded', message, subject, expiresAt: validTo }
}

/** What is to be said of material while it is in use. */
const lifeOf = (checked: CheckedTls, scheduler: SchedulerLike): Observable<CertificateEvent> =>
  concat(doubts(checked), expiryNotices(endsOf(checked), scheduler))

/** Peers that are configured as this device is would refuse it; how they are configured is theirs to know. */
const doubts = (checked: CheckedTls): Observable<CertificateEvent> => {
  const { operational, issuers } = checked
  const subject = subjectOf(operational)
  const doubtful = (message: string): Observable<CertificateEvent> =>
    of({ _tag: 'Certificate', state: 'doubtful', message, subject })
  if (isRevoked(operational, checked)) return doubtful(`the certificate of ${subject} is revoked`)
  return issuers.some(issuer => isSigner(issuer, operational))
    ? EMPTY
    : doubtful(`the certificate of ${subject} is not signed directly by a configured issuer`)
}

const endsOf = ({ operational, issuers, revocation }: CheckedTls): readonly Expiring[] => [
  { what: 'the certificate', subject: subjectOf(operational), expiresAt: Date.parse(operational.validTo) },
  ...issuers.map(issuer => ({
    what: 'the issuer' as const,
    subject: subjectOf(issuer),
    expiresAt: Date.parse(issuer.validTo),
  })),
  ...[...revocation].flatMap(([issuer, { nextUpdate }]) =>
    nextUpdate === undefined ? [] : [{ what: 'the CRL' as const, subject: subjectOf(issuer), expiresAt: nextUpdate }],
  ),
]
