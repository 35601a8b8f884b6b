import type { SchedulerLike } from 'rxjs'
import { heldRole } from '../bvll/held-role.js'
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
  const { tell, isOpen } = sinks
  let local = first
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

  const role = heldRole<AnnexJ, IpRole, Running>({
    first: firstRole,
    run: wanted => runRole(wanted, { output, requests, scheduler, random, changed: () => tellStatus() }),
    isOpen,
    changed: () => tellStatus(),
  })
  const { running } = role

  const tellStatus = (): void => {
    const { address, broadcast } = local
    const { _tag, registration } = running()
    tell({ _tag: 'Status', status: { address, broadcast, role: _tag, registration: registration() } })
  }

  const listening = (): void => {
    const { address, broadcast, receiveBuffer } = local
    tell({ _tag: 'Listening', address, broadcast, receiveBuffer })
  }

  /** Does what is asked for; a sentence says why it cannot be done. */
  const submitted = (outbound: IpOutbound): string | undefined => {
    switch (outbound._tag) {
      case 'Npdu': {
        const { npdu, headroom, destination } = outbound
        const reason = unsendable(outbound, local)
        if (reason !== undefined) return reason
        if (destination === 'broadcast') return running().broadcast(outbound)
        send(destination, { _tag: 'Original-Unicast-NPDU', npdu, headroom }, outbound)
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
      case 'SetRole': {
        const unfit = unfitRole(outbound.role, local)
        if (unfit === undefined) role.set(outbound.role)
        return unfit
      }
      case 'SetBdt': {
        const bbmd = running()
        if (bbmd._tag !== 'Bbmd') return 'not a BBMD'
        const unfit = unfitTable(outbound.entries)
        if (unfit === undefined) bbmd.setBdt(outbound.entries)
        return unfit
      }
      case 'ReadTables': {
        const bbmd = running()
        tell({ _tag: 'Tables', ...(bbmd._tag === 'Bbmd' ? bbmd.tables() : { bdt: [], fdt: [] }) })
        return undefined
      }
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
    running,
    facts: receptionFacts(running, () => local),
    counters,
    output,
    requests,
  })

  const unsent = ({ about }: IpDatagram<IpOutbound>, reason: string): void => {
    counters.countReason('unsent', reason)
    if (about?._tag === 'Npdu') {
      const device = running()
      if (device._tag === 'ForeignDevice') device.unsent(about)
      drop(reason, about)
    } else if (about !== undefined && 'bbmd' in about) {
      requests.fail(about, reason).forEach(tell)
    }
  }

  return {
    start: () => {
      tellStatus()
      listening()
      role.start()
    },
    submit: outbound => {
      const reason = submitted(outbound)
      if (reason !== undefined) drop(reason, outbound)
    },
    hear: event => {
      switch (event._tag) {
        case 'Received':
          receive(event.octets, event.source, event.arrival)
          return
        case 'Bound':
          local = event.local
          listening()
          tellStatus()
          role.localChanged()
          return
        case 'Strayed':
          counters.counts.received++
          counters.countReason('discarded', event.reason)
          return
        case 'Unsent':
          unsent(event.datagram, event.reason)
          return
      }
    },
    end: () => {
      requests.close().forEach(tell)
      role.end()
    },
    flush: output.flush,
    close: () => {
      role.close()
      output.close()
      requests.close()
    },
  }
}
