import type { Lives } from './lives.js'
import type { Ending, Marks, Note, StationId } from './note.js'
import { NODE_TIMINGS } from './stations/timings.js'
import { GATHERED_MS, ON_ITS_WAY_MS, type Rule, type Sent } from './rule.js'
import { told, type Telling } from './told.js'

/** A node's connection to one life of a hub, as the node saw it. */
interface Connection {
  readonly life: string
  readonly from: number
  to: number
  ending: Ending | undefined
  /** The NPDUs that the node sent there, and how many of the last of those it told may be lost. */
  readonly sent: number[]
  unconfirmed: number
}

/** How long after an NPDU was sent a drop of it may be told: a hub that is very busy comes to it late, and gathers then. */
const TOLD_MS = 2 * ON_ITS_WAY_MS + GATHERED_MS

/** How many NPDUs of a connection are known: no node tells of nearly as many. */
const MOST_SENT = 1000

/**
 * How long after a hub hung or was killed a node may find its connection dead: it asks, waits, and may be slow itself. A
 * hundred nodes of one process that all dial anew take seconds on a busy machine.
 */
const FOUND_DEAD_MS = NODE_TIMINGS.heartbeat + NODE_TIMINGS.heartbeatWait + ON_ITS_WAY_MS

/** How long a node that leaves a hub waits until that lets it go, on a busy machine. */
const LET_GO_MS = NODE_TIMINGS.disconnectWait + ON_ITS_WAY_MS

/** How far the story of a loss goes back and on. */
const STORY_MS = 10_000

const NEW = { to: Infinity, ending: undefined, unconfirmed: 0 }

/** A connection that broke. */
export interface Broken {
  readonly by: StationId
  readonly at: number
  readonly life: string
  readonly since: number
  readonly why: string
}

/** NPDUs that a hub dropped: it names their sender, their receiver, or neither when there are very many. */
export interface Drops {
  readonly reason: string
  readonly from: StationId | undefined
  readonly to: StationId | undefined
  readonly count: number
}

/** The reason for which unicasts are dropped, and nothing else is. */
const UNKNOWN = 'unknown destination'

/** The reasons for which only broadcasts are, for all that they were for. */
const TOO_MANY: ReadonlySet<string> = new Set(['sender broadcasts too much', 'too many broadcasts in total'])

/** What may be dropped for a reason. */
type Dropped = 'unicast' | 'broadcast' | 'any'

const droppedFor = (reason: string): Dropped =>
  reason === UNKNOWN ? 'unicast' : TOO_MANY.has(reason) ? 'broadcast' : 'any'

const dropOf = (dropped: Dropped, from?: StationId, to?: StationId): string =>
  `drop of ${dropped} from ${from ?? 'somebody'} to ${to ?? 'somebody'}`

const endOf = (receiver: StationId): string => `end of ${receiver}`

/** What is known of a BACnet/SC network. */
export interface ScRule extends Rule {
  /** A node sends an NPDU. */
  readonly sends: (npdu: Marks) => void
  /** A node's hub connection has changed. */
  readonly hear: (note: Note & { readonly _tag: 'Hub' }) => void
  /** A node told how many messages may be lost of those it sent to a hub before it left that for another one. */
  readonly hungUp: (note: Note & { readonly _tag: 'HungUp' }) => void
  /** A hub told that the connection of a node ended, and how many messages may be lost with it. */
  readonly toldEnd: (life: string, station: StationId, at: number, unconfirmed: number) => void
  /** A hub told that it dropped NPDUs. */
  readonly toldDrops: (life: string, drops: Drops, at: number) => void
  /** Connections that broke before that, though their hub was neither killed nor hung just then. */
  readonly brokeByThemselves: (before: number) => readonly Broken[]
  /** How many drops hubs told of, and how many messages they said may be lost. */
  readonly totals: () => { readonly drops: number; readonly unconfirmed: number }
}

/**
 * BACnet/SC. A unicast must be delivered, a broadcast to all that were connected to the same hub process when it was sent.
 * It is excused, and nothing else, when
 *
 * 1. the sender's connection ended, and not as the hub wished, before that hub process had run for `ON_ITS_WAY_MS` since it
 *    was sent, the sender told how many messages may be lost with it, and this was among the last so many it sent there, or
 * 2. the receiver left that hub, and not as the hub wished, before a broadcast was through, which was not for it then: it
 *    is time alone that counts, by the measure of 1, as nobody tells when a hub passes what on, or
 * 3. the hub would have told, but was killed before: within `ON_ITS_WAY_MS` of the end of the connection of the receiver
 *    (5), or `GATHERED_MS` later than it can have dropped an NPDU whose receiver was not there (6), or
 * 4. it was killed before it had run for `ON_ITS_WAY_MS` since it was sent, and the sender had left it in good order: then
 *    that it read it is confirmed, and only the hub could know how much further it came, or
 * 5. the hub told after it was sent of the end of a connection of the receiver, which the receiver or the hub had found no
 *    earlier than that by the measure of 1, at most `LET_GO_MS` before, and how many messages may be lost with it, or
 * 6. that hub process told of a drop, soon after it was sent, of this sender, of this receiver, or naming neither.
 *
 * Each message of 5 and each drop of 6 excuses one NPDU, of a broadcast what one receiver did not get; a drop of a broadcast
 * that nobody got excuses all of it. They are shared out so that no more are lost than must be, but for such a broadcast: it
 * keeps its drop, even where what was told of its receivers would do.
 *
 * Time in which a hub hangs or stands still is not running time: on a busy machine it gets no processor for seconds, or
 * spends them on the handshakes of two hundred nodes, and what was sent waits in the buffers of the system.
 */
export const scRule = (lives: Lives): ScRule => {
  const connections = new Map<StationId, Connection[]>()
  const losses = told()
  const totals = { drops: 0, unconfirmed: 0 }
  let broken: readonly Broken[] = []

  const of = (station: StationId): readonly Connection[] => connections.get(station) ?? []
  const at = (station: StationId, time: number): Connection | undefined =>
    of(station).findLast(({ from, to }) => from <= time && time <= to)
  const isNear = (life: string, sent: number, end: number): boolean => lives.running(life, sent, end) <= ON_ITS_WAY_MS
  const dropsOf = (life: string, sent: number, kinds: readonly string[]): readonly Telling[] =>
    kinds.map(kind => ({ life, kind, fits: time => time > sent && lives.running(life, sent, time) <= TOLD_MS }))
  /** The hub may have passed it on to a connection of the receiver that it told the end of later, as soon as it knew. */
  const endsOf = (life: string, sent: number, receiver: StationId): Telling => ({
    life,
    kind: endOf(receiver),
    fits: end => {
      if (sent > end) return false
      const isAfter = ({ life: other, to }: Connection): boolean =>
        other === life && to <= end && lives.running(life, to, end) <= LET_GO_MS
      const mayBeLost = ({ to }: Connection): boolean => sent >= to || isNear(life, sent, to)
      return isNear(life, sent, end) || of(receiver).some(each => isAfter(each) && mayBeLost(each))
    },
  })
  /** A broadcast that its hub did not take from its sender is one drop for all that it was for, and nobody gets it. */
  const wholeDrops = (by: StationId): readonly string[] => [
    dropOf('broadcast', by),
    dropOf('broadcast'),
    dropOf('any', by),
    dropOf('any'),
  ]
  const copyDrops = ({ by, to }: Sent, receiver: StationId): readonly string[] => [
    ...(to === 'all' ? [] : [dropOf('unicast', by), dropOf('unicast'), dropOf('any', by)]),
    dropOf('any', undefined, receiver),
    dropOf('any'),
  ]
  const isTold = (life: string, sent: Sent, receiver: StationId): boolean => {
    const { id, by, to, at: time, isHeard } = sent
    if (to === 'all' && !isHeard && losses.take(`${id}`, dropsOf(life, time, wholeDrops(by)))) return true
    const drops = dropsOf(life, time, copyDrops(sent, receiver))
    return losses.take(`${id} to ${receiver}`, [endsOf(life, time, receiver), ...drops])
  }
  const how = (life: string, from: number, to: number): string => {
    const end = lives.ended(life)
    if (end !== undefined && end.at <= to + ON_ITS_WAY_MS) return `its hub was ${end.fate}`
    return lives.hung(life, from, to) ? 'its hub hung' : 'its hub was there'
  }

  const excuse = (sent: Sent, receiver: StationId): string | undefined => {
    const via = at(sent.by, sent.at)
    if (via === undefined) return undefined
    const { life } = via
    const isUnconfirmed = via.unconfirmed > 0 && via.sent.slice(-via.unconfirmed).includes(sent.id)
    if (via.ending !== 'dismissed' && isUnconfirmed && isNear(life, sent.at, via.to)) {
      return `sender told that it may be lost: ${how(life, sent.at, via.to)}`
    }
    const killed = lives.ended(life)?.fate === 'killed' ? lives.ended(life)?.at : undefined
    const others = of(receiver).filter(
      ({ life: other, to, ending }) =>
        other === life && ending !== 'dismissed' && isNear(life, sent.at, to) && to < (killed ?? Infinity),
    )
    if (sent.to === 'all' && others.some(({ to }) => to >= sent.at)) {
      return 'receiver left before a broadcast was through'
    }
    const isAway = at(receiver, sent.at)?.life !== life
    if (killed !== undefined && others.some(({ to }) => isNear(life, to, killed))) {
      return 'hub killed before it told of the end of the receiver'
    }
    if (killed !== undefined && isAway && lives.running(life, sent.at, killed) <= ON_ITS_WAY_MS + GATHERED_MS) {
      return 'hub killed before it told of the drop'
    }
    const isConfirmed = via.ending === 'moved' && via.unconfirmed === 0
    if (killed !== undefined && isConfirmed && isNear(life, sent.at, killed)) {
      return 'hub killed after the sender had left it'
    }
    return isTold(life, sent, receiver) ? 'hub told that it dropped it or may have lost it' : undefined
  }

  return {
    sends: ({ id, by }) => {
      const here = connections.get(by)?.at(-1)
      if (here?.to !== Infinity) return
      here.sent.push(id)
      if (here.sent.length > 2 * MOST_SENT) here.sent.splice(0, MOST_SENT)
    },
    hear: ({ at: time, by, hub, ending, unconfirmed, why }) => {
      const known = connections.get(by) ?? []
      connections.set(by, known)
      const last = known.at(-1)
      if (last?.to === Infinity) {
        Object.assign(last, { to: time, ending, unconfirmed })
        if (ending === 'lost') broken = [...broken, { by, at: time, life: last.life, since: last.from, why }]
      }
      if (hub !== undefined) known.push({ ...NEW, life: hub, from: time, sent: [] })
    },
    brokeByThemselves: before => {
      const due = broken.filter(each => each.at < before)
      broken = broken.filter(each => each.at >= before)
      return due.filter(({ life, at: time }) => {
        const end = lives.ended(life)
        const isKilled = end !== undefined && time > end.at - ON_ITS_WAY_MS && time < end.at + FOUND_DEAD_MS
        return !isKilled && !lives.hung(life, time - FOUND_DEAD_MS, time)
      })
    },
    hungUp: ({ at: time, by, hub, unconfirmed }) => {
      const left = of(by).findLast(({ life, to }) => life === hub && to < time && time < to + LET_GO_MS)
      if (left !== undefined) left.unconfirmed = unconfirmed
    },
    toldEnd: (life, station, time, unconfirmed) => {
      totals.unconfirmed += unconfirmed
      losses.tell(life, endOf(station), time, unconfirmed)
    },
    toldDrops: (life, { reason, from, to, count }, time) => {
      totals.drops += count
      losses.tell(life, dropOf(droppedFor(reason), from, to), time, count)
    },
    totals: () => ({ ...totals }),
    audience: ({ by, at: time }) => {
      const via = at(by, time)
      if (via === undefined) return []
      return [...connections.keys()].filter(station => station !== by && at(station, time)?.life === via.life)
    },
    excuse,
    context: (sent, receiver) => {
      const { by, at: time } = sent
      const near = (station: StationId): readonly Connection[] =>
        of(station).filter(({ from, to }) => from < time + STORY_MS && to > time - STORY_MS)
      const inWords = ({ life, from, to, ending, unconfirmed }: Connection): string =>
        `${life.slice(0, 8)} ${from.toFixed(1)} to ${to.toFixed(1)} ${ending ?? ''} (${unconfirmed} unconfirmed)`
      const lifes = new Set([by, receiver].flatMap(station => near(station).map(({ life }) => life)))
      return [
        `sender on ${near(by).map(inWords).join(', ')}`,
        `receiver on ${near(receiver).map(inWords).join(', ')}`,
        ...[...lifes].map(lives.story),
        `hubs told of the receiver ${losses.story(endOf(receiver))}`,
        ...copyDrops(sent, receiver).map(kind => `${kind} ${losses.story(kind)}`),
      ].join('; ')
    },
    forget: before => {
      losses.forget(before)
      for (const known of connections.values()) {
        while ((known[0]?.to ?? Infinity) < before) known.shift()
      }
    },
  }
}
