import * as E from 'fp-ts/lib/Either.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { PortOutput } from '../bvll/port-output.js'
import type { Arrival } from '../bvll/udp.js'
import { isStation, type BipAddress } from '../values/bip-address.js'
import { decodeBvll } from '../wire/bvll-decode.js'
import type { DatagramFault } from '../wire/datagram-error.js'
import type { AnnexJ } from './annex-j.js'
import type { BbmdRequests } from './bbmd-requests.js'
import type { IpLocal } from './ip-udp.js'
import { reception, type AnswerMessage, type BbmdMessage, type Reception, type ReceptionFacts } from './reception.js'
import type { Running } from './running.js'

/** What a received datagram is looked at with. */
export interface ReceiverContext {
  readonly local: () => IpLocal
  readonly running: () => Running
  readonly facts: ReceptionFacts
  readonly counters: PortCounters
  readonly output: PortOutput<AnnexJ>
  readonly requests: BbmdRequests
}

/** Does with each received datagram what section 4 of the protocol notes says, in its order. */
export const receiver = ({
  local,
  running,
  facts,
  counters,
  output,
  requests,
}: ReceiverContext): ((octets: Uint8Array, source: BipAddress, arrival: Arrival) => void) => {
  const { result, discard } = output

  const receive = (octets: Uint8Array, source: BipAddress, arrival: Arrival): void => {
    counters.counts.received++
    if (local().own.has(source)) {
      counters.countReason('discarded', 'own datagram')
      return
    }
    if (!isStation(source)) {
      discard('the source is no station', source)
      return
    }
    const decoded = decodeBvll(octets)
    if (E.isRight(decoded)) {
      act(reception(decoded.right, source, arrival, facts), source, arrival, octets)
      return
    }
    const { fault, reason, nak } = decoded.left
    if (nak !== undefined && arrival !== 'broadcast' && !isRefusedInSilence(fault, source)) {
      result(source, () => ({ _tag: 'BVLC-Result', code: nak }))
    }
    discard(fault, source, reason)
  }

  /**
   * A foreign device that distributes a Confirmed-Request is not told: it would take the NAK to mean that it is not
   * registered, register again, and say the same.
   */
  const isRefusedInSilence = (fault: DatagramFault, source: BipAddress): boolean =>
    fault === 'CONFIRMED_REQUEST_BY_BROADCAST' && isForeignDevice(source)

  const act = (decision: Reception, source: BipAddress, arrival: Arrival, datagram: Uint8Array): void => {
    switch (decision._tag) {
      case 'Deliver':
        output.deliver(decision)
        return
      case 'ToBbmd':
        toBbmd(decision.message, source, arrival, datagram)
        return
      case 'Settle':
        settle(source, decision.message)
        return
      case 'Refuse':
        output.refuse(source, decision.request, 'not a BBMD')
        return
      case 'Ignore':
        counters.countReason('discarded', decision.reason)
        return
      case 'Discard':
        discard(decision.reason, source)
        return
    }
  }

  const settle = (source: BipAddress, message: AnswerMessage): void => {
    const settled = requests.settle(source, message)
    switch (settled._tag) {
      case 'Tell':
        output.tell(settled.event)
        return
      case 'Registration':
        if (!isOfRegistration(source, settled.code)) discard('an answer that nobody asked for', source)
        return
      case 'Nothing':
        return
      case 'Unasked':
        discard('an answer that nobody asked for', source)
        return
    }
  }

  const toBbmd = (message: BbmdMessage, source: BipAddress, arrival: Arrival, datagram: Uint8Array): void => {
    const role = running()
    if (role._tag === 'Bbmd') role.hear(message, source, arrival, datagram)
  }

  const isForeignDevice = (address: BipAddress): boolean => {
    const role = running()
    return role._tag === 'Bbmd' && role.knows(address)
  }

  const isOfRegistration = (source: BipAddress, code: number): boolean => {
    const role = running()
    return role._tag === 'ForeignDevice' && role.bbmd === source && role.hear(code)
  }

  return receive
}
