import type { SchedulerLike } from 'rxjs'
import { gathering } from '../limits/gathering.js'
import { NO_OPTIONS } from '../wire/header-option.js'
import { putOctets, type Allocate } from '../wire/octets.js'
import type { Annex, Noted, PortEvent } from './annex.js'
import { answerBudget } from './budgets.js'
import type { PortCounters } from './port-counters.js'
import type { PortLimits } from './port-limits.js'
import type { RolePort } from './running-role.js'
import type { Turns } from '../machine/turns.js'
import type { Datagram } from './udp.js'

/** Where a port's words go: events to the subscriber, datagrams to the UDP port. */
export interface PortSinks<A extends Annex> {
  readonly tell: (event: PortEvent<A>) => void
  readonly send: (datagram: Datagram<A['address'], A['outbound']>) => void
  /** Whoever is told something may unsubscribe: nothing goes on then that nobody would end. */
  readonly isOpen: () => boolean
  /** Does what a timer brings about when it is its turn, before what those submit who are told of it. */
  readonly inTurn: Turns['take']
}

/** How a port says what it says. */
export interface PortSpeech<A extends Annex> {
  readonly encode: (message: A['message'], allocate: Allocate) => Uint8Array
  /** The octets of a result. */
  readonly resultLength: number
  readonly success: () => A['message']
  readonly refusal: (request: A['request']) => A['message']
  /** What all ports of one host have in common, for budgets and for what is told together. */
  readonly hostOf: (address: A['address']) => string
}

/** What a port says needs. */
export interface PortOutputOptions<A extends Annex> {
  readonly speech: PortSpeech<A>
  readonly local: () => A['local']
  readonly counters: PortCounters
  readonly limits: PortLimits
  /** Where the memory of what is sent comes from. */
  readonly allocate: Allocate
  readonly scheduler: SchedulerLike
  readonly sinks: PortSinks<A>
}

/** All that a port says, counted and bounded. */
export interface PortOutput<A extends Annex> extends RolePort<A> {
  /** Answers a malformed request with a result that is given. */
  readonly result: (to: A['address'], message: () => A['message']) => void
  /** Tells at once what is gathered. */
  readonly flush: () => void
  readonly close: () => void
}

/** What a port says goes through this. */
export const portOutput = <A extends Annex>({
  speech,
  local,
  counters,
  limits,
  allocate,
  scheduler,
  sinks,
}: PortOutputOptions<A>): PortOutput<A> => {
  const { tell } = sinks
  const { encode, resultLength, hostOf } = speech
  const spend = answerBudget({ each: limits.answersPerAddress, inTotal: limits.answersInTotal }, scheduler)
  const notes = gathering<Omit<Noted<A['address']>, 'count'>>(
    scheduler,
    (noted, count) => tell({ ...noted, count }),
    ({ _tag, reason }) => [`${_tag} ${reason}`, { _tag, reason, source: undefined }],
  )

  const give = (to: A['address'], octets: Uint8Array, about?: A['outbound']): void => {
    counters.counts.sent++
    sinks.send(about === undefined ? { to, octets } : { to, octets, about })
  }

  /** What was received belongs to the subscriber, too, and may wait here to be sent. */
  const copied = (octets: Uint8Array): Uint8Array => {
    const copy = allocate(octets.length)
    putOctets(copy, 0, octets)
    return copy
  }

  const discard: PortOutput<A>['discard'] = (reason, source, detail = reason) => {
    counters.countReason('discarded', reason)
    notes.note(`Discarded ${reason} ${hostOf(source)}`, { _tag: 'Discarded', reason: detail, source })
  }

  const answer: PortOutput<A>['answer'] = (to, length, message) => {
    const tooMuch = spend(hostOf(to), length)
    if (tooMuch === undefined) give(to, encode(message(), allocate))
    else discard(tooMuch, to)
  }

  const result: PortOutput<A>['result'] = (to, message) => answer(to, resultLength, message)

  return {
    local,
    send: (to, message, about) => give(to, encode(message, allocate), about),
    forward: (to, copy) => {
      const octets = copy instanceof Uint8Array ? copied(copy) : encode(copy, allocate)
      for (const address of to) {
        counters.counts.forwarded++
        give(address, octets)
      }
    },
    answer,
    result,
    succeed: to => result(to, speech.success),
    succeedFreely: to => give(to, encode(speech.success(), allocate)),
    refuse: (to, request, why) => {
      const reason = `${request}: ${why}`
      counters.countReason('refused', reason)
      notes.note(`Refused ${reason} ${hostOf(to)}`, { _tag: 'Refused', reason, source: to })
      result(to, () => speech.refusal(request))
    },
    deliver: ({ npdu, source, destination, via }) => {
      counters.counts.delivered++
      tell({ _tag: 'Npdu', npdu, source, destination, via, dataOptions: NO_OPTIONS })
    },
    discard,
    tell,
    flush: notes.flush,
    close: notes.close,
  }
}
