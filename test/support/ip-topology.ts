import fc from 'fast-check'
import { bbmd, foreignDevice, type IpRole } from '../../src/index.js'
import { ipLab, type IpLab, type RunningIpPort } from './ip-lab.js'

/*
 * B/IP networks from a seed. Subnet 1 is 10.0.1.0/24 with its BBMD at .1, its nodes from .11 on and foreign devices from
 * .21 on; subnet 0 has foreign devices only. Behind NAT its router is 203.0.113.1.
 */

/** A subnet. */
interface Subnet {
  /** Whether it has a BBMD; the mask with which all list it is that of the subnet where it is `one-hop`. */
  readonly bbmd: 'none' | 'two-hop' | 'one-hop' | 'NAT'
  readonly nodes: number
  /** Whether its BBMD and nodes are bound to all addresses of their hosts. */
  readonly isWildcard: boolean
}

/** A foreign device: the subnet that it sits on, and which of the BBMDs it registers with. */
interface Foreign {
  readonly subnet: number
  readonly bbmd: number
}

/** What a network is made of. */
export interface Topology {
  readonly subnets: readonly Subnet[]
  readonly foreign: readonly Foreign[]
}

/** Any network that is set up as it should be. */
export const topology = (): fc.Arbitrary<Topology> =>
  fc.record({
    subnets: fc.array(
      fc.record({
        bbmd: fc.constantFrom('none', 'two-hop', 'two-hop', 'one-hop', 'one-hop', 'NAT'),
        nodes: fc.integer({ min: 1, max: 3 }),
        isWildcard: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    foreign: fc.array(fc.record({ subnet: fc.nat(4), bbmd: fc.nat(3) }), { maxLength: 3 }),
  })

/** A port of such a network. */
export interface Station {
  readonly port: RunningIpPort
  readonly kind: 'node' | 'foreign device' | 'BBMD'
  readonly subnet: number
  /** Those who hear each other's broadcasts have one island in common. */
  readonly island: number
  /** Its address, as those of its subnet see it. */
  readonly inside: string
  /** Its address, as the others see it. */
  readonly outside: string
  /** The address from which the others hear its broadcasts: behind NAT, that of its BBMD. */
  readonly announced: string
}

/** The island of all who are joined by BBMDs. */
const JOINED = 0

const PORT = 47808
/** Hosts that may be behind a NAT: nodes, then foreign devices. */
const HOSTS = [11, 12, 13, 21, 22, 23]
const natPortOf = (host: number): number => 50_000 + host
const routerOf = (subnet: number): string => `203.0.113.${subnet}`
const bbmdInside = (subnet: number): string => `10.0.${subnet}.1:${PORT}`

/** Builds it, running. */
export const build = ({
  subnets,
  foreign,
}: Topology): { readonly lab: IpLab; readonly stations: readonly Station[] } => {
  const lab = ipLab({ directedBroadcasts: true })
  const hasNat = subnets.some(({ bbmd: kind }) => kind === 'NAT')
  const kindOf = (subnet: number): Subnet['bbmd'] => {
    const kind = subnets[subnet - 1]?.bbmd ?? 'none'
    // Directed broadcasts do not cross a NAT: where there is one, all masks are all ones.
    return hasNat && kind === 'one-hop' ? 'two-hop' : kind
  }
  const knownOf = (subnet: number): string =>
    kindOf(subnet) === 'NAT' ? `${routerOf(subnet)}:${PORT}` : bbmdInside(subnet)
  const joined = subnets.flatMap(({ bbmd: kind }, index) => (kind === 'none' ? [] : [index + 1]))
  const bdt = joined.map(subnet => `${knownOf(subnet)}${kindOf(subnet) === 'one-hop' ? '/255.255.255.0' : ''}`)

  const placed = foreign.flatMap(({ subnet: asked, bbmd: which }, index) => {
    const registersWith = joined[which % joined.length]
    return registersWith === undefined
      ? []
      : [{ subnet: asked % (subnets.length + 1), registersWith, host: 21 + index }]
  })
  for (const subnet of joined.filter(each => kindOf(each) === 'NAT')) {
    lab.network.nat({
      inside: `10.0.${subnet}.0`,
      outside: routerOf(subnet),
      forward: Object.fromEntries([
        [PORT, bbmdInside(subnet)],
        ...HOSTS.map(host => [natPortOf(host), `10.0.${subnet}.${host}:${PORT}`] as const),
      ]),
    })
  }

  const station = (
    kind: Station['kind'],
    subnet: number,
    host: number,
    role: IpRole | undefined,
    isWildcard: boolean,
  ): Station => {
    const name = `10.0.${subnet}.${host}`
    const inside = `${name}:${PORT}`
    const isHidden = kindOf(subnet) === 'NAT'
    const outside = isHidden ? `${routerOf(subnet)}:${kind === 'BBMD' ? PORT : natPortOf(host)}` : inside
    return {
      port: lab.port(name, { isWildcard, ...(role === undefined ? {} : { role }) }),
      kind,
      subnet,
      island: kind === 'foreign device' || kindOf(subnet) !== 'none' ? JOINED : subnet,
      inside,
      outside,
      announced: isHidden && kind === 'node' ? knownOf(subnet) : outside,
    }
  }

  const bbmds = joined.map(subnet => {
    const role = bbmd(kindOf(subnet) === 'NAT' ? { bdt, global: knownOf(subnet) } : { bdt })
    return station('BBMD', subnet, 1, role, subnets[subnet - 1]?.isWildcard === true)
  })
  const nodes = subnets.flatMap(({ nodes: count, isWildcard }, index) =>
    Array.from({ length: count }, (_, host) => station('node', index + 1, 11 + host, undefined, isWildcard)),
  )
  const devices = placed.map(({ subnet, registersWith, host }) =>
    // Bound to all addresses, it could not tell what its BBMD broadcasts around it from what it sends to it.
    station('foreign device', subnet, host, foreignDevice({ bbmd: knownOf(registersWith), ttl: 20 }), subnet === 0),
  )
  return { lab, stations: [...bbmds, ...nodes, ...devices] }
}

/** As whom one hears another, by broadcast or by unicast. */
export const knownTo = (hearer: Station, speaker: Station, isBroadcast: boolean): string => {
  const isNear = hearer.subnet === speaker.subnet
  if (!isBroadcast) return isNear ? speaker.inside : speaker.outside
  // Foreign devices are known by the address that their BBMD sees, and hear the others from there.
  const isOfSubnet = isNear && speaker.kind !== 'foreign device' && hearer.kind !== 'foreign device'
  return isOfSubnet ? speaker.inside : speaker.announced
}
