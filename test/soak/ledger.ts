import type { Marks, Note, StationId } from './note.js'
import type { Rule } from './rule.js'
import { count, tally, type Tally } from './tally.js'

/** What becomes of each NPDU. */
export interface Ledger {
  readonly hear: (note: Extract<Note, { readonly _tag: 'Sent' | 'Received' | 'Dropped' | 'Strange' }>) => void
  /** Judges what is old enough by now, or all there is, and forgets what was judged long enough ago. */
  readonly settle: (now: number, all?: 'all') => void
  /** How many NPDUs it holds. */
  readonly size: () => number
  readonly tally: Tally
  /** Something that must never be. */
  readonly violate: (kind: string, text: string) => void
}

/** How long the ledger waits for what was sent, and keeps what it has judged, to know it if it comes again. */
export interface Patience {
  readonly judgedAfterMs: number
  readonly forgottenAfterMs: number
}

/** One NPDU. */
interface Entry {
  readonly marks: Marks
  /** When it was sent; the first that was heard of it until that is known. */
  at: number
  isSent: boolean
  /** When who got it. */
  readonly got: Map<StationId, number>
  dropped: string | undefined
  isJudged: boolean
}

/** The drop reason of what TCP may have taken: nobody can tell how far it came. */
const UNCERTAIN = 'connection lost'

/** The most violations that are kept in words. */
const MAX_TEXTS = 100

/**
 * Keeps every NPDU until it is settled: delivered once to each it was for, unchanged and from its true source; or told as
 * dropped; or excused by the rule of its network. All else is a violation. `ruleOf` gives the rule of a sender, `nameOf` how
 * a station is called.
 */
export const ledger = (
  ruleOf: (station: StationId) => Rule,
  nameOf: (station: StationId) => string,
  { judgedAfterMs, forgottenAfterMs }: Patience,
): Ledger => {
  const entries = new Map<number, Entry>()
  const counted = tally()

  const violate = (kind: string, text: string): void => {
    count(counted.violated, kind)
    if (counted.violations.length < MAX_TEXTS) counted.violations.push({ kind, text })
  }
  const named = ({ id, by, to }: Marks): string =>
    `NPDU ${id} from ${nameOf(by)} to ${to === 'all' ? 'all' : nameOf(to)}`
  const timed = ({ marks, at, dropped }: Entry): string =>
    `${named(marks)}, sent at ${at.toFixed(1)}${dropped === undefined ? '' : `, dropped: ${dropped}`}`

  const entryOf = (marks: Marks, at: number): Entry => {
    const known = entries.get(marks.id)
    if (known !== undefined) {
      if (known.marks.by !== marks.by || known.marks.to !== marks.to) {
        violate('differs from what was sent', `${timed(known)}; also ${named(marks)}`)
      }
      return known
    }
    const entry: Entry = { marks, at, isSent: false, got: new Map(), dropped: undefined, isJudged: false }
    entries.set(marks.id, entry)
    return entry
  }

  const received = (note: Note & { readonly _tag: 'Received' }): void => {
    const { at, by, npdu, source, unchanged, destination } = note
    const here = `at ${nameOf(by)} at ${at.toFixed(1)}`
    if (!unchanged) {
      violate('changed', `${named(npdu)} ${here}`)
      return
    }
    if (source !== npdu.by) {
      const who = source === undefined ? 'nobody there is' : nameOf(source)
      violate('false source', `${named(npdu)} ${here}, as if from ${who}`)
    }
    if (npdu.to !== 'all' && npdu.to !== by) violate('not for it', `${named(npdu)} ${here}`)
    if ((npdu.to === 'all') !== (destination === 'broadcast')) {
      violate('of the wrong kind', `${named(npdu)} ${here}, as a ${destination}`)
    }
    const entry = entryOf(npdu, at)
    const before = entry.got.get(by)
    if (before !== undefined) violate('delivered twice', `${timed(entry)}; ${here}, and at ${before.toFixed(1)}`)
    else {
      entry.got.set(by, at)
      if (entry.isJudged) counted.late++
      else if (entry.isSent) counted.delays.note(at - entry.at)
    }
  }

  const judge = (entry: Entry): void => {
    const { marks, got, dropped } = entry
    entry.isJudged = true
    if (!entry.isSent) {
      violate('never sent, or forgotten', timed(entry))
      return
    }
    counted.judged++
    if (dropped !== undefined) {
      count(counted.dropped, dropped)
      counted.extra += got.size
      if (got.size > 0 && dropped !== UNCERTAIN) violate('dropped and delivered', timed(entry))
      return
    }
    const sent = { ...marks, at: entry.at, isHeard: got.size > 0 }
    const rule = ruleOf(marks.by)
    const due = marks.to === 'all' ? rule.audience(sent) : [marks.to]
    counted.due += due.length
    let [delivered, excused] = [0, 0]
    for (const receiver of due) {
      if (got.has(receiver)) {
        delivered++
        continue
      }
      const excuse = rule.excuse(sent, receiver)
      if (excuse === undefined)
        violate('lost', `${timed(entry)}: not received by ${nameOf(receiver)}; ${rule.context(sent, receiver)}`)
      else {
        count(counted.excused, excuse)
        excused++
      }
    }
    if (excused > 0) counted.incomplete++
    counted.delivered += delivered
    counted.extra += got.size - delivered
  }

  return {
    hear: note => {
      switch (note._tag) {
        case 'Sent': {
          const entry = entryOf(note.npdu, note.at)
          if (entry.isSent) violate('sent twice', timed(entry))
          // Its receivers may be of another process, and heard first.
          for (const at of entry.got.values()) counted.delays.note(Math.max(0, at - note.at))
          entry.at = note.at
          entry.isSent = true
          counted.sent++
          if (note.npdu.to === 'all') counted.broadcasts++
          return
        }
        case 'Received':
          received(note)
          return
        case 'Dropped': {
          const entry = entries.get(note.id)
          if (entry === undefined || entry.dropped !== undefined || entry.isJudged) {
            violate('a drop without an NPDU', `NPDU ${note.id} at ${note.at.toFixed(1)}: ${note.reason}`)
          } else entry.dropped = note.reason
          return
        }
        case 'Strange':
          violate('changed', `${nameOf(note.by)} received at ${note.at.toFixed(1)} what nobody sends: ${note.octets}`)
      }
    },
    settle: (now, all) => {
      for (const [id, entry] of entries) {
        if (!entry.isJudged && (all !== undefined || entry.at < now - judgedAfterMs)) judge(entry)
        if (entry.at < now - forgottenAfterMs) entries.delete(id)
      }
    },
    size: () => entries.size,
    tally: counted,
    violate,
  }
}
