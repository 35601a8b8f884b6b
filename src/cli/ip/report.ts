import type { BbmdRequest, BdtEntry, BipAddress, FdtEntry, IpOutbound, IpRole, IpStatus } from '../../transport/ip.js'
import { BvllResultCode, printBipAddress } from '../../transport/ip.js'
import { printBroadcastMask } from '../../values/broadcast-mask.js'
import { toHex } from '../../values/hex.js'
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
    case 'Npdu': {
      const { destination, via } = news
      const source = printBipAddress(news.source)
      const npdu = toHex(news.npdu)
      return {
        json: { event: 'npdu', source, destination, via, npdu },
        text: `${destination} from ${source}${via === 'original' ? '' : ` (${via})`}: ${npdu}`,
      }
    }
    case 'Registration': {
      const { state } = news
      const bbmd = printBipAddress(news.bbmd)
      return { json: { event: 'registration', state, bbmd }, text: `${REGISTRATIONS[state]} BBMD ${bbmd}` }
    }
    case 'Role': {
      const { role } = news
      return { json: { event: 'role', role: ROLES[role] }, text: `this port is ${A_ROLE[role]} now` }
    }
    case 'ForeignDevice': {
      const { state } = news
      const address = printBipAddress(news.address)
      return { json: { event: 'foreign-device', address, state }, text: `foreign device ${address} ${FATES[state]}` }
    }
    case 'Dropped':
      return reportDropped(news.reason, news.outbound)
    case 'Discarded': {
      const { reason, count } = news
      const source = news.source && printBipAddress(news.source)
      const times = count === 1 ? '' : ` (${count} times)`
      return {
        json: { event: 'discarded', reason, source, count },
        text: `discarded, from ${source ?? 'several'}: ${reason}${times}`,
      }
    }
    case 'Refused': {
      const { reason, count } = news
      const address = news.source && printBipAddress(news.source)
      const times = count === 1 ? '' : ` (${count} times)`
      return {
        json: { event: 'refused', address, reason, count },
        text: `refused ${address ?? 'several'}: ${reason}${times}`,
      }
    }
    case 'Bdt': {
      const bbmd = printBipAddress(news.bbmd)
      const entries = news.entries.map(bdtEntryJson)
      return { json: { event: 'bdt', bbmd, entries }, text: `BDT of ${bbmd}: ${bdtText(news.entries)}` }
    }
    case 'Fdt': {
      const bbmd = printBipAddress(news.bbmd)
      const entries = news.entries.map(fdtEntryJson)
      return { json: { event: 'fdt', bbmd, entries }, text: `FDT of ${bbmd}: ${fdtText(news.entries)}` }
    }
    case 'Tables': {
      const { bdt, fdt } = news
      return {
        json: { event: 'tables', bdt: bdt.map(bdtEntryJson), fdt: fdt.map(fdtEntryJson) },
        text: `BDT: ${bdtText(bdt)}; FDT: ${fdtText(fdt)}`,
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
    case 'Counters':
      return { json: { event: 'stats', ...news.counters }, text: JSON.stringify(news.counters) }
  }
}

/** How a B/IP port stands, for programs and for people; it may not be bound yet. */
export const reportIpState = (status: IpStatus | undefined): Report => {
  if (status === undefined) return { json: { event: 'state' }, text: 'not bound yet' }
  const address = printBipAddress(status.address)
  const broadcast = status.broadcast && printBipAddress(status.broadcast)
  const registration = status.registration && {
    bbmd: printBipAddress(status.registration.bbmd),
    state: status.registration.state,
  }
  const role = ROLES[status.role]
  return { json: { event: 'state', address, broadcast, role, registration }, text: `${NAMES[status.role]} ${address}` }
}

const ROLES = { OrdinaryNode: 'node', ForeignDevice: 'foreign', Bbmd: 'bbmd' } as const
const NAMES = { OrdinaryNode: 'node', ForeignDevice: 'foreign device', Bbmd: 'BBMD' } as const
const A_ROLE = { OrdinaryNode: 'an ordinary node', ForeignDevice: 'a foreign device', Bbmd: 'a BBMD' } as const

const REGISTRATIONS = {
  unregistered: 'not registered with',
  registered: 'registered with',
  refused: 'the registration was refused by',
  lost: 'the registration has run out without an answer of',
} as const

const FATES = { registered: 'is registered', deleted: 'is deleted', expired: 'has expired' } as const

const REQUESTS = {
  ReadBdt: 'read-bdt',
  ReadFdt: 'read-fdt',
  WriteBdt: 'write-bdt',
  DeleteFdtEntry: 'delete-fdt-entry',
} as const satisfies Readonly<Record<BbmdRequest['_tag'], string>>

const CODES: ReadonlyMap<number, string> = new Map(Object.entries(BvllResultCode).map(([name, code]) => [code, name]))

const broadcastText = (role: IpRole['_tag'], broadcast: string | undefined): string => {
  if (role === 'ForeignDevice') return 'broadcasts go to its BBMD'
  return broadcast === undefined ? 'and cannot broadcast: --broadcast is missing' : `broadcasts go to ${broadcast}`
}

const codeText = (code: number | undefined): string =>
  code === undefined ? '' : ` with 0x${code.toString(16).padStart(4, '0')} ${CODES.get(code) ?? ''}`.trimEnd()

const reportFailed = (request: BbmdRequest, reason: string, code?: number): Report => {
  const bbmd = printBipAddress(request.bbmd)
  const asked = REQUESTS[request._tag]
  const message = `${asked} at ${bbmd}: ${reason}${codeText(code)}`
  return { json: { event: 'error', message, do: asked, bbmd, code }, text: `error: ${message}` }
}

const reportDropped = (reason: string, outbound: IpOutbound): Report => {
  switch (outbound._tag) {
    case 'Npdu': {
      const destination = printDestination(outbound.destination)
      return { json: { event: 'dropped', reason, destination }, text: `not sent to ${destination}: ${reason}` }
    }
    case 'ReadBdt':
    case 'ReadFdt':
    case 'WriteBdt':
    case 'DeleteFdtEntry':
      return reportFailed(outbound, reason)
    case 'SetRole':
    case 'SetBdt':
    case 'ReadTables':
    case 'ReadCounters':
      return { json: { event: 'error', message: reason }, text: `error: ${reason}` }
  }
}

const printDestination = (destination: BipAddress | 'broadcast'): string =>
  destination === 'broadcast' ? destination : printBipAddress(destination)

const bdtEntryJson = ({ address, mask }: BdtEntry): Readonly<Record<'address' | 'mask', string>> => ({
  address: printBipAddress(address),
  mask: printBroadcastMask(mask),
})

const fdtEntryJson = ({ address, ttl, remaining }: FdtEntry): Readonly<Record<string, unknown>> => ({
  address: printBipAddress(address),
  ttl,
  remaining,
})

const listText = (rows: readonly string[]): string => (rows.length === 0 ? 'empty' : rows.join(', '))

const bdtText = (bdt: readonly BdtEntry[]): string =>
  listText(bdt.map(({ address, mask }) => `${printBipAddress(address)}/${printBroadcastMask(mask)}`))

const fdtText = (fdt: readonly FdtEntry[]): string =>
  listText(fdt.map(({ address, remaining }) => `${printBipAddress(address)} for ${remaining} s`))
