import { filter, map, Observable, ReplaySubject, share } from 'rxjs'

/** Draws a symbol on a line, now. */
export type Draw<Line extends string> = (line: Line, symbol: string) => void

/** The lines of one thing that runs: once, from the first line that is watched to the last, completing with it. */
export const lines = <Line extends string>(
  titles: readonly Line[],
  run: (draw: Draw<Line>) => Observable<unknown>,
): Record<Line, Observable<string>> => {
  const drawn$ = new Observable<{ readonly line: Line; readonly symbol: string }>(subscriber => {
    const draw: Draw<Line> = (line, symbol) => subscriber.next({ line, symbol })
    return run(draw).subscribe({
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    })
  })
  // A line that is watched second in the same instant must not miss what the first has seen.
  const shared$ = drawn$.pipe(share({ connector: () => new ReplaySubject(Infinity) }))
  const lineOf = (title: Line): Observable<string> =>
    shared$.pipe(
      filter(({ line }) => line === title),
      map(({ symbol }) => symbol),
    )
  return Object.fromEntries(titles.map(title => [title, lineOf(title)])) as Record<Line, Observable<string>>
}
