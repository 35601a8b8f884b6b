import type { SchedulerLike } from 'rxjs'
import { buckets, weakBuckets } from '../../limits/pace.js'
import { memory } from '../../limits/memory.js'
import { seconds } from '../../values/duration.js'
import type { NetworkList } from '../../wire/network-message.js'
import type { NetworkLimits } from '../event/network-limits.js'
import { MAX_PORTS, type Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { sourceOf } from '../transit/source.js'
import { say } from '../port/speech.js'
import { sayList } from './reachable.js'
import type { HeardNpdu } from '../transit/transit.js'

/** Carries messages about networks on to the other ports of a router, no more than is bearable. */
export interface Relays {
  /** Whether a neighbour may still have something answered or carried on; counts it. */
  readonly isBearable: (heard: HeardNpdu) => boolean
  /** Whether a question about a network, about all or for the routing table is to be answered, or asked on, by now; counts it. */
  readonly isDue: (heard: HeardNpdu, network: number | 'all' | 'table') => boolean
  /** Asks on for a network that is not known here, for whoever asked. */
  readonly question: (heard: HeardNpdu, network: number) => void
  /** All routers of a network are asked there, so that what they answer need not be carried on. */
  readonly askedForAll: (port: RunningPort) => void
  /** Carries a list on; an I-Am-Router that changes nothing not too soon again, as it may go round in circles. */
  readonly list: (heard: HeardNpdu, list: NetworkList, changesSomething: boolean) => void
  /** Has no I-Am-Router carried on of a neighbour for a while: he routes to a network that is here. */
  readonly suspect: (heard: HeardNpdu) => void
  /** Whether that is so of a neighbour. */
  readonly isSuspect: (heard: HeardNpdu) => boolean
}

/** What relays need. */
export interface RelaysOptions {
  readonly ports: Ports
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
}

/** Relays of a router. Neither lists nor questions carry a hop count, so that only pace and memory end those that go round. */
export const relays = ({ ports, limits, scheduler }: RelaysOptions): Relays => {
  const controlOf = buckets<string>(limits.controlOfNeighbour, scheduler)
  const controlAt = weakBuckets<RunningPort>(limits.controlOfPort, scheduler)
  const answers = buckets<string>(limits.answersOfNetwork, scheduler)
  const changes = buckets<string>(limits.relayOfList, scheduler)
  const repeats = memory<string>(limits.repeat, MAX_REMEMBERED, scheduler)
  const askedAll = memory<string>(ANSWERED_WITHIN, MAX_PORTS, scheduler)
  const suspects = memory<string>(limits.suspicion, MAX_REMEMBERED, scheduler)

  const isSuspect = (heard: HeardNpdu): boolean => suspects.has(neighbourOf(heard))

  const toOthers = (heard: HeardNpdu, message: NetworkList): void => {
    for (const port of ports.backward(heard.port)) sayList(port, message)
  }

  return {
    isBearable: heard => {
      const neighbour = neighbourOf(heard)
      return controlOf.has(neighbour) && controlAt.take(heard.port) && controlOf.take(neighbour)
    },
    isDue: ({ port }, network) => answers.take(`${port.name} ${network}`),
    question: (heard, network) => {
      const { network: snet, mac } = sourceOf(heard)
      if (snet === undefined) return
      for (const port of ports.onward(heard.port)) {
        say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network }, { source: { network: snet, mac } })
      }
    },
    list: (heard, list, changesSomething) => {
      const isAnnouncement = list._tag === 'I-Am-Router-To-Network'
      if (isAnnouncement && isSuspect(heard)) return
      const key = `${neighbourOf(heard)} ${list._tag} ${digest(list.networks)}`
      const isKnown = isAnnouncement && !changesSomething
      if (isKnown && (repeats.has(key) || askedAll.has(heard.port.name))) return
      if (!changes.take(key)) return
      repeats.add(key)
      toOthers(heard, list)
    },
    askedForAll: ({ name }) => askedAll.add(name),
    suspect: heard => suspects.add(neighbourOf(heard)),
    isSuspect,
  }
}

/** Within which time the answers come to a question that all routers of a network are asked. */
const ANSWERED_WITHIN = seconds(5)

/** The most lists and neighbours that are remembered; more at once are a flood, which the budgets end. */
const MAX_REMEMBERED = 1024

const neighbourOf = ({ port, from }: HeardNpdu): string => `${port.name} ${from}`

/** A few characters for a list. Two lists that share them are only carried on one a while after the other. */
const digest = (networks: readonly number[]): string =>
  `${networks.length} ${networks.reduce((sum, network) => (Math.imul(sum, 31) + network) >>> 0, 17)}`
