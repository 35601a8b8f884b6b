import { isAboutNpdus } from './world/about-npdus.js'
import type { Fact } from './world/fact.js'

/** What has happened, in numbers. */
export interface Tally {
  /** NPDUs that stations sent. */
  readonly sent: number
  /** Receivers that they were for, all together. */
  readonly due: number
  /** Octets with NPDUs that crossed a wire, or did not. */
  readonly carried: number
  /** NPDUs given back or told as dropped, by the reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Octets with an NPDU that were lost on a wire, by the reason. */
  readonly lost: Readonly<Record<string, number>>
  /** Connections, requests, questions and answers that were refused or discarded, by the reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** Counts facts. */
export const tally = (): { readonly see: (fact: Fact) => void; readonly read: () => Tally } => {
  let [sent, due, carried] = [0, 0, 0]
  const dropped = new Map<string, number>()
  const lost = new Map<string, number>()
  const refused = new Map<string, number>()
  const note = (counts: Map<string, number>, reason: string, count: number): void =>
    void counts.set(reason, (counts.get(reason) ?? 0) + count)

  return {
    see: fact => {
      switch (fact._tag) {
        case 'Submitted':
          sent++
          due += fact.due.size
          return
        case 'GivenBack':
          note(dropped, fact.reason, 1)
          return
        case 'Noted':
          note(isAboutNpdus(fact.reason) ? dropped : refused, fact.reason, fact.count)
          return
        case 'Arrived':
          carried++
          return
        case 'Lost':
          note(lost, fact.reason, 1)
          return
        default:
      }
    },
    read: () => ({
      ...{ sent, due, carried },
      dropped: Object.fromEntries(dropped),
      lost: Object.fromEntries(lost),
      refused: Object.fromEntries(refused),
    }),
  }
}
