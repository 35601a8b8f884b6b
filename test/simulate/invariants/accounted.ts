import { complaints, sees, type Invariant } from './invariant.js'

/** Nothing disappears. */
export const accounted: Invariant = {
  name: 'accounted for',
  states: 'Every NPDU is delivered to everybody that it is for, or somebody reports with a reason that it is not.',
  watch: (_, { missing }) => ({
    ...sees([], () => undefined),
    broken: () => {
      const { add, all } = complaints()
      for (const { sent, at, host, why } of missing()) {
        if (why !== undefined) continue
        add(
          `${host} did not hear ${sent.addressing} NPDU ${sent.id} of ${sent.by}, sent at ${at} ms, and nobody says why`,
        )
      }
      return all()
    },
  }),
}
