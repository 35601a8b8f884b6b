import { createSocket } from 'node:dgram'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { CAMPUS, LABORATORY, SERVICE } from '../../support/box-examples.js'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { freeUdpPort, runIp } from '../../support/ip-cli.js'
import { hasIpv6, LOOPBACK, withoutIpv6 } from '../../support/ip6-cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { PATIENCE_MS } from '../../support/patience.js'

const WHO_IS = '0120ffff00ff1008'
const I_AM_APDU = '1000c4020000072205c491032100'

let lab: LabFolder
let folder: BoxFolder
let port = 0
let other = 0
beforeAll(async () => {
  lab = await labFolder(['hub', 'node', 'device'])
  folder = boxFolder(lab.path)
})
afterAll(() => lab.remove())
beforeEach(async () => {
  port = await freeUdpPort()
  other = await freeUdpPort()
})
afterEach(closeCli)

const SUBNET = '127.255.255.255'
const PATIENT = { timeout: PATIENCE_MS }
const floor = () => ({ name: 'floor', type: 'ip', network: 2, bind: `127.5.0.1:${port}`, broadcast: SUBNET })
const hall = () => ({ name: 'hall', type: 'ip', network: 3, bind: `127.5.0.1:${other}`, broadcast: SUBNET })
const routed = () => ({ ports: [floor(), hall()], router: { ports: ['floor', 'hall'] } })

const told = ({ events }: CliProcess, name: string, about?: string): number =>
  events.filter(event => event.event === name && (about === undefined || event['port'] === about)).length

describe('the box of the README with a hub, a node and a router to BACnet/IP', () => {
  it('carries a Who-Is of a B/IP device to an SC node, and its I-Am back', async () => {
    const box = folder.run(
      CAMPUS.replaceAll(':4443', `:${other}`)
        .replace('10.0.2.5:47808', `127.5.0.1:${port}`)
        .replace('10.0.2.255', SUBNET),
    )
    await box.event('listening', { port: 'hub' })
    await box.event('status', { port: 'campus', status: 'primary' })
    await box.event('listening', { port: 'floor', address: `127.5.0.1:${port}` })
    const node = runCli(['node', '--json', '--hub', `wss://127.0.0.1:${other}`, ...lab.flags('device')])
    const device = runIp(`127.5.0.2:${port}`, '--broadcast', SUBNET)
    await node.event('status', { status: 'primary' })
    await device.event('listening')

    device.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    const asked = await node.event('npdu', { destination: 'broadcast' })
    const mac = Buffer.from([127, 5, 0, 2, port >> 8, port & 0xff]).toString('hex')
    expect(asked['npdu']).toBe(`0128ffff00000206${mac}fe1008`)
    expect(await box.event('npdu', { port: 'floor' })).toEqual({
      event: 'npdu',
      port: 'floor',
      source: `127.5.0.2:${port}`,
      destination: 'broadcast',
      npdu: WHO_IS,
    })

    node.say({ do: 'send', to: asked['source'], npdu: `0120000206${mac}ff${I_AM_APDU}` })
    const answered = await device.event('npdu', { destination: 'unicast' })
    expect(answered).toMatchObject({ source: `127.5.0.1:${port}` })
    expect(String(answered['npdu'])).toMatch(new RegExp(`^0108000106[0-9a-f]{12}${I_AM_APDU}$`))
    // What is carried on is not told: it is for others.
    expect(told(box, 'npdu', 'campus')).toBe(0)
    const { stderr } = box
    box.signal('SIGTERM')
    expect(await box.exited).toBe(0)
    expect(stderr()).toBe('')
  })
})

describe('the box of the README that is a BBMD', () => {
  it('serves foreign devices of where they may be', async () => {
    const box = folder.run(
      SERVICE.replace('10.0.3.5:47808', `127.5.0.3:${port}`)
        .replace('10.0.3.255', SUBNET)
        .replace('10.0.2.5', '127.5.0.7')
        .replace('10.8.0.0/16', '127.5.9.0/24')
        .replace('10.8.0.2', '127.5.9.2'),
    )
    await box.event('listening', { port: 'service', role: 'bbmd' })
    const device = runIp(`127.5.9.2:${other}`, '--foreign', `127.5.0.3:${port}`)
    await device.event('registration', { state: 'registered' })
    await box.event('foreign-device', { port: 'service', address: `127.5.9.2:${other}`, state: 'registered' })
    const stranger = runIp('127.5.8.2:0', '--foreign', `127.5.0.3:${port}`)
    await stranger.event('registration', { state: 'refused' })
    box.say({ do: 'tables', port: 'service' })
    expect(await box.event('tables')).toMatchObject({ fdt: [{ address: `127.5.9.2:${other}` }] })
  })
})

describe.skipIf(!hasIpv6)(`the box of the README that routes IPv6 to IPv4${withoutIpv6}`, () => {
  it('has both networks and the configured one', async () => {
    const box = folder.run(
      LABORATORY.replace('[::]:47808', `[::1]:${other}`)
        .replace('eth1', LOOPBACK)
        .replace('10.0.2.6:47808', `127.5.0.1:${port}`)
        .replace('10.0.2.255', SUBNET)
        .replace('10.0.2.99', '127.5.0.99'),
    )
    await box.event('listening', { port: 'lab', address: `[::1]:${other}`, vmac: '00025a' })
    await box.event('listening', { port: 'floor' })
    for (const network of [2, 3, 2001]) await box.event('route', { network, state: 'reachable' })
    const device = runIp(`127.5.0.2:${port}`, '--broadcast', SUBNET)
    await device.event('listening')
    // Who-Is-Router-To-Network, for any.
    device.say({ do: 'send', to: 'broadcast', npdu: '018000' })
    expect(await device.event('npdu', { npdu: '0180010003' })).toMatchObject({ source: `127.5.0.1:${port}` })
  })
})

describe('a box that runs', () => {
  it('tells routes, answers for its ports by name, and for itself without one', async () => {
    const box = folder.run({
      ...routed(),
      router: { ports: ['floor', 'hall'], routes: [{ network: 2001, port: 'hall', via: `127.5.0.9:${other}` }] },
    })
    await box.event('listening', { port: 'floor' })
    await box.event('listening', { port: 'hall' })
    await box.event('route', { network: 2001, port: 'hall', via: `127.5.0.9:${other}`, state: 'reachable' })
    expect(await box.event('route', { network: 2, port: 'floor' })).not.toHaveProperty('via')

    box.say({ do: 'routes' })
    expect(await box.event('routes')).toEqual({
      event: 'routes',
      routes: [
        { network: 2, port: 'floor', state: 'reachable' },
        { network: 3, port: 'hall', state: 'reachable' },
        { network: 2001, port: 'hall', via: `127.5.0.9:${other}`, state: 'reachable' },
      ],
    })
    box.say({ do: 'tables', port: 'floor' })
    expect(await box.event('tables')).toEqual({ event: 'tables', port: 'floor', bdt: [], fdt: [] })
    box.say({ do: 'state', port: 'hall' })
    expect(await box.event('state', { port: 'hall' })).toMatchObject({ address: `127.5.0.1:${other}` })
    box.say({ do: 'stats' })
    expect(await box.event('stats')).toMatchObject({ routes: 3, ports: { floor: {}, hall: {} } })
    box.say({ do: 'state' })
    await box.event('state', { port: undefined })

    for (const command of [{ do: 'tables' }, { do: 'tables', port: 'x' }, { do: 'tables', port: 5 }]) box.say(command)
    box.say({ do: 'nix', port: 'floor' })
    box.say('[]')
    await expect.poll(() => told(box, 'error'), PATIENT).toBe(5)
    expect(box.events.filter(({ event }) => event === 'error')).toEqual([
      {
        event: 'error',
        message:
          '"port" is missing; there are floor, hall. Without one there are routes, stats, state, find-router, reload',
      },
      { event: 'error', message: '"port": there is no port "x"; there are floor, hall' },
      { event: 'error', message: '"port": there is no port 5; there are floor, hall' },
      expect.objectContaining({ port: 'floor', message: expect.stringMatching(/^unknown command "nix"/) as string }),
      { event: 'error', message: 'not a JSON object' },
    ])
  })

  it('sends for stdin through a port of the router, and tells what was not sent', async () => {
    const box = folder.run(routed())
    const device = runIp(`127.5.0.2:${port}`, '--broadcast', SUBNET)
    await Promise.all([box.event('listening', { port: 'hall' }), device.event('listening')])
    await box.event('route', { network: 3 })
    box.say({ do: 'send', port: 'floor', to: `127.5.0.2:${port}`, npdu: '0100aa' })
    await device.event('npdu', { npdu: '0100aa', destination: 'unicast' })
    box.say({ do: 'send', port: 'floor', to: `127.5.0.2:${port}`, npdu: 'aa' })
    expect(await box.event('dropped')).toMatchObject({ port: 'floor', destination: `127.5.0.2:${port}` })
  })

  it('tells people the same with the name of the port before each line', async () => {
    folder.write(routed())
    const box = runCli(['run', folder.file])
    await expect.poll(() => box.stdout(), PATIENT).toMatch(/^hall: node 127\.5\.0\.1:\d+ listens, /m)
    expect(box.stdout()).toMatch(/^network 2 is reachable on floor$/m)
    box.signal('SIGINT')
    expect(await box.exited).toBe(0)
  })

  it('warns with the name of the port, in words of the file', async () => {
    const { ports } = routed()
    const box = folder.run({
      ports: [{ ...ports[0], bbmd: true, allowWriteBdt: true }, ports[1]],
      router: { ports: ['floor', 'hall'], writers: ['hall'] },
    })
    await box.event('listening', { port: 'floor' })
    expect(box.stderr().split('\n')).toEqual([
      `rx-bacnet: warning: ${folder.file}: router.writers: ANYBODY who reaches hall can send what is routed elsewhere`,
      expect.stringMatching(/^rx-bacnet: warning: floor: allowWriteBdt: ANYBODY who reaches this port can /),
      '',
    ])
  })

  it('without a router says that there is none', async () => {
    const box = folder.run({ ports: [floor()] })
    await box.event('listening')
    box.say({ do: 'routes' })
    expect(await box.event('error')).toEqual({ event: 'error', message: 'there is no router in this box' })
  })
})

describe('a box that cannot start', () => {
  it('for a port in use ends with 2 and one line, and nothing else of it runs on', async () => {
    const taken = createSocket('udp4')
    await new Promise<void>(resolve => taken.bind(other, '127.5.0.1', resolve))
    const box = folder.run(routed())
    expect(await box.exited).toBe(2)
    expect(box.stderr()).toBe(`rx-bacnet: 127.5.0.1:${other}: address already in use\n`)
    taken.close()
  })

  it('is told which argument is missing', async () => {
    const box = runCli(['run', '--json'])
    expect(await box.exited).toBe(2)
    expect(box.stderr()).toBe('rx-bacnet: CONFIG is missing; try: rx-bacnet run --help\n')
  })
})

describe('--check', () => {
  it('opens nothing, and exits with 0 and one line', async () => {
    const taken = createSocket('udp4')
    await new Promise<void>(resolve => taken.bind(port, '127.5.0.1', resolve))
    folder.write(routed())
    const box = runCli(['run', folder.file, '--check'])
    expect(await box.exited).toBe(0)
    expect(box.stdout()).toBe(`${folder.file}: is right: floor (ip), hall (ip)\n`)
    taken.close()
  })
})
