import {
  printBip6Address,
  printBip6Vmac,
  type Bip6Address,
  type Bip6Vmac,
  type Fdt6Entry,
  type Ip6Outbound,
  type Ip6Status,
  type VmacCacheEntry,
} from '../../transport/ip6.js'
import type { RoleTag } from '../bvll/news.js'
import {
  fdtRow,
  fdtText,
  listText,
  NAMES,
  registrationJson,
  reportCommon,
  reportError,
  reportNpdu,
  reportUnsent,
  ROLES,
  timesText,
  UNBOUND,
} from '../bvll/report.js'
import type { Report } from '../output.js'
import type { Ip6News } from './news.js'

/** A B/IPv6 port's news, for programs and for people. */
export const reportIp6News = (news: Ip6News): Report | undefined => {
  switch (news._tag) {
    case 'Bound': {
      const { role, receiveBuffer } = news
      const [address, group] = placeOf(news)
      const vmac = vmacJson(news.vmac)
      return {
        json: { event: 'listening', address, group, vmac, role: ROLES[role], receiveBuffer },
        text: `${nameText(role, vmac)} listens at ${address}, ${broadcastText(role, group)}`,
      }
    }
    case 'Readdressed': {
      const [address, group] = placeOf(news)
      return { json: { event: 'address', address, group }, text: `the address is ${address} now` }
    }
    case 'Vmac':
      return reportVmac(news.vmac)
    case 'Npdu':
      return reportNpdu(news, printBip6Vmac)
    case 'Registration':
    case 'Role':
    case 'ForeignDevice':
    case 'Discarded':
    case 'Refused':
    case 'Counters':
      return reportCommon(news, printBip6Address)
    case 'Dropped':
      return reportDropped(news.reason, news.outbound)
    case 'VmacConflict': {
      const { count } = news
      const vmac = printBip6Vmac(news.vmac)
      const source = news.source && printBip6Address(news.source)
      return {
        json: { event: 'vmac-conflict', vmac, source, count },
        text: `CONFLICT: the VMAC ${vmac}, which this port has or would like to have, is that of ${source ?? 'several'}${timesText(count)}`,
      }
    }
    case 'VmacsTaken': {
      const { tried } = news
      const kept = vmacJson(news.kept)
      return { json: { event: 'vmacs-taken', tried, kept }, text: takenText(tried, kept) }
    }
    case 'Resolved': {
      const vmac = printBip6Vmac(news.vmac)
      const address = printBip6Address(news.address)
      return { json: { event: 'resolved', vmac, address }, text: `the VMAC ${vmac} is at ${address}` }
    }
    case 'VmacCache':
      return reportCache(news.entries)
    case 'VmacCacheChanged':
      // Whoever sends with ever other VMACs would make ever so many lines; `cache` tells what is known.
      return undefined
    case 'Tables': {
      const { fdt } = news
      const bdt = news.bdt.map(printBip6Address)
      return {
        json: { event: 'tables', bdt: bdt.map(address => ({ address })), fdt: fdt.map(fdtRowJson) },
        text: `BDT: ${listText(bdt)}; FDT: ${fdtText(fdt, printBip6Address)}`,
      }
    }
  }
}

/** How a B/IPv6 port stands, for programs and for people; it may not be bound yet. */
export const reportIp6State = (status: Ip6Status | undefined): Report => {
  if (status === undefined) return UNBOUND
  const [address, group] = placeOf(status)
  const vmac = vmacJson(status.vmac)
  const registration = registrationJson(status.registration, printBip6Address)
  return {
    json: { event: 'state', address, group, vmac, role: ROLES[status.role], registration },
    text: `${nameText(status.role, vmac)} at ${address}`,
  }
}

/** The VMAC of a port, as it is or has become. */
export const reportVmac = (own: Bip6Vmac | undefined): Report => {
  const vmac = vmacJson(own)
  return {
    json: { event: 'vmac', vmac },
    text: vmac === undefined ? 'there is no VMAC now' : `the VMAC is ${vmac} now`,
  }
}

const placeOf = (place: {
  readonly address: Bip6Address
  readonly group: Bip6Address
}): readonly [address: string, group: string] => [printBip6Address(place.address), printBip6Address(place.group)]

const vmacJson = (vmac: Bip6Vmac | undefined): string | undefined => vmac && printBip6Vmac(vmac)

const nameText = (role: RoleTag, vmac: string | undefined): string =>
  vmac === undefined ? `${NAMES[role]} without a VMAC yet` : `${NAMES[role]} ${vmac}`

const broadcastText = (role: RoleTag, group: string): string =>
  role === 'ForeignDevice' ? 'broadcasts go to its BBMD' : `broadcasts go to ${group}`

const takenText = (tried: number, kept: string | undefined): string => {
  const then = kept === undefined ? 'it tries again in a while' : `it stays with ${kept}`
  return `${tried} VMACs in a row are claimed by others: ${then}`
}

const reportCache = (entries: readonly VmacCacheEntry[]): Report => {
  const rows = entries.map(({ vmac, address, age }) => ({
    vmac: printBip6Vmac(vmac),
    address: printBip6Address(address),
    ageSeconds: age / 1000,
  }))
  const texts = rows.map(({ vmac, address, ageSeconds }) => `${vmac} at ${address}, seen ${ageSeconds} s ago`)
  return { json: { event: 'cache', entries: rows }, text: `known: ${listText(texts)}` }
}

const fdtRowJson = (entry: Fdt6Entry): Readonly<Record<string, unknown>> => ({
  ...fdtRow(entry, printBip6Address),
  vmac: vmacJson(entry.vmac),
})

const reportDropped = (reason: string, outbound: Ip6Outbound): Report => {
  switch (outbound._tag) {
    case 'Npdu':
      return reportUnsent(outbound.destination, reason, printBip6Vmac)
    case 'Resolve':
      return reportUnresolved({ vmac: printBip6Vmac(outbound.vmac) }, reason)
    case 'ResolveVirtual':
      return reportUnresolved({ address: printBip6Address(outbound.address) }, reason)
    case 'SetRole':
    case 'SetBdt':
    case 'SetVmac':
    case 'ReadTables':
    case 'ReadVmacCache':
    case 'ReadCounters':
      return reportError(reason)
  }
}

const reportUnresolved = (asked: Readonly<Record<string, string>>, error: string): Report => ({
  json: { event: 'resolved', ...asked, error },
  text: `${Object.values(asked).join(' ')} was not resolved: ${error}`,
})
