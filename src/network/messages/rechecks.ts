import type { SchedulerLike } from 'rxjs'
import { alarm } from '../../machine/alarm.js'
import type { Random } from '../../values/random.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import type { RoutingTable } from '../route/routing-table.js'

/** Asks again who routes where, when a port has not heard for a while what was said to all of its network. */
export interface Rechecks {
  /** The link of a port has come up, or reaches its network in another way. */
  readonly joined: (port: RunningPort) => void
  /** Somebody else has asked on its network for the routers to one network, or for all: they answer all that hear them. */
  readonly heardQuestion: (port: RunningPort, network: number | undefined) => void
  readonly removed: (port: RunningPort) => void
  readonly close: () => void
}

/** What rechecks need. */
export interface RechecksOptions {
  readonly ports: Pick<Ports, 'isOpen'>
  readonly table: Pick<RoutingTable, 'doubt' | 'doubtful'>
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** All routers of a network are asked there. */
  readonly askedForAll: (port: RunningPort) => void
}

/** The most networks that are asked for at once. */
const MAX_ASKED = 16

/** What is still to be asked on the network of a port. */
interface Recheck {
  /** How often it is still asked at most. */
  left: number
  due: number
  /** Whether somebody has asked for all. */
  isForAllAsked: boolean
  /** The networks that somebody has asked for by now. */
  readonly asked: Set<number>
}

/**
 * Who was at another hub, or nowhere, when a router told of its new address would send to the old one for ever: what was
 * learned through a port is in doubt when that joins its network. NPDUs go on as before meanwhile, as mostly nothing has
 * changed. A node asks for all routers at a random moment, unless they have been heard by then, and after that for what is
 * still in doubt. What somebody else asks for it need not ask for, so that hundreds that join together ask a few times.
 */
export const rechecks = ({ ports, table, limits, scheduler, random, askedForAll }: RechecksOptions): Rechecks => {
  const { recheck, discovery } = limits
  const rechecked = new Map<RunningPort, Recheck>()
  const soon = (): number => scheduler.now() + random.fraction() * recheck

  const countTry = (port: RunningPort, known: Recheck): void => {
    known.left--
    known.due = soon() + discovery.wait
    if (known.left === 0) rechecked.delete(port)
    else waking.by(known.due)
  }

  /** Each router answers for all that it knows. What is still in doubt after that, it may have to ask for itself. */
  const ask = (port: RunningPort, known: Recheck): void => {
    const doubtful = table.doubtful(port)
    if (doubtful.length === 0 || !ports.isOpen(port)) {
      rechecked.delete(port)
      return
    }
    countTry(port, known)
    if (!known.isForAllAsked) {
      known.isForAllAsked = true
      askedForAll(port)
      say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network: undefined })
      return
    }
    const unasked = doubtful.filter(network => !known.asked.has(network))
    // All have been asked for, so that an answer may be on its way; the next time, they are again.
    if (unasked.length === 0) known.asked.clear()
    for (const network of unasked.slice(0, MAX_ASKED)) {
      known.asked.add(network)
      say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network })
    }
  }

  const waking = alarm(scheduler, () => {
    const now = scheduler.now()
    for (const [port, known] of [...rechecked]) if (known.due <= now) ask(port, known)
    for (const { due } of rechecked.values()) waking.by(due)
  })

  const removed = (port: RunningPort): void => {
    rechecked.delete(port)
    if (rechecked.size === 0) waking.stop()
  }

  return {
    joined: port => {
      table.doubt(port)
      if (table.doubtful(port).length === 0) return
      const due = soon()
      rechecked.set(port, { left: discovery.tries, due, isForAllAsked: false, asked: new Set() })
      waking.by(due)
    },
    heardQuestion: (port, network) => {
      const known = rechecked.get(port)
      if (known === undefined) return
      if (network === undefined) {
        known.isForAllAsked = true
        countTry(port, known)
      } else if (table.doubtful(port).includes(network)) known.asked.add(network)
    },
    removed,
    close: () => {
      rechecked.clear()
      waking.stop()
    },
  }
}
