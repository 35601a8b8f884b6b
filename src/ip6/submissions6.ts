import type { HeldRole } from '../bvll/held-role.js'
import type { PortCounters } from '../bvll/port-counters.js'
import type { OutboundNpdu } from '../link/link.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Ip6Limits } from './ip6-limits.js'
import type { Ip6LinkEvent, Ip6Outbound, Resolve6 } from './ip6-link.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Datagram, Ip6Local } from './ip6-udp.js'
import type { OwnVmac } from './own-vmac.js'
import type { Running6 } from './running6.js'
import { unfitInstance6, unfitResolve6, unfitRole6, unfitTable6 } from './unfit6.js'
import { isUnicast6, type Unicasts6 } from './unicasts6.js'
import { unsendable6 } from './unsendable6.js'

/** What does what is submitted to a port. */
export interface Submissions6Options {
  readonly role: HeldRole<Ip6Role, Running6>
  readonly self: OwnVmac
  readonly unicasts: Unicasts6
  readonly local: () => Ip6Local
  readonly limits: Ip6Limits
  readonly counters: PortCounters
  readonly tell: (event: Ip6LinkEvent) => void
  /** Others hear this port now than before. */
  readonly domainChanged: () => void
}

/** What is submitted to a port: NPDUs and requests. */
export interface Submissions6 {
  /** Does it, has it wait for an own VMAC, or drops it. */
  readonly submit: (outbound: Ip6Outbound) => void
  /** Takes out what waits for an own VMAC, in their order. */
  readonly takeWaiting: () => readonly Ip6Outbound[]
  /** What has not left after all: an NPDU is given back, and a station that cannot be reached is not known any more. */
  readonly unsent: (datagram: Ip6Datagram<Ip6Outbound>, reason: string, isUnreachable: boolean) => void
  /** Gives it back to the subscriber, counted. */
  readonly drop: (reason: string, outbound: Ip6Outbound) => void
}

/** Does what is submitted to a port. */
export const submissions6 = ({
  role: { running, set },
  self,
  unicasts,
  local,
  limits,
  counters,
  tell,
  domainChanged,
}: Submissions6Options): Submissions6 => {
  const waiting: Ip6Outbound[] = []

  /** Does what is asked for; a sentence says why it cannot be done. */
  const submitted = (outbound: Ip6Outbound): string | undefined => {
    const role = running()
    switch (outbound._tag) {
      case 'Npdu':
        return unsendable6(outbound, self.vmac()) ?? onceNamed(outbound, send)
      case 'Resolve':
      case 'ResolveVirtual':
        return unfitResolve6(outbound, self.vmac(), local()) ?? onceNamed(outbound, resolve)
      case 'SetRole': {
        const unfit = unfitRole6(outbound.role, local())
        if (unfit === undefined) set(outbound.role)
        return unfit
      }
      case 'SetBdt': {
        if (role._tag !== 'Bbmd') return 'not a BBMD'
        const unfit = unfitTable6(outbound.entries)
        if (unfit === undefined) {
          role.setBdt(outbound.entries)
          domainChanged()
        }
        return unfit
      }
      case 'SetVmac': {
        const unfit = unfitInstance6(outbound.vmac)
        if (unfit === undefined) self.configure(outbound.vmac)
        return unfit
      }
      case 'ReadTables':
        tell({ _tag: 'Tables', ...(role._tag === 'Bbmd' ? role.tables() : { bdt: [], fdt: [] }) })
        return undefined
      case 'ReadVmacCache':
        tell({ _tag: 'VmacCache', entries: unicasts.entries() })
        return undefined
      case 'ReadCounters':
        tell({ _tag: 'Counters', counters: counters.read() })
        return undefined
    }
  }

  const send = (outbound: OutboundNpdu<Bip6Vmac>): string | undefined => {
    if (!isUnicast6(outbound)) return running().broadcast(outbound)
    unicasts.send(outbound)
    return undefined
  }

  const resolve = (request: Resolve6): undefined => {
    unicasts.resolve(request)
    return undefined
  }

  /** What names its sender waits until it has an own VMAC. */
  const onceNamed = <Outbound extends Ip6Outbound>(
    outbound: Outbound,
    act: (outbound: Outbound) => string | undefined,
  ): string | undefined => {
    if (self.vmac() !== undefined) return act(outbound)
    if (waiting.length >= limits.maxWaiting) return 'too much waits for an own VMAC'
    waiting.push(outbound)
    return undefined
  }

  const drop = (reason: string, outbound: Ip6Outbound): void => {
    counters.countReason('dropped', reason)
    tell({ _tag: 'Dropped', reason, outbound })
  }

  return {
    submit: outbound => {
      const reason = submitted(outbound)
      if (reason !== undefined) drop(reason, outbound)
    },
    takeWaiting: () => waiting.splice(0),
    unsent: ({ to, about }, reason, isUnreachable) => {
      counters.countReason('unsent', reason)
      if (about?._tag !== 'Npdu') return
      if (isUnicast6(about)) {
        if (isUnreachable) unicasts.forget(to)
      } else {
        const role = running()
        if (role._tag === 'ForeignDevice') role.unsent(about)
      }
      drop(reason, about)
    },
    drop,
  }
}
