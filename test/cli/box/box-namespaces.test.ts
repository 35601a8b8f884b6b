import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxCapture, PLAIN_PORT, type BoxCapture, type Sighting } from '../../support/box-capture.js'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { address, device, iAm, name, readName, runOn, to, WHO_IS, type Device } from '../../support/box-stations.js'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { skippedIp6, whyNoIp6 } from '../../support/ip6-here.js'
import { killHub } from '../../support/killed-hub.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../../support/namespaces.js'
import { PATIENCE_MS } from '../../support/patience.js'
import { tsharkIsHere } from '../../support/tshark-ask.js'

/*
 * A box with a hub, a node of it, a BBMD and a B/IPv6 port, all of which a router joins: floor is network 10, lab 20, campus 30.
 * Behind another box on the floor there is network 2001, the cellar.
 */

const SUBNETS = { floor: '192.168.1', lab: '192.168.2', campus: '192.168.3', street: '192.168.4', cellar: '192.168.5' }
const [FLOOR, LAB, CAMPUS, CELLAR, NOWHERE] = [10, 20, 30, 2001, 999]
const SC_MAC = '9a7b31c2d405'
const SC_VMAC = '9a:7b:31:c2:d4:05'
const IP6_MAC = '0004d2'
const IP_MAC = 'c0a80132bac0'
const FOREIGN_MAC = 'c0a80432bac0'
const CELLAR_MAC = 'c0a80532bac0'
const ANNEX_MAC = 'c0a80163bac0'
const BOX = '192.168.1.10:47808'
const ANNEX = '192.168.1.99:47808'
const [IP_DEVICE, IP6_DEVICE, SC_DEVICE, FOREIGN_DEVICE, CELLAR_DEVICE] = [1, 1234, 3, 4, 5]
const WHO_IS_ALL = `0120ffff00ff${WHO_IS}`
const WITH_PATIENCE = { timeout: PATIENCE_MS, interval: 10 }

type Who = 'box' | 'annex' | 'ip' | 'ip6' | 'sc' | 'foreign' | 'cellar'

// Beside the rest, which waits for other things.
const hubKilled = killHub()
hubKilled.catch(() => undefined)
afterAll(closeCli)

// Each test needs those before it: it is one internetwork, to which more and more happens.
describe.skipIf(whyNoIp6 !== undefined)(`a box between three networks, in this order${skippedIp6}`, () => {
  let lab: NamespaceLab
  let hosts: Readonly<Record<Who, NamespaceHost>>
  let certificates: LabFolder
  let capture: BoxCapture | undefined
  let folder: BoxFolder
  let annexFolder: BoxFolder
  let box: CliProcess
  let annex: CliProcess
  let ip: Device
  let ip6: Device
  let sc: Device
  let foreign: Device
  let cellar: Device
  let labVmac = ''
  let campusVmac = ''

  const tls = (who: string) => ({ ca: ['ca.pem'], cert: `${who}.pem`, key: `${who}.key` })
  const floorPort = (more = {}) => ({
    ...{ name: 'floor', type: 'ip', network: FLOOR, bind: BOX, broadcast: '192.168.1.255', bbmd: true },
    ...more,
  })
  const labPort = (more = {}) => ({
    ...{ name: 'lab', type: 'ip6', network: LAB, bind: `[${hosts.box.ip6.replace(':1::', ':2::')}]:47808` },
    ...{ interface: 'eth1', deviceInstance: 77 },
    ...more,
  })
  const secured = () => [
    { name: 'campus', type: 'sc-node', network: CAMPUS, hub: 'wss://192.168.3.10:4443', tls: tls('node') },
    { name: 'hub', type: 'sc-hub', listen: 'wss://192.168.3.10:4443', tls: tls('hub') },
  ]
  const plain = () => [
    { name: 'campus', type: 'sc-node', network: CAMPUS, hub: `ws://192.168.3.10:${PLAIN_PORT}`, plaintext: true },
    { name: 'hub', type: 'sc-hub', listen: `ws://192.168.3.10:${PLAIN_PORT}`, plaintext: true },
  ]
  const boxOf = (...ports: readonly object[]) => ({ ports, router: { ports: ['floor', 'lab', 'campus'] } })

  const annexBox = () => ({
    ports: [
      { name: 'floor', type: 'ip', network: FLOOR, bind: ANNEX, broadcast: '192.168.1.255' },
      { name: 'cellar', type: 'ip', network: CELLAR, bind: '192.168.5.99:47808', broadcast: '192.168.5.255' },
    ],
    router: { ports: ['floor', 'cellar'] },
  })
  const startAnnex = async (): Promise<void> => {
    annexFolder.write(annexBox())
    annex = runOn(hosts.annex, ['run', annexFolder.file, '--json'])
    await annex.event('listening', { port: 'cellar' })
  }

  const count = ({ events }: CliProcess, event: string, fields: Readonly<Record<string, unknown>> = {}): number =>
    events.filter(one => one.event === event && Object.entries(fields).every(([key, value]) => one[key] === value))
      .length

  const scNode = (...flags: readonly string[]): Device =>
    device(hosts.sc, SC_DEVICE, ['node', '--vmac', SC_VMAC, '--min-reconnect', '0.5', ...flags])

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: SUBNETS, ipv6: true })
    const [made, annexHost, ipHost, ip6Host, scHost, foreignHost, cellarHost] = await Promise.all([
      lab.host('box', 'floor', 10),
      lab.host('annex', 'floor', 99),
      lab.host('ip', 'floor', 50),
      lab.host('ip6', 'lab', 50),
      lab.host('sc', 'campus', 50),
      lab.host('foreign', 'street', 50),
      lab.host('cellar', 'cellar', 50),
    ])
    hosts = {
      ...{ box: made, annex: annexHost, ip: ipHost, ip6: ip6Host, sc: scHost },
      ...{ foreign: foreignHost, cellar: cellarHost },
    }
    await lab.join(made, 'lab', 10)
    await lab.join(made, 'campus', 10)
    await lab.join(annexHost, 'cellar', 99)
    certificates = await labFolder(['hub', 'node', 'device'])
    folder = boxFolder(certificates.path)
    annexFolder = boxFolder()
    if (tsharkIsHere) capture = await boxCapture(lab.router, Object.keys(SUBNETS))
    folder.write(boxOf(floorPort(), labPort(), ...secured()))
    ip = device(hosts.ip, IP_DEVICE, ['ip', '--bind', '192.168.1.50:47808'])
    ip6 = device(hosts.ip6, IP6_DEVICE, ['ip6', '--bind', `[${hosts.ip6.ip6}]:47808`, '--device-instance', '1234'])
    cellar = device(hosts.cellar, CELLAR_DEVICE, ['ip', '--bind', '192.168.5.50:47808'])
    box = runOn(hosts.box, ['run', folder.file, '--json'])
    await box.event('listening', { port: 'hub' })
    sc = scNode('--hub', 'wss://192.168.3.10:4443', ...certificates.flags('device'))
    foreign = device(hosts.foreign, FOREIGN_DEVICE, ['ip', '--bind', '192.168.4.50:47808', '--foreign', BOX])
    for (const port of ['floor', 'lab']) await box.event('listening', { port })
    labVmac = String((await box.event('listening', { port: 'lab' }))['vmac'])
    const { vmac } = await box.event('status', { port: 'campus', status: 'primary' })
    campusVmac = String(vmac)
    for (const one of [ip, ip6, cellar]) await one.event('listening')
    await sc.event('status', { status: 'primary' })
    await foreign.event('registration', { state: 'registered' })
  })
  afterAll(async () => {
    await lab.remove()
    await capture?.remove()
    certificates.remove()
    annexFolder.remove()
  })

  it('carries a Who-Is of a B/IP device to all networks, and all I-Am answers back', async () => {
    ip.send('broadcast', WHO_IS_ALL)
    const carried = `0128ffff00${address(FLOOR, IP_MAC)}fe${WHO_IS}`
    await ip6.hears(`${labVmac} broadcast ${carried}`)
    await sc.hears(`${campusVmac} broadcast ${carried}`)
    await ip.hears(`${BOX} unicast 0108${address(LAB, IP6_MAC)}${iAm(IP6_DEVICE)}`)
    await ip.hears(`${BOX} unicast 0108${address(CAMPUS, SC_MAC)}${iAm(SC_DEVICE)}`)
    await box.event('npdu', { port: 'floor', source: '192.168.1.50:47808', destination: 'broadcast', npdu: WHO_IS_ALL })
  })

  it('carries a Who-Is for one network there, and nowhere else', async () => {
    const before = ip.heard().length
    ip.send(BOX, `0120${address(LAB, '')}ff${WHO_IS}`)
    await ip6.hears(`${labVmac} broadcast 0108${address(FLOOR, IP_MAC)}${WHO_IS}`)
    sc.send(campusVmac, `0120${address(FLOOR, '')}ff${WHO_IS}`)
    await ip.hears(`${BOX} broadcast 0108${address(CAMPUS, SC_MAC)}${WHO_IS}`)
    await sc.hears(`${campusVmac} unicast 0108${address(FLOOR, IP_MAC)}${iAm(IP_DEVICE)}`)
    ip.send(BOX, `0120${address(CAMPUS, '')}ff${WHO_IS}`)
    await sc.hears(`${campusVmac} broadcast 0108${address(FLOOR, IP_MAC)}${WHO_IS}`)
    await expect
      .poll(() => ip.heard().slice(before), WITH_PATIENCE)
      .toEqual(
        expect.arrayContaining([
          `${BOX} unicast 0108${address(LAB, IP6_MAC)}${iAm(IP6_DEVICE)}`,
          `${BOX} unicast 0108${address(CAMPUS, SC_MAC)}${iAm(SC_DEVICE)}`,
        ]),
      )
    expect(ip6.heard().filter(line => line.endsWith(WHO_IS))).toHaveLength(2)
    expect(sc.heard().filter(line => line.endsWith(WHO_IS))).toHaveLength(2)
  })

  it('carries ReadProperty and its answer between any two networks', async () => {
    ip.send(BOX, `${to(LAB, IP6_MAC, true)}${readName(IP6_DEVICE, 1)}`)
    await ip6.hears(`${labVmac} unicast 010c${address(FLOOR, IP_MAC)}${readName(IP6_DEVICE, 1)}`)
    await ip.hears(`${BOX} unicast 0108${address(LAB, IP6_MAC)}${name(IP6_DEVICE, 1)}`)
    sc.send(campusVmac, `${to(FLOOR, IP_MAC, true)}${readName(IP_DEVICE, 2)}`)
    await ip.hears(`${BOX} unicast 010c${address(CAMPUS, SC_MAC)}${readName(IP_DEVICE, 2)}`)
    await sc.hears(`${campusVmac} unicast 0108${address(FLOOR, IP_MAC)}${name(IP_DEVICE, 2)}`)
    ip6.send(labVmac, `${to(CAMPUS, SC_MAC, true)}${readName(SC_DEVICE, 3)}`)
    await sc.hears(`${campusVmac} unicast 010c${address(LAB, IP6_MAC)}${readName(SC_DEVICE, 3)}`)
    await ip6.hears(`${labVmac} unicast 0108${address(CAMPUS, SC_MAC)}${name(SC_DEVICE, 3)}`)
  })

  it('serves as a BBMD a foreign device, which is a station of the floor to all', async () => {
    await box.event('foreign-device', { port: 'floor', address: '192.168.4.50:47808', state: 'registered' })
    foreign.send('broadcast', WHO_IS_ALL)
    await sc.hears(`${campusVmac} broadcast 0128ffff00${address(FLOOR, FOREIGN_MAC)}fe${WHO_IS}`)
    await foreign.hears(`192.168.1.50:47808 unicast 0100${iAm(IP_DEVICE)}`)
    await foreign.hears(`${BOX} unicast 0108${address(LAB, IP6_MAC)}${iAm(IP6_DEVICE)}`)
    await foreign.hears(`${BOX} unicast 0108${address(CAMPUS, SC_MAC)}${iAm(SC_DEVICE)}`)
    sc.send(campusVmac, `${to(FLOOR, FOREIGN_MAC, true)}${readName(FOREIGN_DEVICE, 4)}`)
    await sc.hears(`${campusVmac} unicast 0108${address(FLOOR, FOREIGN_MAC)}${name(FOREIGN_DEVICE, 4)}`)
    sc.send('broadcast', WHO_IS_ALL)
    await foreign.hears(`${BOX} broadcast 0128ffff00${address(CAMPUS, SC_MAC)}fe${WHO_IS}`)
    await sc.hears(`${campusVmac} unicast 0108${address(FLOOR, FOREIGN_MAC)}${iAm(FOREIGN_DEVICE)}`)
  })

  it('learns of a network behind a second box, and says what it routes to', async () => {
    await startAnnex()
    await box.event('route', { network: CELLAR, port: 'floor', via: ANNEX, state: 'reachable' })
    box.say({ do: 'routes' })
    expect(await box.event('routes')).toEqual({
      event: 'routes',
      routes: [
        { network: FLOOR, port: 'floor', state: 'reachable' },
        { network: LAB, port: 'lab', state: 'reachable' },
        { network: CAMPUS, port: 'campus', state: 'reachable' },
        { network: CELLAR, port: 'floor', via: ANNEX, state: 'reachable' },
      ],
    })
    // The second box asks what is behind the first.
    annex.say({ do: 'find-router' })
    for (const network of [LAB, CAMPUS]) await annex.event('route', { network, via: BOX, state: 'reachable' })
    ip.send('broadcast', '018000')
    await ip.hears(`${BOX} broadcast 0180010014001e`)
    await ip.hears(`${ANNEX} broadcast 01800107d1`)
    ip6.send('broadcast', '01800007d1')
    await ip6.hears(`${labVmac} broadcast 01800107d1`)
  })

  it('carries ReadProperty beyond both boxes, and back', async () => {
    sc.send(campusVmac, `${to(CELLAR, CELLAR_MAC, true)}${readName(CELLAR_DEVICE, 5)}`)
    await cellar.hears(`192.168.5.99:47808 unicast 010c${address(CAMPUS, SC_MAC)}${readName(CELLAR_DEVICE, 5)}`)
    await sc.hears(`${campusVmac} unicast 0108${address(CELLAR, CELLAR_MAC)}${name(CELLAR_DEVICE, 5)}`)
    // No station of the cellar has an address of one octet: the second box says so, as a station of the floor.
    ip6.send(labVmac, `${to(CELLAR, '05')}${WHO_IS}`)
    await ip6.hears(`${labVmac} unicast 0188${address(FLOOR, ANNEX_MAC)}030607d1`)
    expect(await annex.event('reject')).toMatchObject({ network: CELLAR, reason: 6 })
  })

  it('loses not one NPDU and no connection when another port is changed under it', async () => {
    const before = count(box, 'listening', { port: 'lab' })
    const numbered = Array.from({ length: 400 }, (_, number) => `10aa${number.toString(16).padStart(4, '0')}`)
    for (const [number, apdu] of numbered.entries()) {
      ip.send(BOX, `${to(CAMPUS, SC_MAC)}${apdu}`)
      sc.send(campusVmac, `${to(FLOOR, IP_MAC)}${apdu}`)
      if (number === 50) {
        folder.write(boxOf(floorPort(), labPort({ deviceInstance: 78 }), ...secured()))
        box.signal('SIGHUP')
      }
      if (number % 10 === 0) await new Promise(resolve => setTimeout(resolve, 5))
    }
    const { kept, started } = await box.event('reloaded')
    expect({ kept, started }).toEqual({ kept: ['floor', 'campus', 'hub'], started: ['lab'] })
    const [fromIp, fromSc] = [
      `${campusVmac} unicast 0108${address(FLOOR, IP_MAC)}`,
      `${BOX} unicast 0108${address(CAMPUS, SC_MAC)}`,
    ]
    const heardBy = ({ heard }: Device): readonly string[] => heard().filter(line => line.includes('10aa'))
    await expect.poll(() => heardBy(sc).length, WITH_PATIENCE).toBe(400)
    await expect.poll(() => heardBy(ip).length, WITH_PATIENCE).toBe(400)
    expect(heardBy(sc)).toEqual(numbered.map(apdu => `${fromIp}${apdu}`))
    expect(heardBy(ip)).toEqual(numbered.map(apdu => `${fromSc}${apdu}`))
    expect(count(box, 'node-disconnected')).toBe(0)
    expect(count(box, 'node-connected')).toBe(2)
    expect(count(sc, 'status')).toBe(2)
    await expect.poll(() => count(box, 'listening', { port: 'lab' }), WITH_PATIENCE).toBe(before + 1)
    await box.event('listening', { port: 'lab', vmac: '00004e' })
    labVmac = '00004e'
    await expect.poll(() => count(box, 'route', { network: LAB, state: 'reachable' }), WITH_PATIENCE).toBe(2)
    ip6.send(labVmac, `${to(FLOOR, IP_MAC, true)}${readName(IP_DEVICE, 6)}`)
    await ip6.hears(`${labVmac} unicast 0108${address(FLOOR, IP_MAC)}${name(IP_DEVICE, 6)}`)
    // Nobody answers for this: what comes of it is seen below.
    ip6.send(labVmac, `${to(NOWHERE, '05')}${WHO_IS}`)
  })

  it('forgets what is behind a second box when the port that leads there is another', async () => {
    annex.signal('SIGKILL')
    await annex.exited
    folder.write(boxOf(floorPort({ acceptForeign: 5 }), labPort({ deviceInstance: 78 }), ...secured()))
    box.signal('SIGHUP')
    await box.event('route', { network: CELLAR, state: 'forgotten' })
    await expect.poll(() => count(box, 'listening', { port: 'floor' }), WITH_PATIENCE).toBe(2)
    await expect.poll(() => count(box, 'route', { network: FLOOR, state: 'reachable' }), WITH_PATIENCE).toBe(2)
    // As the box was killed, nobody answers for it: what comes of this is seen below.
    ip6.send(labVmac, `${to(CELLAR, CELLAR_MAC, true)}${readName(CELLAR_DEVICE, 7)}`)
  })

  it('goes over to a hub without TLS while the other networks talk', async () => {
    folder.write(boxOf(floorPort({ acceptForeign: 5 }), labPort({ deviceInstance: 78 }), ...plain()))
    box.signal('SIGHUP')
    await expect.poll(() => count(box, 'status', { port: 'campus', status: 'primary' }), WITH_PATIENCE).toBe(2)
    const statuses = box.events.filter(({ event, port }) => event === 'status' && port === 'campus')
    campusVmac = String(statuses.at(-1)?.['vmac'])
    sc.signal('SIGTERM')
    expect(await sc.exited).toBe(0)
    sc = scNode('--hub', `ws://192.168.3.10:${PLAIN_PORT}`, '--plaintext')
    await sc.event('status', { status: 'primary' })
    ip.send('broadcast', WHO_IS_ALL)
    await sc.hears(`${campusVmac} broadcast 0128ffff00${address(FLOOR, IP_MAC)}fe${WHO_IS}`)
    sc.send(campusVmac, `${to(LAB, IP6_MAC, true)}${readName(IP6_DEVICE, 8)}`)
    await sc.hears(`${campusVmac} unicast 0108${address(LAB, IP6_MAC)}${name(IP6_DEVICE, 8)}`)
  })

  it('says with reason 1 that there is no route where nobody answered, until somebody does', async () => {
    expect(await box.event('reject', { network: NOWHERE })).toMatchObject({ reason: 1, port: 'lab' })
    await ip6.hears(`${labVmac} unicast 0180030103e7`)
    expect(await box.event('reject', { network: CELLAR })).toMatchObject({ reason: 1, port: 'lab' })
    await ip6.hears(`${labVmac} unicast 0180030107d1`)
    await startAnnex()
    await expect.poll(() => count(box, 'route', { network: CELLAR, state: 'reachable' }), WITH_PATIENCE).toBe(2)
    sc.send(campusVmac, `${to(CELLAR, CELLAR_MAC, true)}${readName(CELLAR_DEVICE, 9)}`)
    await sc.hears(`${campusVmac} unicast 0108${address(CELLAR, CELLAR_MAC)}${name(CELLAR_DEVICE, 9)}`)
  })

  it('ends with all its ports in good order when it is told to', async () => {
    const since = performance.now()
    box.signal('SIGTERM')
    expect(await box.exited).toBe(0)
    expect(performance.now() - since).toBeLessThan(PATIENCE_MS / 3)
    await sc.event('status', { status: 'none' })
    expect(box.events.filter(({ event }) => ['conflict', 'failed', 'error'].includes(event))).toEqual([])
  })

  it.skipIf(!tsharkIsHere)(
    'has sent only what tshark can read, octet for octet as due (skipped without tshark)',
    async () => {
      ip.send('broadcast', `0100${LAST_WORD}`)
      const seen = (await capture?.readUpTo(LAST_WORD)) ?? []
      expect(
        seen.filter(({ problems, readers }) => problems.length > 0 || !READERS.includes(firstOf(readers))),
      ).toEqual([])
      const sadr = `snet=${FLOOR} sadr_eth=c0:a8:01:32:ba:c0`
      const whoIs = `0128ffff00${address(FLOOR, IP_MAC)}fe${WHO_IS}`
      const from6 = `[${hosts.ip6.ip6.replace('50', '10')}]:47808`
      const due: readonly Partial<Sighting>[] = [
        { on: 'lab', from: from6, to: '[ff02::bac0]:47808', npdu: whoIs, fields: `dnet=65535 ${sadr} hopc=254` },
        { on: 'campus', readers: 'http:websocket:bscvlc:bacnet:bacapp', fields: `dnet=65535 ${sadr} hopc=254` },
        { on: 'floor', function: '0x0b', npdu: `0108${address(CAMPUS, SC_MAC)}${WHO_IS}` },
        {
          on: 'floor',
          function: '0x0b',
          npdu: `0188${address(LAB, IP6_MAC)}0003e7`,
          fields: `dnet=${NOWHERE} snet=${LAB} sadr_tmp=${IP6_MAC} mesgtyp=0x00`,
        },
        {
          on: 'floor',
          function: '0x0b',
          npdu: '0180010014001e',
          fields: `dnet=${LAB} dnet=${CAMPUS} mesgtyp=0x01`,
        },
        { on: 'floor', to: ANNEX, npdu: `0128${address(CELLAR, '05')}${address(LAB, IP6_MAC)}fe${WHO_IS}` },
        { on: 'floor', to: BOX, npdu: `01a0${address(LAB, IP6_MAC)}ff030607d1` },
        { on: 'lab', npdu: '0180030103e7', fields: `dnet=${NOWHERE} mesgtyp=0x03` },
      ]
      const isSeen = (wanted: Partial<Sighting>): boolean =>
        seen.some(one => Object.entries(wanted).every(([key, value]) => one[key as keyof Sighting] === value))
      expect(due.filter(wanted => !isSeen(wanted))).toEqual([])
    },
  )
})

describe('a box whose hub is killed', () => {
  it('goes on between its other networks, says when that of the hub is gone, and has it again with the hub', () =>
    hubKilled)
})

/** What nobody says but the last. */
const LAST_WORD = '10deadbeef'

const READERS = [
  ...['bvlc', 'bvlc:bacnet', 'bvlc:bacnet:bacapp'],
  ...['', ':websocket', ':websocket:bscvlc', ':websocket:bscvlc:bacnet', ':websocket:bscvlc:bacnet:bacapp'].map(
    reader => `http${reader}`,
  ),
]

/** Who has read the first message of a packet: one TCP segment may carry several. */
const firstOf = (readers: string): string => readers.replace(/(:bscvlc(?::bacnet)?(?::bacapp)?):bscvlc.*$/u, '$1')
