import type { InterfaceTable } from '../../io/interfaces.js'
import { printBipAddress, type BipAddress } from '../../transport/ip.js'
import { ipOf, portOf } from '../../values/bip-address.js'
import { broadcastOf, hasBroadcast } from '../../values/broadcast-mask.js'
import { ANY_IPV4, printIpv4, type Ipv4 } from '../../values/ipv4.js'
import type { Values } from '../options.js'
import { UsageError } from '../usage.js'
import type { IpRoleTable } from './role-options.js'

/** The addresses among the options of a B/IP port. */
export type AddressOptions = Pick<Values<IpRoleTable>, 'foreign' | 'bdt' | 'global'> & {
  readonly bind: BipAddress
  readonly broadcast: BipAddress | undefined
}

/**
 * Throws a {@link UsageError} for the address of a station that is a broadcast address, as far as this host can know, and
 * for a foreign device that would register with itself.
 */
export const checkAddresses = (
  { bind, broadcast, foreign, bdt, global }: AddressOptions,
  table: InterfaceTable,
): void => {
  const broadcasts = new Set<Ipv4>(
    table.filter(({ mask }) => hasBroadcast(mask)).map(({ ip, mask }) => broadcastOf(ip, mask)),
  )
  const refuse = (flag: string, address: BipAddress): void => {
    if (broadcasts.has(ipOf(address)))
      throw new UsageError(`${flag}: ${printBipAddress(address)} is a broadcast address`)
  }
  refuse('--bind', bind)
  if (broadcast !== undefined) broadcasts.add(ipOf(broadcast))
  if (foreign !== undefined) refuse('--foreign', foreign)
  if (global !== undefined) refuse('--global', global)
  for (const { address } of bdt) refuse('--bdt', address)
  const isOwn = bind === foreign || (ipOf(bind) === ANY_IPV4 && foreign !== undefined && isOwnOf(foreign, bind, table))
  if (isOwn) throw new UsageError('--foreign: a port cannot be registered with itself')
}

const isOwnOf = (address: BipAddress, bind: BipAddress, table: InterfaceTable): boolean =>
  portOf(address) === portOf(bind) && table.some(({ ip }) => ip === ipOf(address))

/** The addresses of this host that others reach it by, when there are several. */
export const severalAddresses = (table: InterfaceTable): readonly string[] => {
  const external = table.filter(({ isInternal }) => !isInternal).map(({ ip }) => printIpv4(ip))
  return external.length > 1 ? external : []
}
