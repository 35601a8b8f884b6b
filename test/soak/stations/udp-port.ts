import {
  foreignDevice,
  foreignDevice6,
  ip6Port,
  ipPort,
  open,
  station,
  vmac6,
  type Bip6Vmac,
  type BipAddress,
} from '../../../src/index.js'
import { now } from '../clock.js'
import type { StationId } from '../note.js'
import type { Ip6Plan, IpPlan } from '../plan.js'
import { noteNpdus, type Notes, type Station } from './station.js'
import { REGISTRATION_TIMINGS, TTL_SECONDS } from './timings.js'

const registration = (bbmd: string): { bbmd: string; ttl: number; timings: typeof REGISTRATION_TIMINGS } => ({
  bbmd,
  ttl: TTL_SECONDS,
  timings: REGISTRATION_TIMINGS,
})

/** Starts a BACnet/IP port. */
export const startIp = ({ id, bind, foreignAt }: IpPlan, plan: readonly IpPlan[], note: Notes): Station => {
  const addressOf = new Map<StationId, BipAddress>(plan.map(each => [each.id, station(each.bind)]))
  const stationOf = new Map<string, StationId>([...addressOf].map(([each, address]) => [address, each]))
  const link = open(
    ipPort({ bind, ...(foreignAt === undefined ? {} : { role: foreignDevice(registration(foreignAt)) }) }),
  )
  noteNpdus(link.event$, id, source => stationOf.get(source), note)
  link.status$.subscribe(({ registration: stands }) => noteState(id, stands?.state, note))
  return {
    id,
    network: 'ip',
    send: (npdu, to) => void link.send(npdu, to === 'all' ? 'broadcast' : (addressOf.get(to) ?? 'broadcast')),
    close: link.close,
  }
}

/** Starts a BACnet/IPv6 foreign device. */
export const startIp6 = (
  { id, bind, deviceInstance, foreignAt }: Ip6Plan,
  plan: readonly Ip6Plan[],
  note: Notes,
): Station => {
  const vmacOf = new Map<StationId, Bip6Vmac>(plan.map(each => [each.id, vmac6(each.deviceInstance)]))
  const stationOf = new Map<string, StationId>([...vmacOf].map(([each, vmac]) => [vmac, each]))
  const link = open(ip6Port({ bind, deviceInstance, role: foreignDevice6(registration(foreignAt)) }))
  noteNpdus(link.event$, id, source => stationOf.get(source), note)
  link.status$.subscribe(({ registration: stands }) => noteState(id, stands?.state, note))
  return {
    id,
    network: 'ip6',
    send: (npdu, to) => void link.send(npdu, to === 'all' ? 'broadcast' : (vmacOf.get(to) ?? 'broadcast')),
    close: link.close,
  }
}

const noteState = (by: StationId, state: string | undefined, note: Notes): void =>
  note({ _tag: 'Registration', at: now(), by, state: state ?? 'none' })
