import { createSocket, type Socket } from 'node:dgram'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { freeUdpPort, runIp } from '../../support/ip-cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { PATIENCE_MS } from '../../support/patience.js'

let lab: LabFolder
let folder: BoxFolder
let port = 0
let other = 0
beforeAll(async () => {
  lab = await labFolder(['hub', 'node', 'next'])
  folder = boxFolder(lab.path)
})
afterAll(() => lab.remove())
beforeEach(async () => {
  port = await freeUdpPort()
  other = await freeUdpPort()
})
afterEach(closeCli)

const SUBNET = '127.255.255.255'
const floor = (more = {}) => ({
  name: 'floor',
  type: 'ip',
  network: 2,
  bind: `127.6.0.1:${port}`,
  broadcast: SUBNET,
  ...more,
})
const hall = (more = {}) => ({ ...floor(), name: 'hall', network: 3, bind: `127.6.0.1:${other}`, ...more })
const yard = (more = {}) => ({ ...floor(), name: 'yard', network: 4, bind: '127.6.0.2:0', ...more })
const routed = (...ports: readonly { readonly name: string }[]) => ({
  ports,
  router: { ports: ports.map(({ name }) => name) },
})

/** Who listens has told so, this many times. */
const listening = (box: CliProcess, name: string, times: number): Promise<void> =>
  expect
    .poll(() => box.events.filter(event => event.event === 'listening' && event['port'] === name).length, {
      timeout: PATIENCE_MS,
    })
    .toBe(times)

const bound = (address: string, udpPort: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject)
    socket.bind(udpPort, address, () => resolve(socket))
  })

describe('a file that has changed', () => {
  it('keeps what is the same, ends what is gone, starts what is new, and what has changed anew at its address', async () => {
    const box = folder.run(routed(floor(), hall(), yard()))
    for (const name of ['floor', 'hall', 'yard']) await listening(box, name, 1)
    folder.write(routed(hall(), floor({ bbmd: true }), yard({ name: 'cellar', network: 5 })))
    box.signal('SIGHUP')
    const { kept, started, ended } = await box.event('reloaded')
    expect({ kept, started, ended }).toEqual({
      kept: ['hall'],
      started: ['floor', 'cellar'],
      ended: ['floor', 'yard'],
    })
    await listening(box, 'floor', 2)
    await listening(box, 'cellar', 1)
    expect(box.events.some(({ event }) => event === 'failed')).toBe(false)
    expect(await box.event('route', { port: 'yard', state: 'forgotten' })).toMatchObject({ network: 4 })
    await box.event('route', { port: 'cellar', network: 5, state: 'reachable' })
    // It is a BBMD now.
    await runIp(`127.6.0.9:${port}`, '--foreign', `127.6.0.1:${port}`).event('registration', { state: 'registered' })
    box.say({ do: 'tables', port: 'yard' })
    expect(await box.event('error')).toMatchObject({ message: expect.stringContaining('no port "yard"') as string })
    expect(box.stderr()).toBe('')
  })

  it('gives the address of a foreign device and of a hub to what comes after them', async () => {
    const tls = { ca: ['ca.pem'], cert: 'node.pem', key: 'node.key' }
    const hub = { name: 'hub', type: 'sc-hub', listen: `wss://127.0.0.1:${other}`, tls }
    const away = floor({ foreign: `127.6.0.8:${port}` })
    const box = folder.run({ ports: [hub, away] })
    for (const name of ['hub', 'floor']) await listening(box, name, 1)
    for (const times of [2, 3]) {
      folder.write({
        ports: [
          { ...hub, idleLimit: 100 * times },
          { ...away, ttl: 100 * times },
        ],
      })
      box.say({ do: 'reload' })
      for (const name of ['hub', 'floor']) await listening(box, name, times)
    }
    for (const times of [4, 5]) {
      folder.write({ ports: [{ ...away, ttl: 100 * times }] })
      box.say({ do: 'reload' })
      await listening(box, 'floor', times)
    }
    expect(box.events.some(({ event }) => event === 'failed')).toBe(false)
  })

  it('has other routes, without a word of the ports', async () => {
    const box = folder.run(routed(floor(), hall()))
    await box.event('route', { network: 3 })
    await box.event('route', { network: 2 })
    const routes = [{ network: 2001, port: 'floor', via: `127.6.0.9:${port}` }]
    folder.write({ ...routed(floor(), hall()), router: { ports: ['floor', 'hall'], routes } })
    box.say({ do: 'reload' })
    await box.event('route', { network: 2001, state: 'reachable' })
    expect(await box.event('reloaded')).toMatchObject({ kept: ['floor', 'hall'], started: [], ended: [] })
    folder.write(routed(floor(), hall()))
    box.say({ do: 'reload' })
    await box.event('route', { network: 2001, state: 'forgotten' })
  })

  it('may take the router away, and bring it back', async () => {
    const box = folder.run(routed(floor(), hall()))
    await box.event('route', { network: 3 })
    folder.write({ ports: [floor(), hall()] })
    box.say({ do: 'reload' })
    expect(await box.event('reloaded')).toMatchObject({ kept: [], ended: ['floor', 'hall'] })
    for (const name of ['floor', 'hall']) await listening(box, name, 2)
    folder.write(routed(floor(), hall(), yard()))
    box.say({ do: 'reload' })
    await box.event('route', { network: 4, state: 'reachable' })
    for (const name of ['floor', 'hall']) await listening(box, name, 3)
  })

  it('that is wrong is told, and changes nothing', async () => {
    const box = folder.run(routed(floor(), hall()))
    for (const name of ['floor', 'hall']) await listening(box, name, 1)
    folder.write(routed(floor({ bind: 'nowhere' }), hall()))
    box.signal('SIGHUP')
    const { message } = await box.event('error')
    expect(message).toBe(`${folder.file}: ports[0].bind: 'nowhere' is not an address such as 192.168.1.10:47808`)
    expect(box.stderr()).toBe(`rx-bacnet: ${String(message)}\n`)
    folder.write('{')
    box.signal('SIGHUP')
    await expect
      .poll(() => box.events.filter(({ event }) => event === 'error').length, { timeout: PATIENCE_MS })
      .toBe(2)
    box.say({ do: 'state', port: 'floor' })
    await box.event('state', { port: 'floor', address: `127.6.0.1:${port}` })
    expect(box.events.some(({ event }) => event === 'reloaded')).toBe(false)
  })

  it('that comes many times at once is read once more, and never in the middle', async () => {
    const box = folder.run(routed(floor(), hall()))
    for (const name of ['floor', 'hall']) await listening(box, name, 1)
    folder.write(routed(floor(), hall({ bbmd: true })))
    for (let count = 0; count < 10; count++) box.say({ do: 'reload' })
    await listening(box, 'hall', 2)
    box.say({ do: 'state' })
    await box.event('state')
    const reloads = box.events.filter(({ event }) => event === 'reloaded')
    expect(reloads.length).toBeGreaterThan(0)
    expect(reloads.slice(1).every(({ ended }) => (ended as readonly unknown[]).length === 0)).toBe(true)
    expect(box.events.some(({ event }) => event === 'failed')).toBe(false)
  })

  it('has the certificates of what is kept read again', async () => {
    const tls = { ca: ['ca.pem'], cert: 'hub.pem', key: 'hub.key' }
    const box = folder.run({ ports: [{ name: 'hub', type: 'sc-hub', listen: 'wss://127.0.0.1:0', tls }] })
    await box.event('listening')
    for (const end of ['pem', 'key']) copyFileSync(join(lab.path, `next.${end}`), join(lab.path, `hub.${end}`))
    box.signal('SIGHUP')
    const { subject } = await box.event('certificate', { port: 'hub', state: 'reloaded' })
    expect(String(subject)).toContain('next')
    expect(await box.event('reloaded')).toMatchObject({ kept: ['hub'] })
  })
})

describe('a port that fails while the box runs', () => {
  it('is told, opened again until it can be had, and the others go on', async () => {
    const taken = await bound('127.6.0.1', other)
    const box = folder.run(routed(floor(), yard()))
    await listening(box, 'floor', 1)
    await listening(box, 'yard', 1)
    folder.write(routed(floor(), yard(), hall()))
    box.say({ do: 'reload' })
    expect(await box.event('failed')).toEqual({
      event: 'failed',
      port: 'hall',
      message: `127.6.0.1:${other}: address already in use`,
      retrySeconds: 1,
    })
    box.say({ do: 'tables', port: 'hall' })
    expect(await box.event('error')).toMatchObject({ port: 'hall' })
    await box.event('failed', { port: 'hall', retrySeconds: 2 })
    taken.close()
    await listening(box, 'hall', 1)
    await box.event('route', { network: 3, state: 'reachable' })
    await listening(box, 'floor', 1)
  })

  it('ends with the box at once, though it waits to be opened', async () => {
    const taken = await bound('127.6.0.1', other)
    const box = folder.run({ ports: [floor()] })
    await listening(box, 'floor', 1)
    folder.write({ ports: [floor(), hall()] })
    box.say({ do: 'reload' })
    await box.event('failed', { retrySeconds: 1 })
    const since = performance.now()
    box.signal('SIGTERM')
    expect(await box.exited).toBe(0)
    expect(performance.now() - since).toBeLessThan(900)
    taken.close()
  })
})

describe('the end of a box', () => {
  it('comes when a node whose hub is silent has waited for it, and not later', async () => {
    const tls = { ca: ['ca.pem'], cert: 'node.pem', key: 'node.key' }
    const hub = { name: 'hub', type: 'sc-hub', listen: `wss://127.0.0.1:${port}`, tls }
    const node = { name: 'campus', type: 'sc-node', network: 1, hub: `wss://127.0.0.1:${port}`, tls, disconnectWait: 1 }
    const box = folder.run({ ports: [node, hub, hall()], router: { ports: ['campus', 'hall'] } })
    await box.event('status', { status: 'primary' })
    await listening(box, 'hall', 1)
    const since = performance.now()
    box.signal('SIGINT')
    expect(await box.exited).toBe(0)
    expect(performance.now() - since).toBeLessThan(3000)
    expect(box.stdout()).toContain('"node-disconnected"')
  })
})
