import type { SchedulerLike } from 'rxjs'
import type { Dropped, OutboundNpdu, ReceivedNpdu } from '../../link/link.js'
import type { Turns } from '../../machine/turns.js'
import type { Duration } from '../../values/duration.js'
import type { Mac } from '../../values/mac.js'
import { isNetworkNumber } from '../../values/network-number.js'
import type { NetworkPortOptions } from './port.js'
import { MAX_PORTS, type Ports } from './ports.js'
import { runningPort, type RunningPort } from './running-port.js'

/** Opens and ends ports. */
export interface PortKeeper {
  /** Has a port, which is opened by `open`; the reason when that cannot be. */
  readonly add: (options: NetworkPortOptions) => string | undefined
  /** Opens the ports that are not open yet. */
  readonly open: () => void
  /** Ends a port in good order; the reason when there is none of that name. */
  readonly remove: (name: string) => string | undefined
  /** Ends all in good order. */
  readonly end: () => void
  readonly close: () => void
}

/** What is done with what happens at ports. */
export interface PortKeeperOptions {
  readonly ports: Ports
  readonly outage: Duration
  readonly scheduler: SchedulerLike
  readonly inTurn: Turns['take']
  /** Has a network be that of a port; the name of another port when it is that of one already. */
  readonly claim: (port: RunningPort, network: number) => string | undefined
  readonly received: (port: RunningPort, npdu: ReceivedNpdu<Mac>) => void
  readonly unsent: (port: RunningPort, dropped: Dropped<OutboundNpdu<Mac>>) => void
  readonly changed: (port: RunningPort) => void
  readonly joined: (port: RunningPort) => void
  readonly removed: (port: RunningPort, error: unknown) => void
}

/** Keeps the ports of a node. Ports that end are still heard until they have. */
export const portKeeper = (options: PortKeeperOptions): PortKeeper => {
  const { ports, outage, scheduler, inTurn, claim, received, unsent, changed, joined, removed } = options
  const unopened: RunningPort[] = []

  const unfit = ({ name, network, id, link }: NetworkPortOptions): string | undefined => {
    const all = [...ports.all()]
    if (name === '') return 'a port needs a name'
    if (all.length >= MAX_PORTS) return `${MAX_PORTS} ports are the most`
    if (all.some(port => port.name === name)) return `there is a port ${name} already`
    if (network !== undefined && !isNetworkNumber(network)) return `${network} is not a network number`
    if (id !== undefined && !(Number.isInteger(id) && id > 0 && id <= MAX_PORTS)) return `${id} is not a port id`
    if (id !== undefined && all.some(port => port.id === id)) return `there is a port with id ${id} already`
    return link.macLength > 0 ? undefined : 'its link has no MAC addresses'
  }

  return {
    add: given => {
      const reason = unfit(given)
      if (reason !== undefined) return reason
      const { name, link, network, isSecure = true, id = ports.freeId() ?? 0 } = given
      const hear = (npdu: ReceivedNpdu<Mac>): void => received(port, npdu)
      const hearUnsent = (dropped: Dropped<OutboundNpdu<Mac>>): void => unsent(port, dropped)
      const port: RunningPort = runningPort({
        name,
        id,
        network,
        isSecure,
        link,
        outage,
        scheduler,
        sinks: {
          received: npdu => inTurn(hear, npdu),
          unsent: dropped => inTurn(hearUnsent, dropped),
          changed: () => inTurn(changed, port),
          joined: () => inTurn(joined, port),
          ended: failure => {
            inTurn(() => {
              // Not before all else of it is gone: another port may have its name, its id and its number from then on.
              ports.remove(port)
              removed(port, failure?.error)
            }, undefined)
          },
        },
      })
      ports.add(port)
      const other = network === undefined ? undefined : claim(port, network)
      if (other !== undefined) {
        ports.remove(port)
        return `${network} is the network of port ${other} already`
      }
      unopened.push(port)
      return undefined
    },
    open: () => {
      for (const port of unopened.splice(0)) port.start()
    },
    remove: name => {
      const port = ports.named(name)
      if (port === undefined) return `there is no port ${name}`
      port.end()
      return undefined
    },
    end: () => {
      for (const port of [...ports.all()]) port.end()
    },
    close: () => {
      for (const port of ports.all()) port.close()
    },
  }
}
