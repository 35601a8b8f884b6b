import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeCli } from '../support/cli.js'
import { bvll6, type Endpoint6 } from '../support/ip6-attack.js'
import { crowd, GROUP, hostileLab, inHex, ONE, PEER, printed, type HostileLab } from '../support/ip6-hostile-lab.js'
import { whyNoStations } from '../support/udp-stations.js'

const reason = await whyNoStations(true)
const skipped = reason === undefined ? '' : ` (${reason})`

const WHO_IS = '0120ffff00ff1008'
const SOMEBODY = '0004d2'

/** The BBMD makes 10000 copies of what a host says at once, and then 5000 a second; of which a slow machine may take 20. */
const MOST_COPIES = 10_000 + 5000 * 20
/** Octets of answers to a host: 20000 at once, and then 5000 a second. */
const MOST_OCTETS = 20_000 + 5000 * 20

const functions = (payload: string): readonly string[] => Array.from({ length: 256 }, (_, fn) => bvll6(fn, payload))

const RUBBISH: readonly (readonly [what: string, hex: readonly string[]])[] = [
  ['what is no BVLL message, or of IPv4, or cut short', ['0102030405060708', '', '820100', `81${bvll6(1).slice(2)}`]],
  ['a wrong length', ['8201000901000000', '820200ff0004d20100', '82060008000001', '8206000600000100']],
  ['each of the 256 functions', [...functions(''), ...functions('0004d2'), ...functions('00'.repeat(60))]],
  ['the longest datagrams that there are', ['82'.repeat(65_527)]],
  ['results', ['0000', '0030', '0060', '0090', '00c0', 'ffff'].map(code => bvll6(0x00, SOMEBODY + code))],
  ['what is for others', [bvll6(0x0b, '00'.repeat(20)), bvll6(0x01, `${SOMEBODY}000000${WHO_IS}`)]],
  [
    'what only its foreign devices may say',
    [bvll6(0x0c, SOMEBODY + WHO_IS), bvll6(0x0a, SOMEBODY + inHex(ONE)), bvll6(0x03, `${SOMEBODY}vvvvvv`)],
  ],
  ['answers that nobody asked for', [bvll6(0x05, 'vvvvvv000001'), bvll6(0x07, 'vvvvvv000001')]],
  ['its own VMAC', [bvll6(0x02, `000001${WHO_IS}`), bvll6(0x05, `000001${SOMEBODY}`)]],
]

describe.skipIf(reason !== undefined)(
  `a BBMD, a node and a foreign device of BACnet/IPv6 go on while${skipped}`,
  () => {
    let lab: HostileLab
    beforeAll(async () => {
      lab = await hostileLab()
    }, 30_000)
    afterAll(async () => {
      closeCli()
      await lab.remove()
    })

    it.each(RUBBISH)('somebody sends the BBMD %s as fast as he can', async (_, hex) => {
      const { received, sent, told } = await lab.underFlood(lab.bbmd, { from: [ONE], hex })
      expect(received).toBeGreaterThan(50)
      // NPDUs of a domain are not bounded; there are none here.
      expect(told).toBeLessThan(hex[0]?.includes(WHO_IS) === true ? received + 1000 : 1000)
      // None of its answers is shorter than a result; the rest is what the others talk.
      expect(sent).toBeLessThan(MOST_OCTETS / 9)
    })

    it('a hundred send all of that, to the BBMD and to the group', async () => {
      const attack = { from: crowd(100), hex: RUBBISH.slice(0, -1).flatMap(([, hex]) => hex), zone: 'eth0' }
      const { told } = await lab.underFlood(lab.bbmd, attack, { ...attack, to: GROUP })
      expect(told).toBeLessThan(1000)
    })

    it.each([
      ['one address', [ONE], 1],
      ['a thousand addresses', crowd(1000), 1000],
    ])('%s claim 20000 VMACs', async (_, from, most) => {
      const attack = { from, hex: [bvll6(0x00, 'vvvvvv0000')], count: 20_000, ms: 5000 }
      const { after, told, received } = await lab.underFlood(lab.node, attack)
      expect(received).toBeGreaterThan(2 * most)
      expect(told).toBeLessThan(1000)
      // And the BBMD, the foreign device and the other node.
      expect(after.cache.length).toBeLessThanOrEqual(most + 3)
    })

    it('more addresses than are remembered have a VMAC each', async () => {
      const from = crowd(2500).flatMap(([host]): Endpoint6[] => [47_809, 47_810].map(port => [host, port]))
      const attack = { from, hex: [bvll6(0x00, 'vvvvvv0000')], count: 10_000, ms: 5000 }
      const { after } = await lab.underFlood(lab.node, attack)
      expect(after.cache).toHaveLength(4096)
    })

    it.each<readonly [what: string, ask: (victim: Endpoint6) => readonly string[]]>([
      ['where its VMAC is', () => [bvll6(0x03, `${SOMEBODY}000001`)]],
      ['where its VMAC is, as if a BBMD did', victim => [bvll6(0x04, `${SOMEBODY}000001${inHex(victim)}`)]],
      ['which VMAC it has', () => [bvll6(0x06, SOMEBODY)]],
      ['to relay a question', () => [bvll6(0x03, `${SOMEBODY}vvvvvv`)]],
      ['to be registered for no time', () => [bvll6(0x09, `${SOMEBODY}0000`)]],
    ])(
      'somebody asks the BBMD %s in the name of somebody else, who is hit no harder than allowed',
      async (what, ask) => {
        const victim: Endpoint6 = [`fd66:0:0:bad${what.length % 10}::1`, 47_808]
        await lab.attacker.heard(victim)
        const [hex] = ask(victim)
        const from = hex?.startsWith('8204') === true ? PEER : victim
        const { told } = await lab.underFlood(lab.bbmd, { from: [from], hex: [hex ?? ''] })
        const { octets } = await lab.attacker.heard(victim)
        expect(octets).toBeGreaterThan(1000)
        expect(octets).toBeLessThan(MOST_OCTETS)
        expect(told).toBeLessThan(1000)
      },
    )

    it('somebody asks the node in the name of somebody else, by unicast and by multicast', async () => {
      const victim: Endpoint6 = ['fd66:0:0:bada::1', 47_808]
      await lab.attacker.heard(victim)
      const attack = { from: [ONE], hex: [bvll6(0x04, SOMEBODY + lab.node.vmac + inHex(victim))], zone: 'eth0' }
      await lab.underFlood(lab.node, attack, { ...attack, to: GROUP })
      const { octets, last } = await lab.attacker.heard(victim)
      expect(last).toBe(bvll6(0x05, lab.node.vmac + SOMEBODY))
      expect(octets).toBeLessThan(MOST_OCTETS)
    })

    it('somebody multicasts questions for all VMACs, which the BBMD relays as far as its policy allows', async () => {
      const attack = { from: [ONE], to: GROUP, hex: [bvll6(0x03, `${SOMEBODY}vvvvvv`)], zone: 'eth0' }
      const { forwarded } = await lab.underFlood(lab.bbmd, attack)
      expect(forwarded).toBeGreaterThan(500)
      expect(forwarded).toBeLessThan(MOST_COPIES)
    })

    it('somebody registers from all his ports: he gets 64 entries', async () => {
      const from = Array.from({ length: 300 }, (_, n): Endpoint6 => ['fd66:0:0:c::1', 20_000 + n])
      const { after } = await lab.underFlood(lab.bbmd, { from, hex: [bvll6(0x09, `${SOMEBODY}003c`)] })
      expect(after.fdt.filter(entry => entry.startsWith('[fd66:0:0:c::1]'))).toHaveLength(64)
    })

    it('somebody registers from all his addresses: the table is full at 128, and who is in it stays', async () => {
      const hex = ['0000', 'ffff', '0001'].map(ttl => bvll6(0x09, SOMEBODY + ttl))
      const { after } = await lab.underFlood(lab.bbmd, { from: crowd(200), hex })
      expect(after.fdt).toHaveLength(128)
      expect(after.fdt).toContain(printed(lab.foreign.at))
    })

    it('some delete all of these, and register instead, again and again', async () => {
      const hex = crowd(200).flatMap(at => [bvll6(0x0a, SOMEBODY + inHex(at)), bvll6(0x09, `${SOMEBODY}003c`)])
      const { after, received } = await lab.underFlood(lab.bbmd, { from: crowd(7, 0x900), hex })
      expect(received).toBeGreaterThan(500)
      expect(after.fdt).toContain(printed(lab.foreign.at))
      expect(after.fdt.length).toBeLessThanOrEqual(128)
    })

    it('foreign devices broadcast as fast as they can from all ports of a host, which have one budget', async () => {
      const from = Array.from({ length: 20 }, (_, n): Endpoint6 => ['fd66:0:0:d::1', 20_000 + n])
      await lab.attacker.send({ from, to: lab.bbmd.at, hex: [bvll6(0x09, `${SOMEBODY}003c`)], count: 20 })
      const { after, forwarded } = await lab.underFlood(lab.bbmd, { from, hex: [bvll6(0x0c, SOMEBODY + WHO_IS)] })
      expect(after.fdt.filter(entry => entry.startsWith('[fd66:0:0:d::1]')).length).toBeGreaterThan(10)
      expect(forwarded).toBeGreaterThan(5000)
      expect(forwarded).toBeLessThan(MOST_COPIES)
    })
  },
)
