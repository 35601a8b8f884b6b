import type { SchedulerLike } from 'rxjs'
import type { Duration } from '../values/duration.js'
import { alarm } from '../machine/alarm.js'

/** What requests to BBMDs need while they are outstanding. */
export interface PendingRequestsOptions<About> {
  /** The most that may be outstanding. Default 64. */
  readonly most?: number
  /** How long an answer is waited for. */
  readonly wait: Duration
  readonly scheduler: SchedulerLike
  /** Hears of each that was not answered in time. */
  readonly expired: (about: About) => void
}

/** Why a request must not be sent now. */
export type PendingRefusal = 'such a request is outstanding to it' | 'too many requests outstanding'

/**
 * The requests to BBMDs that are not answered yet. An answer names no request, so that at most one of each kind may be
 * outstanding to a peer, and is told by the peer and its kind (section 3.1 of the protocol notes for BACnet/IP).
 *
 * None is sent a second time. Where the answer to the first one was lost, a second deletion would be refused just because
 * the first one worked; and who asked for a table can ask again.
 */
export interface PendingRequests<Address extends string, Kind extends string, About> {
  /** Notes one that is to be sent; a reason says why it must not be. */
  readonly add: (peer: Address, kind: Kind, about: About) => PendingRefusal | undefined
  /**
   * A peer has answered: gives what that settles, which is the oldest that is outstanding to it of these kinds. There are
   * several where a result names none. `undefined` when nobody asked.
   */
  readonly settle: (peer: Address, kinds: readonly Kind[]) => About | undefined
  /** What an answer of these kinds would settle; it stays. */
  readonly oldest: (peer: Address, kinds: readonly Kind[]) => About | undefined
  /** Ends it: gives back all that is still outstanding, oldest first, and no timer runs. */
  readonly close: () => readonly About[]
}

interface Pending<Address, Kind, About> {
  readonly peer: Address
  readonly kind: Kind
  readonly about: About
  readonly until: number
}

/** So many BBMDs can be asked at once for one thing each, which is half of a large broadcast distribution table. */
const MOST = 64

/** None outstanding yet. */
export const pendingRequests = <Address extends string, Kind extends string, About>({
  most = MOST,
  wait,
  scheduler,
  expired,
}: PendingRequestsOptions<About>): PendingRequests<Address, Kind, About> => {
  /** All wait equally long, so the oldest is the first and ends first. */
  const pending: Pending<Address, Kind, About>[] = []

  const expire = (): void => {
    // One by one: whoever hears of it may end all, and is given back what was not told yet.
    while (pending[0] !== undefined && pending[0].until <= scheduler.now()) {
      const { about } = pending[0]
      pending.shift()
      expired(about)
    }
    rearm()
  }

  const waiting = alarm(scheduler, expire)

  const rearm = (): void => {
    const [oldest] = pending
    if (oldest === undefined) waiting.stop()
    else waiting.by(oldest.until)
  }

  return {
    add: (peer, kind, about) => {
      if (pending.some(other => other.peer === peer && other.kind === kind))
        return 'such a request is outstanding to it'
      if (pending.length >= most) return 'too many requests outstanding'
      pending.push({ peer, kind, about, until: scheduler.now() + wait })
      rearm()
      return undefined
    },
    settle: (peer, kinds) => {
      const found = pending.findIndex(other => other.peer === peer && kinds.includes(other.kind))
      if (found < 0) return undefined
      const [settled] = pending.splice(found, 1)
      rearm()
      return settled?.about
    },
    oldest: (peer, kinds) => pending.find(other => other.peer === peer && kinds.includes(other.kind))?.about,
    close: () => {
      waiting.stop()
      return pending.splice(0).map(({ about }) => about)
    },
  }
}
