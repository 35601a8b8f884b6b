import type { SchedulerLike } from 'rxjs'
import { inTurn } from '../bvll/in-turn.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { BoundPort } from '../bvll/port-link.js'
import { portOutput, type PortSinks } from '../bvll/port-output.js'
import type { OutboundNpdu } from '../link/link.js'
import { isLoopback, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Random } from '../values/random.js'
import { Bvll6ResultCode } from '../wire/bvll6-function.js'
import { newOctets, type Allocate } from '../wire/octets.js'
import { ip6Speech, type AnnexU } from './annex-u.js'
import type { Ip6Limits } from './ip6-limits.js'
import type { Ip6Outbound } from './ip6-link.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Datagram, Ip6Local } from './ip6-udp.js'
import { ownVmac } from './own-vmac.js'
import { ownVmacTimings, type OwnVmacNews } from './own-vmac-machine.js'
import { receiver6 } from './receiver6.js'
import { askFor, reception6Facts, runRole6, type Run6Context, type Running6 } from './running6.js'
import { unicasts6 } from './unicasts6.js'
import { unfitRole6, unfitTable6, unfitVmac6, unsendable6 } from './unsendable6.js'
import type { OwnBip6 } from './vmac-binding.js'

/** What a B/IPv6 port needs, besides the UDP port under it. */
export interface BoundPort6Options {
  readonly role: Ip6Role
  /** The VMAC of the device instance, or a random one to be tried first. Default: a random one. */
  readonly vmac?: Bip6Vmac | undefined
  readonly limits: Ip6Limits
  /** Where the memory of what is sent comes from. Default: each message has its own. */
  readonly allocate?: Allocate
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** No VMAC: in no message, as nothing is sent before there is one. */
const NO_VMAC = '000000' as Bip6Vmac

/** Runs a port from the moment its addresses are known. */
export const boundPort6 = (
  first: Ip6Local,
  { role: firstRole, vmac: wanted, limits, allocate = newOctets, scheduler, random }: BoundPort6Options,
  counters: PortCounters,
  sinks: PortSinks<AnnexU>,
): BoundPort<AnnexU> => {
  const { tell } = sinks
  let local = first
  let isClosed = false
  /** Whoever is told something may unsubscribe: nothing goes on then that nobody would end. */
  const isOpen = (): boolean => !isClosed
  let farewell: Bip6Address | undefined
  const waiting: Ip6Outbound[] = []

  const vmac = (): Bip6Vmac | undefined => self.vmac()
  const source = (): Bip6Vmac => vmac() ?? NO_VMAC
  const output = portOutput<AnnexU>({
    speech: ip6Speech(source),
    local: () => local,
    counters,
    limits,
    allocate,
    scheduler,
    sinks,
  })

  const own: OwnBip6 = {
    claims: claimed => self.claims(claimed),
    get addresses() {
      return local.own
    },
    get isOnLoopback() {
      return isLoopback(local.address)
    },
  }

  const unicasts = unicasts6({
    output,
    own,
    vmac: source,
    limits,
    scheduler,
    ask: target => askFor(target, running, context),
    dropped: (outbound, reason) => drop(reason, outbound),
  })

  const self = ownVmac({
    wanted,
    timings: ownVmacTimings(),
    scheduler,
    random,
    ask: candidate => askFor(candidate, running, context, candidate),
    tell: news => hearOfVmac(news),
  })

  const context: Run6Context = {
    output,
    vmac: source,
    scheduler,
    random,
    changed: () => tellStatus(),
    deregistered: bbmd => {
      farewell = bbmd
    },
  }

  let running: Running6 = runRole6(firstRole, context)
  let facts = reception6Facts(running, vmac)
  let hasBegun = false

  const tellStatus = (): void => {
    const { address, group } = local
    const status = { address, group, vmac: vmac(), role: running._tag, registration: running.registration() }
    tell({ _tag: 'Status', status })
  }

  const listening = (): void => {
    const { address, group, receiveBuffer } = local
    tell({ _tag: 'Listening', address, group, receiveBuffer })
  }

  /** The role begins with the first VMAC; with another one, whoever knows this port by the old one hears of it. */
  const hearOfVmac = (news: OwnVmacNews): void => {
    if (news._tag !== 'Own') return
    unicasts.reconsider()
    tellStatus()
    if (!isOpen()) return
    const isFirst = !hasBegun
    hasBegun = true
    if (isFirst) running.start()
    else running.localChanged()
    waiting.splice(0).forEach(submit)
  }

  const setRole = (role: Ip6Role): string | undefined => {
    const unfit = unfitRole6(role, local)
    if (unfit !== undefined) return unfit
    if (hasBegun) running.end()
    running.close()
    if (!isOpen()) return undefined
    running = runRole6(role, context)
    facts = reception6Facts(running, vmac)
    tellStatus()
    if (hasBegun && isOpen()) running.start()
    return undefined
  }

  const submit = inTurn<Ip6Outbound>(isOpen, outbound => {
    const reason = submitted(outbound)
    if (reason !== undefined) drop(reason, outbound)
  })

  /** Does what is asked for; a sentence says why it cannot be done. */
  const submitted = (outbound: Ip6Outbound): string | undefined => {
    switch (outbound._tag) {
      case 'Npdu':
        return submitNpdu(outbound)
      case 'SetRole':
        return setRole(outbound.role)
      case 'SetBdt': {
        if (running._tag !== 'Bbmd') return 'not a BBMD'
        const unfit = unfitTable6(outbound.entries)
        if (unfit === undefined) running.setBdt(outbound.entries)
        return unfit
      }
      case 'SetVmac': {
        const unfit = unfitVmac6(outbound.vmac)
        if (unfit === undefined) self.configure(outbound.vmac)
        return unfit
      }
      case 'ReadTables':
        tell({ _tag: 'Tables', ...(running._tag === 'Bbmd' ? running.tables() : { bdt: [], fdt: [] }) })
        return undefined
      case 'ReadVmacCache':
        tell({ _tag: 'VmacCache', entries: unicasts.entries() })
        return undefined
      case 'ReadCounters':
        tell({ _tag: 'Counters', counters: counters.read() })
        return undefined
    }
  }

  const submitNpdu = (outbound: OutboundNpdu<Bip6Vmac>): string | undefined => {
    const { npdu, destination } = outbound
    const unfit = unsendable6(outbound, vmac())
    if (unfit !== undefined) return unfit
    if (vmac() === undefined) {
      if (waiting.length >= limits.maxWaiting) return 'too much waits for an own VMAC'
      waiting.push(outbound)
      return undefined
    }
    if (destination === 'broadcast') return running.broadcast(outbound, npdu)
    unicasts.send({ ...outbound, destination })
    return undefined
  }

  const drop = (reason: string, outbound: Ip6Outbound): void => {
    counters.countReason('dropped', reason)
    tell({ _tag: 'Dropped', reason, outbound })
  }

  const receive = receiver6({
    own: () => own,
    vmac,
    isOpen,
    running: () => running,
    facts: () => facts,
    counters,
    output,
    claimed: (claimed, claim, by) => {
      if (claim === 'conflict') tell({ _tag: 'VmacConflict', vmac: claimed, source: by })
      self.hear(claimed, claim)
    },
    learn: unicasts.learn,
    settle: (by, code) => {
      const isFarewell = code === Bvll6ResultCode.SUCCESS || code === Bvll6ResultCode.DELETE_FDT_ENTRY_NAK
      if (isFarewell && farewell === by) {
        farewell = undefined
        return true
      }
      return running._tag === 'ForeignDevice' && running.bbmd === by && running.hear(code)
    },
  })

  const unsent = ({ to, about }: Ip6Datagram<Ip6Outbound>, reason: string): void => {
    counters.countReason('unsent', reason)
    if (about?._tag !== 'Npdu') return
    if (about.destination !== 'broadcast') unicasts.forget(to)
    else if (running._tag === 'ForeignDevice') running.unsent(about)
    drop(reason, about)
  }

  return {
    start: () => {
      tellStatus()
      listening()
      if (isOpen()) self.start()
    },
    submit,
    hear: event => {
      switch (event._tag) {
        case 'Received':
          receive(event.octets, event.source, event.arrival)
          return
        case 'Bound':
          local = event.local
          unicasts.reconsider()
          listening()
          tellStatus()
          if (hasBegun && isOpen()) running.localChanged()
          return
        case 'Unsent':
          unsent(event.datagram, event.reason)
          return
      }
    },
    end: () => {
      for (const outbound of [...waiting.splice(0), ...unicasts.giveUp()]) drop('the port is closing', outbound)
      if (hasBegun) running.end()
    },
    close: () => {
      isClosed = true
      running.close()
      self.end()
      unicasts.close()
      output.close()
    },
  }
}
