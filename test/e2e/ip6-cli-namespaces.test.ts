import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { closeCli } from '../support/cli.js'
import { expectAllToHearEach, iAm, startStation, whoIs, without, type Station } from '../support/ip-stations.js'
import { skippedIp6, whyNoIp6 } from '../support/ip6-here.js'
import { PATIENCE_MS } from '../support/patience.js'
import { liveCapture, type Captured, type LiveCapture } from '../support/live-capture.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { opaqueNpduOf } from '../support/npdu.js'
import { tsharkIsHere } from '../support/tshark-ask.js'

const WITH_PATIENCE = { timeout: PATIENCE_MS, interval: 10 }
const LINKS = { office: '10.71.1', plant: '10.71.2', street: '10.71.3' }
const PORT = 47_808
const GROUP = `[ff02::bac0]:${PORT}`

/** The stations of one B/IPv6 network. */
interface Network {
  readonly officeBbmd: Station
  readonly officeNode: Station
  readonly plantBbmd: Station
  /** Has a VMAC by chance. */
  readonly plantNode: Station
  /** Registered with the BBMD of the office. */
  readonly foreign: Station
}

const at = ({ ip6 }: NamespaceHost): string => `[${ip6}]:${PORT}`

// Each test needs those before it: it is one network, to which more and more happens.
describe.skipIf(whyNoIp6 !== undefined)(`rx-bacnet ip6 on three links, in this order${skippedIp6}`, () => {
  let lab: NamespaceLab
  let hosts: Readonly<Record<keyof Network, NamespaceHost>>
  let capture: LiveCapture | undefined
  let network: Network

  const all = (): readonly Station[] => Object.values(network) as readonly Station[]

  const start = (who: keyof Network, device: number, ...flags: readonly string[]): Promise<Station> =>
    startStation({ command: 'ip6', host: hosts[who], bind: at(hosts[who]), device, flags })

  const named = (who: keyof Network, device: number, ...flags: readonly string[]): Promise<Station> =>
    start(who, device, '--device-instance', String(device), ...flags)

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: LINKS, ipv6: true })
    const [officeBbmd, officeNode, plantBbmd, plantNode, foreign] = await Promise.all([
      lab.host('office-bbmd', 'office', 2),
      lab.host('office-node', 'office', 5),
      lab.host('plant-bbmd', 'plant', 2),
      lab.host('plant-node', 'plant', 5),
      lab.host('foreign', 'street', 5),
    ])
    hosts = { officeBbmd, officeNode, plantBbmd, plantNode, foreign }
    if (tsharkIsHere) capture = await liveCapture(lab.router, Object.keys(LINKS), 'ip6')
    // First the BBMDs: who registers when nobody hears it tries again only after 5 s.
    const bbmds = await Promise.all([
      named('officeBbmd', 1, '--bbmd', '--bdt', at(plantBbmd)),
      named('plantBbmd', 2, '--bbmd', '--bdt', at(officeBbmd)),
    ])
    const others = await Promise.all([
      named('officeNode', 3),
      start('plantNode', 4),
      named('foreign', 5, '--foreign', at(officeBbmd)),
    ])
    network = {
      ...{ officeBbmd: bbmds[0], plantBbmd: bbmds[1] },
      ...{ officeNode: others[0], plantNode: others[1], foreign: others[2] },
    }
  })
  afterAll(async () => {
    closeCli()
    await lab.remove()
    await capture?.remove()
  })

  it('find by its VMAC a node beyond the BBMDs of which they have never heard', async () => {
    const { officeNode, foreign, plantNode } = network
    expect(plantNode.address).toMatch(/^[4-7][0-9a-f]{5}$/)
    officeNode.say({ do: 'send', to: plantNode.address, npdu: whoIs(4_001) })
    foreign.say({ do: 'resolve', to: plantNode.address })
    await plantNode.event('npdu', { source: officeNode.address, destination: 'unicast', npdu: whoIs(4_001) })
    await foreign.event('resolved', { vmac: plantNode.address, address: at(hosts.plantNode) })
    plantNode.say({ do: 'send', to: foreign.address, npdu: whoIs(4_002) })
    await foreign.event('npdu', { source: plantNode.address, npdu: whoIs(4_002) })
  })

  it('carry the longest NPDU there is, in fragments', async () => {
    const npdu = toHex(opaqueNpduOf(1497))
    const { officeNode, plantNode } = network
    officeNode.say({ do: 'send', to: 'broadcast', npdu })
    for (const { event } of without(officeNode, all())) await event('npdu', { npdu, source: officeNode.address })
    plantNode.say({ do: 'send', to: officeNode.address, npdu })
    await officeNode.event('npdu', { npdu, source: plantNode.address })
  })

  it('hear a Who-Is of any of them once, and answer it by unicast', async () => {
    const before = new Map(all().map(station => [station.device, station.heard().length]))
    const since = all().map(station => ({
      ...station,
      heard: () => station.heard().slice(before.get(station.device)),
    }))
    await expectAllToHearEach(since)
  })

  it('know then where everybody is, and BBMDs who belongs to them', async () => {
    for (const station of all()) {
      station.say({ do: 'cache' })
      const entries = (await station.event('cache'))['entries'] as readonly Readonly<Record<string, unknown>>[]
      const known = entries.map(({ vmac, address }) => `${String(vmac)} ${String(address)}`)
      const expected = (Object.keys(network) as readonly (keyof Network)[])
        .filter(who => network[who] !== station)
        .map(who => `${network[who].address} ${at(hosts[who])}`)
      expect([...known].sort()).toEqual(expected.sort())
    }
    network.officeBbmd.say({ do: 'tables' })
    expect(await network.officeBbmd.event('tables')).toEqual({
      event: 'tables',
      bdt: [{ address: at(hosts.plantBbmd) }],
      fdt: [
        { address: at(hosts.foreign), vmac: network.foreign.address, ttl: 60, remaining: expect.any(Number) as number },
      ],
    })
  })

  it('find the way back to a BBMD that was killed and started again with their next broadcast', async () => {
    const { foreign, officeBbmd } = network
    officeBbmd.signal('SIGKILL')
    await officeBbmd.exited
    network = { ...network, officeBbmd: await officeBbmd.again() }
    foreign.say({ do: 'send', to: 'broadcast', npdu: whoIs(4_003) })
    for (const { address, device } of without(foreign, all())) {
      const answer = `${address} unicast ${iAm(device)}`
      await expect.poll(() => foreign.heard().filter(line => line === answer), WITH_PATIENCE).toHaveLength(2)
    }
    const states = foreign.events.filter(({ event }) => event === 'registration').map(({ state }) => state)
    expect(states).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
    network.plantNode.say({ do: 'send', to: 'broadcast', npdu: whoIs(4_004) })
    await foreign.event('npdu', { npdu: whoIs(4_004), source: network.plantNode.address })
    for (const { heard } of without(foreign, all())) {
      const line = `${foreign.address} broadcast ${whoIs(4_003)}`
      expect(heard().filter(said => said.endsWith(whoIs(4_003)))).toEqual([line])
    }
  })

  it('are told of a VMAC that two of them have', async () => {
    const { officeNode } = network
    const twinHost = await lab.host('twin', 'plant', 9)
    const flags = ['--vmac', officeNode.address]
    const twin = await startStation({ command: 'ip6', host: twinHost, bind: at(twinHost), device: 6, flags })
    twin.say({ do: 'send', to: 'broadcast', npdu: whoIs(4_005) })
    expect(await officeNode.event('vmac-conflict')).toEqual({
      event: 'vmac-conflict',
      vmac: officeNode.address,
      source: at(twinHost),
      count: 1,
    })
    officeNode.say({ do: 'send', to: 'broadcast', npdu: whoIs(4_006) })
    await twin.event('vmac-conflict', { source: at(hosts.officeNode) })
    twin.signal('SIGTERM')
    expect(await twin.exited).toBe(0)
  })

  it('have themselves deleted where they are registered when they are told to end', async () => {
    const { foreign, officeBbmd } = network
    foreign.signal('SIGTERM')
    await officeBbmd.event('foreign-device', { address: at(hosts.foreign), state: 'deleted' })
    expect(await foreign.exited).toBe(0)
    officeBbmd.say({ do: 'tables' })
    await expect.poll(() => officeBbmd.events.at(-1), WITH_PATIENCE).toMatchObject({ event: 'tables', fdt: [] })
  })

  it.skipIf(!tsharkIsHere)('have sent only what tshark can read (skipped without tshark)', async () => {
    network.officeNode.say({ do: 'send', to: 'broadcast', npdu: whoIs(4_007) })
    const captured = (await capture?.readUpTo(whoIs(4_007))) ?? []
    expect(captured.filter(({ problems }) => problems !== '')).toEqual([])
    expect(kindsIn(captured)).toEqual([
      ...['0x00 bvlc', '0x01 bvlc:bacnet', '0x02 bvlc:bacnet', '0x03 bvlc', '0x04 bvlc', '0x05 bvlc'],
      ...['0x08 bvlc:bacnet', '0x09 bvlc', '0x0a bvlc', '0x0c bvlc:bacnet'],
    ])
    expect(new Set(captured.filter(({ to }) => to.startsWith('[ff')).map(({ to }) => to))).toEqual(new Set([GROUP]))
  })
})

const kindsIn = (captured: readonly Captured[]): readonly string[] =>
  [...new Set(captured.map(({ read }) => read))].sort()
