import type { SchedulerLike } from 'rxjs'
import { fanOutBudget } from '../bvll/budgets.js'
import { currentForwarding, type Copies, type Peers } from '../bvll/forwarding.js'
import { registrar } from '../bvll/registrar.js'
import type { RolePort, RunningRole } from '../bvll/running-role.js'
import type { Arrival } from '../bvll/udp.js'
import { ip6Of, isLinkLocal, isMulticast, network6Of, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { AddressResolution6, Bvll6Message, RegisterForeignDevice6 } from '../wire/bvll6.js'
import type { AnnexU } from './annex-u.js'
import type { Fdt6Entry } from './ip6-link.js'
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
    readonly fdt: readonly Fdt6Entry[]
  }
}

/** The other BBMDs: all are sent to by unicast, and none expects another to have multicast for it (7.1). */
interface Peers6 extends Peers<Bip6Address> {
  /** As it was given; its own address, which does not belong there, is passed over. */
  readonly bdt: ReadonlySet<Bip6Address>
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
    originOf: network6Of,
    scheduler,
    tell: ({ address, state }) => {
      const known = vmacs.get(address)
      if (state !== 'registered') vmacs.delete(address)
      if (known !== undefined) port.tell({ _tag: 'ForeignDevice', address, vmac: known, state })
    },
  })

  /** The VMACs of those in the foreign device table. */
  const vmacs = new Map<Bip6Address, Bip6Vmac>()

  const isSelf = (address: Bip6Address): boolean => port.local().own.has(address)

  const peersOf = (entries: Iterable<Bip6Address>): Peers6 => {
    const bdt = new Set(entries)
    const others = new Set([...bdt].filter(address => !isSelf(address)))
    return { bdt, destinations: [...others], isTwoHop: true, isPeer: address => others.has(address) }
  }

  let table = peersOf(role.bdt)

  const copiesOf = currentForwarding<Bip6Address>(() => ({
    table,
    foreign: foreign.addresses(),
    domain: port.local().group,
    isSelf,
  }))

  const enter = (source: Bip6Address, { source: speaker, ttl }: RegisterForeignDevice6): void => {
    // An entry that has expired takes its VMAC with it first, however late its timer is.
    const before = foreign.has(source) ? vmacs.get(source) : undefined
    vmacs.set(source, speaker)
    if (register(source, ttl)) return
    if (before === undefined) vmacs.delete(source)
    else vmacs.set(source, before)
  }

  /** Those to whom an address means something: a link-local one is another station's beyond its link (section 10). */
  const reached = (origin: Bip6Address, to: Copies<Bip6Address>): Copies<Bip6Address> => {
    if (!isLinkLocal(origin)) return to
    const near = new Set([...to].filter(address => isLinkLocal(address) || isMulticast(address)))
    if (near.size < to.size) port.discard('a link-local address is not told beyond its link', origin)
    return near
  }

  const spread = (origin: Bip6Address, to: Copies<Bip6Address>, copy: Bvll6Message | Uint8Array): void => {
    const near = reached(origin, to)
    if (near.size === 0) return
    const tooMuch = spend(ip6Of(origin), near.size)
    if (tooMuch === undefined) port.forward(near, copy)
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
    const isHeard = !isRegistered || arrival === 'broadcast'
    spread(source, copiesOf().ofDistributed(source, isHeard), {
      _tag: 'Forwarded-Address-Resolution',
      source: asker,
      target,
      originating: source,
    })
  }

  /**
   * What another BBMD has passed on: to no other one, as it is. Where nobody can tell how it came, a BBMD on the same link
   * has multicast it: that one could not tell either when it hears it once more.
   */
  const passOn = (originating: Bip6Address, source: Bip6Address, arrival: Arrival, datagram: Uint8Array): void => {
    const isNear = network6Of(source) === network6Of(port.local().address)
    const isHeard = arrival === 'broadcast' || (arrival === 'unknown' && isNear)
    spread(originating, copiesOf().ofForwarded(originating, { sender: source, isHeard }), datagram)
  }

  const hear: RunningBbmd6['hear'] = (message, source, arrival, datagram) => {
    switch (message._tag) {
      case 'Original-Broadcast-NPDU': {
        const { source: speaker, npdu } = message
        const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: speaker, originating: source, npdu }
        if (arrival === 'unicast') port.discard('an Original-Broadcast-NPDU by unicast is not forwarded', source)
        else spread(source, copiesOf().ofOriginal(source), forwarded)
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'original' })
        return
      }
      case 'Forwarded-NPDU': {
        const { source: speaker, originating, npdu } = message
        passOn(originating, source, arrival, datagram)
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'forwarded' })
        return
      }
      case 'Forwarded-Address-Resolution':
        passOn(message.originating, source, arrival, datagram)
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
        const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: speaker, originating: source, npdu }
        spread(source, copiesOf().ofDistributed(source, arrival === 'broadcast'), forwarded)
        port.deliver({ npdu, source: speaker, destination: 'broadcast', via: 'distributed' })
        return
      }
      case 'Register-Foreign-Device':
        enter(source, message)
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
      port.forward(reached(address, copiesOf().ofOriginal(address)), {
        _tag: 'Forwarded-Address-Resolution',
        source,
        target,
        originating: address,
      })
    },
    knows: foreign.has,
    isPeer: address => table.isPeer(address),
    setBdt: entries => {
      table = peersOf(entries)
    },
    tables: () => ({
      bdt: table.destinations,
      fdt: foreign.entries().flatMap(entry => {
        const known = vmacs.get(entry.address)
        return known === undefined ? [] : [{ ...entry, vmac: known }]
      }),
    }),
    registration: () => undefined,
    broadcast: outbound => {
      const { npdu, headroom } = outbound
      const { address, group } = port.local()
      port.send(group, { _tag: 'Original-Broadcast-NPDU', source: vmac(), npdu, headroom }, outbound)
      port.forward(reached(address, copiesOf().ofOriginal(address)), {
        _tag: 'Forwarded-NPDU',
        source: vmac(),
        originating: address,
        npdu,
      })
      return undefined
    },
    localChanged: () => {
      table = peersOf(table.bdt)
    },
    end: () => undefined,
    close: () => {
      foreign.close()
      vmacs.clear()
    },
  }
}
