import type { Fact } from './world/fact.js'

/** What has happened, in numbers. */
export interface Tally {
  /** NPDUs that stations sent. */
  readonly sent: number
  /** Receivers that they were for, all together. */
  readonly due: number
  /** Octets with NPDUs that crossed a wire, or did not. */
  readonly carried: number
  /** NPDUs given back or told as dropped, and octets lost on wires, by what was said. */
  readonly dropped: Readonly<Record<string, number>>
}

/** Counts facts. */
export const tally = (): { readonly see: (fact: Fact) => void; readonly read: () => Tally } => {
  let [sent, due, carried] = [0, 0, 0]
  const dropped = new Map<string, number>()
  const drop = (reason: string, count: number): void => void dropped.set(reason, (dropped.get(reason) ?? 0) + count)

  return {
    see: fact => {
      switch (fact._tag) {
        case 'Submitted':
          sent++
          due += fact.due.size
          return
        case 'GivenBack':
          drop(fact.reason, 1)
          return
        case 'Noted':
          drop(fact.reason, fact.count)
          return
        case 'Arrived':
          carried++
          return
        case 'Lost':
          drop(`on the wire: ${fact.reason}`, 1)
          return
        default:
      }
    },
    read: () => ({ sent, due, carried, dropped: Object.fromEntries(dropped) }),
  }
}
