import type { SchedulerLike } from 'rxjs'
import { fanOutBudget } from '../bvll/budgets.js'
import type { ForeignTableEntry } from '../bvll/foreign-table.js'
import { registrar } from '../bvll/registrar.js'
import type { RolePort, RunningRole } from '../bvll/running-role.js'
import type { Arrival } from '../bvll/udp.js'
import { ip6Of, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { AddressResolution6, Bvll6Message } from '../wire/bvll6.js'
import type { AnnexU } from './annex-u.js'
import type { Bbmd6 } from './ip6-role.js'
import type { Bbmd6Message } from './reception6.js'

/** A BBMD that runs. */
export interface RunningBbmd6 extends RunningRole<AnnexU> {
  readonly _tag: 'Bbmd'
  /** A message that the table of reception leaves to it; `datagram` is all of it as it came. */
  readonly hear: (message: Bbmd6Message, source: Bip6Address, arrival: Arrival, datagram: Uint8Array) => void
  /** Asks for a VMAC as `source`, in its own domain and in all others. */
  readonly ask: (target: Bip6Vmac, source: Bip6Vmac) => void
  /** Whether a foreign device is registered. */
  readonly knows: (address: Bip6Address) => boolean
  /** Whether an address is that of another BBMD of its table. */
  readonly isPeer: (address: Bip6Address) => boolean
  readonly setBdt: (entries: readonly Bip6Address[]) => void
  readonly tables: () => {
    readonly bdt: readonly Bip6Address[]
    readonly fdt: readonly ForeignTableEntry<Bip6Address>[]
  }
}

/** Runs a BBMD on a port (section 7 of the protocol notes). `vmac` is its own. */
export const runBbmd6 = (
  role: Bbmd6,
  port: RolePort<AnnexU>,
  vmac: () => Bip6Vmac,
  scheduler: SchedulerLike,
): RunningBbmd6 => {
  const { policy } = role
  const spend = fanOutBudget({ each: policy.copiesPerAddress, inTotal: policy.copiesInTotal }, scheduler)
  const {
    register,
    remove,
    table: foreign,
  } = registrar<AnnexU>({
    policy,
    port,
    requests: { register: 'Register-Foreign-Device', remove: 'Delete-Foreign-Device-Table-Entry' },
    hostOf: ip6Of,
    scheduler,
    tell: ({ address, state }) => port.tell({ _tag: 'ForeignDevice', address, state }),
  })
  let bdt = new Set(role.bdt)

  const isSelf = (address: Bip6Address): boolean => port.local().own.has(address)

  /** Others, but for those whom it came from; nobody twice, and never the BBMD itself. */
  const copies = (
    from: readonly Bip6Address[],
    ...groups: readonly Iterable<Bip6Address>[]
  ): ReadonlySet<Bip6Address> => {
    const to = new Set<Bip6Address>()
    for (const group of groups) for (const address of group) if (!isSelf(address)) to.add(address)
    for (const address of from) to.delete(address)
    return to
  }

  /** The own domain, unless it has heard it: two BBMDs in one domain would have it go round between them for ever. */
  const unheard = (arrival: Arrival): readonly Bip6Address[] => (arrival === 'broadcast' ? [] : [port.local().group])

  /** A BBMD that has registered, or was registered by somebody else, has its copy as a BBMD. */
  const foreignOnly = (): readonly Bip6Address[] => foreign.addresses().filter(address => !bdt.has(address))

  const spread = (origin: Bip6Address, to: ReadonlySet<Bip6Address>, copy: Bvll6Message | Uint8Array): void => {
    if (to.size === 0) return
    const tooMuch = spend(ip6Of(origin), to.size)
    if (tooMuch === undefined) port.forward(to, copy)
    else port.discard(tooMuch, origin)
  }

  /** An Address-Resolution for somebody else (4.1). */
  const relay = (message: AddressResolution6, source: Bip6Address, arrival: Arrival): void => {
    const { source: asker, target } = message
    const isRegistered = foreign.has(source)
    if (arrival === 'unicast' && !isRegistered) {
      port.refuse(source, message._tag, 'not registered')
      return
    }
    const to = copies([source], isRegistered ? unheard(arrival) : [], bdt, foreignOnly())
    spread(source, to, { _tag: 'Forwarded-Address-Resolution', source: asker, target, originating: source })
  }

  const hear: RunningBbmd6['hear'] = (message, source, arrival, datagram) => {
    switch (message._tag) {
      case 'Original-Broadcast-NPDU': {
        const { source: speaker, npdu } = message
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'original' })
        if (arrival === 'unicast') {
          port.discard('an Original-Broadcast-NPDU by unicast is not forwarded', source)
          return
        }
        const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: speaker, originating: source, npdu }
        spread(source, copies([source], bdt, foreignOnly()), forwarded)
        return
      }
      case 'Forwarded-NPDU': {
        const { source: speaker, originating, npdu } = message
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'forwarded' })
        spread(originating, copies([originating, source], unheard(arrival), foreignOnly()), datagram)
        return
      }
      case 'Forwarded-Address-Resolution':
        spread(message.originating, copies([message.originating, source], unheard(arrival), foreignOnly()), datagram)
        return
      case 'Address-Resolution':
        relay(message, source, arrival)
        return
      case 'Distribute-Broadcast-To-Network': {
        const { source: speaker, npdu } = message
        if (!foreign.has(source)) {
          port.refuse(source, message._tag, 'not registered')
          return
        }
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'distributed' })
        const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: speaker, originating: source, npdu }
        spread(source, copies([source], unheard(arrival), bdt, foreignOnly()), forwarded)
        return
      }
      case 'Register-Foreign-Device':
        register(source, message.ttl)
        return
      case 'Delete-Foreign-Device-Table-Entry':
        remove(source, message.address)
        return
    }
  }

  return {
    _tag: 'Bbmd',
    isSelf,
    start: () => undefined,
    hear,
    ask: (target, source) => {
      const { address, group } = port.local()
      port.send(group, { _tag: 'Address-Resolution', source, target })
      port.forward(copies([], bdt, foreignOnly()), {
        _tag: 'Forwarded-Address-Resolution',
        source,
        target,
        originating: address,
      })
    },
    knows: foreign.has,
    isPeer: address => bdt.has(address),
    setBdt: entries => {
      bdt = new Set(entries)
    },
    tables: () => ({ bdt: [...bdt], fdt: foreign.entries() }),
    registration: () => undefined,
    broadcast: (outbound, npdu) => {
      const { address, group } = port.local()
      port.send(group, { _tag: 'Original-Broadcast-NPDU', source: vmac(), npdu }, outbound)
      port.forward(copies([], bdt, foreignOnly()), {
        _tag: 'Forwarded-NPDU',
        source: vmac(),
        originating: address,
        npdu,
      })
      return undefined
    },
    localChanged: () => undefined,
    end: () => undefined,
    close: foreign.close,
  }
}
