import { Subject } from 'rxjs'
import type { Ip6LinkEvent, Ip6Outbound } from '../../../src/ip6/ip6-link.js'
import { asking } from '../../../src/link/asking.js'
import { trace } from '../../../src/link/trace.js'
import { overIp6 } from '../../../src/network/link/over-ip6.js'
import { bbmd6, foreignDevice6 } from '../../../src/transport/ip6.js'
import { printBip6Address } from '../../../src/values/bip6-address.js'
import type { IpNetworkPlan, Ip6Seat } from '../plan/plan.js'
import { registrarFor } from './bbmds.js'
import { standing, tellForeignDevices, tellLoss, type SeatLink } from './seat-link.js'
import type { Surroundings } from './surroundings.js'

/** The link of a seat on BACnet/IPv6: a port. */
export const ip6Link = (
  seat: Ip6Seat,
  { bdt }: IpNetworkPlan<'ip6', Ip6Seat>,
  { network, plan, bounds, stated, counted, tell }: Surroundings,
): SeatLink => {
  const { host, bind, role, deviceInstance, isWildcard } = seat
  const request$ = new Subject<Ip6Outbound>()
  const link = network.ip6(host, {
    bind,
    ...(deviceInstance === undefined ? {} : { deviceInstance }),
    limits: { maxVmacs: bounds.vmacs },
    isWildcard,
    ...(role === 'bbmd' ? { role: bbmd6({ bdt, policy: { maxForeignDevices: bounds.foreignDevices } }) } : {}),
    ...(role === 'foreign' ? { role: foreignDevice6({ bbmd: registrarFor(seat, bdt), ttl: plan.timings.ttl }) } : {}),
  })
  const see = (event: Ip6LinkEvent): void => {
    switch (event._tag) {
      case 'Status': {
        const { vmac, address, registration } = event.status
        const { isUp, through } = standing(registration)
        tell({
          _tag: 'Stands',
          host,
          network: seat.network,
          isUp: isUp && vmac !== undefined,
          through,
          mac: vmac,
          address: printBip6Address(address),
        })
        return
      }
      case 'Tables':
        if (role === 'bbmd') {
          const members = event.fdt.map(({ address }) => printBip6Address(address))
          tellForeignDevices(seat, members, stated, tell)
        }
        return
      case 'VmacCache':
        tell({ _tag: 'Sampled', host, table: 'VMAC cache', size: event.entries.length, bound: stated.vmacs })
        return
      case 'Dropped':
      case 'Discarded':
      case 'Refused':
        tellLoss(host, event, tell)
        return
      default:
    }
  }
  return {
    link: overIp6(trace(asking(link, counted(host, request$)), { inbound: see })),
    sample: () => {
      request$.next({ _tag: 'ReadTables' })
      request$.next({ _tag: 'ReadVmacCache' })
    },
    tellAgain: () => undefined,
  }
}
