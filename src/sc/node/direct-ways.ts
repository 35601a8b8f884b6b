import type { Vmac } from '../../values/vmac.js'
import type { DirectEvent } from './direct-event.js'
import type { DirectTable } from './direct-table.js'

/**
 * Tells which way unicasts to a peer go, each time that this has become another. Call what it gives after each change of
 * the table that may concern the peer.
 */
export const directWays = (
  table: Pick<DirectTable, 'inUse'>,
  tell: (event: DirectEvent) => void,
): ((vmac: Vmac) => void) => {
  const up = new Set<Vmac>()
  return vmac => {
    const isUp = table.inUse(vmac) !== undefined
    if (isUp === up.has(vmac)) return
    if (isUp) up.add(vmac)
    else up.delete(vmac)
    tell({ _tag: 'Direct', vmac, state: isUp ? 'up' : 'down' })
  }
}
