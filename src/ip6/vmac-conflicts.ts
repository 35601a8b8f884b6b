import type { SchedulerLike } from 'rxjs'
import { gathering } from '../limits/gathering.js'
import { ip6Of, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Ip6Event } from './ip6-link.js'

/** Somebody has the VMAC of this port, too. */
export type VmacConflict = Extract<Ip6Event, { readonly _tag: 'VmacConflict' }>

/** Conflicts as they are told: each datagram of a twin is one, and they must not become a flood of events. */
export interface VmacConflicts {
  readonly note: (vmac: Bip6Vmac, source: Bip6Address) => void
  /** Tells at once what is gathered. */
  readonly flush: () => void
  /** Ends it: silent, and no timer runs. */
  readonly close: () => void
}

/** Tells the first conflict with a host at once, and further ones once a second. */
export const vmacConflicts = (scheduler: SchedulerLike, tell: (conflict: VmacConflict) => void): VmacConflicts => {
  const { note, flush, close } = gathering<Omit<VmacConflict, 'count'>>(
    scheduler,
    (conflict, count) => tell({ ...conflict, count }),
    conflict => ['many hosts', { ...conflict, source: undefined }],
  )
  return {
    note: (vmac, source) => note(ip6Of(source), { _tag: 'VmacConflict', vmac, source }),
    flush,
    close,
  }
}
