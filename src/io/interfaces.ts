import { networkInterfaces } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { broadcastMask, type BroadcastMask } from '../values/broadcast-mask.js'
import { parseIpv4, type Ipv4 } from '../values/ipv4.js'

/** One IPv4 address of this host. */
export interface InterfaceAddress {
  readonly ip: Ipv4
  readonly mask: BroadcastMask
  /** Of the loopback interface, which nobody else reaches. */
  readonly isInternal: boolean
}

/** The IPv4 addresses of this host. */
export type InterfaceTable = readonly InterfaceAddress[]

/** Asks the system for them, in its order. Empty where it does not say. */
export const interfaceTable = (): InterfaceTable => {
  try {
    return Object.values(networkInterfaces()).flatMap((found = []) =>
      found.flatMap(({ family, address, netmask, internal }) => {
        const ip = parseIpv4(address)
        const mask = parseIpv4(netmask)
        return family === 'IPv4' && E.isRight(ip) && E.isRight(mask)
          ? [{ ip: ip.right, mask: broadcastMask(mask.right), isInternal: internal }]
          : []
      }),
    )
  } catch {
    // Some systems forbid the question (Android); a port bound to one address does without the answer.
    return []
  }
}
