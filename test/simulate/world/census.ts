import { Observable } from 'rxjs'
import type { NetworkLink } from '../../../src/network/link/network-link.js'

/** How many listen, on each host, to what goes between its network layer and its links. */
export interface Census {
  /** A link of which that is counted, either way. */
  readonly counted: (host: string, link: NetworkLink) => NetworkLink
  readonly ears: (host: string) => number
}

/** Nobody listens yet. What is counted is only that somebody listens, and not what is heard, so that it costs nothing. */
export const census = (): Census => {
  const ears = new Map<string, number>()
  const counted =
    (host: string) =>
    <Thing>(source$: Observable<Thing>): Observable<Thing> =>
      new Observable(subscriber => {
        ears.set(host, (ears.get(host) ?? 0) + 1)
        subscriber.add(() => ears.set(host, (ears.get(host) ?? 0) - 1))
        return source$.subscribe(subscriber)
      })

  return {
    counted: (host, link) => {
      const count = counted(host)
      return { ...link, duplex: outbound$ => count(link.duplex(count(outbound$))) }
    },
    ears: host => ears.get(host) ?? 0,
  }
}
