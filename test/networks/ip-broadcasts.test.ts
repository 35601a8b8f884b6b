import { describe, expect, it } from 'vitest'
import { bbmd, foreignDevice, ordinaryNode, type IpRole } from '../../src/index.js'
import { unicast } from '../../src/link/link.js'
import { printBipAddress } from '../../src/values/bip-address.js'
import { ms, seconds } from '../../src/values/duration.js'
import { I_AM, WHO_IS, numbered } from '../support/npdu.js'
import { notHeardOnce } from '../support/port-lab.js'
import { inWords, ipLab, type RunningIpPort } from '../support/ip-lab.js'

/** In these networks all know a port by its own address. */
const knownAs = ({ name }: RunningIpPort): string => `${name}:47808`

const TWO_BBMDS = ['10.0.1.1:47808', '10.0.2.1:47808']

/** Two subnets with a BBMD and two nodes each. */
const twoSubnets = (bdt: readonly string[], directedBroadcasts = false) => {
  const lab = ipLab({ directedBroadcasts })
  const ports = [1, 2].flatMap(subnet => [
    lab.port(`10.0.${subnet}.1`, { role: bbmd({ bdt }) }),
    lab.port(`10.0.${subnet}.7`),
    lab.port(`10.0.${subnet}.8`),
  ])
  lab.advance(seconds(1))
  return { lab, ports }
}

describe('two subnets with a BBMD each', () => {
  it('hear every broadcast once, from its true source, and its speaker does not', () => {
    const { lab, ports } = twoSubnets(TWO_BBMDS)
    expect(notHeardOnce(lab, ports, knownAs)).toEqual([])
  })

  it('answer a Who-Is by unicast, straight to who asked', () => {
    const { lab, ports } = twoSubnets(TWO_BBMDS)
    const [, asks] = ports
    for (const port of ports) {
      port.on(event => {
        if (event._tag === 'Npdu' && event.destination === 'broadcast') port.submit(unicast(I_AM, event.source))
      })
    }
    asks?.broadcast(WHO_IS)
    lab.advance(ms(20))
    expect(lab.hearers(I_AM)).toEqual({
      '10.0.1.7': ['10.0.1.1:47808', '10.0.1.8:47808', '10.0.2.1:47808', '10.0.2.7:47808', '10.0.2.8:47808'],
    })
    const answers = lab.sent().filter(({ octets }) => octets[1] === 0x0a)
    expect(new Set(answers.map(({ to }) => printBipAddress(to)))).toEqual(new Set(['10.0.1.7:47808']))
    expect(answers).toHaveLength(5)
  })

  it('leave a network with another UDP port on the same hosts alone', () => {
    const { lab, ports } = twoSubnets(TWO_BBMDS)
    const other = lab.port('10.0.2.7:47809')
    lab.advance(ms(1))
    other.broadcast(numbered(99))
    expect(notHeardOnce(lab, ports, knownAs)).toEqual([])
    expect(lab.hearers(numbered(99))).toEqual({})
    expect(other.told('Npdu')).toEqual([])
  })

  it('need three datagrams for a broadcast in two hops, and two in one', () => {
    const way = (bdt: readonly string[], directed: boolean): readonly string[] => {
      const { lab, ports } = twoSubnets(bdt, directed)
      lab.sent()
      ports[1]?.broadcast(WHO_IS)
      lab.advance(ms(20))
      return lab.sent().map(inWords)
    }
    const first = '10.0.1.7:47808 > 10.0.1.255:47808 Original-Broadcast-NPDU'
    expect(way(TWO_BBMDS, false)).toEqual([
      first,
      '10.0.1.1:47808 > 10.0.2.1:47808 Forwarded-NPDU',
      '10.0.2.1:47808 > 10.0.2.255:47808 Forwarded-NPDU',
    ])
    const oneHop = TWO_BBMDS.map(entry => `${entry}/255.255.255.0`)
    expect(way(oneHop, true)).toEqual([first, '10.0.1.1:47808 > 10.0.2.255:47808 Forwarded-NPDU'])
  })
})

describe('three subnets, one of them with a foreign device only', () => {
  const [first = '', second = ''] = TWO_BBMDS
  const oneHop = (entry: string): string => `${entry}/255.255.255.0`

  it.each([
    { name: 'in two hops', bdt: [first, second] },
    { name: 'by directed broadcasts', bdt: [oneHop(first), oneHop(second)] },
    { name: 'in two hops to one and by directed broadcasts to the other', bdt: [first, oneHop(second)] },
  ])('hear every broadcast once $name', ({ bdt }) => {
    const { lab, ports } = twoSubnets(bdt, true)
    const device = lab.port('10.0.3.7', { role: foreignDevice({ bbmd: second }) })
    const bystander = lab.port('10.0.3.8')
    lab.advance(seconds(1))
    expect(notHeardOnce(lab, [...ports, device], knownAs)).toEqual([])
    expect(bystander.told('Npdu')).toEqual([])
  })

  it('hear the same when ports are bound to all addresses of their hosts', () => {
    const lab = ipLab()
    const port = (bind: string, role: IpRole = ordinaryNode()) => lab.port(bind, { role, isWildcard: true })
    const ports = [
      port('10.0.1.1', bbmd({ bdt: TWO_BBMDS })),
      port('10.0.2.1', bbmd({ bdt: TWO_BBMDS })),
      port('10.0.1.7'),
      port('10.0.2.7'),
      port('10.0.3.7', foreignDevice({ bbmd: first })),
    ]
    lab.advance(seconds(1))
    expect(notHeardOnce(lab, ports, knownAs)).toEqual([])
  })

  it('hear a broadcast once where foreign devices sit among the nodes of a BBMD, theirs or another', () => {
    const { lab, ports } = twoSubnets([first, oneHop(second)], true)
    const devices = [
      lab.port('10.0.1.9', { role: foreignDevice({ bbmd: first }) }),
      lab.port('10.0.2.9', { role: foreignDevice({ bbmd: first }) }),
    ]
    lab.advance(seconds(1))
    expect(notHeardOnce(lab, [...ports, ...devices], knownAs)).toEqual([])
  })
})

describe('behind NAT', () => {
  const GLOBAL = '203.0.113.1:47808'
  const bdt = [GLOBAL, '10.0.2.1:47808']

  /** A BBMD and a node behind a NAT, a BBMD with a node outside, and a foreign device behind another NAT. */
  const subnets = (registersWith: string) => {
    const lab = ipLab()
    lab.network.nat({ inside: '192.168.1.0', outside: '203.0.113.1', forward: { 47808: '192.168.1.1:47808' } })
    lab.network.nat({ inside: '192.168.9.0', outside: '203.0.113.9' })
    const hidden = lab.port('192.168.1.1', { role: bbmd({ bdt, global: GLOBAL }) })
    const node = lab.port('192.168.1.7')
    const outside = lab.port('10.0.2.1', { role: bbmd({ bdt }) })
    const far = lab.port('10.0.2.7')
    const device = lab.port('192.168.9.7', { role: foreignDevice({ bbmd: registersWith }) })
    lab.advance(seconds(1))
    return { lab, hidden, node, outside, far, device }
  }

  it.each([GLOBAL, '10.0.2.1:47808'])(
    'a BBMD is known by its global address, a foreign device of %s by that of its NAT',
    registersWith => {
      const { lab, hidden, node, far, device } = subnets(registersWith)
      node.broadcast(numbered(1))
      hidden.broadcast(numbered(2))
      device.broadcast(numbered(3))
      far.broadcast(numbered(4))
      lab.advance(ms(20))
      const knownAs = { '10.0.2.1': [GLOBAL], '10.0.2.7': [GLOBAL], '192.168.9.7': [GLOBAL] }
      expect(lab.hearers(numbered(1))).toEqual({ '192.168.1.1': ['192.168.1.7:47808'], ...knownAs })
      expect(lab.hearers(numbered(2))).toEqual({ '192.168.1.7': ['192.168.1.1:47808'], ...knownAs })
      const natted = ['203.0.113.9:40000']
      expect(lab.hearers(numbered(3))).toEqual({
        '192.168.1.1': natted,
        '192.168.1.7': natted,
        '10.0.2.1': natted,
        '10.0.2.7': natted,
      })
      const farAway = ['10.0.2.7:47808']
      expect(lab.hearers(numbered(4))).toEqual({
        '192.168.1.1': farAway,
        '192.168.1.7': farAway,
        '10.0.2.1': farAway,
        '192.168.9.7': farAway,
      })
    },
  )

  it('a foreign device is answered where its broadcasts came from, and answers to the global address', () => {
    const { lab, hidden, far, device } = subnets(GLOBAL)
    far.unicast(numbered(1), '203.0.113.9:40000')
    device.unicast(numbered(2), GLOBAL)
    lab.advance(ms(20))
    expect(device.heard(numbered(1))).toEqual(['10.0.2.7:47808'])
    expect(hidden.heard(numbered(2))).toEqual(['203.0.113.9:40000'])
  })

  it('a foreign device that has another port after a restart of its NAT is deaf until its renewal', () => {
    const { lab, far } = subnets(GLOBAL)
    const nat = lab.network.nat({ inside: '192.168.8.0', outside: '203.0.113.8' })
    const device = lab.port('192.168.8.7', { role: foreignDevice({ bbmd: GLOBAL, ttl: 20 }) })
    lab.advance(seconds(1))
    nat.forget()
    far.broadcast(numbered(1))
    lab.advance(seconds(11))
    far.broadcast(numbered(2))
    device.broadcast(numbered(3))
    lab.advance(ms(20))
    expect(device.heard(numbered(1))).toEqual([])
    expect(device.heard(numbered(2))).toEqual(['10.0.2.7:47808'])
    expect(far.heard(numbered(3))).toEqual(['203.0.113.8:40001'])
  })
})
