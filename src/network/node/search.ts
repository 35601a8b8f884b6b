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
  readonly giveUpHeard: (heard: HeardNpdu, network: number) => void
  readonly giveUpOwn: (own: OwnNpdu, reason: string) => void
}

/** What a search needs. */
export interface SearchOptions {
  readonly isRouter: boolean
  readonly ports: Ports
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly waited: Waited
}

/**
 * Searches for routers (sections 3 and 4.6 of the protocol notes). A router asks for whoever sent what waits, on all networks
 * but his.
 */
export const search = ({ isRouter, ports, limits, scheduler, waited }: SearchOptions): Search => {
  const ask = (network: number | undefined, first?: Transit): void => {
    const source = first?._tag === 'Heard' && isRouter ? originator(first) : undefined
    for (const port of ports.all()) {
      if (!port.isUp || (first?._tag === 'Heard' && first.port === port)) continue
      say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network }, { source })
    }
  }

  const giveUp = (network: number, item: Transit, reason: string): void => {
    if (item._tag === 'Heard') waited.giveUpHeard(item, network)
    else waited.giveUpOwn(item, reason)
  }

  const { hold, waiting, found, drop, close } = discovery<Transit>({
    limits: limits.discovery,
    scheduler,
    originOf: item => (item._tag === 'Heard' ? `${item.port.name} ${item.from}` : 'own'),
    ask,
    failed: (network, items) => {
      for (const item of items) giveUp(network, item, 'no router to that network answers')
    },
    dropped: giveUp,
  })

  return {
    hold,
    waiting,
    ask,
    resume: network => {
      for (const item of found(network)) {
        if (item._tag === 'Heard') waited.againHeard(item)
        else waited.againOwn(item)
      }
    },
    portRemoved: port => {
      drop(item => item._tag === 'Heard' && item.port === port)
    },
    end: () => {
      for (const item of close()) if (item._tag === 'Own') waited.giveUpOwn(item, 'the network layer ends')
    },
    close,
  }
}

/** Who sent it first, as others are told. */
const originator = (heard: HeardNpdu): NetworkAddress | undefined => {
  const { network, mac } = sourceOf(heard)
  return network === undefined ? undefined : { network, mac }
}
