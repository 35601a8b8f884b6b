import {
  BvllResultCode,
  printBipAddress,
  type BbmdRequest,
  type BdtEntry,
  type FdtEntry,
  type IpOutbound,
  type IpStatus,
} from '../../transport/ip.js'
import { printBroadcastMask } from '../../values/broadcast-mask.js'
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
  UNBOUND,
} from '../bvll/report.js'
import type { Report } from '../output.js'
import type { IpNews } from './news.js'

/** A B/IP port's news, for programs and for people. */
export const reportIpNews = (news: IpNews): Report => {
  switch (news._tag) {
    case 'Bound': {
      const address = printBipAddress(news.address)
      const broadcast = news.broadcast && printBipAddress(news.broadcast)
      const { role, receiveBuffer } = news
      return {
        json: { event: 'listening', address, broadcast, role: ROLES[role], receiveBuffer },
        text: `${NAMES[role]} ${address} listens, ${broadcastText(role, broadcast)}`,
      }
    }
    case 'Readdressed': {
      const address = printBipAddress(news.address)
      const broadcast = news.broadcast && printBipAddress(news.broadcast)
      return {
        json: { event: 'address', address, broadcast },
        text: `the address is ${address} now, ${broadcastText('OrdinaryNode', broadcast)}`,
      }
    }
    case 'Npdu':
      return reportNpdu(news, printBipAddress)
    case 'Registration':
    case 'Role':
    case 'ForeignDevice':
    case 'Discarded':
    case 'Refused':
    case 'Counters':
      return reportCommon(news, printBipAddress)
    case 'Dropped':
      return reportDropped(news.reason, news.outbound)
    case 'Bdt': {
      const bbmd = printBipAddress(news.bbmd)
      const entries = news.entries.map(bdtEntryJson)
      return { json: { event: 'bdt', bbmd, entries }, text: `BDT of ${bbmd}: ${bdtText(news.entries)}` }
    }
    case 'Fdt': {
      const bbmd = printBipAddress(news.bbmd)
      const entries = news.entries.map(fdtRowJson)
      return {
        json: { event: 'fdt', bbmd, entries },
        text: `FDT of ${bbmd}: ${fdtText(news.entries, printBipAddress)}`,
      }
    }
    case 'Tables': {
      const { bdt, fdt } = news
      return {
        json: { event: 'tables', bdt: bdt.map(bdtEntryJson), fdt: fdt.map(fdtRowJson) },
        text: `BDT: ${bdtText(bdt)}; FDT: ${fdtText(fdt, printBipAddress)}`,
      }
    }
    case 'Done': {
      const { request } = news
      const bbmd = printBipAddress(request.bbmd)
      const asked = REQUESTS[request._tag]
      return { json: { event: 'done', do: asked, bbmd }, text: `${asked} at ${bbmd}: done` }
    }
    case 'Failed':
      return reportFailed(news.request, news.reason, news.code)
    case 'BdtWritten': {
      const source = printBipAddress(news.source)
      const entries = news.entries.map(bdtEntryJson)
      return {
        json: { event: 'bdt-written', source, entries },
        text: `${source} wrote the BDT: ${bdtText(news.entries)}`,
      }
    }
  }
}

/** How a B/IP port stands, for programs and for people; it may not be bound yet. */
export const reportIpState = (status: IpStatus | undefined): Report => {
  if (status === undefined) return UNBOUND
  const address = printBipAddress(status.address)
  const broadcast = status.broadcast && printBipAddress(status.broadcast)
  const registration = registrationJson(status.registration, printBipAddress)
  const role = ROLES[status.role]
  return { json: { event: 'state', address, broadcast, role, registration }, text: `${NAMES[status.role]} ${address}` }
}

const REQUESTS = {
  ReadBdt: 'read-bdt',
  ReadFdt: 'read-fdt',
  WriteBdt: 'write-bdt',
  DeleteFdtEntry: 'delete-fdt-entry',
} as const satisfies Readonly<Record<BbmdRequest['_tag'], string>>

const CODES: ReadonlyMap<number, string> = new Map(Object.entries(BvllResultCode).map(([name, code]) => [code, name]))

const broadcastText = (role: RoleTag, broadcast: string | undefined): string => {
  if (role === 'ForeignDevice') return 'broadcasts go to its BBMD'
  return broadcast === undefined ? 'and cannot broadcast: --broadcast is missing' : `broadcasts go to ${broadcast}`
}

const codeText = (code: number | undefined): string =>
  code === undefined ? '' : ` with 0x${code.toString(16).padStart(4, '0')} ${CODES.get(code) ?? ''}`.trimEnd()

const reportFailed = (request: BbmdRequest, reason: string, code?: number): Report => {
  const bbmd = printBipAddress(request.bbmd)
  const asked = REQUESTS[request._tag]
  const message = `${asked} at ${bbmd}: ${reason}${codeText(code)}`
  return reportError(message, { do: asked, bbmd, code })
}

const reportDropped = (reason: string, outbound: IpOutbound): Report => {
  switch (outbound._tag) {
    case 'Npdu':
      return reportUnsent(outbound.destination, reason, printBipAddress)
    case 'ReadBdt':
    case 'ReadFdt':
    case 'WriteBdt':
    case 'DeleteFdtEntry':
      return reportFailed(outbound, reason)
    case 'SetRole':
    case 'SetBdt':
    case 'ReadTables':
    case 'ReadCounters':
      return reportError(reason)
  }
}

const bdtEntryJson = ({ address, mask }: BdtEntry): Readonly<Record<'address' | 'mask', string>> => ({
  address: printBipAddress(address),
  mask: printBroadcastMask(mask),
})

const fdtRowJson = (entry: FdtEntry): Readonly<Record<string, unknown>> => fdtRow(entry, printBipAddress)

const bdtText = (bdt: readonly BdtEntry[]): string =>
  listText(bdt.map(({ address, mask }) => `${printBipAddress(address)}/${printBroadcastMask(mask)}`))
