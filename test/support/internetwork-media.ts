import type { SchedulerLike } from 'rxjs'
import type { NetworkLink } from '../../src/network/link/network-link.js'
import { overIp } from '../../src/network/link/over-ip.js'
import { overIp6 } from '../../src/network/link/over-ip6.js'
import { overSc } from '../../src/network/link/over-sc.js'
import {
  virtualIp6Network,
  virtualIpNetwork,
  virtualNetwork,
  type VirtualHubOptions,
  type VirtualIp6PortOptions,
  type VirtualIpPortOptions,
  type VirtualNodeOptions,
} from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Mac } from '../../src/values/mac.js'
import { run } from './running.js'
import type { RunningHub } from './virtual-network.js'
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
  readonly sc?: Partial<VirtualNodeOptions>
}

/** A host of a network: who it is, and its link, which is cold. */
export interface Host {
  readonly mac: Mac
  readonly link: NetworkLink
}

/** The virtual media, and what goes wrong there. */
export interface Media {
  readonly ip: ReturnType<typeof virtualIpNetwork>
  readonly ip6: ReturnType<typeof virtualIp6Network>
  readonly sc: ReturnType<typeof virtualNetwork>
  readonly host: (kind: Kind, index: number, host: number, options?: HostOptions) => Host
  /** A hub, running: nodes of that index look for it. */
  readonly hub: (index: number, options?: VirtualHubOptions) => Pick<RunningHub, 'start' | 'kill' | 'stop'>
  /** How many datagrams, and messages between hubs and nodes, there have been. */
  readonly datagrams: () => number
}

/** The media. Everything is on its way for a millisecond. */
export const media = (scheduler: SchedulerLike): Media => {
  const latency = ms(1)
  const ip = virtualIpNetwork(scheduler, { latency })
  const ip6 = virtualIp6Network(scheduler, { latency })
  const sc = virtualNetwork(scheduler, { latency })
  let datagrams = 0
  ip.tap$.subscribe(() => datagrams++)
  ip6.tap$.subscribe(() => datagrams++)
  sc.tap$.subscribe(() => datagrams++)

  return {
    ip,
    ip6,
    sc,
    datagrams: () => datagrams,
    hub: (index, options = {}) => run(hubName(index), sc.hub({ name: hubName(index), ...options }), scheduler),
    host: (kind, index, host, options = {}) => {
      switch (kind) {
        case 'ip':
          return {
            mac: macOf(`0a00${hex(index)}${hex(host)}bac0`),
            link: overIp(ip.port({ bind: `10.0.${index}.${host}`, ...options.ip })),
          }
        case 'ip6': {
          const bind = `[fd71:0:0:${index}::${host.toString(16)}]`
          const instance = index * 256 + host
          return {
            mac: macOf(`00${hex(index)}${hex(host)}`),
            link: overIp6(
              ip6.port({
                bind,
                ...(options.ip6?.vmac === undefined ? { deviceInstance: instance } : {}),
                ...options.ip6,
              }),
            ),
          }
        }
        case 'sc': {
          const mac = `02000000${hex(index)}${hex(host)}`
          return {
            mac: macOf(mac),
            link: overSc(
              sc.node({
                name: `node-${index}-${host}`,
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
    },
  }
}

const hubName = (index: number): string => `hub-${index}`

const hex = (octet: number): string => octet.toString(16).padStart(2, '0')
