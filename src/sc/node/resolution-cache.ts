import type { SchedulerLike } from 'rxjs'
import type { Duration } from '../../values/duration.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'

/** What is remembered of a node's answer to an Address-Resolution. */
export type Resolution =
  /** It accepts direct connections at these URIs. */
  | { readonly _tag: 'Uris'; readonly uris: readonly ScUri[] }
  /** It accepts direct connections, but does not know where. */
  | { readonly _tag: 'None' }
  /** It does not accept direct connections. */
  | { readonly _tag: 'NotSupported' }

/** Answers to Address-Resolutions, each for a while. */
export interface ResolutionCache {
  /** `undefined` when nothing is known, or not any more. */
  readonly get: (vmac: Vmac) => Resolution | undefined
  readonly put: (vmac: Vmac, resolution: Resolution) => void
}

/** The most nodes that are remembered; then the oldest makes room. */
export const MAX_RESOLUTIONS_CACHED = 1024

interface Entry {
  readonly resolution: Resolution
  readonly until: number
}

/** An empty cache, in which answers stay for `freshness`. */
export const resolutionCache = (freshness: Duration, scheduler: SchedulerLike): ResolutionCache => {
  const entries = new Map<Vmac, Entry>()

  /** All stay equally long, so those that are over are the first ones. */
  const expire = (): void => {
    const now = scheduler.now()
    for (const [vmac, { until }] of entries) {
      if (until > now) return
      entries.delete(vmac)
    }
  }

  return {
    get: vmac => {
      expire()
      return entries.get(vmac)?.resolution
    },
    put: (vmac, resolution) => {
      expire()
      entries.delete(vmac)
      entries.set(vmac, { resolution, until: scheduler.now() + freshness })
      const [oldest] = entries.keys()
      if (entries.size > MAX_RESOLUTIONS_CACHED && oldest !== undefined) entries.delete(oldest)
    },
  }
}
