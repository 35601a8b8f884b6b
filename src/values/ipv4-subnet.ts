import * as E from 'fp-ts/lib/Either.js'
import { areNeighbours, broadcastMask, type BroadcastMask } from './broadcast-mask.js'
import { parseIpv4, printIpv4, type Ipv4 } from './ipv4.js'

/** All addresses of a subnet, or one address alone. */
export interface Ipv4Subnet {
  readonly ip: Ipv4
  readonly mask: BroadcastMask
}

/** Reads `10.0.1.0/24`, or `10.0.1.5` for one address alone. */
export const parseIpv4Subnet = (text: string): E.Either<string, Ipv4Subnet> => {
  const [, host = '', digits = '32'] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(text) ?? []
  const ip = parseIpv4(host)
  const bits = Number(digits)
  return E.isLeft(ip) || bits > 32
    ? E.left(`'${text}' is not a subnet such as 10.0.1.0/24`)
    : E.right({ ip: ip.right, mask: broadcastMask(bits === 0 ? 0 : -1 << (32 - bits)) })
}

/** A subnet as `10.0.1.0/24`. */
export const printIpv4Subnet = ({ ip, mask }: Ipv4Subnet): string =>
  `${printIpv4(ip)}/${32 - Math.log2((~mask >>> 0) + 1)}`

/** Whether an address lies in one of these subnets. */
export const isAmong = (ip: Ipv4, subnets: readonly Ipv4Subnet[]): boolean =>
  subnets.some(subnet => areNeighbours(ip, subnet.ip, subnet.mask))
