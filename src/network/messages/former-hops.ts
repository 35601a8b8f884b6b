import type { SchedulerLike } from 'rxjs'
import { weakBuckets } from '../../limits/pace.js'
import { alarm } from '../../machine/alarm.js'
import type { Random } from '../../values/random.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { Neighbour } from '../port/port.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import { isVia } from '../route/learned-routes.js'
import { isLearned } from '../route/route-row.js'
import type { Announced, RoutingTable } from '../route/routing-table.js'

/** A neighbour that can be asked something. */
export interface Hop extends Neighbour {
  readonly port: RunningPort
}

/** Finds out whether a router is still there when another one says that it routes to one of its networks. */
export interface FormerHops {
  /** Has the table learn what a neighbour said. */
  readonly announced: (network: number, via: Hop) => Announced
  /** Somebody else has asked on its network for the routers to one network, or for all: they answer all that hear them. */
  readonly heardQuestion: (port: RunningPort, network: number | undefined) => void
  readonly removed: (port: RunningPort) => void
  readonly close: () => void
}

/** What former hops need. */
export interface FormerHopsOptions {
  readonly ports: Pick<Ports, 'isOpen'>
  readonly table: Pick<RoutingTable, 'find' | 'routes' | 'announced'>
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** A neighbour does not answer any more. */
  readonly lost: (via: Hop) => void
}

/** A router that lost a network to another one, and others still lead through it. */
interface Suspect extends Hop {
  due: number
  isAsked: boolean
}

/**
 * A router that starts anew with another address says which networks it routes to. What it does not know yet, but was
 * reached through it before, would be sent to its old address for ever. So the former next hop is asked for one of the
 * networks that still lead there, at a random moment; whoever is there answers with a broadcast, which serves all.
 */
export const formerHops = ({ ports, table, limits, scheduler, random, lost }: FormerHopsOptions): FormerHops => {
  const suspects = new Map<string, Suspect>()
  const pace = weakBuckets<RunningPort>(limits.formerHops, scheduler)

  const learnedVia = (via: Neighbour): readonly number[] =>
    table.routes().flatMap(route => (isVia(route, via) && isLearned(route) ? [route.network] : []))

  const suspect = ({ port, mac }: Hop): void => {
    const key = keyOf({ port, mac })
    if (suspects.has(key) || !pace.has(port) || learnedVia({ port, mac }).length === 0) return
    pace.take(port)
    const due = scheduler.now() + random.fraction() * limits.recheck
    suspects.set(key, { port, mac, due, isAsked: false })
    waking.by(due)
  }

  const answers = (via: Neighbour): void => {
    suspects.delete(keyOf(via))
    if (suspects.size === 0) waking.stop()
  }

  const wait = (one: Suspect): void => {
    one.isAsked = true
    one.due = scheduler.now() + limits.discovery.wait
    waking.by(one.due)
  }

  const look = (one: Suspect): void => {
    const [network] = learnedVia(one)
    if (network !== undefined && !one.isAsked && ports.isOpen(one.port)) {
      wait(one)
      say(one.port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network })
      return
    }
    suspects.delete(keyOf(one))
    if (network !== undefined && one.isAsked) lost(one)
  }

  const waking = alarm(scheduler, () => {
    const now = scheduler.now()
    for (const one of [...suspects.values()]) if (one.due <= now) look(one)
    for (const { due } of suspects.values()) waking.by(due)
  })

  return {
    announced: (network, via) => {
      if (suspects.size > 0) answers(via)
      const before = table.find(network)
      const outcome = table.announced(network, via)
      if (outcome !== 'changed' || before?.nextHop === undefined || before.port !== via.port) return outcome
      if (before.nextHop !== via.mac) suspect({ port: via.port, mac: before.nextHop })
      return outcome
    },
    heardQuestion: (port, network) => {
      for (const one of suspects.values()) {
        if (one.port !== port || one.isAsked) continue
        if (network === undefined || learnedVia(one).includes(network)) wait(one)
      }
    },
    removed: port => {
      for (const [key, one] of suspects) if (one.port === port) suspects.delete(key)
      if (suspects.size === 0) waking.stop()
    },
    close: () => {
      suspects.clear()
      waking.stop()
    },
  }
}

const keyOf = ({ port, mac }: Neighbour): string => `${port.name} ${mac}`
