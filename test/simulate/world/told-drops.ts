import { narrow, serve, type Claim, type Supply } from '../../support/supplies.js'
import { firstFrom } from './first-from.js'

/** What hosts told they dropped, without saying which NPDUs it was, and which it may have been. */
export interface ToldDrops {
  /** A host told of so many. */
  readonly note: (host: string, at: number, count: number) => void
  /**
   * Takes one of those that some hosts told of within a period for an NPDU; `false` when none is left, however those taken before
   * are shared out. Copies count as one, for good, where one host may have dropped them all.
   */
  readonly take: (id: number, hosts: readonly string[], from: number, to: number) => boolean
}

interface Note extends Supply {
  readonly at: number
}

/** Nothing was told so far. */
export const toldDrops = (): ToldDrops => {
  const told = new Map<string, Note[]>()
  const claims = new Map<number, readonly Claim[]>()

  const within = (host: string, from: number, to: number): readonly Note[] => {
    const notes = told.get(host) ?? []
    const first = firstFrom(notes, from, ({ at }) => at)
    let end = first
    while (end < notes.length && (notes[end] as Note).at <= to) end++
    return notes.slice(first, end)
  }

  return {
    note: (host, at, count) => {
      const notes = told.get(host)
      const note: Note = { at, count, claims: new Set() }
      if (notes === undefined) told.set(host, [note])
      else notes.push(note)
    },
    take: (id, hosts, from, to) => {
      const notes = [...new Set(hosts)].flatMap(host => within(host, from, to)).sort((one, other) => one.at - other.at)
      const known = claims.get(id) ?? []
      if (known.some(claim => narrow(claim, notes))) return true
      const claim: Claim = { supplies: notes }
      const isServed = serve(claim)
      if (isServed) claims.set(id, [...known, claim])
      return isServed
    },
  }
}
