import { defer, EMPTY, finalize, of, tap, type Observable, type SchedulerLike } from 'rxjs'
import type { Duration } from '../../values/duration.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import { ErrorCode } from '../../wire/error-code.js'
import type { Resolved } from './address-resolution.js'
import { cause } from '../connection/cause.js'
import { resolutionCache, type Resolution } from './resolution-cache.js'

/** Finds out where nodes accept direct connections: by configuration, from what they said lately, or by asking them. */
export interface AddressResolver {
  /** Asks a node, whatever is known of it, and remembers what it says. Cold; one value. */
  readonly ask: (vmac: Vmac) => Observable<Resolved>
  /** As `ask`, but nothing for a node whose URIs are configured. */
  readonly refresh: (vmac: Vmac) => Observable<Resolved>
  /** What is known of a node, or else what it says. Cold; one value, at once where it is known. */
  readonly resolve: (vmac: Vmac) => Observable<Resolved>
  /** Whether it is known that a node cannot be reached directly. */
  readonly isUnreachable: (vmac: Vmac) => boolean
}

/** What an address resolver needs. */
export interface AddressResolverOptions {
  /** URIs that are configured; nodes named here are never asked. */
  readonly configured: ReadonlyMap<Vmac, readonly ScUri[]>
  /** How long an answer is believed. */
  readonly freshness: Duration
  /** Asks a node. Cold; one value. */
  readonly ask: (vmac: Vmac) => Observable<Resolved>
  readonly scheduler: SchedulerLike
}

/** The most questions that may wait for an answer at once. */
const MAX_ASKING = 64

/** An address resolver that knows only what is configured. */
export const addressResolver = (options: AddressResolverOptions): AddressResolver => {
  const { configured, freshness, scheduler } = options
  const cache = resolutionCache(freshness, scheduler)
  let asking = 0

  const known = (vmac: Vmac): Resolution | undefined => {
    const uris = configured.get(vmac)
    return uris === undefined ? cache.get(vmac) : { _tag: 'Uris', uris }
  }
  const remember = (resolved: Resolved): void => {
    const resolution = resolutionOf(resolved)
    if (resolution !== undefined) cache.put(resolved.vmac, resolution)
  }
  const ask = (vmac: Vmac): Observable<Resolved> =>
    defer(() => {
      if (asking === MAX_ASKING) return of(tooMany(vmac))
      asking++
      return options.ask(vmac).pipe(
        tap({ next: remember }),
        finalize(() => asking--),
      )
    })

  return {
    ask,
    refresh: vmac => (configured.has(vmac) ? EMPTY : ask(vmac)),
    resolve: vmac =>
      defer((): Observable<Resolved> => {
        const resolution = known(vmac)
        if (resolution === undefined) return ask(vmac)
        const uris = resolution._tag === 'Uris' ? resolution.uris : []
        return of({ _tag: 'Resolved', vmac, uris, cause: undefined, outcome: 'answered' })
      }),
    isUnreachable: vmac => {
      const resolution = known(vmac)
      return resolution !== undefined && (resolution._tag !== 'Uris' || resolution.uris.length === 0)
    },
  }
}

const tooMany = (vmac: Vmac): Resolved => ({
  _tag: 'Resolved',
  vmac,
  uris: [],
  cause: cause(ErrorCode.OTHER, `${MAX_ASKING} resolutions are waiting already`),
  outcome: 'not asked',
})

/** What an answer teaches: silence, and a question that could not be sent, teach nothing. */
const resolutionOf = ({ uris, cause: reason, outcome }: Resolved): Resolution | undefined => {
  if (outcome !== 'answered') return undefined
  if (reason !== undefined) return { _tag: 'NotSupported' }
  return uris.length === 0 ? { _tag: 'None' } : { _tag: 'Uris', uris }
}
