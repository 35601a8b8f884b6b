import fc from 'fast-check'

/*
 * What happens on any network of ports, from a seed. Stations are meant by their number, whatever the number of them.
 */

/** Something is sent. */
export type SendStep =
  | { readonly do: 'broadcast'; readonly from: number }
  | { readonly do: 'unicast'; readonly from: number; readonly to: number }

/** Time passes. */
export interface WaitStep {
  readonly do: 'wait'
  readonly ms: number
}

/** A station is restarted, or datagrams do not get through for a while. */
export type FaultStep =
  | { readonly do: 'restart'; readonly which: number; readonly after: number }
  | { readonly do: 'lose' | 'refuse'; readonly seed: number; readonly during: number }

/** Sends by chance. */
export const sendStep: fc.Arbitrary<SendStep> = fc.oneof(
  fc.record({ do: fc.constant('broadcast' as const), from: fc.nat(30) }),
  fc.record({ do: fc.constant('unicast' as const), from: fc.nat(30), to: fc.nat(30) }),
)

/** Waits by chance: a few milliseconds, or long enough for renewals. */
export const waitStep: fc.Arbitrary<WaitStep> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.oneof(fc.nat(10), fc.nat(30_000)),
})

/** Faults by chance. */
export const faultStep: fc.Arbitrary<FaultStep> = fc.oneof(
  fc.record({ do: fc.constant('restart' as const), which: fc.nat(30), after: fc.oneof(fc.nat(3), fc.nat(90_000)) }),
  fc.record({
    do: fc.constantFrom('lose' as const, 'refuse' as const),
    seed: fc.nat(1000),
    during: fc.oneof(fc.nat(3), fc.nat(60_000)),
  }),
)

/** Says of one datagram after the other whether it is hit: two in seven, from a seed. */
export const hits = (seed: number): (() => boolean) => {
  let count = seed
  return () => (count++ * 2654435761) % 7 < 2
}
