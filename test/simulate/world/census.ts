import { Observable } from 'rxjs'

/** How many listen on each host to what goes between its network layer and its links, and to what these are asked. */
export interface Census {
  /** The same stream, for a host, on which whoever listens to it is counted. */
  readonly counted: <Thing>(host: string, source$: Observable<Thing>) => Observable<Thing>
  readonly ears: (host: string) => number
}

/** Nobody listens yet. It is counted that somebody listens, and not what is heard, so that it costs nothing. */
export const census = (): Census => {
  const ears = new Map<string, number>()
  const count = (host: string, change: number): void => void ears.set(host, (ears.get(host) ?? 0) + change)

  return {
    counted: (host, source$) =>
      new Observable(subscriber => {
        count(host, 1)
        subscriber.add(() => count(host, -1))
        return source$.subscribe(subscriber)
      }),
    ears: host => ears.get(host) ?? 0,
  }
}
