import { Subject, type SchedulerLike } from 'rxjs'
import type { IpLinkEvent, IpOutbound, IpStatus } from '../../../src/ip/ip-link.js'
import type { Ip6LinkEvent, Ip6Outbound } from '../../../src/ip6/ip6-link.js'
import { asking } from '../../../src/link/asking.js'
import { trace } from '../../../src/link/trace.js'
import type { NetworkLink } from '../../../src/network/link/network-link.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { overIp6 } from '../../../src/network/link/over-ip6.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import type { ScLinkEvent } from '../../../src/sc/node/sc-link.js'
import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { bbmd, foreignDevice } from '../../../src/transport/ip.js'
import { bbmd6, foreignDevice6 } from '../../../src/transport/ip6.js'
import { printBipAddress, type BipAddress } from '../../../src/values/bip-address.js'
import { printBip6Address } from '../../../src/values/bip6-address.js'
import type { IpNetworkPlan, Ip6Seat, IpSeat, NetworkPlan, Plan, ScNetworkPlan, ScSeat, Seat } from '../plan/plan.js'
import { idIn } from '../traffic/payload.js'
import { registrarFor } from './bbmds.js'
import type { Bounds } from './bounds.js'
import type { Happening } from './fact.js'
import { directAddressOf } from './places.js'
import type { Spoil } from './spoil.js'

/** Of all subnets of BACnet/IP. */
export const MASK = '255.255.252.0'

/** What a seat is made of. */
export interface SeatSurroundings {
  readonly network: VirtualInternetwork
  readonly plan: Plan
  readonly clock: SchedulerLike
  /** What the tables have as their bounds. */
  readonly bounds: Bounds
  /** What they are to have. */
  readonly stated: Bounds
  readonly spoil: Spoil
  /** What an address behind a NAT looks like to others. */
  readonly outside: (nat: string, address: BipAddress) => BipAddress | undefined
  /** Draws a Device UUID for a node. */
  readonly uuidFor: (host: string) => string
  /** Who has a Device UUID. */
  readonly hostOf: (uuid: string) => string | undefined
  readonly tell: (happening: Happening) => void
}

/** The link of a seat. */
export interface SeatLink {
  readonly link: NetworkLink
  /** Asks it for the size of its tables. */
  readonly sample: () => void
  /** Has it told again how it stands: others see it at another address. */
  readonly tellAgain: () => void
}

/** Where a host sits on a network, with all that is seen of it told. */
export const seatLink = (seat: Seat, surroundings: SeatSurroundings): SeatLink => {
  const on = surroundings.plan.networks[seat.network - 1]
  const { link, ...asked } = linkOf(seat, on, surroundings)
  return { link: surroundings.spoil.link?.(seat, link, surroundings.clock) ?? link, ...asked }
}

const linkOf = (seat: Seat, on: NetworkPlan | undefined, surroundings: SeatSurroundings): SeatLink => {
  if (seat.kind === 'sc' && on?.kind === 'sc') return scLink(seat, on, surroundings)
  if (seat.kind === 'ip' && on?.kind === 'ip') return ipLink(seat, on, surroundings)
  if (seat.kind === 'ip6' && on?.kind === 'ip6') return ip6Link(seat, on, surroundings)
  throw new Error(`${seat.host} sits on a network of another kind`)
}

const scLink = (
  seat: ScSeat,
  { hubs }: ScNetworkPlan,
  { network, plan, spoil, uuidFor, hostOf, tell }: SeatSurroundings,
): SeatLink => {
  const [primary, failover] = seat.knowsFailover ? hubs : hubs.slice(0, 1)
  const { host } = seat
  const { minReconnect, maxReconnect, connectWait, heartbeat, idleLimit } = plan.timings
  const options = {
    vmac: seat.vmac,
    uuid: uuidFor(host),
    ...(primary === undefined ? {} : { primary }),
    ...(failover === undefined ? {} : { failover }),
    timings: { minReconnect, maxReconnect, connectWait, heartbeat, idleLimit },
    ...(seat.listens || seat.initiates
      ? { directConnections: { ...(seat.listens ? { listen: directAddressOf(seat) } : {}), initiate: seat.initiates } }
      : {}),
  }
  const see = (event: ScLinkEvent): void => {
    switch (event._tag) {
      case 'Status': {
        const { hubConnection, vmac } = event.status
        const through = { none: undefined, primary, failover }[hubConnection]
        tell({ _tag: 'Stands', host, network: seat.network, isUp: through !== undefined, through, mac: vmac })
        return
      }
      case 'FailedConnection': {
        const hub = { primary, failover, direct: undefined }[event.role]
        if (hub !== undefined) tell({ _tag: 'Failed', node: host, hub })
        return
      }
      case 'LostConnection': {
        const hub = event.role === 'primary' ? primary : failover
        if (hub !== undefined) tell({ _tag: 'Unconfirmed', host, peer: hub, as: 'node', count: event.unconfirmed })
        return
      }
      case 'DirectDisconnected': {
        const peer = hostOf(event.peer.uuid)
        if (peer !== undefined) tell({ _tag: 'Unconfirmed', host, peer, as: 'direct peer', count: event.unconfirmed })
        return
      }
      case 'Dropped':
      case 'Discarded':
        seeLoss(host, event, tell)
        return
      default:
    }
  }
  const plain = network.node(host, spoil.node?.(host, options) ?? options)
  const link = spoil.scLink?.(host, plain) ?? plain
  return { link: overSc(trace(link, { inbound: see })), sample: () => undefined, tellAgain: () => undefined }
}

const ipLink = (
  seat: IpSeat,
  { bdt }: IpNetworkPlan<'ip', IpSeat>,
  { network, plan, bounds, stated, outside, tell }: SeatSurroundings,
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
      ...registered(registration),
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
          listForeignDevices(seat, members, stated, tell)
        }
        return
      case 'Dropped':
      case 'Discarded':
      case 'Refused':
        seeLoss(host, event, tell)
        return
      default:
    }
  }
  return {
    link: overIp(trace(asking(link, request$), { inbound: see })),
    sample: () => request$.next({ _tag: 'ReadTables' }),
    tellAgain: () => {
      if (status !== undefined && !network.isDown(host)) tellStatus(status)
    },
  }
}

const ip6Link = (
  seat: Ip6Seat,
  { bdt }: IpNetworkPlan<'ip6', Ip6Seat>,
  { network, plan, bounds, stated, tell }: SeatSurroundings,
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
        const { isUp, through } = registered(registration)
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
          listForeignDevices(seat, members, stated, tell)
        }
        return
      case 'VmacCache':
        tell({ _tag: 'Sampled', host, table: 'VMAC cache', size: event.entries.length, bound: stated.vmacs })
        return
      case 'Dropped':
      case 'Discarded':
      case 'Refused':
        seeLoss(host, event, tell)
        return
      default:
    }
  }
  return {
    link: overIp6(trace(asking(link, request$), { inbound: see })),
    sample: () => {
      request$.next({ _tag: 'ReadTables' })
      request$.next({ _tag: 'ReadVmacCache' })
    },
    tellAgain: () => undefined,
  }
}

const registered = (registration: { readonly bbmd: string; readonly state: string } | undefined) => ({
  isUp: registration === undefined || registration.state === 'registered',
  through: registration?.bbmd,
})

const listForeignDevices = (
  { host, network }: Seat,
  members: readonly string[],
  { foreignDevices }: Bounds,
  tell: SeatSurroundings['tell'],
): void => {
  tell({ _tag: 'Sampled', host, table: 'foreign device table', size: members.length, bound: foreignDevices })
  tell({ _tag: 'Listed', host, network, members })
}

type Loss =
  | { readonly _tag: 'Dropped'; readonly reason: string; readonly outbound: { readonly _tag: string } }
  | { readonly _tag: 'Discarded' | 'Refused'; readonly reason: string; readonly count?: number }

const seeLoss = (host: string, loss: Loss, tell: SeatSurroundings['tell']): void => {
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
