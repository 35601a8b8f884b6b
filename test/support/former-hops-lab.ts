import type { SchedulerLike } from 'rxjs'
import { networkLimits } from '../../src/network/event/network-limits.js'
import { formerHops, type FormerHops, type Hop } from '../../src/network/messages/former-hops.js'
import { portCounters } from '../../src/network/port/port-counters.js'
import type { RunningPort } from '../../src/network/port/running-port.js'
import { routingTable } from '../../src/network/route/routing-table.js'
import { chance } from '../machine/chance.js'
import { macOf } from './mac.js'
import { testPort } from './routing-lab.js'
import { toHex } from './vectors.js'

/** Former hops on one port, in a routing table of a node. */
export interface FormerHopsLab extends FormerHops {
  readonly port: RunningPort
  /** The neighbour with that number says that he routes to a network. */
  readonly says: (neighbour: number, network: number) => void
  readonly shut: () => void
}

/** `asks` hears each NPDU that is sent, in hex, `lost` the number of each neighbour that is lost. */
export const formerHopsLab = (
  scheduler: SchedulerLike,
  asks: (npdu: string) => void,
  lost: (neighbour: number) => void,
): FormerHopsLab => {
  let isOpen = true
  const port = {
    ...testPort(1),
    counters: portCounters(),
    send: ({ npdu }: { readonly npdu: Uint8Array }) => asks(toHex(npdu)),
  } as unknown as RunningPort
  const limits = networkLimits()
  const [tell, flapping] = [() => undefined, () => undefined]
  const table = routingTable({ isRouter: false, limits: limits.routing, scheduler, tell, flapping })
  const hopOf = (neighbour: number): Hop => ({ port, mac: macOf(`0${neighbour}`) })
  const made = formerHops({
    ...{ ports: { isOpen: () => isOpen }, table, limits, scheduler },
    random: chance(0.5),
    lost: ({ mac }) => lost(Number(mac)),
  })
  return {
    ...made,
    port,
    says: (neighbour, network) => void made.announced(network, hopOf(neighbour)),
    shut: () => void (isOpen = false),
    close: () => {
      made.close()
      table.close()
    },
  }
}
