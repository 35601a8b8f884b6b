import type { SchedulerLike } from 'rxjs'
import { seconds, type Duration } from '../values/duration.js'

/** What is remembered of a foreign device's broadcasts. */
export interface RedistributionOptions {
  /** The most broadcasts; then the oldest is forgotten. Default 16. */
  readonly most?: number
  /**
   * How old a broadcast may be that is sent again; what has waited for longer serves nobody any more. Default 10 s: one
   * registration may get lost before the BBMD answers.
   */
  readonly window?: Duration
  readonly scheduler: Pick<SchedulerLike, 'now'>
}

/**
 * Broadcasts that a BBMD did not distribute because it had forgotten its foreign devices, and that are sent again, once,
 * when it knows this one (clause J.5, section 7.5 of the protocol notes for BACnet/IP).
 */
export interface Redistribution<Broadcast> {
  /** Remembers a broadcast that went to the BBMD for the first time. One that is sent again must not be given. */
  readonly distributed: (broadcast: Broadcast) => void
  /** The latest of these could not be sent after all, which its sender knows: forgets it. */
  readonly unsent: (isIt: (broadcast: Broadcast) => boolean) => void
  /** The BBMD did not distribute one: it names none, so it is the latest that is not known to have failed yet. */
  readonly failed: () => void
  /** The BBMD knows us: gives what must be sent again, in the order in which it was sent, and forgets it. */
  readonly registered: () => readonly Broadcast[]
}

interface Sent<Broadcast> {
  readonly broadcast: Broadcast
  readonly at: number
  failed: boolean
}

const MOST = 16
const WINDOW: Duration = seconds(10)

/** Remembers nothing yet. */
export const redistribution = <Broadcast>({
  most = MOST,
  window = WINDOW,
  scheduler,
}: RedistributionOptions): Redistribution<Broadcast> => {
  let sent: Sent<Broadcast>[] = []

  const forgetOld = (): void => {
    const since = scheduler.now() - window
    const first = sent.findIndex(({ at }) => at > since)
    sent.splice(0, first < 0 ? sent.length : first)
  }

  return {
    distributed: broadcast => {
      forgetOld()
      sent.push({ broadcast, at: scheduler.now(), failed: false })
      if (sent.length > most) sent.shift()
    },
    unsent: isIt => {
      const index = sent.findLastIndex(({ broadcast }) => isIt(broadcast))
      if (index >= 0) sent.splice(index, 1)
    },
    failed: () => {
      forgetOld()
      const latest = sent.findLast(one => !one.failed)
      if (latest !== undefined) latest.failed = true
    },
    registered: () => {
      forgetOld()
      const again = sent.filter(({ failed }) => failed)
      // A late word about one of those that are sent again must not be taken for one of those that went well.
      if (again.length > 0) sent = []
      return again.map(({ broadcast }) => broadcast)
    },
  }
}
