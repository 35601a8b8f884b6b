import * as E from 'fp-ts/lib/Either.js'
import type { SchedulerLike } from 'rxjs'
import type { Arrival } from '../bvll/udp.js'
import type { BipAddress } from '../values/bip-address.js'
import type { Random } from '../values/random.js'
import { decodeBvll } from '../wire/bvll-decode.js'
import { newOctets, type Allocate } from '../wire/octets.js'
import { runBbmd, type RunningBbmd } from './bbmd.js'
import { bbmdRequests, messageOf } from './bbmd-requests.js'
import { runForeignDevice, type RunningForeignDevice } from './foreign-device.js'
import type { IpLimits } from './ip-limits.js'
import type { IpOutbound } from './ip-link.js'
import type { IpRole } from './ip-role.js'
import type { IpDatagram, IpLocal, IpUdpEvent } from './ip-udp.js'
import { runOrdinaryNode, type RunningOrdinaryNode } from './ordinary-node.js'
import { portOutput, type PortSinks } from './port-output.js'
import { reception, type AnswerMessage, type Reception, type ReceptionFacts } from './reception.js'
import { unsendable } from './unsendable.js'

/** What a B/IP port needs, besides the UDP port under it. */
export interface BoundPortOptions {
  readonly role: IpRole
  readonly limits: IpLimits
  /** Where the memory of what is sent comes from. Default: each message has its own. */
  readonly allocate?: Allocate
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** A B/IP port whose UDP port is bound. */
export interface BoundPort {
  readonly submit: (outbound: IpOutbound) => void
  readonly hear: (event: IpUdpEvent<IpOutbound>) => void
  /** Says what is to be said at the end. */
  readonly end: () => void
  /** Stops all timers. */
  readonly close: () => void
}

type Running = RunningOrdinaryNode | RunningForeignDevice | RunningBbmd

/** Runs a port from the moment its addresses are known. */
export const boundPort = (
  first: IpLocal,
  { role: firstRole, limits, allocate = newOctets, scheduler, random }: BoundPortOptions,
  output: PortSinks,
): BoundPort => {
  const { tell } = output
  let local = first
  const mouth = portOutput({ local: () => local, limits, allocate, scheduler, output })
  const { send, answer, discard, counters } = mouth
  const requests = bbmdRequests(limits, scheduler, tell)

  const run = (role: IpRole): Running => {
    switch (role._tag) {
      case 'OrdinaryNode':
        return runOrdinaryNode(mouth)
      case 'ForeignDevice':
        return runForeignDevice(role, mouth, {
          scheduler,
          random,
          asked: () => requests.askRegistration(role.bbmd),
          changed: tellStatus,
        })
      case 'Bbmd':
        return runBbmd(role, mouth, scheduler)
    }
  }

  const tellStatus = (): void => {
    const { address, broadcast } = local
    tell({ _tag: 'Status', status: { address, broadcast, role: running._tag, registration: running.registration() } })
  }

  let running = run(firstRole)
  let facts = factsOf(running)

  const begin = (): void => {
    facts = factsOf(running)
    tellStatus()
    running.start()
  }

  const setRole = (role: IpRole): void => {
    running.end()
    running.close()
    running = run(role)
    begin()
  }

  const listening = (): void => {
    const { address, broadcast, receiveBuffer } = local
    tell({ _tag: 'Listening', address, broadcast, receiveBuffer })
  }

  const submit = (outbound: IpOutbound): void => {
    const reason = submitted(outbound)
    if (reason !== undefined) drop(reason, outbound)
  }

  /** Does what is asked for; a sentence says why it cannot be done. */
  const submitted = (outbound: IpOutbound): string | undefined => {
    switch (outbound._tag) {
      case 'Npdu': {
        const { npdu, destination } = outbound
        const reason = unsendable(outbound, local)
        if (reason !== undefined) return reason
        if (destination === 'broadcast') return running.broadcast(outbound, npdu)
        send(destination, { _tag: 'Original-Unicast-NPDU', npdu }, outbound)
        return undefined
      }
      case 'ReadBdt':
      case 'ReadFdt':
      case 'WriteBdt':
      case 'DeleteFdtEntry': {
        const reason = requests.ask(outbound)
        if (reason === undefined) send(outbound.bbmd, messageOf(outbound), outbound)
        return reason
      }
      case 'SetRole':
        setRole(outbound.role)
        return undefined
      case 'SetBdt':
        if (running._tag !== 'Bbmd') return 'not a BBMD'
        running.setBdt(outbound.entries)
        return undefined
      case 'ReadTables':
        tell({ _tag: 'Tables', ...(running._tag === 'Bbmd' ? running.tables() : { bdt: [], fdt: [] }) })
        return undefined
      case 'ReadCounters':
        tell({ _tag: 'Counters', counters: counters.read() })
        return undefined
    }
  }

  const drop = (reason: string, outbound: IpOutbound): void => {
    counters.countReason('dropped', reason)
    tell({ _tag: 'Dropped', reason, outbound })
  }

  const receive = (octets: Uint8Array, source: BipAddress, arrival: Arrival): void => {
    counters.counts.received++
    if (local.own.has(source)) {
      counters.countReason('discarded', 'own datagram')
      return
    }
    const decoded = decodeBvll(octets)
    if (E.isRight(decoded)) {
      act(reception(decoded.right, source, arrival, facts), source, arrival, octets)
      return
    }
    const { fault, reason, nak } = decoded.left
    if (nak !== undefined && arrival !== 'broadcast') answer(source, { _tag: 'BVLC-Result', code: nak })
    discard(fault, source, reason)
  }

  const act = (decision: Reception, source: BipAddress, arrival: Arrival, datagram: Uint8Array): void => {
    switch (decision._tag) {
      case 'Deliver':
        mouth.hand(decision)
        return
      case 'ToBbmd':
        if (running._tag === 'Bbmd') running.hear(decision.message, source, arrival, datagram)
        return
      case 'Settle':
        settle(source, decision.message)
        return
      case 'Refuse':
        answer(source, { _tag: 'BVLC-Result', code: decision.code })
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
        tell(settled.event)
        return
      case 'Registration':
        if (running._tag !== 'ForeignDevice' || running.bbmd !== source || !running.hear(settled.code))
          discard('an answer that nobody asked for', source)
        return
      case 'Unasked':
        discard('an answer that nobody asked for', source)
        return
    }
  }

  const unsent = ({ about }: IpDatagram<IpOutbound>, reason: string): void => {
    counters.countReason('unsent', reason)
    if (about?._tag === 'Npdu') {
      if (running._tag === 'ForeignDevice') running.unsent(about)
      drop(reason, about)
    } else if (about !== undefined && 'bbmd' in about) {
      requests.fail(about, reason).forEach(tell)
    }
  }

  listening()
  begin()

  return {
    submit,
    hear: event => {
      switch (event._tag) {
        case 'Received':
          receive(event.octets, event.source, event.arrival)
          return
        case 'Bound':
          local = event.local
          listening()
          tellStatus()
          running.localChanged()
          return
        case 'Unsent':
          unsent(event.datagram, event.reason)
          return
      }
    },
    end: () => {
      requests.close().forEach(tell)
      running.end()
    },
    close: () => {
      running.close()
      mouth.close()
      requests.close()
    },
  }
}

const factsOf = (running: Running): ReceptionFacts => ({
  role: running._tag,
  isSelf: running.isSelf,
  isOwnBbmd: running._tag === 'ForeignDevice' ? running.isOwnBbmd : () => false,
})
