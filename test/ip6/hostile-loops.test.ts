import { describe, expect, it } from 'vitest'
import { bbmd6 } from '../../src/index.js'
import type { VirtualIp6PortOptions } from '../../src/testing/index.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { inWords6, ip6Lab, type Ip6Lab, type RunningIp6Port } from '../support/ip6-lab.js'
import { I_AM, WHO_IS } from '../support/npdu.js'

/*
 * BBMDs whose tables are wrong, by mistake or because somebody has registered them with each other. Nothing on the wire
 * counts hops, so that what goes round once goes round for ever.
 */

const SITE = 'ff05::bac0'
const STRANGER = '[fd71:0:0:9::9]:47808'

const at = (ip: string): string => `[${ip}]:47808`

/** BBMDs with the VMACs 000001, 000002 and so on; each has all of them in its table unless something else is said. */
const bbmds = (
  lab: Ip6Lab,
  ips: readonly string[],
  {
    tables = ips.map(() => ips),
    ...more
  }: { tables?: readonly (readonly string[])[] } & Partial<VirtualIp6PortOptions>,
): readonly RunningIp6Port[] => {
  const policy = { copiesPerAddress: { burst: 100, perSecond: 50 } }
  return ips.map((ip, n) =>
    lab.port(ip, { ...more, deviceInstance: n + 1, role: bbmd6({ bdt: (tables[n] ?? []).map(at), policy }) }),
  )
}

/** As a stranger who lies about where it is from. */
const forge = (lab: Ip6Lab, from: string, to: string, message: Bvll6Message): void => {
  lab.network.inject({ from: bip6(at(from)), to: bip6(at(to)), octets: encodeBvll6(message) })
  lab.advance(seconds(0.1))
}

const register = (n: number): Bvll6Message => ({
  _tag: 'Register-Foreign-Device',
  source: n.toString(16).padStart(6, '0') as Bip6Vmac,
  ttl: 65_535,
})

/** All that goes over the network in ten seconds because of something. */
const causedBy = (lab: Ip6Lab, act: () => void): readonly string[] => {
  lab.advance(seconds(1))
  lab.sent()
  act()
  lab.advance(seconds(10))
  return lab.sent().map(inWords6)
}

describe('what a node in another domain says does not go round between two BBMDs', () => {
  const layouts: readonly (readonly [string, readonly string[], Readonly<Record<string, unknown>>])[] = [
    ['on one link', ['fd71:0:0:1::1', 'fd71:0:0:1::2', 'fd71:0:0:2::1'], {}],
    ['whose links have one group of their site', ['fd71:0:0:1::1', 'fd71:0:0:3::1', 'fd71:0:0:2::1'], { group: SITE }],
  ]
  const sites = { campus: ['fd71:0:0:1::/64', 'fd71:0:0:3::/64'] }

  it.each(layouts)('%s', (_, ips, options) => {
    const lab = ip6Lab({ sites })
    const [one, two] = bbmds(lab, ips, options)
    const speaker = lab.port('fd71:0:0:2::7', { ...options, deviceInstance: 207 })
    expect(causedBy(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(5)
    for (const bbmd of [one, two]) expect(bbmd?.heard(WHO_IS)).toEqual(['0000cf', '0000cf'])
    // Three tries, each to two BBMDs, of which each multicasts it.
    expect(causedBy(lab, () => speaker.unicast(I_AM, '000099'))).toHaveLength(15)
  })

  it.each(layouts)('%s, and a question for its target is answered once for each of them', (_, ips, options) => {
    const lab = ip6Lab({ sites })
    bbmds(lab, ips, options)
    const speaker = lab.port('fd71:0:0:2::7', { ...options, deviceInstance: 207 })
    lab.port('fd71:0:0:1::7', { ...options, deviceInstance: 107 })
    const words = causedBy(lab, () => speaker.unicast(I_AM, '00006b'))
    // Each of them multicasts the question, and it is answered as often as it comes.
    expect(words.filter(word => word.endsWith('Address-Resolution-ACK'))).toHaveLength(2)
    expect(words.filter(word => word.endsWith('Original-Unicast-NPDU'))).toHaveLength(1)
  })
})

describe('BBMDs that somebody has registered with each other', () => {
  const ips = ['fd71:0:0:1::1', 'fd71:0:0:2::1', 'fd71:0:0:3::1']

  it('forward no more than before', () => {
    const lab = ip6Lab()
    const ports = bbmds(lab, ips, {})
    const speaker = lab.port('fd71:0:0:1::7', { deviceInstance: 107 })
    for (const [n, from] of ips.entries()) {
      for (const to of ips) if (from !== to) forge(lab, from, to, register(n + 1))
    }
    expect(causedBy(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(5)
    expect(causedBy(lab, () => speaker.unicast(I_AM, '000099'))).toHaveLength(15)
    expect(ports.map(port => port.heard(WHO_IS).length)).toEqual([1, 1, 1])
  })

  it('have something go round where each has only the one behind it in its table, but not faster than their policy', () => {
    const lab = ip6Lab()
    bbmds(lab, ips, { tables: [[ips[2] ?? ''], [ips[0] ?? ''], [ips[1] ?? '']] })
    for (const [n, from] of ips.entries()) forge(lab, from, ips[(n + 2) % 3] ?? '', register(n + 1))
    const npdu = Uint8Array.from(WHO_IS)
    const source = '0000ff' as Bip6Vmac
    const words = causedBy(lab, () => {
      for (let n = 0; n < 100; n++) {
        const from = ips[0] ?? ''
        forge(lab, from, ips[1] ?? '', { _tag: 'Forwarded-NPDU', source, originating: bip6(STRANGER), npdu })
      }
    })
    expect(words.length).toBeGreaterThan(300)
    // Each makes 100 copies at once, and then 50 a second, of what one host has said: in twenty seconds.
    expect(words.length).toBeLessThan(100 + 3 * (100 + 50 * 20))
  })
})
