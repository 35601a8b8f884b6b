import type { SchedulerLike } from 'rxjs'
import type { PortOutput } from '../bvll/port-output.js'
import type { OutboundNpdu } from '../link/link.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { addressResolution, type ResolutionFailure } from './address-resolution.js'
import type { AnnexU } from './annex-u.js'
import type { Ip6Limits } from './ip6-limits.js'
import type { Resolve6 } from './ip6-link.js'
import { isLearnable, type OwnBip6, type VmacEvidence } from './vmac-binding.js'
import { vmacCache, type VmacCache } from './vmac-cache.js'

/** An NPDU for one station, which may have to wait for the station's address. */
export type Unicast6 = OutboundNpdu<Bip6Vmac> & { readonly destination: Bip6Vmac }

/** Whether an NPDU is for one station. */
export const isUnicast6 = (outbound: OutboundNpdu<Bip6Vmac>): outbound is Unicast6 =>
  outbound.destination !== 'broadcast'

/** What waits until it is known which VMAC is where. */
export type Resolvable6 = Unicast6 | Resolve6

/** What the unicasts of a port need of it. */
export interface Unicasts6Options {
  readonly output: PortOutput<AnnexU>
  readonly own: OwnBip6
  /** The own VMAC. */
  readonly vmac: () => Bip6Vmac
  readonly limits: Ip6Limits
  readonly scheduler: SchedulerLike
  /** Asks where a VMAC is. */
  readonly ask: (target: Bip6Vmac) => void
  readonly dropped: (outbound: Resolvable6, reason: string) => void
}

/** Sends NPDUs to stations by their VMACs: it learns where they are, and asks for those that it does not know. */
export interface Unicasts6 extends Pick<VmacCache, 'forget' | 'reconsider' | 'entries'> {
  readonly send: (outbound: Unicast6) => void
  /** Tells which VMAC is where, and asks unless that is known. */
  readonly resolve: (request: Resolve6) => void
  /** Somebody says where a VMAC is: does what waits for that, if it is to be believed, which is the answer. */
  readonly learn: (vmac: Bip6Vmac, address: Bip6Address, evidence: VmacEvidence) => boolean
  /** Somebody does not say which VMAC he has; whether he was asked. */
  readonly refuse: (address: Bip6Address) => boolean
  /** Asks once more where the VMACs are that are asked for. */
  readonly askAgain: () => void
  /** Knows nobody any more: what it knew was of another domain. */
  readonly forgetAll: () => void
  /** Asks no more, and gives back all that still waits. */
  readonly giveUp: () => readonly Resolvable6[]
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

  const bounds = {
    maxPerVmac: limits.maxPerVmac,
    maxVmacs: limits.maxResolutions,
    timings: limits.resolution,
    scheduler,
  }

  const addresses = addressResolution<Resolvable6>({ ...bounds, ask, dropped })

  const vmacs = addressResolution<Resolve6, Bip6Address>({
    ...bounds,
    ask: address => output.send(address, { _tag: 'Virtual-Address-Resolution', source: vmac() }),
    dropped: (request, failure) => dropped(request, WORDS[failure]),
  })

  const sendTo = (to: Bip6Address, outbound: Unicast6): void => {
    const { npdu, headroom, destination } = outbound
    output.send(to, { _tag: 'Original-Unicast-NPDU', source: vmac(), destination, npdu, headroom }, outbound)
  }

  const tell = (known: Bip6Vmac, address: Bip6Address): void => output.tell({ _tag: 'Resolved', vmac: known, address })

  const isKnown = (known: Bip6Vmac): boolean => cache.addressOf(known) !== undefined

  const isBelieved = (known: Bip6Vmac, address: Bip6Address, evidence: VmacEvidence): boolean => {
    switch (evidence) {
      case 'other message':
        return true
      case 'probe':
        return !isKnown(known)
      case 'answer':
        return isKnown(known) || addresses.isAwaited(known) || vmacs.isAwaited(address)
      case 'answer to another':
        return isKnown(known)
    }
  }

  const resolve = (request: Resolve6): void => {
    if (request._tag === 'Resolve') {
      const address = cache.addressOf(request.vmac)
      if (address === undefined) addresses.enqueue(request.vmac, request)
      else tell(request.vmac, address)
      return
    }
    const known = cache.vmacOf(request.address)
    if (known === undefined) vmacs.enqueue(request.address, request)
    else tell(known, request.address)
  }

  return {
    send: outbound => {
      const to = cache.addressOf(outbound.destination)
      if (to === undefined) addresses.enqueue(outbound.destination, outbound)
      else sendTo(to, outbound)
    },
    resolve,
    learn: (known, address, evidence) => {
      if (!isBelieved(known, address, evidence)) return false
      if (!cache.learn(known, address)) return true
      for (const outbound of addresses.resolved(known)) {
        if (outbound._tag === 'Npdu') sendTo(address, outbound)
        else tell(known, address)
      }
      for (let left = vmacs.resolved(address).length; left > 0; left--) tell(known, address)
      return true
    },
    refuse: address => {
      const requests = vmacs.resolved(address)
      for (const request of requests) dropped(request, 'it does not say')
      return requests.length > 0
    },
    askAgain: addresses.askAgain,
    forgetAll: cache.forgetAll,
    forget: cache.forget,
    reconsider: cache.reconsider,
    entries: cache.entries,
    giveUp: () => [...addresses.close(), ...vmacs.close()],
    close: () => {
      cache.close()
      addresses.close()
      vmacs.close()
    },
  }
}

const WORDS: Readonly<Record<ResolutionFailure, string>> = {
  'nobody answered for its VMAC': 'nobody answered at that address',
  'too many wait for its VMAC': 'too many wait for that address',
  'too many VMACs are asked for': 'too many addresses are asked',
}
