import { Subject } from 'rxjs'
import type { IpLinkEvent, IpOutbound, IpStatus } from '../../../src/ip/ip-link.js'
import { asking } from '../../../src/link/asking.js'
import { trace } from '../../../src/link/trace.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { bbmd, foreignDevice } from '../../../src/transport/ip.js'
import { printBipAddress } from '../../../src/values/bip-address.js'
import type { IpNetworkPlan, IpSeat } from '../plan/plan.js'
import { registrarFor } from './bbmds.js'
import { standing, tellForeignDevices, tellLoss, type SeatLink } from './seat-link.js'
import { MASK, type Surroundings } from './surroundings.js'

/** The link of a seat on BACnet/IP: a port. */
export const ipLink = (
  seat: IpSeat,
  { bdt }: IpNetworkPlan<'ip', IpSeat>,
  { network, plan, bounds, stated, counted, outside, tell }: Surroundings,
): SeatLink => {
  const { host, bind, role, nat, isWildcard } = seat
  const request$ = new Subject<IpOutbound>()
  const link = network.ip(host, {
    bind,
    mask: MASK,
    isWildcard,
    ...(role === 'bbmd' ? { role: bbmd({ bdt, policy: { maxForeignDevices: bounds.foreignDevices } }) } : {}),
    ...(role === 'foreign' ? { role: foreignDevice({ bbmd: registrarFor(seat, bdt), ttl: plan.timings.ttl }) } : {}),
  })
  let status: IpStatus | undefined
  const tellStatus = ({ address, registration }: IpStatus): void => {
    const mac = nat === undefined ? address : (outside(nat, address) ?? address)
    tell({
      _tag: 'Stands',
      host,
      network: seat.network,
      ...standing(registration),
      mac,
      address: printBipAddress(mac),
    })
  }
  const see = (event: IpLinkEvent): void => {
    switch (event._tag) {
      case 'Status':
        status = event.status
        tellStatus(status)
        return
      case 'Tables':
        if (role === 'bbmd') {
          const members = event.fdt.map(({ address }) => printBipAddress(address))
          tellForeignDevices(seat, members, stated, tell)
        }
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
    link: overIp(trace(asking(link, counted(host, request$)), { inbound: see })),
    sample: () => request$.next({ _tag: 'ReadTables' }),
    tellAgain: () => {
      if (status !== undefined && !network.isDown(host)) tellStatus(status)
    },
  }
}
