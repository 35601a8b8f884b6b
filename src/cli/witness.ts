import { Subject, type OperatorFunction } from 'rxjs'

/** Sees all that a running command tells, and says at any time what an operator makes of it. */
export interface Witness<In, Out> {
  readonly see: (event: In) => void
  /** The latest that the operator emitted; `undefined` when that is nothing. */
  readonly latest: () => Out | undefined
}

/** A witness that has seen nothing yet. It lasts as long as the command does. */
export const witness = <In, Out>(operator: OperatorFunction<In, Out>): Witness<In, Out> => {
  const event$ = new Subject<In>()
  let latest: Out | undefined
  event$.pipe(operator).subscribe(value => (latest = value))
  return { see: event => event$.next(event), latest: () => latest }
}
