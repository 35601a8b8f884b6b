import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxFolder } from '../support/box-cli.js'
import { closeCli, followCli, MAIN, type CliProcess } from '../support/cli.js'
import { skippedIp6, whyNoIp6 } from '../support/ip6-here.js'
import { iAm, whoIs } from '../support/ip-stations.js'
import { labFolder, type LabFolder } from '../support/lab-folder.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'

const LINKS = { campus: '10.73.1', floor: '10.73.2', plant: '10.73.3' }
const PORT = 47_808
const HUB = 'wss://10.73.1.1:4443'

const run = (host: NamespaceHost, ...args: readonly string[]): CliProcess => {
  const all = [...args, '--json']
  return followCli(host.start(process.execPath, MAIN, ...all), all)
}

/** A Who-Is of a device as it is behind the box: with the network and MAC address that it comes from, and a hop less. */
const seenFrom = (network: number, mac: string, device: number): string => {
  const source = `${network.toString(16).padStart(4, '0')}${(mac.length / 2).toString(16).padStart(2, '0')}${mac}`
  return `0128ffff00${source}fe${whoIs(device).slice('0120ffff00ff'.length)}`
}
const to = (network: number, mac: string): string =>
  `0120${network.toString(16).padStart(4, '0')}${(mac.length / 2).toString(16).padStart(2, '0')}${mac}ff`

// Each test needs those before it.
describe.skipIf(whyNoIp6 !== undefined)(`a box on three networks of three kinds, in this order${skippedIp6}`, () => {
  let lab: NamespaceLab
  let files: LabFolder
  let box: CliProcess
  let node: CliProcess
  let device: CliProcess
  let six: CliProcess
  let floorMac = ''

  beforeAll(async () => {
    files = await labFolder(['hub', 'node', 'device'])
    lab = await namespaceLab({ subnets: LINKS, ipv6: true })
    const [street, hall, plant] = await Promise.all([
      lab.host('street', 'campus', 5),
      lab.host('hall', 'floor', 5),
      lab.host('plant', 'plant', 5),
    ])
    const tls = (name: string): object => ({ ca: ['ca.pem'], cert: `${name}.pem`, key: `${name}.key` })
    const folder = boxFolder(files.path)
    folder.write({
      ports: [
        { name: 'hub', type: 'sc-hub', listen: HUB, tls: tls('hub') },
        { name: 'campus', type: 'sc-node', network: 1, hub: HUB, tls: tls('node') },
        { name: 'floor', type: 'ip', network: 2, bind: `10.73.2.1:${PORT}` },
        { name: 'plant', type: 'ip6', network: 3, bind: `[fd73:0:0:3::1]:${PORT}`, deviceInstance: 602 },
      ],
      router: { ports: ['campus', 'floor', 'plant'] },
    })
    box = run(lab.router, 'run', folder.file)
    await box.event('listening', { port: 'plant' })
    node = run(street, 'node', '--hub', HUB, ...files.flags('device'))
    device = run(hall, 'ip', '--bind', `${hall.ip}:${PORT}`)
    six = run(plant, 'ip6', '--bind', `[${plant.ip6}]:${PORT}`, '--device-instance', '77')
    floorMac = `0a490205${PORT.toString(16)}`
    await Promise.all([
      node.event('status', { status: 'primary' }),
      box.event('status', { port: 'campus', status: 'primary' }),
      device.event('listening'),
      six.event('listening'),
    ])
  })
  afterAll(async () => {
    closeCli()
    await lab.remove()
    files.remove()
  })

  it('carries a Who-Is of a B/IP device to an SC node and to a B/IPv6 node, and brings back both answers', async () => {
    device.say({ do: 'send', to: 'broadcast', npdu: whoIs(1) })
    const asked = seenFrom(2, floorMac, 1)
    const atNode = await node.event('npdu', { destination: 'broadcast', npdu: asked })
    const atSix = await six.event('npdu', { destination: 'broadcast', npdu: asked })
    node.say({ do: 'send', to: atNode['source'], npdu: to(2, floorMac) + iAm(10).slice(4) })
    six.say({ do: 'send', to: atSix['source'], npdu: to(2, floorMac) + iAm(20).slice(4) })

    const { vmac } = await node.event('status', { status: 'primary' })
    const nodeMac = String(vmac).replaceAll(':', '')
    const source = `10.73.2.1:${PORT}`
    await device.event('npdu', { source, destination: 'unicast', npdu: `0108000106${nodeMac}${iAm(10).slice(4)}` })
    await device.event('npdu', { source, destination: 'unicast', npdu: `010800030300004d${iAm(20).slice(4)}` })
  })

  it('carries a unicast each way, to a VMAC and to an address', async () => {
    device.say({ do: 'send', to: `10.73.2.1:${PORT}`, npdu: to(3, '00004d') + 'aabb' })
    await six.event('npdu', { source: '00025a', destination: 'unicast', npdu: `0108000206${floorMac}aabb` })
    six.say({ do: 'send', to: '00025a', npdu: to(2, floorMac) + 'ccdd' })
    await device.event('npdu', { destination: 'unicast', npdu: '010800030300004dccdd' })
  })

  it('tells nobody what it was not asked, and ends in good order', async () => {
    box.say({ do: 'routes' })
    expect((await box.event('routes'))['routes']).toEqual([
      { network: 1, port: 'campus', state: 'reachable' },
      { network: 2, port: 'floor', state: 'reachable' },
      { network: 3, port: 'plant', state: 'reachable' },
    ])
    expect(box.events.filter(({ event }) => ['conflict', 'failed', 'error', 'discarded'].includes(event))).toEqual([])
    box.signal('SIGTERM')
    expect(await box.exited).toBe(0)
  })
})
