import type { NetworkLink } from '../../../src/network/link/network-link.js'
import type { Seat } from '../plan/plan.js'
import { idIn } from '../traffic/payload.js'
import type { Bounds } from './bounds.js'
import type { Happening } from './fact.js'

/** The link of a seat, of whatever kind. */
export interface SeatLink {
  readonly link: NetworkLink
  /** Asks it for the size of its tables. */
  readonly sample: () => void
  /** Has it told again how it stands: others see it at another address. */
  readonly tellAgain: () => void
}

/** How a port stands that may be a foreign device, and through whom. */
export const standing = (registration: { readonly bbmd: string; readonly state: string } | undefined) => ({
  isUp: registration === undefined || registration.state === 'registered',
  through: registration?.bbmd,
})

/** Tells whom a BBMD has in its table. */
export const tellForeignDevices = (
  { host, network }: Seat,
  members: readonly string[],
  { foreignDevices }: Bounds,
  tell: (happening: Happening) => void,
): void => {
  tell({ _tag: 'Sampled', host, table: 'foreign device table', size: members.length, bound: foreignDevices })
  tell({ _tag: 'Listed', host, network, members })
}

type Loss =
  | { readonly _tag: 'Dropped'; readonly reason: string; readonly outbound: { readonly _tag: string } }
  | { readonly _tag: 'Discarded' | 'Refused'; readonly reason: string; readonly count?: number }

/** Tells what a link gives back, or drops without what it was. */
export const tellLoss = (host: string, loss: Loss, tell: (happening: Happening) => void): void => {
  if (loss._tag !== 'Dropped') tell({ _tag: 'Noted', host, reason: loss.reason, count: loss.count ?? 1 })
  else if ('npdu' in loss.outbound && loss.outbound.npdu instanceof Uint8Array) {
    tell({
      _tag: 'GivenBack',
      host,
      isTold: false,
      id: idIn(loss.outbound.npdu),
      network: undefined,
      reason: loss.reason,
    })
  }
}
