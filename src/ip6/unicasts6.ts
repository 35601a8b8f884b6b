import type { SchedulerLike } from 'rxjs'
import type { PortOutput } from '../bvll/port-output.js'
import type { OutboundNpdu } from '../link/link.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { addressResolution, type ResolutionFailure } from './address-resolution.js'
import type { AnnexU } from './annex-u.js'
import type { Ip6Limits } from './ip6-limits.js'
import { isLearnable, type OwnBip6, type VmacEvidence } from './vmac-binding.js'
import { vmacCache, type VmacCache } from './vmac-cache.js'

/** An NPDU for one station, which may have to wait for the station's address. */
export type Unicast6 = OutboundNpdu<Bip6Vmac> & { readonly destination: Bip6Vmac }

/** What the unicasts of a port need of it. */
export interface Unicasts6Options {
  readonly output: PortOutput<AnnexU>
  readonly own: OwnBip6
  /** The own VMAC. */
  readonly vmac: () => Bip6Vmac
  readonly limits: Ip6Limits
  readonly scheduler: SchedulerLike
  readonly ask: (target: Bip6Vmac) => void
  readonly dropped: (outbound: Unicast6, reason: ResolutionFailure) => void
}

/** Sends NPDUs to stations by their VMACs: it learns where they are, and asks for those that it does not know. */
export interface Unicasts6 extends Pick<VmacCache, 'forget' | 'reconsider' | 'entries'> {
  readonly send: (outbound: Unicast6) => void
  /** Somebody says where a VMAC is: sends what waits for that, if it is to be believed. */
  readonly learn: (vmac: Bip6Vmac, address: Bip6Address, evidence: VmacEvidence) => void
  /** Asks no more, and gives back all that still waits. */
  readonly giveUp: () => readonly Unicast6[]
  /** Ends it: silent, and no timer runs. */
  readonly close: () => void
}

/** Nobody is known yet. */
export const unicasts6 = ({ output, own, vmac, limits, scheduler, ask, dropped }: Unicasts6Options): Unicasts6 => {
  const cache = vmacCache({
    ttl: limits.vmacTtl,
    maxEntries: limits.maxVmacs,
    mayLearn: (known, address) => isLearnable(known, address, own),
    scheduler,
    tell: change => output.tell({ _tag: 'VmacCacheChanged', change }),
  })

  const resolution = addressResolution<Unicast6>({
    maxPerVmac: limits.maxPerVmac,
    maxVmacs: limits.maxResolutions,
    timings: limits.resolution,
    scheduler,
    ask,
    dropped,
  })

  const sendTo = (to: Bip6Address, outbound: Unicast6): void => {
    const { npdu, destination } = outbound
    output.send(to, { _tag: 'Original-Unicast-NPDU', source: vmac(), destination, npdu }, outbound)
  }

  return {
    send: outbound => {
      const to = cache.addressOf(outbound.destination)
      if (to === undefined) resolution.enqueue(outbound.destination, outbound)
      else sendTo(to, outbound)
    },
    learn: (known, address, evidence) => {
      const isWanted = evidence === 'answer' && resolution.isAwaited(known)
      if (evidence !== 'other message' && !isWanted && cache.addressOf(known) === undefined) return
      if (cache.learn(known, address)) for (const outbound of resolution.resolved(known)) sendTo(address, outbound)
    },
    forget: cache.forget,
    reconsider: cache.reconsider,
    entries: cache.entries,
    giveUp: resolution.close,
    close: () => {
      cache.close()
      resolution.close()
    },
  }
}
