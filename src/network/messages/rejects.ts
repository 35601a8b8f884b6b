import type { SchedulerLike } from 'rxjs'
import { buckets, weakBuckets } from '../../limits/pace.js'
import { NetworkMessageType } from '../../wire/network-message.js'
import { u8 } from '../../wire/octets.js'
import type { NetworkEvent } from '../event/network-event.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import { sourceOf } from '../transit/source.js'
import { isForAll, type HeardNpdu } from '../transit/transit.js'

/** Tells originators that what they sent cannot be carried on. */
export interface Rejects {
  /** Tells him; `false` where he is not to be told, or too often already. */
  readonly reject: (heard: HeardNpdu, network: number, reason: number) => boolean
}

/** What rejects need. */
export interface RejectsOptions {
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly tell: (event: NetworkEvent) => void
}

/**
 * Tells originators that what they sent cannot be carried on (section 2.1 of the protocol notes), in the direction that it
 * came from. A Reject is never rejected, nor is what was sent to many.
 */
export const rejects = ({ limits, scheduler, tell }: RejectsOptions): Rejects => {
  const rejectsOf = buckets<string>(limits.rejects, scheduler)
  const rejectsAt = weakBuckets<RunningPort>(limits.rejectsOfPort, scheduler)
  return {
    reject: (heard, network, reason) => {
      if (heard.isBroadcast || isForAll(heard) || isReject(heard)) return false
      const { npci, port, from } = heard
      const source = sourceOf(heard)
      const subject = `${source.network ?? port.name} ${source.mac} ${network}`
      if (!rejectsOf.has(subject) || !rejectsAt.take(port)) return false
      rejectsOf.take(subject)
      const message = { _tag: 'Reject-Message-To-Network', reason, network } as const
      say(port, from, message, { destination: npci.source, priority: npci.priority })
      tell({ _tag: 'RejectSent', network, reason, to: source, port: port.name })
      return true
    },
  }
}

const isReject = ({ npdu, npci }: HeardNpdu): boolean =>
  npci.isNetworkMessage && u8(npdu, npci.end) === NetworkMessageType['Reject-Message-To-Network']
