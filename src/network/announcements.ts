import type { SchedulerLike } from 'rxjs'
import { bucket, type Bucket } from '../limits/pace.js'
import { alarm } from '../machine/alarm.js'
import type { NetworkLimits } from './network-limits.js'
import type { Ports } from './ports.js'
import type { RoutingTable } from './routing-table.js'
import type { RunningPort } from './running-port.js'
import { sayReachable } from './reachable.js'
import { say } from './speech.js'

/** Says what has become of the ports of a router to the networks of the others. */
export interface Announcements {
  /** A port has come up, or its number is another: its network hears all, the others of it. */
  readonly came: (port: RunningPort) => void
  /** The networks behind ports may be others than before. */
  readonly all: () => void
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

/** What is to be said on a port. */
interface Due {
  readonly withNumber: boolean
}

/**
 * Start-up and changes (section 4.7 of the protocol notes): Network-Number-Is where the number is configured, then all
 * networks behind the other ports. What happens within the settling time is said together; a port that hears too much
 * too often hears the rest when its pace allows.
 */
export const announcements = ({ ports, table, limits, scheduler }: AnnouncementsOptions): Announcements => {
  const due = new Map<RunningPort, Due>()
  const paces = new Map<RunningPort, Bucket>()

  const paceOf = (port: RunningPort): Bucket => {
    const known = paces.get(port)
    if (known !== undefined) return known
    const pace = bucket(limits.announcements, scheduler)
    paces.set(port, pace)
    return pace
  }

  const announce = (): void => {
    for (const [port, { withNumber }] of [...due]) {
      if (!paceOf(port).take()) continue
      due.delete(port)
      const { network } = port
      if (!port.isUp || network === undefined) continue
      if (withNumber && port.isConfigured) {
        say(port, 'broadcast', { _tag: 'Network-Number-Is', network, isConfigured: true })
      }
      sayReachable(port, table)
    }
    if (due.size > 0) settled.by(scheduler.now() + 1000 / limits.announcements.perSecond)
  }

  const settled = alarm(scheduler, announce)

  const note = (port: RunningPort, withNumber: boolean): void => {
    due.set(port, { withNumber: withNumber || (due.get(port)?.withNumber ?? false) })
    settled.by(scheduler.now() + limits.settling)
  }

  const noteOthers = (port: RunningPort): void => {
    for (const other of ports.all()) if (other !== port) note(other, false)
  }

  return {
    came: port => {
      note(port, true)
      noteOthers(port)
    },
    all: () => {
      for (const port of ports.all()) note(port, false)
    },
    removed: port => {
      due.delete(port)
      paces.delete(port)
    },
    close: settled.stop,
  }
}
