import type { Lives } from './lives.js'
import type { Ending, Note, StationId } from './note.js'
import { NODE_TIMINGS } from './stations/timings.js'
import { GATHERED_MS, ON_ITS_WAY_MS, type Rule, type Sent } from './rule.js'

/** A node's connection to one life of a hub, as the node saw it. */
interface Connection {
  readonly life: string
  readonly from: number
  to: number
  ending: Ending | undefined
}

/**
 * How long after a hub hung or was killed a node may find its connection dead: it asks, waits, and may be slow itself. A
 * hundred nodes of one process that all dial anew take seconds on a busy machine.
 */
const FOUND_DEAD_MS = NODE_TIMINGS.heartbeat + NODE_TIMINGS.heartbeatWait + ON_ITS_WAY_MS

/** How long a node that leaves a hub waits until that lets it go, on a busy machine. */
const LET_GO_MS = NODE_TIMINGS.disconnectWait + ON_ITS_WAY_MS

/** The end of a connection, as somebody told it. */
interface End {
  readonly life: string
  readonly by: StationId
  readonly at: number
}

/** How far the story of a loss goes back and on. */
const STORY_MS = 10_000

const TOLD = 'hub told of the drop'

/** A connection that broke. */
export interface Broken {
  readonly by: StationId
  readonly at: number
  readonly life: string
  readonly since: number
  readonly why: string
}

/** What is known of a BACnet/SC network. */
export interface ScRule extends Rule {
  /** A node's hub connection has changed. */
  readonly hear: (note: Note & { readonly _tag: 'Hub' }) => void
  /** A hub told that the connection of a node ended, not in good order, or that it came anew before that had ended. */
  readonly toldEnd: (life: string, station: StationId, at: number) => void
  /** A node told that what it sent to a hub before it left that for another one may be lost. */
  readonly toldHungUp: (life: string, station: StationId, at: number) => void
  /** A hub told that it dropped NPDUs; it names their sender, their receiver, or neither when there are very many. */
  readonly told: (life: string, party: StationId | undefined, count: number) => void
  /** Connections that broke before that, though their hub was neither killed nor hung just then. */
  readonly brokeByThemselves: (before: number) => readonly Broken[]
  /** Drops that were told, and no NPDU was missed for. */
  readonly untaken: () => number
}

/**
 * BACnet/SC. A unicast must be delivered, a broadcast to all that were connected to the same hub process when it was sent.
 * It is excused, and nothing else, when
 *
 * 1. the hub process was killed before it had run for `ON_ITS_WAY_MS` since it was sent, or
 * 2. the sender's connection broke, not in good order, before that. Where it had left that hub for another, it must itself
 *    have told, as no Disconnect-ACK came, that messages are unconfirmed: what it sent just before its Disconnect-Request
 *    was not read any more than that, or
 * 3. a connection of the receiver to that hub process broke, not in good order, within `ON_ITS_WAY_MS` of its running time
 *    before or after it was sent: the hub may not have known yet. What a receiver leaves in good order, or gives up before
 *    it is accepted, may be broken for the hub, which hung or was busy meanwhile, and nobody but the hub can know what it
 *    sent there: so it counts as well when the hub told of that connection that another one took its place, or that
 *    messages are unconfirmed, or
 * 4. the receiver left that hub for another before a broadcast was through, by the same measure: it was not for it then, or
 * 5. that hub process told of a drop of this sender or receiver; each drop excuses one NPDU, or
 * 6. it would have told, but was killed within `GATHERED_MS` more.
 *
 * Time in which a hub hangs or stands still is not running time: on a busy machine it gets no processor for seconds, or
 * spends them on the handshakes of two hundred nodes, and what was sent waits in the buffers of the system.
 */
export const scRule = (lives: Lives): ScRule => {
  const connections = new Map<StationId, Connection[]>()
  const drops = new Map<string, number>()
  let ends: readonly End[] = []
  let hungUps: readonly End[] = []
  let broken: readonly Broken[] = []
  const droppedBroadcasts = new Map<number, number>()

  const of = (station: StationId): readonly Connection[] => connections.get(station) ?? []
  const at = (station: StationId, time: number): Connection | undefined =>
    of(station).findLast(({ from, to }) => from <= time && time <= to)
  const key = (life: string, party: StationId | undefined): string => `${life} ${party ?? ''}`
  const take = (life: string, party: StationId | undefined): boolean => {
    const told = drops.get(key(life, party)) ?? 0
    if (told > 0) drops.set(key(life, party), told - 1)
    return told > 0
  }
  /** A broadcast that its hub dropped is one drop, for all that it was for. */
  const takeOfSender = (life: string, { id, by, to, at: time }: Sent): boolean => {
    if (to !== 'all') return take(life, by)
    const isTaken = droppedBroadcasts.has(id) || take(life, by)
    if (isTaken) droppedBroadcasts.set(id, time)
    return isTaken
  }
  const isNear = (life: string, sent: number, end: number): boolean => lives.running(life, sent, end) <= ON_ITS_WAY_MS
  const how = (life: string, from: number, to: number): string => {
    const end = lives.ended(life)
    if (end !== undefined && end.at <= to + ON_ITS_WAY_MS) return `its hub was ${end.fate}`
    return lives.hung(life, from, to) ? 'its hub hung' : 'its hub was there'
  }

  const excuse = (sent: Sent, receiver: StationId): string | undefined => {
    const via = at(sent.by, sent.at)
    if (via === undefined) return undefined
    const { life } = via
    // Nobody there has the VMAC of the receiver: that is told, whatever else happens later.
    if (sent.to !== 'all' && at(receiver, sent.at)?.life !== life && take(life, sent.by)) return TOLD
    const end = lives.ended(life)
    if (end?.fate === 'killed' && isNear(life, sent.at, end.at)) return 'hub killed'
    if (via.ending === 'lost' && isNear(life, sent.at, via.to)) {
      return `connection of the sender broke: ${how(life, sent.at, via.to)}`
    }
    const isOf = (end: End, station: StationId): boolean => end.by === station && end.life === life
    const isTold = hungUps.some(end => isOf(end, sent.by) && end.at > via.to && end.at < via.to + LET_GO_MS)
    if (via.ending === 'moved' && isTold && isNear(life, sent.at, via.to)) {
      return 'sender told of it when it had left a hub that did not answer'
    }
    const others = of(receiver).filter(({ life: other, to }) => other === life && isNear(life, sent.at, to))
    const broken = others.find(({ ending }) => ending === 'lost')
    if (broken !== undefined) {
      return `connection of the receiver broke: ${how(life, Math.min(sent.at, broken.to), Math.max(sent.at, broken.to))}`
    }
    if (ends.some(end => isOf(end, receiver) && isNear(life, sent.at, end.at))) {
      return 'hub told that messages to the receiver may be lost'
    }
    if (sent.to === 'all' && others.some(({ to, ending }) => ending === 'moved' && to >= sent.at)) {
      return 'receiver moved to another hub'
    }
    if (takeOfSender(life, sent) || take(life, receiver) || take(life, undefined)) return TOLD
    const isSilenced = end?.fate === 'killed' && lives.running(life, sent.at, end.at) <= ON_ITS_WAY_MS + GATHERED_MS
    return isSilenced && at(receiver, sent.at)?.life !== life ? 'hub killed before it told of the drop' : undefined
  }

  return {
    hear: ({ at: time, by, hub, ending, why }) => {
      const known = connections.get(by) ?? []
      connections.set(by, known)
      const last = known.at(-1)
      if (last?.to === Infinity) {
        Object.assign(last, { to: time, ending })
        if (ending === 'lost') broken = [...broken, { by, at: time, life: last.life, since: last.from, why }]
      }
      if (hub !== undefined) known.push({ life: hub, from: time, to: Infinity, ending: undefined })
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
    toldEnd: (life, by, time) => void (ends = [...ends, { life, by, at: time }]),
    toldHungUp: (life, by, time) => void (hungUps = [...hungUps, { life, by, at: time }]),
    told: (life, party, count) => {
      drops.set(key(life, party), (drops.get(key(life, party)) ?? 0) + count)
    },
    untaken: () => [...drops.values()].reduce((sum, count) => sum + count, 0),
    audience: ({ by, at: time }) => {
      const via = at(by, time)
      if (via === undefined) return []
      return [...connections.keys()].filter(station => station !== by && at(station, time)?.life === via.life)
    },
    excuse,
    context: ({ by, at: time }, receiver) => {
      const near = (station: StationId): readonly Connection[] =>
        of(station).filter(({ from, to }) => from < time + STORY_MS && to > time - STORY_MS)
      const told = ({ life, from, to, ending }: Connection): string =>
        `${life.slice(0, 8)} ${from.toFixed(1)} to ${to.toFixed(1)} ${ending ?? ''}`
      const lifes = new Set([by, receiver].flatMap(station => near(station).map(({ life }) => life)))
      return [
        `sender on ${near(by).map(told).join(', ')}`,
        `receiver on ${near(receiver).map(told).join(', ')}`,
        ...[...lifes].map(lives.story),
        ...[by, receiver].map((station, index) => {
          const times = (told: readonly End[]): string =>
            told
              .filter(end => end.by === station)
              .map(({ life, at: end }) => `${life.slice(0, 8)} ${end.toFixed(1)}`)
              .join(', ')
          return `${index === 0 ? 'sender' : 'receiver'} hung up in vain on ${times(hungUps)}, broke for ${times(ends)}`
        }),
      ].join('; ')
    },
    forget: before => {
      ends = ends.filter(end => end.at >= before)
      hungUps = hungUps.filter(end => end.at >= before)
      for (const [id, time] of droppedBroadcasts) if (time < before) droppedBroadcasts.delete(id)
      for (const known of connections.values()) {
        while ((known[0]?.to ?? Infinity) < before) known.shift()
      }
    },
  }
}
