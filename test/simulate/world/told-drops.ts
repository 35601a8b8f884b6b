import { firstFrom } from './first-from.js'

/** What hosts told they dropped, without saying which NPDUs it was, and which it may have been. */
export interface ToldDrops {
  /** A host told of so many. */
  readonly note: (host: string, at: number, count: number) => void
  /**
   * Takes one of those that some hosts told of within a period for an NPDU, all copies of which count as one; `false` when none
   * is left, however those taken before are shared out.
   */
  readonly take: (id: number, hosts: readonly string[], from: number, to: number) => boolean
}

interface Note {
  readonly at: number
  readonly count: number
  readonly taken: Map<number, Claim>
}

/** An NPDU that some receivers did not hear, and what may be told of it for all of these. */
interface Claim {
  readonly id: number
  notes: readonly Note[]
}

/** Nothing was told so far. */
export const toldDrops = (): ToldDrops => {
  const told = new Map<string, Note[]>()

  const within = (host: string, from: number, to: number): readonly Note[] => {
    const notes = told.get(host) ?? []
    const first = firstFrom(notes, from, ({ at }) => at)
    let end = first
    while (end < notes.length && (notes[end] as Note).at <= to) end++
    return notes.slice(first, end)
  }

  /** Finds room for a claim, for which others may have to move (an augmenting path of a bipartite matching). */
  const place = (claim: Claim, looked: Set<Note>): boolean => {
    for (const note of claim.notes) {
      if (looked.has(note)) continue
      looked.add(note)
      const mover = note.taken.size < note.count ? undefined : [...note.taken.values()].find(one => place(one, looked))
      if (mover === undefined && note.taken.size >= note.count) continue
      if (mover !== undefined) note.taken.delete(mover.id)
      note.taken.set(claim.id, claim)
      return true
    }
    return false
  }

  return {
    note: (host, at, count) => {
      const notes = told.get(host)
      const note: Note = { at, count, taken: new Map() }
      if (notes === undefined) told.set(host, [note])
      else notes.push(note)
    },
    take: (id, hosts, from, to) => {
      const notes = [...new Set(hosts)].flatMap(host => within(host, from, to)).sort((one, other) => one.at - other.at)
      const taken = notes.find(note => note.taken.has(id))?.taken.get(id)
      if (taken === undefined) return place({ id, notes }, new Set())
      taken.notes = taken.notes.filter(note => notes.includes(note))
      return true
    },
  }
}
