import { overIp } from '../../src/network/link/over-ip.js'
import { overIp6 } from '../../src/network/link/over-ip6.js'
import { overSc } from '../../src/network/link/over-sc.js'
import type { NetworkLink } from '../../src/network/link/network-link.js'
import type {
  VirtualInternetwork,
  VirtualIp6PortOptions,
  VirtualIpPortOptions,
  VirtualNodeOptions,
} from '../../src/testing/index.js'
import { seconds } from '../../src/values/duration.js'
import type { Mac } from '../../src/values/mac.js'
import { macOf } from './mac.js'

/*
 * Networks of three kinds in one virtual time. That of index 3 is the subnet 10.0.3.0/24, the link fd71:0:0:3::/64, or
 * the nodes of hub-3; its host 7 has the MAC address 0a000307bac0, 000307 or 020000000307.
 */

/** The kinds of data links. */
export type Kind = 'ip' | 'ip6' | 'sc'

/** What is different from an ordinary node of its kind. */
export interface HostOptions {
  readonly ip?: Partial<VirtualIpPortOptions>
  readonly ip6?: Partial<VirtualIp6PortOptions>
  readonly sc?: Omit<VirtualNodeOptions, 'name'>
}

/** A host of a network: who it is, and its link, which is cold. */
export interface Host {
  readonly mac: Mac
  readonly link: NetworkLink
}

/** Something of a virtual internetwork, on a network of that kind and index, as its host of that number. */
export const hostOn = (
  network: VirtualInternetwork,
  name: string,
  kind: Kind,
  index: number,
  host: number,
  options: HostOptions = {},
): Host => {
  switch (kind) {
    case 'ip':
      return {
        mac: macOf(`0a00${hex(index)}${hex(host)}bac0`),
        link: overIp(network.ip(name, { bind: `10.0.${index}.${host}`, ...options.ip })),
      }
    case 'ip6': {
      const bind = `[fd71:0:0:${index}::${host.toString(16)}]`
      const instance = options.ip6?.vmac === undefined ? { deviceInstance: index * 256 + host } : {}
      return {
        mac: macOf(`00${hex(index)}${hex(host)}`),
        link: overIp6(network.ip6(name, { bind, ...instance, ...options.ip6 })),
      }
    }
    case 'sc': {
      const mac = `02000000${hex(index)}${hex(host)}`
      return {
        mac: macOf(mac),
        link: overSc(
          network.node(name, {
            primary: hubName(index),
            vmac: mac,
            uuid: `00000000-0000-4000-8000-00000000${hex(index)}${hex(host)}`,
            timings: { minReconnect: seconds(2), maxReconnect: seconds(8) },
            ...options.sc,
          }),
        ),
      }
    }
  }
}

/** The name of the hub that nodes of that index look for. */
export const hubName = (index: number): string => `hub-${index}`

const hex = (octet: number): string => octet.toString(16).padStart(2, '0')
