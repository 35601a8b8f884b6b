import type { SchedulerLike } from 'rxjs'
import { answerBudget } from '../bvll/budgets.js'
import { gathering } from '../limits/gathering.js'
import { hostOf, type BipAddress } from '../values/bip-address.js'
import { encodeBvll } from '../wire/bvll-encode.js'
import { NAK_OF } from '../wire/bvll-function.js'
import { NO_OPTIONS } from '../wire/header-option.js'
import type { Allocate } from '../wire/octets.js'
import type { IpLimits } from './ip-limits.js'
import type { IpLinkEvent, IpOutbound } from './ip-link.js'
import type { IpDatagram, IpLocal } from './ip-udp.js'
import type { PortCounters } from './port-counters.js'
import type { RolePort } from './running-role.js'
import type { Reception } from './reception.js'

/** Where a port's words go: events to the subscriber, datagrams to the UDP port. */
export interface PortSinks {
  readonly tell: (event: IpLinkEvent) => void
  readonly send: (datagram: IpDatagram<IpOutbound>) => void
}

/** All that a port says, counted and bounded. */
export interface PortOutput extends RolePort {
  /** Hands an NPDU to the subscriber. */
  readonly hand: (received: Omit<Extract<Reception, { readonly _tag: 'Deliver' }>, '_tag'>) => void
  readonly close: () => void
}

/** What a port says needs. */
export interface PortOutputOptions {
  readonly local: () => IpLocal
  readonly counters: PortCounters
  readonly limits: IpLimits
  /** Where the memory of what is sent comes from. */
  readonly allocate: Allocate
  readonly scheduler: SchedulerLike
  readonly sinks: PortSinks
}

/** What is told together with others of its kind. */
interface Noted {
  readonly _tag: 'Discarded' | 'Refused'
  readonly reason: string
  readonly source: BipAddress | undefined
}

/** The octets of a BVLC-Result. */
export const RESULT_LENGTH = 6

/** What a port says goes through this. */
export const portOutput = ({ local, counters, limits, allocate, scheduler, sinks }: PortOutputOptions): PortOutput => {
  const { tell } = sinks
  const spend = answerBudget({ each: limits.answersPerAddress, inTotal: limits.answersInTotal }, scheduler)
  const notes = gathering<Noted>(
    scheduler,
    (noted, count) => tell({ ...noted, count }),
    ({ _tag, reason }) => [`${_tag} ${reason}`, { _tag, reason, source: undefined }],
  )

  const give = (to: BipAddress, octets: Uint8Array, about?: IpOutbound): void => {
    counters.counts.sent++
    sinks.send(about === undefined ? { to, octets } : { to, octets, about })
  }

  const discard: PortOutput['discard'] = (reason, source, detail = reason) => {
    counters.countReason('discarded', reason)
    notes.note(`Discarded ${reason} ${hostOf(source)}`, { _tag: 'Discarded', reason: detail, source })
  }

  const answer: PortOutput['answer'] = (to, length, message) => {
    const tooMuch = spend(hostOf(to), length)
    if (tooMuch === undefined) give(to, encodeBvll(message(), allocate))
    else discard(tooMuch, to)
  }

  const hand: PortOutput['hand'] = ({ npdu, source, destination, via }) => {
    counters.counts.delivered++
    tell({ _tag: 'Npdu', npdu, source, destination, via, dataOptions: NO_OPTIONS })
  }

  return {
    local,
    send: (to, message, about) => give(to, encodeBvll(message, allocate), about),
    forward: (to, copy) => {
      const octets = copy instanceof Uint8Array ? copy : encodeBvll(copy, allocate)
      for (const address of to) {
        counters.counts.forwarded++
        give(address, octets)
      }
    },
    answer,
    refuse: (to, request, why) => {
      const reason = `${request}: ${why}`
      counters.countReason('refused', reason)
      notes.note(`Refused ${reason} ${hostOf(to)}`, { _tag: 'Refused', reason, source: to })
      answer(to, RESULT_LENGTH, () => ({ _tag: 'BVLC-Result', code: NAK_OF[request] }))
    },
    deliver: (npdu, source, via) => hand({ npdu, source, destination: 'broadcast', via }),
    discard,
    tell,
    hand,
    close: notes.close,
  }
}
