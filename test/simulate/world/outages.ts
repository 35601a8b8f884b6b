import type { VirtualInternetwork } from '../../../src/testing/index.js'
import type { Happening } from './fact.js'
import type { HubServices } from './hub-services.js'
import type { Member } from './member.js'

/** Tells what goes down with a host: a host that is down does not say what it has lost. */
export const watchOutages = (
  network: VirtualInternetwork,
  members: readonly Member[],
  services: HubServices,
  tellGone: (host: string) => void,
  tell: (happening: Happening) => void,
): void => {
  const seats = new Map(members.map(member => [member.host, member.seats]))
  network.host$.subscribe(({ host, isUp }) => {
    if (isUp) return
    tellGone(host)
    services.ended(host)
    for (const { network: number } of seats.get(host) ?? []) {
      tell({ _tag: 'Stands', host, network: number, isUp: false, through: undefined, mac: undefined })
    }
  })
}
