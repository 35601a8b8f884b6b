import * as E from 'fp-ts/lib/Either.js'
import type { SchedulerLike } from 'rxjs'
import type { ReceivedNpdu } from '../../link/link.js'
import { buckets, weakBuckets } from '../../limits/pace.js'
import type { Mac } from '../../values/mac.js'
import type { Random } from '../../values/random.js'
import { decodeNetworkMessage } from '../../wire/network-message-decode.js'
import { RejectReason, type RejectMessageToNetwork } from '../../wire/network-message.js'
import { decodeNpci } from '../../wire/npci.js'
import type { Carrier, Uncarried } from '../transit/carrier.js'
import type { Decision } from '../transit/decision.js'
import { receivedApdu } from '../transit/delivery.js'
import type { Messages } from '../messages/message-context.js'
import type { Conflict, NetworkEvent } from '../event/network-event.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { Notes } from '../event/notes.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import { optionsAcross } from '../transit/secure-path.js'
import { passedBroadcasts } from '../transit/passed-broadcasts.js'
import { sourceOf } from '../transit/source.js'
import { isForAll, type HeardNpdu } from '../transit/transit.js'
import { COUNTED_ONLY, REJECTED, type Discarded } from './discarded.js'
import { NO_ROOM, NO_ROUTE, type Search } from './search.js'

/** Takes what comes in through ports. */
export interface Reception {
  readonly receive: (port: RunningPort, received: ReceivedNpdu<Mac>) => void
  /** Has one that waited go on, now that its network is found. */
  readonly again: (heard: HeardNpdu) => void
  /** Has one that waited go no further. */
  readonly giveUp: (heard: HeardNpdu, network: number, why: 'no answer' | 'no room') => void
}

/** What the reception needs. */
export interface ReceptionOptions {
  readonly isRouter: boolean
  readonly decide: (heard: HeardNpdu) => Decision
  /** Whether an SNET teaches a route. */
  readonly learns: boolean
  readonly table: RoutingTable
  readonly carrier: Carrier
  readonly search: Pick<Search, 'hold'>
  readonly messages: Messages
  /** Somebody else was told that a network cannot be reached through a neighbour. */
  readonly rejected: (heard: HeardNpdu, message: RejectMessageToNetwork) => void
  readonly resume: (network: number) => void
  /** Tells whoever sent it that it goes no further; `false` where he is not to be told. */
  readonly reject: (heard: HeardNpdu, network: number, reason: number) => boolean
  readonly notes: Notes
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
  readonly tell: (event: NetworkEvent) => void
}

/** The way of an NPDU through a node: decoded, decided about, delivered, carried on (section 4.2 of the protocol notes). */
export const reception = (options: ReceptionOptions): Reception => {
  const {
    isRouter,
    decide,
    learns,
    table,
    carrier,
    search,
    messages,
    rejected,
    resume,
    reject,
    notes,
    limits,
    scheduler,
    random,
    tell,
  } = options
  const broadcastsOf = buckets<string>(limits.broadcastsOfStation, scheduler)
  const broadcastsAt = weakBuckets<RunningPort>(limits.broadcastsOfPort, scheduler)
  const passed = passedBroadcasts(scheduler, random)

  const discard = ({ port, from }: Pick<HeardNpdu, 'from'> & { port: RunningPort }, reason: Discarded): void => {
    port.counters.countReason('discarded', reason)
    if (!COUNTED_ONLY.has(reason)) notes.discarded(reason, port.name, from)
  }

  const learn = (heard: HeardNpdu): void => {
    const { npci, port, from } = heard
    if (!learns || npci.source === undefined || (isRouter && port.network === undefined)) return
    const outcome = table.seen(npci.source.network, { port, mac: from })
    if (outcome === 'new' || outcome === 'changed') resume(npci.source.network)
  }

  const deliver = (heard: HeardNpdu): void => {
    const { npdu, npci, port } = heard
    if (!npci.isNetworkMessage) {
      if (npci.end === npdu.length) {
        discard(heard, 'empty APDU')
        return
      }
      port.counters.counts.delivered++
      tell(receivedApdu(heard))
      return
    }
    const message = decodeNetworkMessage(npdu, npci.end)
    if (E.isLeft(message)) {
      discard(heard, 'malformed message')
      return
    }
    const undone = messages(heard, port, message.right)
    if (undone === undefined) port.counters.counts.delivered++
    else discard(heard, undone)
  }

  /** A Reject that is for somebody else says how it stands with a network all the same. */
  const overhear = (heard: HeardNpdu): void => {
    const { npdu, npci } = heard
    if (!npci.isNetworkMessage) return
    const message = decodeNetworkMessage(npdu, npci.end)
    if (E.isRight(message) && message.right._tag === 'Reject-Message-To-Network') rejected(heard, message.right)
  }

  /** Whether a broadcast may be carried on; what is beyond the pace is heard here, and goes no further. */
  const isBearable = (heard: HeardNpdu): boolean => {
    if (!isForAll(heard)) return true
    const { network, mac } = sourceOf(heard)
    const station = `${network ?? heard.port.name} ${mac}`
    if (broadcastsOf.has(station) && broadcastsAt.take(heard.port)) {
      broadcastsOf.take(station)
      return true
    }
    discard(heard, 'too many broadcasts')
    return false
  }

  /** Discards what shows that the internetwork is not as it should be, and says of which network it is. */
  const suspect = (heard: HeardNpdu, reason: Conflict & Discarded): void => {
    const { port, from } = heard
    port.counters.countReason('discarded', reason)
    notes.conflict(reason, sourceOf(heard).network ?? 0, port.name, from)
  }

  /** Whoever sent it is told; else it is told here. */
  const refuse = (heard: HeardNpdu, network: number, reason: number, why = REJECTED[reason] ?? NO_ROUTE): void => {
    heard.port.counters.countReason('discarded', why)
    if (!reject(heard, network, reason) && !COUNTED_ONLY.has(why)) notes.discarded(why, heard.port.name, heard.from)
  }

  const uncarried = (heard: HeardNpdu, network: number, reason: Uncarried | undefined): void => {
    if (reason === undefined) return
    if (reason === 'too long for the link') refuse(heard, network, RejectReason.TOO_LONG)
    else if (reason === 'may not pass to that port') refuse(heard, network, RejectReason.NO_ROUTE, reason)
    else discard(heard, reason)
  }

  /** What has waited was bearable, and is kept, before. */
  const act = (heard: HeardNpdu, decision: Decision, hasWaited = false): void => {
    switch (decision._tag) {
      case 'Discard':
        if (decision.reason === 'source of a network that is here') suspect(heard, decision.reason)
        else discard(heard, decision.reason)
        return
      case 'Deliver':
        deliver(heard)
        return
      case 'Flood':
        if (passed.isBack(heard)) {
          suspect(heard, 'broadcast that comes back')
          return
        }
        if (isBearable(heard)) {
          const reason = carrier.flood(heard)
          if (reason !== undefined) discard(heard, reason)
        }
        deliver(heard)
        return
      case 'Direct':
        overhear(heard)
        if (hasWaited || isBearable(heard)) uncarried(heard, networkOf(heard), carrier.carry(heard, decision))
        if (decision.isForUs) deliver(heard)
        return
      case 'Via':
        if (hasWaited && decision.port === heard.port) {
          discard(heard, 'back to where it came from')
          return
        }
        overhear(heard)
        if (hasWaited || isBearable(heard)) uncarried(heard, networkOf(heard), carrier.carry(heard, decision))
        return
      case 'Discover': {
        if (!hasWaited && !isBearable(heard)) return
        const unheld = search.hold(decision.network, hasWaited ? heard : kept(heard))
        if (unheld === 'unreachable') refuse(heard, decision.network, RejectReason.NO_ROUTE)
        else if (unheld !== undefined) refuse(heard, decision.network, RejectReason.BUSY, NO_ROOM)
        return
      }
      case 'Reject':
        refuse(heard, decision.network, decision.reason)
        return
    }
  }

  return {
    receive: (port, { npdu, source: from, destination, dataOptions }) => {
      port.counters.counts.received++
      const npci = decodeNpci(npdu)
      if (E.isLeft(npci)) {
        discard({ port, from }, 'not an NPDU')
        return
      }
      const heard: HeardNpdu = {
        _tag: 'Heard',
        npdu,
        npci: npci.right,
        dataOptions: optionsAcross(dataOptions, port.isSecure),
        port,
        from,
        isBroadcast: destination === 'broadcast',
      }
      learn(heard)
      act(heard, decide(heard))
    },
    again: heard => act(heard, decide(heard), true),
    giveUp: (heard, network, why) =>
      refuse(heard, network, RejectReason.NO_ROUTE, why === 'no answer' ? NO_ROUTE : NO_ROOM),
  }
}

const networkOf = ({ npci }: HeardNpdu): number => npci.destination?.network ?? 0

/** What waits must have its own memory: what was received belongs to the link. */
const kept = (heard: HeardNpdu): HeardNpdu => ({ ...heard, npdu: heard.npdu.slice() })
