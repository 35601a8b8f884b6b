import { ms, seconds } from '../../../src/values/duration.js'
import { hostsOf } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** What crossed on its way with something that was heard is not known to have been read: a way takes no longer than this. */
const CROSSING = ms(1000)

/** A side asks one that is silent for so long, waits for its answer, and ends the connection: then it tells. */
const TOLD_AFTER = seconds(60)

/** What one side of a connection has sent. */
interface Side {
  readonly host: string
  readonly peer: string
  /** When it last heard the other side. */
  heardAt: number
  /** When that was sent which was lost, unless the other side was heard well after it. */
  lost: number[]
  lostAt: number
  /** The host went down with it, and nobody is there to tell. */
  isForgotten: boolean
}

/** A WebSocket between two hosts. */
interface Connection {
  readonly from: number
  /** Who spoke first, or was to be the first that is heard. */
  readonly first: Side
  readonly second: Side
}

/**
 * A WebSocket loses what was on its way when it breaks, and who sent that can only tell how much it may have been: what it
 * sent since it last heard from the other side, or just before that.
 */
export const toldOfLosses: Invariant = {
  name: 'told of losses',
  states:
    'A node, and a hub, tells at the end of each connection, direct ones too, of at least as many unconfirmed messages as ' +
    'it knows may be lost, unless it went down itself.',
  watch: plan => {
    const hosts = hostsOf(plan)
    const within = plan.timings.idleLimit + TOLD_AFTER
    const connections = new Map<number, Connection>()
    const told = new Map<string, { readonly at: number; readonly count: number }[]>()
    let endsAt = Infinity

    const connectionOf = (number: number, host: string, peer: string, at: number): Connection => {
      const known = connections.get(number)
      if (known !== undefined) return known
      const made = { from: at, first: sideOf(host, peer), second: sideOf(peer, host) }
      connections.set(number, made)
      return made
    }

    return {
      ...sees(['Arrived', 'Heard', 'Lost', 'Unconfirmed', 'Gone', 'Phase'], fact => {
        switch (fact._tag) {
          case 'Arrived':
          case 'Heard': {
            if (fact.connection === undefined) return
            const { first, second } = connectionOf(fact.connection, fact.from, fact.to, fact.at)
            const hearer = fact.from === first.host ? second : first
            hearer.heardAt = fact.at
            if (hearer.lost.length > 0) hearer.lost = hearer.lost.filter(sentAt => sentAt >= fact.at - CROSSING)
            return
          }
          case 'Lost': {
            if (fact.connection === undefined || fact.sentAt === undefined || fact.at >= endsAt) return
            const { first, second } = connectionOf(fact.connection, fact.from, fact.to, fact.sentAt)
            const sender = fact.from === first.host ? first : second
            if (fact.sentAt < sender.heardAt - CROSSING) return
            sender.lost.push(fact.sentAt)
            sender.lostAt = fact.at
            return
          }
          case 'Unconfirmed': {
            const key = `${fact.host} ${fact.peer}`
            const all = told.get(key) ?? []
            all.push(fact)
            told.set(key, all)
            return
          }
          case 'Gone':
            if (fact.at >= endsAt) return
            for (const { first, second } of connections.values()) {
              const gone = first.host === fact.host ? first : second
              if (gone.host === fact.host && fact.at <= gone.lostAt + within) gone.isForgotten = true
            }
            return
          case 'Phase':
            if (fact.phase === 'farewell') endsAt = fact.at
            return
          default:
        }
      }),
      broken: () => {
        const { add, all } = complaints()
        for (const [number, { from, first, second }] of connections) {
          for (const { host, peer, lost, lostAt, isForgotten } of [first, second]) {
            const to = lostAt + within
            if (lost.length === 0 || isForgotten || to > endsAt || !hosts.has(host) || !hosts.has(peer)) continue
            const known = (told.get(`${host} ${peer}`) ?? []).reduce(
              (sum, { at, count }) => (at >= from && at <= to ? sum + count : sum),
              0,
            )
            if (lost.length <= known) continue
            add(
              `${host} lost ${lost.length} NPDUs with its connection ${number} to ${peer}, the last at ${lostAt} ms, ` +
                `and told of ${known}`,
            )
          }
        }
        return all()
      },
    }
  },
}

/** Of a side that has lost nothing yet, it is not known how long it lasts. */
const sideOf = (host: string, peer: string): Side => ({
  host,
  peer,
  heardAt: -Infinity,
  lost: [],
  lostAt: Infinity,
  isForgotten: false,
})
