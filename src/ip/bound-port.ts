import type { SchedulerLike } from 'rxjs'
import { inTurn } from '../bvll/in-turn.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { BoundPort } from '../bvll/port-link.js'
import { portOutput, type PortSinks } from '../bvll/port-output.js'
import type { Random } from '../values/random.js'
import { newOctets, type Allocate } from '../wire/octets.js'
import { ipSpeech, type AnnexJ } from './annex-j.js'
import { unfitTable } from './broadcast-table.js'
import { bbmdRequests, messageOf } from './bbmd-requests.js'
import type { IpLimits } from './ip-limits.js'
import type { IpOutbound } from './ip-link.js'
import type { IpRole } from './ip-role.js'
import type { IpDatagram, IpLocal } from './ip-udp.js'
import { receiver } from './receiver.js'
import { receptionFacts, runRole, type Running } from './running.js'
import { unfitRequest, unfitRole } from './unfit.js'
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

/** Runs a port from the moment its addresses are known. */
export const boundPort = (
  first: IpLocal,
  { role: firstRole, limits, allocate = newOctets, scheduler, random }: BoundPortOptions,
  counters: PortCounters,
  sinks: PortSinks<AnnexJ>,
): BoundPort<AnnexJ> => {
  const { tell } = sinks
  let local = first
  let isClosed = false
  const output = portOutput<AnnexJ>({
    speech: ipSpeech,
    local: () => local,
    counters,
    limits,
    allocate,
    scheduler,
    sinks,
  })
  const { send } = output
  const requests = bbmdRequests(limits, scheduler, tell)

  const run = (role: IpRole): Running =>
    runRole(role, { output, requests, scheduler, random, changed: () => tellStatus() })

  const tellStatus = (): void => {
    const { address, broadcast } = local
    tell({ _tag: 'Status', status: { address, broadcast, role: running._tag, registration: running.registration() } })
  }

  let running = run(firstRole)

  let facts = receptionFacts(running, () => local)

  /** Whoever hears the status may have unsubscribed: nothing begins then that nobody would end. */
  const begin = (): void => {
    if (!isClosed) running.start()
  }

  const setRole = (role: IpRole): string | undefined => {
    const unfit = unfitRole(role, local)
    if (unfit !== undefined) return unfit
    running.end()
    running.close()
    if (isClosed) return undefined
    running = run(role)
    facts = receptionFacts(running, () => local)
    tellStatus()
    begin()
    return undefined
  }

  const listening = (): void => {
    const { address, broadcast, receiveBuffer } = local
    tell({ _tag: 'Listening', address, broadcast, receiveBuffer })
  }

  const submit = inTurn<IpOutbound>(
    () => !isClosed,
    outbound => {
      const reason = submitted(outbound)
      if (reason !== undefined) drop(reason, outbound)
    },
  )

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
        const reason = unfitRequest(outbound, local) ?? requests.ask(outbound)
        if (reason === undefined) send(outbound.bbmd, messageOf(outbound), outbound)
        return reason
      }
      case 'SetRole':
        return setRole(outbound.role)
      case 'SetBdt': {
        if (running._tag !== 'Bbmd') return 'not a BBMD'
        const unfit = unfitTable(outbound.entries)
        if (unfit === undefined) running.setBdt(outbound.entries)
        return unfit
      }
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

  const receive = receiver({
    local: () => local,
    running: () => running,
    facts: () => facts,
    counters,
    output,
    requests,
  })

  const unsent = ({ about }: IpDatagram<IpOutbound>, reason: string): void => {
    counters.countReason('unsent', reason)
    if (about?._tag === 'Npdu') {
      if (running._tag === 'ForeignDevice') running.unsent(about)
      drop(reason, about)
    } else if (about !== undefined && 'bbmd' in about) {
      requests.fail(about, reason).forEach(tell)
    }
  }

  return {
    start: () => {
      tellStatus()
      listening()
      begin()
    },
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
      isClosed = true
      running.close()
      output.close()
      requests.close()
    },
  }
}
