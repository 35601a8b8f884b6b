import type { VirtualInternetwork } from '../../../src/testing/index.js'
import type { Happening } from './fact.js'
import type { Member } from './member.js'

/** Tells who is seen from other ports when a NAT has forgotten whom it spoke for. */
export const watchRebinds = (
  network: VirtualInternetwork,
  members: readonly Member[],
  tellAgain: (host: string) => void,
  tell: (happening: Happening) => void,
): void => {
  network.fault$.subscribe(fault => {
    if (fault._tag !== 'Rebind') return
    const hosts = members.flatMap(({ host, seats: [seat] }) =>
      seat.kind === 'ip' && seat.nat === fault.nat ? [host] : [],
    )
    tell({ _tag: 'Rebound', hosts })
    for (const host of hosts) tellAgain(host)
  })
}
