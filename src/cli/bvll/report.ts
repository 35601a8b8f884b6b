import type { BbmdRegistration, Noted } from '../../bvll/annex.js'
import type { ForeignTableChange, ForeignTableEntry } from '../../bvll/foreign-table.js'
import type { PortCounts } from '../../bvll/port-counts.js'
import type { ReceivedNpdu } from '../../link/link.js'
import { toHex } from '../../values/hex.js'
import type { Report } from '../output.js'
import type { RoleName } from './codecs.js'
import type { RegistrationNews, RoleNews, RoleTag } from './news.js'

/** What the ports of both annexes tell, but for their addresses. */
export type CommonNews<Address extends string> =
  | RegistrationNews<Address>
  | RoleNews
  | Noted<Address>
  | (ForeignTableChange<Address> & {
      readonly _tag: 'ForeignDevice'
      /** On BACnet/IPv6, what others know it by. */
      readonly vmac?: string
    })
  | { readonly _tag: 'Counters'; readonly counters: PortCounts }

/** How an address is written. */
type Print<Address> = (address: Address) => string

/** What the ports of both annexes tell, for programs and for people. */
export const reportCommon = <Address extends string>(news: CommonNews<Address>, print: Print<Address>): Report => {
  switch (news._tag) {
    case 'Registration': {
      const { state } = news
      const bbmd = print(news.bbmd)
      return { json: { event: 'registration', state, bbmd }, text: `${REGISTRATIONS[state]} BBMD ${bbmd}` }
    }
    case 'Role': {
      const { role } = news
      return { json: { event: 'role', role: ROLES[role] }, text: `this port is ${A_ROLE[role]} now` }
    }
    case 'ForeignDevice': {
      const { state, vmac } = news
      const address = print(news.address)
      const name = vmac === undefined ? address : `${vmac} at ${address}`
      return { json: { event: 'foreign-device', address, vmac, state }, text: `foreign device ${name} ${FATES[state]}` }
    }
    case 'Discarded': {
      const { reason, count } = news
      const source = news.source && print(news.source)
      return {
        json: { event: 'discarded', reason, source, count },
        text: `discarded, from ${source ?? 'several'}: ${reason}${timesText(count)}`,
      }
    }
    case 'Refused': {
      const { reason, count } = news
      const address = news.source && print(news.source)
      return {
        json: { event: 'refused', address, reason, count },
        text: `refused ${address ?? 'several'}: ${reason}${timesText(count)}`,
      }
    }
    case 'Counters':
      return { json: { event: 'stats', ...news.counters }, text: JSON.stringify(news.counters) }
  }
}

/** An NPDU that was heard. */
export const reportNpdu = <Mac extends string>(received: ReceivedNpdu<Mac>, print: Print<Mac>): Report => {
  const { destination, via } = received
  const source = print(received.source)
  const npdu = toHex(received.npdu)
  return {
    json: { event: 'npdu', source, destination, via, npdu },
    text: `${destination} from ${source}${via === 'original' ? '' : ` (${via})`}: ${npdu}`,
  }
}

/** An NPDU that was not sent. */
export const reportUnsent = <Mac extends string>(to: Mac | 'broadcast', reason: string, print: Print<Mac>): Report => {
  const destination = to === 'broadcast' ? to : print(to)
  return { json: { event: 'dropped', reason, destination }, text: `not sent to ${destination}: ${reason}` }
}

/** Something that was asked for could not be done. */
export const reportError = (message: string, more: Readonly<Record<string, unknown>> = {}): Report => ({
  json: { event: 'error', message, ...more },
  text: `error: ${message}`,
})

/** What a port says of itself before it is bound. */
export const UNBOUND: Report = { json: { event: 'state' }, text: 'not bound yet' }

/** How a registration stands, for programs. */
export const registrationJson = <Address extends string>(
  registration: BbmdRegistration<Address> | undefined,
  print: Print<Address>,
): Readonly<Record<'bbmd' | 'state', string>> | undefined =>
  registration && { bbmd: print(registration.bbmd), state: registration.state }

/** A row of a foreign device table, for programs. */
export const fdtRow = <Address extends string>(
  { address, ttl, remaining }: ForeignTableEntry<Address>,
  print: Print<Address>,
): Readonly<Record<string, unknown>> => ({ address: print(address), ttl, remaining })

/** A foreign device table, for people. */
export const fdtText = <Address extends string>(
  fdt: readonly ForeignTableEntry<Address>[],
  print: Print<Address>,
): string => listText(fdt.map(({ address, remaining }) => `${print(address)} for ${remaining} s`))

/** A table, for people. */
export const listText = (rows: readonly string[]): string => (rows.length === 0 ? 'empty' : rows.join(', '))

/** How often something happened, where that is not once. */
export const timesText = (count: number): string => (count === 1 ? '' : ` (${count} times)`)

/** Roles, for programs. */
export const ROLES: Readonly<Record<RoleTag, RoleName>> = {
  OrdinaryNode: 'node',
  ForeignDevice: 'foreign',
  Bbmd: 'bbmd',
}

/** Roles, for people. */
export const NAMES: Readonly<Record<RoleTag, string>> = {
  OrdinaryNode: 'node',
  ForeignDevice: 'foreign device',
  Bbmd: 'BBMD',
}

const A_ROLE: Readonly<Record<RoleTag, string>> = {
  OrdinaryNode: 'an ordinary node',
  ForeignDevice: 'a foreign device',
  Bbmd: 'a BBMD',
}

const REGISTRATIONS = {
  unregistered: 'not registered with',
  registered: 'registered with',
  refused: 'the registration was refused by',
  lost: 'the registration has run out without an answer of',
} as const

const FATES = { registered: 'is registered', deleted: 'is deleted', expired: 'has expired' } as const
