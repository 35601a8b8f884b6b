import type { SchedulerLike } from 'rxjs'
import { heldRole } from '../bvll/held-role.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { BoundPort } from '../bvll/port-link.js'
import { portOutput, type PortSinks } from '../bvll/port-output.js'
import { isLoopback } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Random } from '../values/random.js'
import { Bvll6ResultCode } from '../wire/bvll6-function.js'
import { newOctets, type Allocate } from '../wire/octets.js'
import { ip6Speech, type AnnexU } from './annex-u.js'
import { farewell } from './farewell.js'
import type { Ip6Limits } from './ip6-limits.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Local } from './ip6-udp.js'
import { ownVmac } from './own-vmac.js'
import { ownVmacTimings, type OwnVmacNews } from './own-vmac-machine.js'
import { receiver6 } from './receiver6.js'
import { askFor, reception6Facts, runRole6, type Run6Context, type Running6 } from './running6.js'
import { submissions6 } from './submissions6.js'
import { unicasts6 } from './unicasts6.js'
import type { OwnBip6 } from './vmac-binding.js'
import { vmacConflicts } from './vmac-conflicts.js'

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

/** The VMAC of no device (section 1.2 of the protocol notes). */
const NOBODY = '3fffff' as Bip6Vmac

/** Runs a port from the moment its addresses are known. */
export const boundPort6 = (
  first: Ip6Local,
  { role: firstRole, vmac: wanted, limits, allocate = newOctets, scheduler, random }: BoundPort6Options,
  counters: PortCounters,
  sinks: PortSinks<AnnexU>,
): BoundPort<AnnexU> => {
  const { tell, isOpen, inTurn } = sinks
  let local = first
  /** Whether others may still look for it where it was. */
  let hasMoved = false

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
    isAt: address => local.own.has(address),
    isOnLoopback: () => isLoopback(local.address),
  }

  const unicasts = unicasts6({
    output,
    own,
    vmac: source,
    limits,
    scheduler,
    ask: target => askFor(target, running(), context),
    dropped: (outbound, reason) => submissions.drop(reason, outbound),
  })

  const self = ownVmac({
    wanted,
    timings: ownVmacTimings(),
    scheduler,
    random,
    ask: candidate => askFor(candidate, running(), context, candidate),
    tell: news => inTurn(hearOfVmac, news),
  })

  const conflicts = vmacConflicts(scheduler, tell)
  const answers = farewell(scheduler)

  const roleChanged = (): void => {
    tellStatus()
    if (!isOpen() || running().registration()?.state !== 'registered') return
    self.verify()
    unicasts.askAgain()
  }

  /** Others hear it now than before. */
  const domainChanged = (): void => {
    if (isOpen() && running()._tag !== 'ForeignDevice') self.verify()
  }

  /** Where it is now, others learn from any question of its own, and this one nobody answers. */
  const announce = (): void => {
    if (!isOpen() || !hasMoved || vmac() === undefined) return
    hasMoved = false
    askFor(NOBODY, running(), context)
  }

  const context: Run6Context = {
    output,
    vmac: source,
    scheduler,
    random,
    changed: () => roleChanged(),
    deregistered: answers.said,
  }

  const role = heldRole<AnnexU, Ip6Role, Running6>({
    first: firstRole,
    run: wantedRole => runRole6(wantedRole, context),
    isOpen,
    changed: () => {
      unicasts.forgetAll()
      tellStatus()
      domainChanged()
    },
  })
  const { running } = role

  const tellStatus = (): void => {
    const { address, group } = local
    const { _tag, registration } = running()
    tell({ _tag: 'Status', status: { address, group, vmac: vmac(), role: _tag, registration: registration() } })
  }

  const listening = (): void => {
    const { address, group, receiveBuffer } = local
    tell({ _tag: 'Listening', address, group, receiveBuffer })
  }

  /** The role begins with the first VMAC; with another one, whoever knows this port by the old one hears of it. */
  const hearOfVmac = (news: OwnVmacNews): void => {
    if (news._tag === 'NoneFree') {
      tell({ _tag: 'VmacsTaken', tried: news.tried, kept: news.kept })
      return
    }
    unicasts.reconsider()
    tellStatus()
    if (role.hasBegun()) role.localChanged()
    else role.start()
    for (const outbound of submissions.takeWaiting()) if (isOpen()) submissions.submit(outbound)
  }

  const submissions = submissions6({
    role,
    self,
    unicasts,
    local: () => local,
    limits,
    counters,
    tell,
    domainChanged,
  })

  const receive = receiver6({
    own,
    vmac,
    isOpen,
    running,
    facts: reception6Facts(running, vmac, own.isOnLoopback),
    counters,
    output,
    claimed: (claimed, claim, by) => {
      if (claim === 'conflict') conflicts.note(claimed, by)
      self.hear(claimed, claim)
    },
    learn: unicasts.learn,
    settle: (by, code) => {
      if (answers.isAnswer(by, code)) return true
      if (code === Bvll6ResultCode.VIRTUAL_ADDRESS_RESOLUTION_NAK && unicasts.refuse(by)) return true
      const device = running()
      if (device._tag !== 'ForeignDevice' || device.bbmd !== by || !device.hear(code)) return false
      // It may have been registered all the time; the new address is what its BBMD relays from now on.
      if (code === Bvll6ResultCode.SUCCESS) announce()
      return true
    },
  })

  return {
    start: () => {
      tellStatus()
      listening()
      if (isOpen()) self.start()
    },
    submit: submissions.submit,
    hear: event => {
      switch (event._tag) {
        case 'Received':
          receive(event.octets, event.source, event.arrival)
          return
        case 'Bound':
          hasMoved ||= local.address !== event.local.address
          local = event.local
          unicasts.reconsider()
          listening()
          tellStatus()
          role.localChanged()
          domainChanged()
          // A foreign device waits for its BBMD to know the new address.
          if (running()._tag !== 'ForeignDevice') announce()
          return
        case 'Strayed':
          counters.counts.received++
          counters.countReason('discarded', event.reason)
          return
        case 'Unsent':
          submissions.unsent(event.datagram, event.reason, event.isUnreachable)
          return
      }
    },
    end: () => {
      for (const outbound of [...submissions.takeWaiting(), ...unicasts.giveUp()]) {
        submissions.drop('the port is closing', outbound)
      }
      role.end()
    },
    flush: () => {
      for (const gathered of [conflicts, output]) gathered.flush()
    },
    close: () => {
      role.close()
      self.end()
      unicasts.close()
      conflicts.close()
      output.close()
    },
  }
}
