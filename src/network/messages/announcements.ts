import type { SchedulerLike } from 'rxjs'
import { bucket, type Bucket } from '../../limits/pace.js'
import { alarm } from '../../machine/alarm.js'
import type { NetworkLimits } from '../event/network-limits.js'
import type { Ports } from '../port/ports.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import { sayReachable } from './reachable.js'

/** Tells the network of each port of a router what is behind the others. */
export interface Announcements {
  /** A port has come up, its number is another, or routes are: all hear what is behind the others. */
  readonly due: () => void
  readonly removed: (port: RunningPort) => void
  readonly close: () => void
}

/** What announcements need. */
export interface AnnouncementsOptions {
  readonly ports: Ports
  readonly table: RoutingTable
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
}

/**
 * Start-up and changes (section 4.7 of the protocol notes): all networks behind the other ports. What happens within the
 * settling time is said together; a port that would hear too much too often hears the rest when its pace allows.
 */
export const announcements = ({ ports, table, limits, scheduler }: AnnouncementsOptions): Announcements => {
  const due = new Set<RunningPort>()
  const paces = new Map<RunningPort, Bucket>()

  const paceOf = (port: RunningPort): Bucket => {
    const known = paces.get(port)
    if (known !== undefined) return known
    const pace = bucket(limits.announcements, scheduler)
    paces.set(port, pace)
    return pace
  }

  const announce = (): void => {
    for (const port of [...due]) {
      if (!paceOf(port).take()) continue
      due.delete(port)
      if (port.isUp && port.network !== undefined) sayReachable(port, table, ports)
    }
    if (due.size > 0) settled.by(scheduler.now() + 1000 / limits.announcements.perSecond)
  }

  const settled = alarm(scheduler, announce)

  return {
    due: () => {
      for (const port of ports.all()) due.add(port)
      settled.by(scheduler.now() + limits.settling)
    },
    removed: port => {
      due.delete(port)
      paces.delete(port)
    },
    close: settled.stop,
  }
}
