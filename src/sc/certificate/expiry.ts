import { merge, Observable, type SchedulerLike, type Subscription } from 'rxjs'
import type { CertificateEvent } from './certificate.js'

/** Something that ends at a time. */
export interface Expiring {
  readonly what: 'the certificate' | 'the issuer' | 'the CRL'
  /** Whose it is. */
  readonly subject: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const DAY = 86_400_000

/** How many days before the end it is announced. The last is the end itself. */
const NOTICES = [30, 7, 1, 0] as const

/**
 * Tells of each of these 30, 7 and 1 days before its end and when it ends, and at the start where it is nearer than that
 * already. Cold; completes when all have ended. Never errors.
 */
export const expiryNotices = (expiring: readonly Expiring[], scheduler: SchedulerLike): Observable<CertificateEvent> =>
  merge(...expiring.map(item => notices(item, scheduler)))

const notices = (item: Expiring, scheduler: SchedulerLike): Observable<CertificateEvent> =>
  new Observable(subscriber => {
    let timer: Subscription | undefined
    const look = (told: number): void => {
      const rest = item.expiresAt - scheduler.now()
      const due = NOTICES.findLastIndex(days => rest <= days * DAY)
      if (due > told) subscriber.next(notice(item, rest))
      if (due === NOTICES.length - 1) {
        subscriber.complete()
        return
      }
      const next = rest - (NOTICES[due + 1] ?? 0) * DAY
      // No timer can hold a year; and the day on which a clock was put right is then not missed.
      if (!subscriber.closed) timer = scheduler.schedule(() => look(Math.max(due, told)), Math.min(next, DAY))
    }
    subscriber.add(() => timer?.unsubscribe())
    look(-1)
  })

const notice = ({ what, subject, expiresAt }: Expiring, rest: number): CertificateEvent => {
  const days = Math.ceil(rest / DAY)
  return {
    _tag: 'Certificate',
    state: rest > 0 ? 'expires' : 'expired',
    message: `${what} of ${subject} ${rest > 0 ? `expires in ${days} ${days === 1 ? 'day' : 'days'}` : 'has expired'}`,
    subject,
    expiresAt,
  }
}
