import { open, scNode, unicast, broadcast } from '../../../src/index.js'
import type { TlsMaterial } from '../../../src/io/tls.js'
import { isOrderly } from '../../../src/sc/connection/cause.js'
import type { Vmac } from '../../../src/values/vmac.js'
import { now } from '../clock.js'
import type { Ending, StationId } from '../note.js'
import type { ScPlan, Task } from '../plan.js'
import { noteNpdus, type Notes, type Station } from './station.js'
import { NODE_TIMINGS } from './timings.js'

/** How a connection ended. */
interface End {
  readonly ending: Ending
  readonly unconfirmed: number
  readonly why: string
}

/** A node that tells nothing of the end has left for another hub. */
const MOVED: End = { ending: 'moved', unconfirmed: 0, why: '' }

/** Starts a BACnet/SC node. */
export const startNode = (
  { id, vmac }: ScPlan,
  tls: TlsMaterial,
  hubs: Task['hubs'],
  plan: readonly ScPlan[],
  note: Notes,
): Station => {
  const vmacOf = new Map(plan.map(({ id: station, vmac: own }) => [station, own as Vmac]))
  const stationOf = new Map<string, StationId>(plan.map(({ id: station, vmac: own }) => [own, station]))
  const link = open(scNode({ vmac, primaryHub: hubs.primary, failoverHub: hubs.failover, tls, timings: NODE_TIMINGS }))
  let role: 'primary' | 'failover' | 'none' = 'none'
  let ended: End = MOVED
  let hub: string | undefined
  /** The hub of either role that it was connected to last. */
  const left = new Map<string, string | undefined>()
  noteNpdus(link.event$, id, source => stationOf.get(source), note)
  link.event$.subscribe(event => {
    const at = now()
    if (event._tag === 'LostConnection' && event.hungUp === true) {
      note({ _tag: 'HungUp', at, by: id, hub: left.get(event.role), unconfirmed: event.unconfirmed })
    } else if (event._tag === 'LostConnection' && event.role === role) {
      const { cause, unconfirmed } = event
      ended = { ending: isOrderly(cause) ? 'dismissed' : 'lost', unconfirmed, why: cause.detail }
    } else if (event._tag === 'Status') {
      left.set(role, hub)
      role = event.status.hubConnection
      hub = event.status.hub?.uuid
      note({ _tag: 'Hub', at, by: id, role, hub, ...ended })
      ended = MOVED
      if (event.status.vmac !== vmac) note({ _tag: 'Renamed', at, by: id })
    }
  })
  return {
    id,
    network: 'sc',
    send: (npdu, to) => {
      const vmacThere = to === 'all' ? undefined : vmacOf.get(to)
      link.submit(vmacThere === undefined ? broadcast(npdu) : unicast(npdu, vmacThere))
    },
    close: link.close,
  }
}
