import { ms, seconds, type Duration } from '../values/duration.js'

/** The waits of a foreign device (section 7.2 of the protocol notes for BACnet/IP). All of them are local matters. */
export interface RegistrationTimings {
  /** How long the first answer is waited for; doubled for each further one. Default 5 s, or half the TTL where that is less. */
  readonly retry: Duration
  /** The longest such wait. Default 60 s. */
  readonly longestRetry: Duration
  /** How long it is quiet after a refusal; doubled for each further one. Default 30 s. */
  readonly backOff: Duration
  /** The longest such wait. Default 300 s. */
  readonly longestBackOff: Duration
}

/** Renewal is due after half the TTL, up to this part of it earlier. */
export const RENEWAL_JITTER = 0.1

/** How long a BBMD keeps an entry beyond its TTL (clause J.5.2.3). */
export const GRACE: Duration = seconds(30)

/** Fills in the defaults for a TTL in seconds. */
export const registrationTimings = (ttl: number, given: Partial<RegistrationTimings> = {}): RegistrationTimings => {
  const retry = given.retry ?? ms(Math.min(5000, ttl * 500))
  const backOff = given.backOff ?? seconds(30)
  return {
    retry,
    longestRetry: ms(Math.max(retry, given.longestRetry ?? seconds(60))),
    backOff,
    longestBackOff: ms(Math.max(backOff, given.longestBackOff ?? seconds(300))),
  }
}
