import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeCli } from '../support/cli.js'
import { bvll6, SOMEBODY, WHO_IS, type Endpoint6 } from '../support/ip6-attack.js'
import { skippedIp6, whyNoIp6 } from '../support/ip6-here.js'
import {
  ACK_OCTETS,
  ANSWERS,
  COPIES,
  crowd,
  GROUP,
  hostileLab,
  inHex,
  mostOf,
  ONE,
  PEER,
  printed,
  RESULT_OCTETS,
  threeTimes,
  type HostileLab,
} from '../support/ip6-hostile-lab.js'
import { PATIENCE_MS } from '../support/patience.js'

/** What the others talk meanwhile. */
const TALK = 50

const functions = (payload: string): readonly string[] => Array.from({ length: 256 }, (_, fn) => bvll6(fn, payload))

const UNREGISTERED = [
  bvll6(0x0c, SOMEBODY + WHO_IS),
  bvll6(0x0a, SOMEBODY + inHex(ONE)),
  bvll6(0x03, `${SOMEBODY}vvvvvv`),
]

const RUBBISH: readonly (readonly [what: string, hex: readonly string[]])[] = [
  ['what is no BVLL message, or of IPv4, or cut short', ['0102030405060708', '', '820100', `81${bvll6(1).slice(2)}`]],
  ['a wrong length', ['8201000901000000', '820200ff0004d20100', '82060008000001', '8206000600000100']],
  ['each of the 256 functions', [...functions(''), ...functions('0004d2'), ...functions('00'.repeat(60))]],
  ['the longest datagrams that there are', ['82'.repeat(65_527)]],
  ['results', ['0000', '0030', '0060', '0090', '00c0', 'ffff'].map(code => bvll6(0x00, SOMEBODY + code))],
  ['what is for others', [bvll6(0x0b, '00'.repeat(20)), bvll6(0x01, `${SOMEBODY}000000${WHO_IS}`)]],
  ['what only its foreign devices may say', UNREGISTERED],
  ['answers that nobody asked for', [bvll6(0x05, 'vvvvvv000001'), bvll6(0x07, 'vvvvvv000001')]],
  ['its own VMAC', [bvll6(0x02, `000001${WHO_IS}`), bvll6(0x05, `000001${SOMEBODY}`)]],
]

/** Each in another /64, so that none has what another one has left. */
const victimOf = (index: number): Endpoint6 => [`fd66:0:0:bad${index}::1`, 47_808]

describe.skipIf(whyNoIp6 !== undefined)(`a BBMD, a node and a foreign device of BACnet/IPv6${skippedIp6}`, () => {
  let lab: HostileLab
  beforeAll(async () => {
    lab = await hostileLab()
  }, 30_000)
  afterAll(async () => {
    closeCli()
    await lab.remove()
  })

  it.each(RUBBISH)('go on while somebody sends the BBMD %s as fast as he can', async (_, hex) => {
    const { received, sent, told, seconds } = await lab.underFlood(lab.bbmd, { from: [ONE], hex })
    expect(received).toBeGreaterThan(50)
    // NPDUs of a domain are not bounded; there are none here.
    expect(told).toBeLessThan(hex[0]?.includes(WHO_IS) === true ? received + 1000 : 1000)
    expect(sent).toBeLessThan(mostOf(ANSWERS, seconds) / RESULT_OCTETS + TALK)
  })

  it('go on while somebody who is not registered is refused more often than he may be answered', async () => {
    const flood = { from: [ONE], hex: UNREGISTERED }
    const { sent, seconds } = await lab.underFloodOf(threeTimes(ANSWERS, RESULT_OCTETS), lab.bbmd, flood)
    expect(sent).toBeLessThan(mostOf(ANSWERS, seconds) / RESULT_OCTETS + TALK)
  })

  it('go on while a hundred send all of that, to the BBMD and to the group', async () => {
    const attack = { from: crowd(100), hex: RUBBISH.slice(0, -1).flatMap(([, hex]) => hex), zone: 'eth0' }
    const { told } = await lab.underFlood(lab.bbmd, attack, { ...attack, to: GROUP })
    expect(told).toBeLessThan(1000)
  })

  it.each([
    ['one address', [ONE], 1],
    ['a thousand addresses', crowd(1000), 1000],
  ])('go on while %s claim 20000 VMACs', async (_, from, most) => {
    const attack = { from, hex: [bvll6(0x00, 'vvvvvv0000')], count: 20_000, ms: 5000 }
    const { after, told, received } = await lab.underFlood(lab.node, attack)
    expect(received).toBeGreaterThan(2 * most)
    expect(told).toBeLessThan(1000)
    // And the BBMD, the foreign device and the other node.
    expect(after.cache.length).toBeLessThanOrEqual(most + 3)
  })

  it('go on while more addresses than are remembered have a VMAC each', async () => {
    const from = crowd(2500).flatMap(([host]): Endpoint6[] => [47_809, 47_810].map(port => [host, port]))
    const attack = { from, hex: [bvll6(0x00, 'vvvvvv0000')], count: 10_000, ms: 5000 }
    const knownAfterMore = async (): Promise<number> => (await lab.underFlood(lab.node, attack)).after.cache.length
    // What a full buffer loses comes with the next flood.
    await expect.poll(knownAfterMore, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(4096)
    expect(await knownAfterMore()).toBe(4096)
  })

  it.each<readonly [what: string, victim: Endpoint6, ask: (victim: Endpoint6) => string]>([
    ['where its VMAC is', victimOf(0), () => bvll6(0x03, `${SOMEBODY}000001`)],
    ['where its VMAC is, as if a BBMD did', victimOf(1), victim => bvll6(0x04, `${SOMEBODY}000001${inHex(victim)}`)],
    ['which VMAC it has', victimOf(2), () => bvll6(0x06, SOMEBODY)],
    ['to relay a question', victimOf(3), () => bvll6(0x03, `${SOMEBODY}vvvvvv`)],
    ['to be registered for no time', victimOf(4), () => bvll6(0x09, `${SOMEBODY}0000`)],
  ])(
    'go on while somebody asks the BBMD %s in the name of somebody else, who is hit no harder than allowed',
    async (_, victim, ask) => {
      await lab.attacker.heard(victim)
      const hex = ask(victim)
      const flood = { from: [hex.startsWith('8204') ? PEER : victim], hex: [hex] }
      const { told, seconds } = await lab.underFloodOf(threeTimes(ANSWERS, RESULT_OCTETS), lab.bbmd, flood)
      const { octets } = await lab.attacker.heard(victim)
      expect(octets).toBeGreaterThan(1000)
      expect(octets).toBeLessThan(mostOf(ANSWERS, seconds))
      expect(told).toBeLessThan(1000)
    },
  )

  it('go on while somebody asks the node in the name of somebody else, by unicast and by multicast', async () => {
    const victim = victimOf(5)
    await lab.attacker.heard(victim)
    const flood = { from: [ONE], hex: [bvll6(0x04, SOMEBODY + lab.node.vmac + inHex(victim))], zone: 'eth0' }
    const enough = threeTimes(ANSWERS, ACK_OCTETS)
    const { seconds } = await lab.underFloodOf(enough, lab.node, flood, { ...flood, to: GROUP })
    const { octets, last } = await lab.attacker.heard(victim)
    expect(last).toBe(bvll6(0x05, lab.node.vmac + SOMEBODY))
    expect(octets).toBeLessThan(mostOf(ANSWERS, seconds))
  })

  it('go on while somebody multicasts questions for all VMACs, which the BBMD relays as far as its policy allows', async () => {
    const flood = { from: [ONE], to: GROUP, hex: [bvll6(0x03, `${SOMEBODY}vvvvvv`)], zone: 'eth0' }
    // To another BBMD, and to a foreign device.
    const { forwarded, seconds } = await lab.underFloodOf(threeTimes(COPIES, 2), lab.bbmd, flood)
    expect(forwarded).toBeGreaterThan(500)
    expect(forwarded).toBeLessThan(mostOf(COPIES, seconds) + TALK)
  })

  it('go on while somebody registers from all his ports: he gets 64 entries', async () => {
    const from = Array.from({ length: 300 }, (_, n): Endpoint6 => ['fd66:0:0:c::1', 20_000 + n])
    const { after } = await lab.underFlood(lab.bbmd, { from, hex: [bvll6(0x09, `${SOMEBODY}003c`)] })
    expect(after.fdt.filter(entry => entry.startsWith('[fd66:0:0:c::1]'))).toHaveLength(64)
  })

  it('go on while somebody registers from all his addresses: the table is full at 128, and who is in it stays', async () => {
    const hex = ['0000', 'ffff', '0001'].map(ttl => bvll6(0x09, SOMEBODY + ttl))
    const { after } = await lab.underFlood(lab.bbmd, { from: crowd(200), hex })
    expect(after.fdt).toHaveLength(128)
    expect(after.fdt).toContain(printed(lab.foreign.at))
  })

  it('go on while some delete all of these, and register instead, again and again', async () => {
    const hex = crowd(200).flatMap(at => [bvll6(0x0a, SOMEBODY + inHex(at)), bvll6(0x09, `${SOMEBODY}003c`)])
    const { after, received } = await lab.underFlood(lab.bbmd, { from: crowd(7, 0x900), hex })
    expect(received).toBeGreaterThan(500)
    expect(after.fdt).toContain(printed(lab.foreign.at))
    expect(after.fdt.length).toBeLessThanOrEqual(128)
  })

  it('go on while foreign devices broadcast as fast as they can from all ports of a host, which have one budget', async () => {
    const from = Array.from({ length: 20 }, (_, n): Endpoint6 => ['fd66:0:0:d::1', 20_000 + n])
    await lab.attacker.send({ from, to: lab.bbmd.at, hex: [bvll6(0x09, `${SOMEBODY}003c`)], count: 20 })
    const flood = { from, hex: [bvll6(0x0c, SOMEBODY + WHO_IS)] }
    const { after, forwarded, seconds } = await lab.underFloodOf(threeTimes(COPIES, 10), lab.bbmd, flood)
    expect(after.fdt.filter(entry => entry.startsWith('[fd66:0:0:d::1]')).length).toBeGreaterThan(10)
    expect(forwarded).toBeGreaterThan(1000)
    expect(forwarded).toBeLessThan(mostOf(COPIES, seconds) + TALK)
  })
})
