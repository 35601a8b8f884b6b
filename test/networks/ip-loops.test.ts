import { describe, expect, it } from 'vitest'
import { bbmd, foreignDevice } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { bip } from '../support/bvll-vectors.js'
import { inWords, ipLab, type IpLab, type RunningIpPort } from '../support/ip-lab.js'
import { WHO_IS, numbered } from '../support/npdu.js'
import { heardTwice } from '../support/port-lab.js'

/*
 * Tables of people who made mistakes. Whatever is in them, a broadcast ends, and nobody hears it twice.
 */

const A = '10.0.1.1:47808'
const B = '10.0.2.1:47808'

/** What goes over the network for one broadcast, until it is quiet. */
const datagramsOf = (lab: IpLab, speaker: RunningIpPort, npdu = WHO_IS): readonly string[] => {
  lab.sent()
  speaker.broadcast(npdu)
  lab.advance(seconds(10))
  return lab.sent().map(inWords)
}

interface Mistake {
  readonly name: string
  readonly ofA: readonly string[]
  readonly ofB: readonly string[]
  /** Who hears the node beside A. */
  readonly heardBy: readonly string[]
  readonly datagrams: number
}

const mistakes: readonly Mistake[] = [
  { name: 'no own entry', ofA: [B], ofB: [A], heardBy: ['10.0.1.1', '10.0.2.1', '10.0.2.7'], datagrams: 3 },
  {
    name: 'entries twice',
    ofA: [A, B, A, B, B],
    ofB: [B, B, A, A],
    heardBy: ['10.0.1.1', '10.0.2.1', '10.0.2.7'],
    datagrams: 3,
  },
  {
    name: 'the peer twice, with either mask',
    ofA: [A, B, `${B}/255.255.255.0`],
    ofB: [A, B],
    heardBy: ['10.0.1.1', '10.0.2.1', '10.0.2.7'],
    datagrams: 2,
  },
  {
    name: 'a directed broadcast to a BBMD that thinks it is reached by unicast',
    ofA: [A, `${B}/255.255.255.0`],
    ofB: [A, B],
    heardBy: ['10.0.1.1', '10.0.2.1', '10.0.2.7'],
    datagrams: 2,
  },
  {
    name: 'a unicast to a BBMD that thinks it is reached by directed broadcasts',
    ofA: [A, B],
    ofB: [A, `${B}/255.255.255.0`],
    heardBy: ['10.0.1.1', '10.0.2.1'],
    datagrams: 2,
  },
  { name: 'a peer that does not know it', ofA: [A, B], ofB: [B], heardBy: ['10.0.1.1'], datagrams: 2 },
  {
    name: 'a mask that makes the peer lie in the own subnet',
    ofA: [A, `${B}/255.255.0.0`],
    ofB: [A, B],
    heardBy: ['10.0.1.1'],
    datagrams: 2,
  },
  {
    name: 'an entry for the own subnet by directed broadcast',
    ofA: [`${A}/255.255.255.0`, '10.0.1.9:47808/255.255.255.0', B],
    ofB: [A, B],
    heardBy: ['10.0.1.1', '10.0.2.1', '10.0.2.7'],
    datagrams: 3,
  },
]

describe('two BBMDs with mistakes in their tables', () => {
  it.each(mistakes)('come to an end, and nobody hears a broadcast twice: $name', ({ ofA, ofB, heardBy, datagrams }) => {
    const lab = ipLab({ directedBroadcasts: true })
    lab.port('10.0.1.1', { role: bbmd({ bdt: ofA }) })
    lab.port('10.0.2.1', { role: bbmd({ bdt: ofB }) })
    const speaker = lab.port('10.0.1.7')
    lab.port('10.0.2.7')
    lab.advance(ms(1))
    const sent = datagramsOf(lab, speaker)
    expect(Object.keys(lab.hearers(WHO_IS)).sort()).toEqual([...heardBy].sort())
    expect(heardTwice(lab, WHO_IS)).toEqual([])
    expect(sent, sent.join('\n')).toHaveLength(datagrams)
  })
})

describe('many BBMDs', () => {
  const subnets = Array.from({ length: 10 }, (_, index) => index + 1)
  const bdt = subnets.map(subnet => `10.0.${subnet}.1:47808`)

  it('ten of them, each of which lists all: one copy a BBMD, one a subnet', () => {
    const lab = ipLab()
    const bbmds = subnets.map(subnet => lab.port(`10.0.${subnet}.1`, { role: bbmd({ bdt }) }))
    const nodes = subnets.map(subnet => lab.port(`10.0.${subnet}.7`))
    const device = lab.port('10.1.0.7', { role: foreignDevice({ bbmd: '10.0.4.1:47808' }) })
    lab.advance(seconds(1))
    const [speaker] = nodes
    if (speaker === undefined) throw new Error('nobody speaks')
    // Original, nine copies for peers, nine on their subnets, one for the foreign device.
    expect(datagramsOf(lab, speaker)).toHaveLength(20)
    const all = [...bbmds, ...nodes, device].filter(port => port !== speaker)
    expect(lab.hearers(WHO_IS)).toEqual(Object.fromEntries(all.map(({ name }) => [name, ['10.0.1.7:47808']])))

    // Distribute, one subnet, nine peers, nine subnets.
    expect(datagramsOf(lab, device, numbered(1))).toHaveLength(20)
    expect(heardTwice(lab, numbered(1))).toEqual([])
    expect(Object.keys(lab.hearers(numbered(1)))).toHaveLength(20)
  })

  it('three of them in a ring, where each lists the next: no broadcast makes a second hop between them', () => {
    const lab = ipLab()
    for (const subnet of [1, 2, 3]) {
      const next = (subnet % 3) + 1
      lab.port(`10.0.${subnet}.1`, {
        role: bbmd({ bdt: [`10.0.${next}.1:47808`], policy: { forwardsOfStrangers: true } }),
      })
    }
    const speaker = lab.port('10.0.1.7')
    lab.advance(ms(1))
    expect(datagramsOf(lab, speaker)).toEqual([
      '10.0.1.7:47808 > 10.0.1.255:47808 Original-Broadcast-NPDU',
      '10.0.1.1:47808 > 10.0.2.1:47808 Forwarded-NPDU',
      '10.0.2.1:47808 > 10.0.2.255:47808 Forwarded-NPDU',
    ])
  })

  it('two on one subnet, which should not be: a broadcast comes to an end', () => {
    const lab = ipLab()
    const both = [A, '10.0.1.2:47808', B]
    lab.port('10.0.1.1', { role: bbmd({ bdt: both }) })
    lab.port('10.0.1.2', { role: bbmd({ bdt: both }) })
    lab.port('10.0.2.1', { role: bbmd({ bdt: both }) })
    const speaker = lab.port('10.0.1.7')
    lab.advance(ms(1))
    expect(datagramsOf(lab, speaker).length).toBeLessThan(20)
  })

  it('one that hears a Forwarded-NPDU from itself does not pass it on', () => {
    const lab = ipLab()
    lab.port('10.0.1.1', { role: bbmd({ bdt: [A, B] }) })
    const node = lab.port('10.0.1.7')
    lab.advance(ms(1))
    const forwarded = Uint8Array.of(0x81, 0x04, 0, 10 + WHO_IS.length, ...[10, 0, 1, 1, 0xba, 0xc0], ...WHO_IS)
    lab.sent()
    lab.network.inject({ from: bip(B), to: bip(A), octets: forwarded })
    lab.network.inject({ from: bip(A), to: bip(A), octets: forwarded })
    lab.advance(seconds(1))
    expect(lab.sent()).toHaveLength(2)
    expect(node.heard(WHO_IS)).toEqual([])
  })
})
