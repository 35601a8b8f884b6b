import { expect } from 'vitest'
import type { Pace } from '../../src/limits/pace.js'
import { bip6Address, printBip6Address } from '../../src/values/bip6-address.js'
import { parseIpv6 } from '../../src/values/ipv6.js'
import {
  startAttacker,
  startIp6,
  WORD,
  type Attack,
  type Attacker,
  type Endpoint6,
  type Ip6Process,
  type Look,
} from './ip6-attack.js'
import { growthDuring } from './memory.js'
import { namespaceLab, type NamespaceHost } from './namespaces.js'
import { right } from './right.js'

/** How long a flood lasts; on a slow machine that is what is too much and not the time. */
const FLOOD_MS = 40

/** What a process may grow by under a flood: garbage that is not collected yet. */
const MOST_GROWTH_MIB = 64

const PORT = 47_808

/** What a port may answer to an address, and what the BBMD may make of copies: little, so that a flood is soon far more. */
export const ANSWERS: Pace = { burst: 5000, perSecond: 1000 }
export const COPIES: Pace = { burst: 2000, perSecond: 1000 }

/** What the node with a VMAC by chance, whom nobody else needs, may answer to all together. */
export const ANSWERS_OF_CHANCE: Pace = { burst: 5000, perSecond: 1000 }

/** The most that may come of a pace in some time; and a little, as two processes do not look at the clock at once. */
export const mostOf = ({ burst, perSecond }: Pace, seconds: number): number => burst + perSecond * (seconds + 0.1)

/** The octets of the shortest answer there is, a result; and of one that tells a VMAC. */
export const RESULT_OCTETS = 9
export const ACK_OCTETS = 10

/** So many datagrams, each of which is due `each`, that three times as much is due as may come of a pace. */
export const threeTimes =
  (pace: Pace, each: number) =>
  (seconds: number): number =>
    (3 * mostOf(pace, seconds)) / each

/** Addresses of the attacker, each in another /64: his own, of a BBMD that is in the table of the BBMD, and of as many others as one likes. */
export const ONE: Endpoint6 = ['fd66:0:0:a1::1', PORT]
export const PEER: Endpoint6 = ['fd66:0:0:b::1', PORT]
export const crowd = (count: number, first = 0x1000): readonly Endpoint6[] =>
  Array.from({ length: count }, (_, n) => [`fd66:0:0:${(first + n).toString(16)}::1`, PORT])

/** The group of the link that the BBMD, the node and the attacker are on. */
export const GROUP: Endpoint6 = ['ff02::bac0', PORT]

/** As the library prints an address, and as it is in messages. */
const addressOf = ([host, port]: Endpoint6): ReturnType<typeof bip6Address> => bip6Address(right(parseIpv6(host)), port)
export const printed = (endpoint: Endpoint6): string => printBip6Address(addressOf(endpoint))
export const inHex = (endpoint: Endpoint6): string => addressOf(endpoint)

/** A port in a network namespace of its own. */
export interface Station {
  readonly process: Ip6Process
  readonly at: Endpoint6
  readonly vmac: string
}

/** What came of a flood. */
export interface Grown {
  readonly after: Look
  /** How long it took. */
  readonly seconds: number
  readonly received: number
  readonly sent: number
  readonly forwarded: number
  /** Events, but for those of what is known of VMACs. */
  readonly told: number
}

/** What is sent to a port, or because of it to somebody else. */
export type Flood = Omit<Attack, 'to'> & { readonly to?: Endpoint6 }

/**
 * A BBMD, a node and a node with a VMAC by chance on one link, and a foreign device on another; and somebody on the first
 * who has a /48 of addresses, a network of its own for each, and may bind those of others as well.
 */
export interface HostileLab {
  readonly bbmd: Station
  readonly node: Station
  readonly chance: Station
  readonly foreign: Station
  readonly attacker: Attacker
  /** The node and the foreign device hear each other through the BBMD, and find each other by VMAC. */
  readonly expectTalk: () => Promise<void>
  /** Floods a port, which must not grow; all must talk as before at once after it. Gives what it counted meanwhile. */
  readonly underFlood: (target: Station, ...attacks: readonly Flood[]) => Promise<Grown>
  /** The same, again and again until the port has read as many datagrams as are asked for of that time. */
  readonly underFloodOf: (
    least: (seconds: number) => number,
    target: Station,
    ...attacks: readonly Flood[]
  ) => Promise<Grown>
  readonly remove: () => Promise<void>
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Makes it, and waits until all ports have their VMACs and the foreign device is registered. */
export const hostileLab = async (): Promise<HostileLab> => {
  const lab = await namespaceLab({ subnets: { office: '10.71.1', street: '10.71.3' }, ipv6: true })
  const station = async (
    host: NamespaceHost,
    vmac: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<Station> => {
    const at: Endpoint6 = [host.ip6, PORT]
    const limits = { answersPerAddress: ANSWERS }
    return { process: await startIp6(host, { bind: printed(at), vmac, limits, ...options }), at, vmac }
  }
  const attackFrom = async (host: NamespaceHost): Promise<Attacker> => {
    await lab.router.run('ip', '-6', 'route', 'add', 'fd66::/48', 'via', host.ip6)
    await host.run('ip', '-6', 'route', 'add', 'local', 'fd66::/48', 'dev', 'lo')
    await host.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind')
    return startAttacker(host)
  }
  const startBbmd = async (): Promise<readonly [bbmd: Station, foreign: Station]> => {
    const hosts = [lab.host('bbmd', 'office', 5), lab.host('foreign', 'street', 7)] as const
    const [bbmdHost, foreignHost] = await Promise.all(hosts)
    const policy = { copiesPerAddress: COPIES }
    const first = await station(bbmdHost, '000001', { bbmd: [printed(PEER)], policy })
    return [first, await station(foreignHost, '000133', { foreign: printed(first.at) })]
  }
  const [[bbmd, foreign], node, chance, attacker] = await Promise.all([
    startBbmd(),
    lab.host('node', 'office', 7).then(host => station(host, '00006b', {})),
    lab
      .host('chance', 'office', 8)
      .then(host => station(host, '5a1234', { limits: { answersInTotal: ANSWERS_OF_CHANCE } })),
    lab.host('attacker', 'office', 66).then(attackFrom),
  ])

  let words = 0
  const say = async (from: Station, to: Station, how: string): Promise<void> => {
    const npdu = `${WORD}${(words++).toString(16).padStart(6, '0')}`
    from.process.say({ do: 'send', to: how, npdu })
    expect(await to.process.event('npdu', { npdu })).toMatchObject({ source: from.vmac })
  }
  const expectTalk = async (): Promise<void> => {
    await Promise.all([say(node, foreign, 'broadcast'), say(foreign, node, 'broadcast')])
    await Promise.all([say(node, foreign, foreign.vmac), say(foreign, node, node.vmac)])
  }

  const underFloodOf: HostileLab['underFloodOf'] = async (least, { process, at }, ...attacks) => {
    const since = performance.now()
    const elapsed = (): number => (performance.now() - since) / 1000
    const before = await process.look()
    const floodOnce = async (): Promise<Look> => {
      for (const attack of attacks) await attacker.send({ ms: FLOOD_MS / attacks.length, to: at, ...attack })
      return process.drained()
    }
    const floodEnough = async (): Promise<Look> => {
      const now = await floodOnce()
      return now.counters.received - before.counters.received < least(elapsed()) ? floodEnough() : now
    }
    const { result: after, grownMiB } = await growthDuring(process.pid, floodEnough)
    const seconds = elapsed()
    expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB)
    await expectTalk()
    const told = ({ told: counts }: Look): number => total({ ...counts, VmacCacheChanged: 0 })
    const counted = (name: 'received' | 'sent' | 'forwarded'): number => after.counters[name] - before.counters[name]
    return {
      after,
      seconds,
      received: counted('received'),
      sent: counted('sent'),
      forwarded: counted('forwarded'),
      told: told(after) - told(before),
    }
  }

  return {
    bbmd,
    node,
    chance,
    foreign,
    attacker,
    expectTalk,
    underFlood: (target, ...attacks) => underFloodOf(() => 0, target, ...attacks),
    underFloodOf,
    remove: lab.remove,
  }
}
