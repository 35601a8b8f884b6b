import * as E from 'fp-ts/lib/Either.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { PortOutput } from '../bvll/port-output.js'
import type { Arrival } from '../bvll/udp.js'
import { isStation6, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { decodeBvll6 } from '../wire/bvll6-decode.js'
import type { DatagramError, DatagramFault } from '../wire/datagram-error.js'
import type { AnnexU } from './annex-u.js'
import { reception6, type Reception6, type Reception6Facts } from './reception6.js'
import type { Running6 } from './running6.js'
import {
  evidenceOf,
  vmacClaim,
  whereabouts,
  type OwnBip6,
  type SourcedMessage,
  type VmacClaim,
  type VmacEvidence,
} from './vmac-binding.js'

/** What a received datagram is looked at with. */
export interface Receiver6Context {
  readonly own: OwnBip6
  /** The own VMAC; `undefined` while there is none, and nothing can be answered. */
  readonly vmac: () => Bip6Vmac | undefined
  /** Whether it still runs: whoever hears of a claim or of a VMAC may end it. */
  readonly isOpen: () => boolean
  readonly running: () => Running6
  readonly facts: Reception6Facts
  readonly counters: PortCounters
  readonly output: PortOutput<AnnexU>
  /** Somebody else claims the own VMAC. */
  readonly claimed: (vmac: Bip6Vmac, claim: VmacClaim, source: Bip6Address) => void
  /** Where somebody is; whether that was believed. */
  readonly learn: (vmac: Bip6Vmac, address: Bip6Address, evidence: VmacEvidence) => boolean
  /** A result of somebody; whether it was waited for. */
  readonly settle: (source: Bip6Address, code: number) => boolean
}

/** Does with each received datagram what section 6 of the protocol notes says, in its order. */
export const receiver6 = ({
  own,
  vmac,
  isOpen,
  running,
  facts,
  counters,
  output,
  claimed,
  learn,
  settle,
}: Receiver6Context): ((octets: Uint8Array, source: Bip6Address, arrival: Arrival) => void) => {
  const { discard } = output

  const receive = (octets: Uint8Array, source: Bip6Address, arrival: Arrival): void => {
    counters.counts.received++
    if (own.isAt(source)) {
      ignore('own datagram')
      return
    }
    if (!isStation6(source)) {
      discard('the source is no station', source)
      return
    }
    const decoded = decodeBvll6(octets)
    if (E.isLeft(decoded)) {
      refuse(decoded.left, source, arrival)
      return
    }
    const message = decoded.right
    const decision = reception6(message, source, arrival, facts)
    // What is discarded says all the same who has which VMAC; what is ignored is of another network, or its own.
    const isClaim = message._tag !== 'Secure-BVLL' && decision._tag !== 'Ignore' && lookForClaim(message, source)
    const doubt = message._tag !== 'Secure-BVLL' && isToBeLearned(decision) ? doubtOf(message, source) : undefined
    if (!isOpen()) return
    if (vmac() === undefined) ignore('there is no own VMAC yet')
    else if (decision._tag !== 'Learn') act(decision, source, arrival, octets)
    else if (doubt === 'probe') ignore('a probe for a VMAC that another is known to have')
    else if (doubt !== undefined && !isClaim) discard(UNASKED, source)
  }

  /** Learns where the VMAC of a message is; what is not believed comes back. */
  const doubtOf = (message: SourcedMessage, source: Bip6Address): VmacEvidence | undefined => {
    if (!isOpen()) return undefined
    const evidence = evidenceOf(message, vmac())
    return learn(message.source, whereabouts(message, source), evidence) ? undefined : evidence
  }

  const ignore = (reason: string): void => counters.countReason('discarded', reason)

  const refuse = ({ fault, reason, nak }: DatagramError, source: Bip6Address, arrival: Arrival): void => {
    const self = vmac()
    if (nak !== undefined && self !== undefined && arrival !== 'broadcast' && !isRefusedInSilence(fault, source)) {
      output.result(source, () => ({ _tag: 'BVLC-Result', source: self, code: nak }))
    }
    discard(fault, source, reason)
  }

  /** A foreign device that distributes a Confirmed-Request is not told: it would only register again, and say the same. */
  const isRefusedInSilence = (fault: DatagramFault, source: Bip6Address): boolean => {
    const role = running()
    return fault === 'CONFIRMED_REQUEST_BY_BROADCAST' && role._tag === 'Bbmd' && role.knows(source)
  }

  const lookForClaim = (message: SourcedMessage, source: Bip6Address): boolean => {
    const claim = vmacClaim(message, source, own)
    if (claim !== undefined) claimed(message.source, claim, whereabouts(message, source))
    return claim !== undefined
  }

  const act = (
    decision: Exclude<Reception6, { readonly _tag: 'Learn' }>,
    source: Bip6Address,
    arrival: Arrival,
    datagram: Uint8Array,
  ): void => {
    const self = vmac()
    if (self === undefined) return
    switch (decision._tag) {
      case 'Deliver':
        output.deliver(decision)
        return
      case 'ToBbmd': {
        const role = running()
        if (role._tag === 'Bbmd') role.hear(decision.message, source, arrival, datagram)
        return
      }
      case 'AnswerResolution':
        output.answer(decision.to, ACK_LENGTH, () => ({
          _tag: 'Address-Resolution-ACK',
          source: self,
          destination: decision.asker,
        }))
        return
      case 'AnswerVirtual':
        output.answer(decision.to, ACK_LENGTH, () => ({
          _tag: 'Virtual-Address-Resolution-ACK',
          source: self,
          destination: decision.asker,
        }))
        return
      case 'Result':
        if (!settle(source, decision.code)) discard(UNASKED, source)
        return
      case 'Refuse':
        output.refuse(source, decision.request, 'not a BBMD')
        return
      case 'Ignore':
        ignore(decision.reason)
        return
      case 'Discard':
        discard(decision.reason, source)
        return
    }
  }

  return receive
}

const UNASKED = 'an answer that nobody asked for'

/** The octets of an answer to a resolution. */
const ACK_LENGTH = 10

/** What is not taken is not believed either. */
const isToBeLearned = ({ _tag }: Reception6): boolean => _tag !== 'Ignore' && _tag !== 'Discard'
