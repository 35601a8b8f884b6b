import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeCli } from '../support/cli.js'
import { bvll6, SOMEBODY, startAttacker, startIp6, WHO_IS, WORD, type Endpoint6 } from '../support/ip6-attack.js'
import { skippedIp6, whyNoIp6 } from '../support/ip6-here.js'
import {
  ACK_OCTETS,
  ANSWERS_OF_CHANCE,
  crowd,
  GROUP,
  hostileLab,
  inHex,
  mostOf,
  ONE,
  PEER,
  printed,
  threeTimes,
  type HostileLab,
} from '../support/ip6-hostile-lab.js'
import { PATIENCE_MS } from '../support/patience.js'
import { growthDuring } from '../support/memory.js'

const WITH_PATIENCE = { timeout: PATIENCE_MS, interval: 10 }

describe.skipIf(whyNoIp6 !== undefined)(`B/IPv6 ports that others lie to${skippedIp6}`, () => {
  let lab: HostileLab
  beforeAll(async () => {
    lab = await hostileLab()
  }, 30_000)
  afterAll(async () => {
    closeCli()
    await lab.remove()
  })

  it('learn nothing from answers that they did not ask for, and count them', async () => {
    const hex = [bvll6(0x05, `vvvvvv${lab.node.vmac}`), bvll6(0x07, `vvvvvv${lab.node.vmac}`)]
    const { after, received, told } = await lab.underFlood(lab.node, { from: crowd(100), hex })
    expect(after.cache.filter(([, address]) => address.startsWith('[fd66:'))).toEqual([])
    expect(after.counters.discarded['an answer that nobody asked for']).toBeGreaterThan(received / 2)
    expect(told).toBeLessThan(1000)
  })

  it('know where a VMAC is as soon as its station says anything, whoever has answered for it', async () => {
    const hex = [bvll6(0x05, lab.foreign.vmac + lab.node.vmac), bvll6(0x06, lab.foreign.vmac)]
    await lab.underFlood(lab.node, { from: [ONE], hex })
    const { cache } = await lab.node.process.look()
    expect(cache).toContainEqual([lab.foreign.vmac, printed(lab.foreign.at)])
  })

  it('are registered whatever results come in the name of their BBMD, and do not register in a storm', async () => {
    const { process } = lab.foreign
    const before = process.events.filter(({ event }) => event === 'status').length
    const hex = ['00c0', '0000', '0030', '0060', '00a0', '1234'].map(code => bvll6(0x00, lab.bbmd.vmac + code))
    const { sent, received } = await lab.underFlood(lab.foreign, { from: [lab.bbmd.at], hex })
    expect(received).toBeGreaterThan(50)
    // Four times at once, each time with the broadcasts that were told to be lost; and what it talks.
    expect(sent).toBeLessThan(6 * 17 + 10)
    expect(process.events.filter(({ event }) => event === 'status').length - before).toBeLessThanOrEqual(2 * 6)
    expect((await process.look()).counters.discarded).toHaveProperty('an answer that nobody asked for')
  })

  it('keep a VMAC by chance when all that they draw is claimed by somebody', async () => {
    const { process, vmac } = lab.chance
    await lab.attacker.claimAll(ONE, GROUP, 'eth0')
    const hex = [bvll6(0x05, `${vmac}${SOMEBODY}`), bvll6(0x06, vmac)]
    // Not in the flood, in which a claim may be lost: a candidate that nobody claims is free.
    await lab.attacker.send({ from: [ONE], to: lab.chance.at, hex: hex.slice(0, 1), count: 3 })
    const taken = async (): Promise<number | undefined> => (await process.look()).told['VmacsTaken']
    await expect.poll(taken, WITH_PATIENCE).toBe(1)
    // Every other datagram is a question.
    const enough = threeTimes(ANSWERS_OF_CHANCE, ACK_OCTETS / 2)
    const { told, sent, seconds } = await lab.underFloodOf(enough, lab.chance, { from: crowd(500), hex })
    expect(told).toBeLessThan(1000)
    expect(sent).toBeLessThan(mostOf(ANSWERS_OF_CHANCE, seconds) / ACK_OCTETS + 10)
    expect(await taken()).toBe(1)
    const again = await lab.underFlood(lab.chance, { from: [ONE], hex: [bvll6(0x05, `${vmac}${SOMEBODY}`)] })
    expect(again.sent).toBeLessThan(5)
    expect(process.events.findLast(({ event }) => event === 'status')).toMatchObject({ vmac })
    const npdu = `${WORD}5a`
    lab.node.process.say({ do: 'send', to: vmac, npdu })
    expect(await process.event('npdu', { npdu })).toMatchObject({ source: lab.node.vmac })
  })

  it.each<readonly [string, () => string, Endpoint6]>([
    ['of the BBMD itself', () => inHex(lab.bbmd.at), PEER],
    ['of a group', () => inHex(GROUP), PEER],
    ['of nobody', () => '0'.repeat(32) + 'bac0', PEER],
    ['of each host for itself', () => `${'1'.padStart(32, '0')}bac0`, PEER],
    ['without a port', () => inHex(['fd66:0:0:a1::1', 0]), PEER],
    ['of somebody, but it is not from a BBMD', () => inHex(ONE), ONE],
  ])('hear no Forwarded-NPDU with the address %s', async (_, originating, from) => {
    const npdu = `${WORD}f0`
    const hex = [bvll6(0x08, SOMEBODY + originating() + npdu), bvll6(0x04, `${SOMEBODY}0004d3${originating()}`)]
    const before = await lab.bbmd.process.look()
    await lab.attacker.send({ from: [from], to: lab.bbmd.at, hex, count: 100 })
    const after = await lab.bbmd.process.drained()
    expect(after.counters.received - before.counters.received).toBeGreaterThan(50)
    expect(after.counters.forwarded).toBe(before.counters.forwarded)
    await lab.expectTalk()
    for (const { process } of [lab.bbmd, lab.node, lab.foreign]) {
      expect(process.events.filter(event => event['npdu'] === npdu)).toEqual([])
    }
  })

  it('end in good order while they are flooded', async () => {
    const { process, at } = lab.bbmd
    const hex = [bvll6(0x09, `${SOMEBODY}003c`), bvll6(0x02, SOMEBODY + WHO_IS), bvll6(0x06, 'vvvvvv')]
    const { received } = (await process.look()).counters
    const flood = lab.attacker.send({ from: crowd(50), to: at, hex, ms: PATIENCE_MS })
    await expect
      .poll(async () => (await process.look()).counters.received, WITH_PATIENCE)
      .toBeGreaterThan(received + 50)
    process.say({ do: 'end' })
    expect(await Promise.race([process.exited, flood.then(sent => `${sent} were sent before it ended`)])).toBe(0)
    expect(process.stderr()).not.toMatch(/Error|at /)
    lab.attacker.stop()
    await flood
  })
})

describe.skipIf(whyNoIp6?.startsWith('the library') === true)('B/IPv6 ports on ::1', () => {
  afterAll(closeCli)

  it('talk through their BBMD after it was sent all kinds of rubbish', async () => {
    const bbmd = await startIp6(undefined, { bind: '[::1]:0', deviceInstance: 1, bbmd: [] })
    const at = String((await bbmd.event('listening'))['address'])
    const [one, two] = await Promise.all(
      [2, 3].map(deviceInstance => startIp6(undefined, { bind: '[::1]:0', deviceInstance, foreign: at })),
    )
    const to: Endpoint6 = ['::1', Number(at.slice(at.lastIndexOf(':') + 1))]
    const hex = [
      '',
      '8201',
      '0102030405060708',
      '82'.repeat(20_000),
      bvll6(0x05, 'vvvvvv000001'),
      bvll6(0x00, 'vvvvvv0000'),
    ]
    const { grownMiB } = await growthDuring(bbmd.pid, () =>
      startAttacker(undefined).send({ from: [['::1', 0]], to, hex, ms: 200 }),
    )
    expect(grownMiB).toBeLessThan(64)
    const { told, cache, counters } = await bbmd.drained()
    expect(counters.received).toBeGreaterThan(100)
    expect(told['Discarded']).toBeLessThan(50)
    expect(cache.length).toBeLessThanOrEqual(3)
    one?.say({ do: 'send', to: 'broadcast', npdu: `${WORD}01` })
    expect(await two?.event('npdu', { npdu: `${WORD}01` })).toMatchObject({ source: '000002' })
    two?.say({ do: 'send', to: '000002', npdu: `${WORD}02` })
    expect(await one?.event('npdu', { npdu: `${WORD}02` })).toMatchObject({ source: '000003' })
  })

  it('keep as much as they may for VMACs that nobody has, and give it back in time', async () => {
    const limits = { resolution: { giveUp: 500 } }
    const port = await startIp6(undefined, { bind: '[::1]:0', deviceInstance: 4, limits })
    const npdu = `0100${'10'.repeat(1495)}`
    const dropped = async (): Promise<Readonly<Record<string, number>>> => (await port.look()).counters.dropped
    const { grownMiB } = await growthDuring(port.pid, async () => {
      port.say({ do: 'send', to: '100000', each: 1100, times: 18, npdu })
      await expect.poll(dropped, WITH_PATIENCE).toEqual({
        'too many VMACs are asked for': 76 * 18,
        'too many wait for its VMAC': 1024 * 2,
        'nobody answered for its VMAC': 1024 * 16,
      })
    })
    expect(grownMiB).toBeLessThan(24 + 64)
  })
})
