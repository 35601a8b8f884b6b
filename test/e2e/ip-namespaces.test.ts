import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { expectAllToHearEach, iAm, startStation, whoIs, without, type Station } from '../support/ip-stations.js'
import { PATIENCE_MS } from '../support/lab.js'
import { liveCapture, type LiveCapture } from '../support/live-capture.js'
import { natPath, type NatPathOptions } from '../support/nat-path.js'
import { opaqueNpduOf } from '../support/npdu.js'
import { namespaceLab, whyNoNamespaces, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { tsharkIsHere } from '../support/tshark-ask.js'

const reason = await whyNoNamespaces()
const skipped = reason === undefined ? '' : ` (${reason})`

const WITH_PATIENCE = { timeout: PATIENCE_MS }

const SUBNETS = { office: '10.71.1', plant: '10.71.2', street: '10.71.3' }
const ONE_HOP_PORT = 47_809
/** What stands for a port behind NAT on the host outside is so much higher. */
const OUTER = 1000

/** The stations of one B/IP network, two of each subnet. */
interface Network {
  readonly officeBbmd: Station
  readonly officeNode: Station
  readonly plantBbmd: Station
  readonly plantNode: Station
  /** Registered with the BBMD of the office. */
  readonly foreign: Station
  /** Registered with the BBMD of the plant, which knows it by the address outside. */
  readonly behindNat: Station
}

interface NetworkOptions {
  /** Of all its stations: networks on one subnet differ in it. */
  readonly port: number
  /** That of the BBMDs in the tables of the others: `/255.255.255.0`. */
  readonly mask: string
  /** Of which stations the command is not told the address. */
  readonly onAllAddresses: readonly (keyof Network)[]
}

const allOf = (network: Network): readonly Station[] => Object.values(network) as readonly Station[]

describe.skipIf(reason !== undefined)(`B/IP ports on three subnets${skipped}`, () => {
  let lab: NamespaceLab
  let hosts: Readonly<Record<Exclude<keyof Network, 'behindNat'> | 'outside', NamespaceHost>>
  let capture: LiveCapture | undefined
  let network: Network
  let nats = 0

  const innerHost = (options: Omit<NatPathOptions, 'outside'>): Promise<NamespaceHost> =>
    natPath(lab, `inner${++nats}`, nats, { outside: hosts.outside, ...options })

  const startNetwork = async ({ port, mask, onAllAddresses }: NetworkOptions): Promise<Network> => {
    const at = (host: NamespaceHost): string => `${host.ip}:${port}`
    const { officeBbmd, plantBbmd, officeNode, plantNode, foreign, outside } = hosts
    const inner = await innerHost({
      port: port + OUTER,
      peers: [officeBbmd, plantBbmd, officeNode, plantNode, foreign].map(at),
    })
    let device = port - 47_000
    const start = (who: keyof Network, ...flags: readonly string[]): Promise<Station> => {
      const host = who === 'behindNat' ? inner : hosts[who]
      const address = who === 'behindNat' ? `${outside.ip}:${port + OUTER}` : at(host)
      const bind = onAllAddresses.includes(who) ? `0.0.0.0:${port}` : at(host)
      return startStation({ host, bind, address, device: device++, flags })
    }
    const bdt = [officeBbmd, plantBbmd].flatMap(host => ['--bdt', at(host) + mask])
    // First the BBMDs: who registers when nobody hears it tries again only after 5 s.
    const bbmds = await Promise.all([start('officeBbmd', '--bbmd', ...bdt), start('plantBbmd', '--bbmd', ...bdt)])
    const others = await Promise.all([
      start('officeNode'),
      start('plantNode'),
      start('foreign', '--foreign', at(officeBbmd)),
      start('behindNat', '--foreign', at(plantBbmd)),
    ])
    return {
      ...{ officeBbmd: bbmds[0], plantBbmd: bbmds[1] },
      ...{ officeNode: others[0], plantNode: others[1], foreign: others[2], behindNat: others[3] },
    }
  }

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: SUBNETS, directedBroadcasts: true })
    const [officeBbmd, officeNode, plantBbmd, plantNode, foreign, outside] = await Promise.all([
      lab.host('office-bbmd', 'office', 2),
      lab.host('office-node', 'office', 5),
      lab.host('plant-bbmd', 'plant', 2),
      lab.host('plant-node', 'plant', 5),
      lab.host('foreign', 'street', 5),
      lab.host('outside', 'street', 9),
    ])
    hosts = { officeBbmd, officeNode, plantBbmd, plantNode, foreign, outside }
    if (tsharkIsHere) capture = await liveCapture(lab.router, Object.keys(SUBNETS))
    network = await startNetwork({
      port: 47_808,
      mask: '',
      onAllAddresses: ['officeNode', 'plantBbmd', 'behindNat'],
    })
  })
  afterAll(async () => {
    await lab.remove()
    await capture?.remove()
  })

  it('hear a Who-Is of any of them once and answer it, where BBMDs send to each other (two hops)', async () => {
    await expectAllToHearEach(allOf(network))
  })

  it('do so where BBMDs broadcast on each other’s subnets (one hop)', async () => {
    const oneHop = await startNetwork({
      port: ONE_HOP_PORT,
      mask: '/255.255.255.0',
      onAllAddresses: ['officeBbmd', 'plantNode', 'foreign'],
    })
    await expectAllToHearEach(allOf(oneHop))
  })

  it('do so with a BBMD behind NAT that is known by its global address', async () => {
    const port = 47_810
    const at = (host: NamespaceHost): string => `${host.ip}:${port}`
    const { officeBbmd, officeNode, foreign, outside } = hosts
    const global = `${outside.ip}:${port + OUTER}`
    const inner = await innerHost({
      port: port + OUTER,
      peers: [officeBbmd, officeNode].map(at),
      forwardTo: port,
    })
    const start = (device: number, host: NamespaceHost, ...flags: readonly string[]): Promise<Station> =>
      startStation({ host, bind: at(host), address: host === inner ? global : at(host), device, flags })

    const bbmds = await Promise.all([
      start(10, officeBbmd, '--bbmd', '--bdt', global),
      start(11, inner, '--bbmd', '--bdt', at(officeBbmd), '--global', global),
    ])
    const others = await Promise.all([start(12, officeNode), start(13, foreign, '--foreign', global)])
    await expectAllToHearEach([...bbmds, ...others])

    const beside = inner.ip.replace(/5$/, '6')
    await inner.run('ip', 'addr', 'add', `${beside}/24`, 'broadcast', '+', 'dev', 'eth0')
    const node = await startStation({ host: inner, bind: `${beside}:${port}`, device: 14 })
    node.say({ do: 'send', to: 'broadcast', npdu: whoIs(4) })
    // Its own address is of no use outside: whoever answers reaches the BBMD.
    for (const { event, address, device } of others) {
      await event('npdu', { npdu: whoIs(4), source: global })
      await expect
        .poll(() => bbmds[1].heard().filter(line => line === `${address} unicast ${iAm(device)}`), WITH_PATIENCE)
        .toHaveLength(2)
    }
  })

  it('carry the longest NPDU there is, in fragments', async () => {
    const npdu = toHex(opaqueNpduOf(1497))
    const { behindNat, foreign } = network
    behindNat.say({ do: 'send', to: 'broadcast', npdu })
    foreign.say({ do: 'send', to: behindNat.address, npdu })
    await behindNat.event('npdu', { npdu, source: foreign.address })
    for (const { event } of without(behindNat, allOf(network))) {
      await event('npdu', { npdu, source: behindNat.address })
    }
  })

  it('read the tables of a BBMD of another subnet, and may not write there', async () => {
    const { say, event } = network.officeNode
    const bbmd = network.plantBbmd.address
    say({ do: 'read-bdt', bbmd })
    say({ do: 'read-fdt', bbmd })
    say({ do: 'write-bdt', bbmd, entries: [] })
    const mask = '255.255.255.255'
    const entries = [network.officeBbmd, network.plantBbmd].map(({ address }) => ({ address, mask }))
    expect(await event('bdt')).toEqual({ event: 'bdt', bbmd, entries })
    const { entries: foreign } = await event('fdt')
    expect(foreign).toEqual([expect.objectContaining({ address: network.behindNat.address, ttl: 60 })])
    expect(await event('error')).toMatchObject({ do: 'write-bdt', code: 0x10 })
  })

  it('find the way back to a BBMD that was killed and started again with their next broadcast', async () => {
    const { behindNat, plantBbmd } = network
    plantBbmd.signal('SIGKILL')
    await plantBbmd.exited
    network = { ...network, plantBbmd: await plantBbmd.again() }
    behindNat.say({ do: 'send', to: 'broadcast', npdu: whoIs(1) })
    for (const { address, device } of without(behindNat, allOf(network))) {
      const answer = `${address} unicast ${iAm(device)}`
      await expect.poll(() => behindNat.heard().filter(line => line === answer), WITH_PATIENCE).toHaveLength(2)
    }
    const states = behindNat.events.filter(({ event }) => event === 'registration').map(({ state }) => state)
    expect(states).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
    network.officeNode.say({ do: 'send', to: 'broadcast', npdu: whoIs(2) })
    await behindNat.event('npdu', { npdu: whoIs(2) })
    for (const { heard } of without(behindNat, allOf(network))) {
      expect(heard().filter(line => line.endsWith(whoIs(1)))).toEqual([`${behindNat.address} broadcast ${whoIs(1)}`])
    }
  })

  it('have themselves deleted where they are registered when they are told to end', async () => {
    const { foreign, officeBbmd } = network
    foreign.signal('SIGTERM')
    await officeBbmd.event('foreign-device', { address: foreign.address, state: 'deleted' })
    expect(await foreign.exited).toBe(0)
    officeBbmd.say({ do: 'tables' })
    expect((await officeBbmd.event('tables'))['fdt']).toEqual([])
  })

  it.skipIf(!tsharkIsHere)('have sent only what tshark can read (skipped without tshark)', async () => {
    network.officeNode.say({ do: 'send', to: 'broadcast', npdu: whoIs(3) })
    const captured = (await capture?.readUpTo(whoIs(3))) ?? []
    expect(captured.filter(({ problems }) => problems !== '')).toEqual([])
    expect([...new Set(captured.map(({ read }) => read))].sort()).toEqual([
      ...['0x00 bvlc', '0x01 bvlc', '0x02 bvlc', '0x03 bvlc', '0x04 bvlc:bacnet', '0x05 bvlc', '0x06 bvlc'],
      ...['0x07 bvlc', '0x08 bvlc', '0x09 bvlc:bacnet', '0x0a bvlc:bacnet', '0x0b bvlc:bacnet'],
    ])
    // Only a mask sends a broadcast to a subnet from elsewhere.
    const directed = captured.filter(({ from, to }) => to.includes('.255:') && subnetOf(from) !== subnetOf(to))
    expect([...new Set(directed.map(({ to }) => to.split(':')[1]))]).toEqual([String(ONE_HOP_PORT)])
  })
})

const subnetOf = (address: string): string => address.split('.').slice(0, 3).join('.')
