import type { SchedulerLike } from 'rxjs'
import { answerBudget } from '../bvll/budgets.js'
import { gathering } from '../limits/gathering.js'
import { hostOf, type BipAddress } from '../values/bip-address.js'
import { encodeBvll } from '../wire/bvll-encode.js'
import { NO_OPTIONS } from '../wire/header-option.js'
import type { Allocate } from '../wire/octets.js'
import type { IpLimits } from './ip-limits.js'
import type { IpLinkEvent, IpOutbound } from './ip-link.js'
import type { IpDatagram, IpLocal } from './ip-udp.js'
import { portCounters, type PortCounters } from './port-counters.js'
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
  readonly counters: PortCounters
  readonly close: () => void
}

/** What a port says needs. */
export interface PortOutputOptions {
  readonly local: () => IpLocal
  readonly limits: IpLimits
  /** Where the memory of what is sent comes from. */
  readonly allocate: Allocate
  readonly scheduler: SchedulerLike
  readonly output: PortSinks
}

/** What is discarded, as it is told. */
interface Discarded {
  readonly reason: string
  readonly source: BipAddress | undefined
}

/** The mouth of a port. */
export const portOutput = ({ local, limits, allocate, scheduler, output }: PortOutputOptions): PortOutput => {
  const { tell } = output
  const counters = portCounters()
  const spend = answerBudget({ each: limits.answersPerAddress, inTotal: limits.answersInTotal }, scheduler)
  const discards = gathering<Discarded>(
    scheduler,
    ({ reason, source }, count) => tell({ _tag: 'Discarded', reason, source, count }),
    ({ reason }) => [reason, { reason, source: undefined }],
  )

  const give = (to: BipAddress, octets: Uint8Array, about?: IpOutbound): void => {
    counters.counts.sent++
    output.send(about === undefined ? { to, octets } : { to, octets, about })
  }

  const discard: PortOutput['discard'] = (reason, source, detail = reason) => {
    counters.countReason('discarded', reason)
    discards.note(`${reason} ${hostOf(source)}`, { reason: detail, source })
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
    answer: (to, message) => {
      const octets = encodeBvll(message, allocate)
      const tooMuch = spend(hostOf(to), octets.length)
      if (tooMuch === undefined) give(to, octets)
      else discard(tooMuch, to)
    },
    deliver: (npdu, source, via) => hand({ npdu, source, destination: 'broadcast', via }),
    discard,
    tell,
    hand,
    counters,
    close: discards.close,
  }
}
