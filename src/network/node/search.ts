import type { SchedulerLike } from 'rxjs'
import type { NetworkAddress } from '../../wire/npci.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import { discovery, type Discovery } from '../route/discovery.js'
import { sourceOf } from '../transit/source.js'
import type { HeardNpdu, OwnNpdu, Transit } from '../transit/transit.js'

/** The search for routers, with what waits for it. */
export interface Search extends Pick<Discovery<Transit>, 'hold' | 'waiting'> {
  /** Asks all networks who routes to one, or to any. */
  readonly ask: (network: number | undefined) => void
  /** Somebody routes there, or does again: what waits goes on. */
  readonly resume: (network: number) => void
  /** A port is no more, nor what came in through it. */
  readonly portRemoved: (port: RunningPort) => void
  /** Ends it; what still waits is given up. */
  readonly end: () => void
  readonly close: () => void
}

/** What is done with what has waited. */
export interface Waited {
  readonly againHeard: (heard: HeardNpdu) => void
  readonly againOwn: (own: OwnNpdu) => void
  readonly giveUpHeard: (heard: HeardNpdu, network: number, why: 'no answer' | 'no room') => void
  readonly giveUpOwn: (own: OwnNpdu, reason: string) => void
}

/** What a search needs. */
export interface SearchOptions {
  readonly isRouter: boolean
  readonly ports: Ports
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  /** All routers of a network are asked there. */
  readonly askedForAll: (port: RunningPort) => void
  readonly waited: Waited
}

/**
 * Searches for routers (sections 3 and 4.6 of the protocol notes). A router asks for whoever sent what waits, on all networks
 * but his.
 */
export const search = ({ isRouter, ports, limits, scheduler, askedForAll, waited }: SearchOptions): Search => {
  const ask = (network: number | undefined, first?: Transit): void => {
    const source = first?._tag === 'Heard' && isRouter ? originator(first) : undefined
    for (const port of first?._tag === 'Heard' ? ports.onward(first.port) : ports.open()) {
      if (network === undefined) askedForAll(port)
      say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network }, { source })
    }
  }

  const giveUp = (network: number, item: Transit, why: 'no answer' | 'no room'): void => {
    if (item._tag === 'Heard') waited.giveUpHeard(item, network, why)
    else waited.giveUpOwn(item, why === 'no answer' ? NO_ROUTE : NO_ROOM)
  }

  /**
   * What came in through different ports is searched for apart: it is asked for on different networks, so that what one has
   * not found may be found for the other, and so that whoever floods one port takes no room from others.
   */
  const searches = new Map<RunningPort | 'own', Discovery<Transit>>()

  const searchFor = (item: Transit): Discovery<Transit> => {
    const place = item._tag === 'Heard' ? item.port : 'own'
    const known = searches.get(place)
    if (known !== undefined) return known
    const made = discovery<Transit>({
      limits: limits.discovery,
      scheduler,
      originOf: one => (one._tag === 'Heard' ? one.from : 'own'),
      ask,
      failed: (network, items) => {
        for (const one of items) giveUp(network, one, 'no answer')
      },
      dropped: (network, one) => giveUp(network, one, 'no room'),
    })
    searches.set(place, made)
    return made
  }

  const close = (): readonly Transit[] => {
    const left = [...searches.values()].flatMap(one => one.close())
    searches.clear()
    return left
  }

  return {
    hold: (network, item) => searchFor(item).hold(network, item),
    waiting: () => [...searches.values()].reduce((sum, one) => sum + one.waiting(), 0),
    ask,
    resume: network => {
      for (const one of [...searches.values()]) {
        for (const item of one.found(network)) {
          if (item._tag === 'Heard') waited.againHeard(item)
          else waited.againOwn(item)
        }
      }
    },
    portRemoved: port => {
      searches.get(port)?.close()
      searches.delete(port)
    },
    end: () => {
      for (const item of close()) if (item._tag === 'Own') waited.giveUpOwn(item, 'the network layer ends')
    },
    close,
  }
}

/** Why something that was to go to a network does not: nobody routes there. */
export const NO_ROUTE = 'no route to that network'

/** Why it does not wait: too much waits already. */
export const NO_ROOM = 'too much waits for routers'

/** Who sent it first, as others are told. */
const originator = (heard: HeardNpdu): NetworkAddress | undefined => {
  const { network, mac } = sourceOf(heard)
  return network === undefined ? undefined : { network, mac }
}
