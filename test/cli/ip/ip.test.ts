import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { freeUdpPort, runIp } from '../../support/ip-cli.js'

const WHO_IS = '0120ffff00ff1008'
const I_AM = '0100100004'
const SUBNET = ['--broadcast', '127.255.255.255']

let port = 0
let aside = 0
beforeEach(async () => {
  port = await freeUdpPort()
  aside = await freeUdpPort()
})
afterEach(closeCli)

const count = ({ events }: CliProcess, name: string): number => events.filter(({ event }) => event === name).length

describe('two ordinary nodes of a subnet', () => {
  it('say first where they listen, once, and exchange unicasts and broadcasts', async () => {
    const [one, other] = [`127.2.0.1:${port}`, `127.2.0.2:${port}`]
    const [alice, bob] = [runIp(one, ...SUBNET), runIp(other, ...SUBNET)]
    alice.say('typed before it listens')
    await alice.event('error')
    await bob.event('listening')
    expect(alice.events[0]).toMatchObject({
      event: 'listening',
      address: one,
      broadcast: `127.255.255.255:${port}`,
      role: 'node',
    })

    alice.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await bob.event('npdu')).toEqual({
      event: 'npdu',
      source: one,
      destination: 'broadcast',
      via: 'original',
      npdu: WHO_IS,
    })
    bob.say({ do: 'send', to: one, npdu: I_AM })
    expect(await alice.event('npdu')).toEqual({
      event: 'npdu',
      source: other,
      destination: 'unicast',
      via: 'original',
      npdu: I_AM,
    })
    expect([alice, bob].map(node => [count(node, 'npdu'), count(node, 'listening')])).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  it('end at once on SIGINT and on SIGTERM, with 0', async () => {
    const nodes = [runIp('127.2.0.3:0', ...SUBNET), runIp('127.2.0.4:0', ...SUBNET)]
    await Promise.all(nodes.map(node => node.event('listening')))
    const since = performance.now()
    nodes[0]?.signal('SIGINT')
    nodes[1]?.signal('SIGTERM')
    expect(await Promise.all(nodes.map(({ exited }) => exited))).toEqual([0, 0])
    expect(performance.now() - since).toBeLessThan(1500)
  })

  it('refuse a port that is in use, in one line with address and port', async () => {
    const address = `127.2.0.5:${port}`
    await runIp(address).event('listening')
    const late = runIp(address)
    expect(await late.exited).toBe(2)
    expect(late.stderr()).toBe(`rx-bacnet: ${address}: address already in use\n`)
    expect(late.stdout()).toBe('')
  })

  it('share a port where both were told to', async () => {
    const address = `127.2.0.6:${port}`
    const both = [runIp(address, '--reuse-address'), runIp(address, '--reuse-address')]
    await Promise.all(both.map(node => node.event('listening', { address })))
  })

  it('are warned of a receive buffer that is much smaller than the one asked for', async () => {
    const node = runIp('127.2.0.7:0', '--receive-buffer', String(1 << 30))
    const { receiveBuffer } = await node.event('listening')
    expect(node.stderr()).toBe(
      `rx-bacnet: warning: only ${String(receiveBuffer)} of 1073741824 octets may wait to be read, so that bursts can get lost; allow more (Linux: sysctl net.core.rmem_max), or ask for less with --receive-buffer\n`,
    )
  })
})

describe('a node that is sent rubbish', () => {
  it('says what it discards, and goes on', async () => {
    const node = runIp('127.2.0.8:0')
    const { address } = await node.event('listening')
    const stranger = createSocket('udp4')
    const send = (hex: string): void =>
      stranger.send(Buffer.from(hex, 'hex'), Number(String(address).split(':')[1]), '127.2.0.8')
    send('')
    send('810a00')
    send('81ff0004')
    send('810a00050100')
    send(`810a0009${I_AM}`)
    expect(await node.event('npdu', { npdu: I_AM })).toMatchObject({ destination: 'unicast' })
    stranger.close()
    await expect.poll(() => count(node, 'discarded')).toBeGreaterThan(0)
    expect(await node.event('discarded')).toEqual({
      event: 'discarded',
      reason: expect.any(String) as string,
      source: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      count: 1,
    })
    node.say({ do: 'stats' })
    expect(await node.event('stats')).toMatchObject({ received: 5, delivered: 1 })
  })
})

describe('a BBMD, a node of its subnet and a foreign device', () => {
  const NODE = (): string => `127.3.0.1:${port}`
  const BBMD = (): string => `127.3.0.2:${port}`
  const FOREIGN = (): string => `127.3.0.3:${aside}`

  const startAll = async (): Promise<readonly [node: CliProcess, bbmd: CliProcess, foreign: CliProcess]> => {
    const bbmd = runIp(BBMD(), ...SUBNET, '--bbmd', '--bdt', '127.3.0.9:47808/255.255.255.0')
    const node = runIp(NODE(), ...SUBNET)
    await Promise.all([bbmd, node].map(process => process.event('listening')))
    const foreign = runIp(FOREIGN(), '--foreign', BBMD(), '--ttl', '30')
    await foreign.event('registration', { state: 'registered', bbmd: BBMD() })
    return [node, bbmd, foreign]
  }

  it('have one broadcast domain, until the foreign device ends and is deleted', async () => {
    const [node, bbmd, foreign] = await startAll()
    expect(foreign.events.slice(0, 3)).toEqual([
      expect.objectContaining({ event: 'listening', address: FOREIGN(), role: 'foreign' }),
      { event: 'registration', state: 'unregistered', bbmd: BBMD() },
      { event: 'registration', state: 'registered', bbmd: BBMD() },
    ])
    expect(await bbmd.event('foreign-device')).toEqual({
      event: 'foreign-device',
      address: FOREIGN(),
      state: 'registered',
    })
    foreign.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    const fromForeign = { source: FOREIGN(), destination: 'broadcast', npdu: WHO_IS }
    expect(await bbmd.event('npdu')).toEqual({ event: 'npdu', ...fromForeign, via: 'distributed' })
    expect(await node.event('npdu')).toEqual({ event: 'npdu', ...fromForeign, via: 'forwarded' })
    node.say({ do: 'send', to: 'broadcast', npdu: I_AM })
    expect(await foreign.event('npdu')).toMatchObject({ source: NODE(), via: 'forwarded', npdu: I_AM })
    expect(count(foreign, 'npdu')).toBe(1)

    foreign.signal('SIGTERM')
    expect(await foreign.exited).toBe(0)
    expect(foreign.events.at(-1)).toEqual({ event: 'registration', state: 'unregistered', bbmd: BBMD() })
    expect(await bbmd.event('foreign-device', { state: 'deleted' })).toMatchObject({ address: FOREIGN() })
  })

  it('are asked for tables, which the BBMD has and the others refuse', async () => {
    const [node, bbmd, foreign] = await startAll()
    const bdt = [
      { address: '127.3.0.9:47808', mask: '255.255.255.0' },
      { address: BBMD(), mask: '255.255.255.255' },
    ]
    const fdt = [{ address: FOREIGN(), ttl: 30, remaining: expect.closeTo(58, -1) as number }]
    bbmd.say({ do: 'tables' })
    expect(await bbmd.event('tables')).toEqual({ event: 'tables', bdt, fdt })
    foreign.say({ do: 'read-bdt', bbmd: BBMD() })
    expect(await foreign.event('bdt')).toEqual({ event: 'bdt', bbmd: BBMD(), entries: bdt })
    foreign.say({ do: 'read-fdt', bbmd: BBMD() })
    expect(await foreign.event('fdt')).toEqual({ event: 'fdt', bbmd: BBMD(), entries: fdt })

    node.say({ do: 'tables' })
    expect(await node.event('tables')).toEqual({ event: 'tables', bdt: [], fdt: [] })
    foreign.say({ do: 'read-fdt', bbmd: NODE() })
    expect(await foreign.event('error', { do: 'read-fdt' })).toEqual({
      event: 'error',
      message: `read-fdt at ${NODE()}: the BBMD refused with 0x0040 READ_FDT_NAK`,
      do: 'read-fdt',
      bbmd: NODE(),
      code: 0x40,
    })
    foreign.say({ do: 'read-bdt', bbmd: '127.3.0.8:47808' })
    expect(await foreign.event('error', { do: 'read-bdt' })).toMatchObject({
      message: expect.stringMatching(/^read-bdt at 127\.3\.0\.8:47808: (no answer|nobody listens there)$/) as string,
    })
  })

  it('have an entry deleted, whose owner comes back, and refuse to have the BDT written', async () => {
    const [node, bbmd, foreign] = await startAll()
    node.say({ do: 'delete-fdt-entry', bbmd: BBMD(), address: FOREIGN() })
    expect(await node.event('done')).toEqual({ event: 'done', do: 'delete-fdt-entry', bbmd: BBMD() })
    expect(await bbmd.event('foreign-device', { state: 'deleted' })).toMatchObject({ address: FOREIGN() })
    foreign.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await node.event('npdu')).toMatchObject({ source: FOREIGN(), npdu: WHO_IS })
    await expect.poll(() => count(foreign, 'registration')).toBe(4)
    expect(foreign.events.filter(({ event }) => event === 'registration').map(({ state }) => state)).toEqual([
      'unregistered',
      'registered',
      'unregistered',
      'registered',
    ])
    node.say({ do: 'delete-fdt-entry', bbmd: BBMD(), address: '1.2.3.4:5' })
    expect(await node.event('error', { do: 'delete-fdt-entry' })).toMatchObject({ code: 0x50 })
    node.say({ do: 'write-bdt', bbmd: BBMD(), entries: [] })
    expect(await node.event('error', { do: 'write-bdt' })).toMatchObject({ code: 0x10 })
  })

  it('change their roles when they are asked to', async () => {
    const [node, bbmd, foreign] = await startAll()
    node.say({ do: 'role', role: 'foreign', bbmd: BBMD(), ttl: 20 })
    expect(await node.event('role')).toEqual({ event: 'role', role: 'foreign' })
    await node.event('registration', { state: 'registered', bbmd: BBMD() })
    bbmd.say({ do: 'tables' })
    expect((await bbmd.event('tables'))['fdt']).toContainEqual(expect.objectContaining({ address: NODE(), ttl: 20 }))
    node.say({ do: 'state' })
    expect(await node.event('state')).toEqual({
      event: 'state',
      address: NODE(),
      broadcast: `127.255.255.255:${port}`,
      role: 'foreign',
      registration: { bbmd: BBMD(), state: 'registered' },
    })
    node.say({ do: 'role', role: 'node' })
    await bbmd.event('foreign-device', { address: NODE(), state: 'deleted' })
    await node.event('role', { role: 'node' })

    bbmd.say({ do: 'role', role: 'node' })
    await bbmd.event('role', { role: 'node' })
    bbmd.say({ do: 'role', role: 'bbmd' })
    await bbmd.event('role', { role: 'bbmd' })
    node.say({ do: 'read-bdt', bbmd: BBMD() })
    expect((await node.event('bdt'))['entries']).toHaveLength(2)

    foreign.say({ do: 'role', role: 'bbmd', bdt: [{ address: BBMD(), mask: '255.255.255.255' }], global: '10.9.9.9:1' })
    await foreign.event('role', { role: 'bbmd' })
    foreign.say({ do: 'tables' })
    expect((await foreign.event('tables'))['bdt']).toEqual([
      { address: BBMD(), mask: '255.255.255.255' },
      { address: '10.9.9.9:1', mask: '255.255.255.255' },
    ])
  })

  it('survive that the BBMD is killed and started again: a broadcast on the way is sent again, and arrives once', async () => {
    const [node, bbmd, foreign] = await startAll()
    bbmd.signal('SIGKILL')
    await bbmd.exited
    const again = runIp(BBMD(), ...SUBNET, '--bbmd')
    await again.event('listening')
    foreign.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    await again.event('foreign-device', { address: FOREIGN(), state: 'registered' })
    expect(await node.event('npdu')).toMatchObject({ source: FOREIGN(), npdu: WHO_IS })
    expect(await again.event('npdu')).toMatchObject({ source: FOREIGN(), via: 'distributed' })
    expect(foreign.events.filter(({ event }) => event === 'registration').map(({ state }) => state)).toEqual([
      'unregistered',
      'registered',
      'unregistered',
      'registered',
    ])
    expect([count(node, 'npdu'), count(again, 'npdu')]).toEqual([1, 1])
  })
  it('renew their registrations with a BBMD that was started again, which is no news to the foreign device', async () => {
    const first = runIp(BBMD(), '--bbmd')
    await first.event('listening')
    const foreign = runIp(FOREIGN(), '--foreign', BBMD(), '--ttl', '1')
    await foreign.event('registration', { state: 'registered' })
    first.signal('SIGKILL')
    await first.exited
    const second = runIp(BBMD(), '--bbmd')
    await second.event('foreign-device', { address: FOREIGN(), state: 'registered' })
    expect(count(foreign, 'registration')).toBe(2)
  })

  it('do not ask themselves', async () => {
    const [, bbmd] = await startAll()
    bbmd.say({ do: 'read-bdt', bbmd: BBMD() })
    expect((await bbmd.event('error'))['message']).toBe('"bbmd": that is this port itself, whose tables "tables" tells')
  })
})
