import fc from 'fast-check'
import { bbmd6, foreignDevice6, type Ip6Role } from '../../src/index.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import { bip6 } from './bvll6-vectors.js'
import { ip6Lab, type Ip6Lab, type RunningIp6Port } from './ip6-lab.js'

/*
 * B/IPv6 networks from a seed. Domain 1 is the link fd71:0:0:1::/64, with its BBMD at ::1, its nodes from ::11 on and
 * foreign devices from ::21 on; where a domain has two links, the other is fd71:0:0:101::/64. Domain 0 has foreign
 * devices only.
 */

/** A multicast domain. */
interface Domain {
  readonly hasBbmd: boolean
  /** Two links are one domain by a group of wider scope. */
  readonly links: 1 | 2
  readonly nodes: number
  /** Whether its BBMD and nodes are bound to all addresses of their hosts. */
  readonly isWildcard: boolean
}

/** A foreign device: the domain that it sits in, and which of the BBMDs it registers with. */
interface Foreign {
  readonly domain: number
  readonly bbmd: number
}

/** What a network is made of. */
export interface Topology6 {
  readonly domains: readonly Domain[]
  readonly foreign: readonly Foreign[]
  /** Which stations have a VMAC by chance and not that of their device instance, in turn. */
  readonly byChance: readonly boolean[]
  /** The VMAC that all who have one by chance try first. Default: each another. */
  readonly firstTried?: string
}

/** Any network that is set up as it should be. */
export const topology6 = (): fc.Arbitrary<Topology6> =>
  fc.record({
    domains: fc.array(
      fc.record({
        hasBbmd: fc.constantFrom(true, true, false),
        links: fc.constantFrom(1 as const, 1 as const, 2 as const),
        nodes: fc.integer({ min: 1, max: 3 }),
        isWildcard: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    foreign: fc.array(fc.record({ domain: fc.nat(4), bbmd: fc.nat(3) }), { maxLength: 3 }),
    byChance: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  })

/** A port of such a network. */
export interface Station6 {
  readonly port: RunningIp6Port
  readonly kind: 'node' | 'foreign device' | 'BBMD'
  readonly role: Ip6Role
  /** Whether it cannot tell how datagrams came. */
  readonly isWildcard: boolean
  readonly domain: number
  /** Those who hear each other's broadcasts have one island in common. */
  readonly island: number
  readonly address: Bip6Address
  /** Its VMAC, or the one that it tries first. */
  readonly vmac: string
}

/** A network that runs. */
export interface Built6 {
  readonly lab: Ip6Lab
  readonly stations: readonly Station6[]
  /** What each BBMD is, in the order in which foreign devices choose them. */
  readonly bbmds: readonly string[]
}

/** The island of all who are joined by BBMDs. */
const JOINED = 0

const linkOf = (domain: number, isOther = false): number => domain + (isOther ? 100 : 0)
const hostOf = (link: number, host: number): string => `fd71:0:0:${link}::${host}`
const at = (host: string): string => `[${host}]:47808`

/** Builds it, running. */
export const build6 = ({ domains, foreign, byChance, firstTried }: Topology6): Built6 => {
  const sites = domains.map(
    (_, index) =>
      [`${index}`, [linkOf(index + 1), linkOf(index + 1, true)].map(link => `fd71:0:0:${link}::/64`)] as const,
  )
  const lab = ip6Lab({ sites: Object.fromEntries(sites) })
  const joined = domains.flatMap(({ hasBbmd }, index) => (hasBbmd ? [index + 1] : []))
  const bbmds = joined.map(domain => at(hostOf(linkOf(domain), 1)))
  let count = 0

  const station = (
    kind: Station6['kind'],
    domain: number,
    isOther: boolean,
    host: number,
    role: Ip6Role,
    isWildcard: boolean,
  ): Station6 => {
    const name = hostOf(linkOf(domain, isOther), host)
    const { links = 1, hasBbmd = false } = domains[domain - 1] ?? {}
    const instance = 0x1000 * domain + 0x100 * Number(isOther) + host
    const isByChance = byChance[count++ % byChance.length] === true
    const own = `${isByChance ? '4' : '0'}${instance.toString(16).padStart(5, '0')}`
    const vmac = isByChance ? (firstTried ?? own) : own
    return {
      port: lab.port(name, {
        role,
        isWildcard,
        group: links === 2 ? 'ff05::bac0' : 'ff02::bac0',
        ...(isByChance ? { vmac } : { deviceInstance: instance }),
      }),
      kind,
      role,
      isWildcard,
      domain,
      island: kind === 'foreign device' || hasBbmd ? JOINED : domain,
      address: bip6(at(name)),
      vmac,
    }
  }

  const joiners = joined.map(domain =>
    // Its own address, which does not belong into its table, means nothing there.
    station('BBMD', domain, false, 1, bbmd6({ bdt: bbmds }), domains[domain - 1]?.isWildcard === true),
  )
  const nodes = domains.flatMap(({ nodes: number, links, isWildcard }, index) =>
    Array.from({ length: number }, (_, host) =>
      station('node', index + 1, links === 2 && host % 2 === 0, 11 + host, { _tag: 'OrdinaryNode' }, isWildcard),
    ),
  )
  const devices = foreign.flatMap(({ domain: asked, bbmd: which }, index) => {
    const bbmd = bbmds[which % bbmds.length]
    const domain = asked % (domains.length + 1)
    // Bound to all addresses, it could not tell what its BBMD multicasts around it from what it sends to it.
    const isWildcard = domain === 0
    return bbmd === undefined
      ? []
      : [station('foreign device', domain, false, 21 + index, foreignDevice6({ bbmd, ttl: 20 }), isWildcard)]
  })
  return { lab, stations: [...joiners, ...nodes, ...devices], bbmds }
}
