import { filter, map, type OperatorFunction } from 'rxjs'

/** Maps values, and passes over those that become `undefined`. */
export const mapDefined =
  <A, B>(project: (value: A) => B | undefined): OperatorFunction<A, B> =>
  value$ =>
    value$.pipe(
      map(project),
      filter(mapped => mapped !== undefined),
    )
