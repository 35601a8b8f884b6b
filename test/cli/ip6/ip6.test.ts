import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { hasIpv6, runIp6, withoutIpv6 } from '../../support/ip6-cli.js'
import { PATIENCE_MS } from '../../support/patience.js'

/*
 * Multicasts do not work on a loopback interface. A BBMD and its foreign devices do without: all that they say to each other
 * goes by unicast.
 */

const WHO_IS = '0120ffff00ff1008'
const I_AM = '0100100004'
const WITH_PATIENCE = { timeout: PATIENCE_MS, interval: 20 }

afterEach(closeCli)

const count = ({ events }: CliProcess, name: string): number => events.filter(({ event }) => event === name).length
const states = ({ events }: CliProcess): readonly unknown[] =>
  events.filter(({ event }) => event === 'registration').map(({ state }) => state)

const addressOf = async (port: CliProcess): Promise<string> => String((await port.event('listening'))['address'])

const cacheOf = async (port: CliProcess): Promise<readonly unknown[]> => {
  const before = count(port, 'cache')
  port.say({ do: 'cache' })
  await expect.poll(() => count(port, 'cache'), WITH_PATIENCE).toBe(before + 1)
  return port.events.filter(({ event }) => event === 'cache').at(-1)?.['entries'] as readonly unknown[]
}

describe.skipIf(!hasIpv6)(`a node of BACnet/IPv6${withoutIpv6}`, () => {
  it('says first where it listens, once it has a VMAC; what was typed before waits', async () => {
    const node = runIp6('[::1]:0')
    node.say('typed before it listens')
    node.say({ do: 'send', to: '000001', npdu: '0200' })
    const address = await addressOf(node)
    expect(node.events[0]).toEqual({
      event: 'listening',
      address,
      group: address.replace('[::1]', '[ff02::bac0]'),
      vmac: expect.stringMatching(/^[4-7][0-9a-f]{5}$/) as string,
      role: 'node',
      receiveBuffer: expect.any(Number) as number,
    })
    await expect.poll(() => node.events.map(({ event }) => event)).toEqual(['listening', 'error', 'dropped'])
  })

  it('takes another VMAC when its device instance becomes known', async () => {
    const node = runIp6('[::1]:0', '--vmac', '7abcde')
    await node.event('listening', { vmac: '7abcde' })
    node.say({ do: 'vmac', deviceInstance: 602 })
    await node.event('vmac', { vmac: '00025a' })
    node.say({ do: 'vmac', vmac: '00:02:5A' })
    await expect.poll(() => count(node, 'vmac'), WITH_PATIENCE).toBe(2)
    node.say({ do: 'state' })
    expect(await node.event('state')).toMatchObject({ vmac: '00025a', role: 'node' })
  })

  it('refuses a port that is in use, in one line with address and port', async () => {
    const address = await addressOf(runIp6('[::1]:0', '--device-instance', '1'))
    const late = runIp6(address)
    expect(await late.exited).toBe(2)
    expect(late.stderr()).toBe(`rx-bacnet: ${address}: address already in use\n`)
    expect(late.stdout()).toBe('')
    const shared = await addressOf(runIp6('[::1]:0', '--device-instance', '1', '--reuse-address'))
    await runIp6(shared, '--reuse-address').event('listening', { address: shared })
  })

  it('says what it discards, and goes on', async () => {
    const node = runIp6('[::1]:0', '--device-instance', '1')
    const address = await addressOf(node)
    const stranger = createSocket('udp6')
    const send = (hex: string): void =>
      stranger.send(Buffer.from(hex, 'hex'), Number(address.slice('[::1]:'.length)), '::1')
    send('820a00')
    send('81ff0004')
    send(`8201000f000002000001${I_AM}`)
    expect(await node.event('npdu')).toEqual({
      event: 'npdu',
      source: '000002',
      destination: 'unicast',
      via: 'original',
      npdu: I_AM,
    })
    stranger.close()
    expect(await node.event('discarded')).toEqual({
      event: 'discarded',
      reason: expect.any(String) as string,
      source: expect.stringMatching(/^\[::1\]:\d+$/) as string,
      count: 1,
    })
    node.say({ do: 'stats' })
    expect(await node.event('stats')).toMatchObject({ received: 3, delivered: 1 })
  })

  it('ends at once on SIGINT and on SIGTERM, with 0', async () => {
    const start = performance.now()
    const nodes = [runIp6('[::1]:0'), runIp6('[::1]:0', '--device-instance', '5')]
    await Promise.all(nodes.map(addressOf))
    const since = performance.now()
    nodes[0]?.signal('SIGINT')
    nodes[1]?.signal('SIGTERM')
    expect(await Promise.all(nodes.map(({ exited }) => exited))).toEqual([0, 0])
    // On a machine where it takes long to start, it may take long to end.
    expect(performance.now() - since).toBeLessThan(1500 + 2 * (since - start))
  })
})

describe.skipIf(!hasIpv6)(`a BBMD of BACnet/IPv6 and two foreign devices${withoutIpv6}`, () => {
  const startBbmd = (bind: string, ...more: readonly string[]): CliProcess =>
    runIp6(bind, '--device-instance', '1', '--bbmd', ...more)

  const startAll = async (): Promise<readonly [bbmd: CliProcess, alice: CliProcess, bob: CliProcess, at: string]> => {
    const bbmd = startBbmd('[::1]:0', '--bdt', '[2001:db8::1]:47808')
    const at = await addressOf(bbmd)
    const [alice, bob] = [
      runIp6('[::1]:0', '--device-instance', '10', '--foreign', at, '--ttl', '30'),
      runIp6('[::1]:0', '--device-instance', '11', '--foreign', at),
    ]
    await Promise.all([alice, bob].map(device => device.event('registration', { state: 'registered', bbmd: at })))
    return [bbmd, alice, bob, at]
  }

  it('have one broadcast domain, and find each other by VMAC, until one ends and is deleted', async () => {
    const [bbmd, alice, bob, at] = await startAll()
    const [aliceAt, bobAt] = [await addressOf(alice), await addressOf(bob)]
    expect(alice.events.slice(0, 3)).toEqual([
      expect.objectContaining({ event: 'listening', vmac: '00000a', role: 'foreign' }),
      { event: 'registration', state: 'unregistered', bbmd: at },
      { event: 'registration', state: 'registered', bbmd: at },
    ])
    await bbmd.event('foreign-device', { address: aliceAt, state: 'registered' })

    // Nobody has told alice yet where bob is.
    alice.say({ do: 'send', to: '00000b', npdu: I_AM })
    expect(await bob.event('npdu')).toEqual({
      event: 'npdu',
      source: '00000a',
      destination: 'unicast',
      via: 'original',
      npdu: I_AM,
    })
    alice.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    const heard = { event: 'npdu', source: '00000a', destination: 'broadcast', npdu: WHO_IS }
    expect(await bbmd.event('npdu')).toEqual({ ...heard, via: 'distributed' })
    expect(await bob.event('npdu', { npdu: WHO_IS })).toEqual({ ...heard, via: 'forwarded' })
    bbmd.say({ do: 'send', to: '00000b', npdu: I_AM })
    await bob.event('npdu', { source: '000001', npdu: I_AM })

    const ageSeconds = expect.any(Number) as number
    expect(await cacheOf(bbmd)).toHaveLength(2)
    expect(await cacheOf(alice)).toEqual([
      { vmac: '000001', address: at, ageSeconds },
      { vmac: '00000b', address: bobAt, ageSeconds },
    ])
    alice.say({ do: 'resolve', to: '00000b' })
    expect(await alice.event('resolved')).toEqual({ event: 'resolved', vmac: '00000b', address: bobAt })
    alice.say({ do: 'resolve', address: at })
    await alice.event('resolved', { vmac: '000001', address: at })

    bbmd.say({ do: 'tables' })
    expect(await bbmd.event('tables')).toEqual({
      event: 'tables',
      bdt: [{ address: '[2001:db8::1]:47808' }],
      fdt: expect.arrayContaining([
        { address: aliceAt, vmac: '00000a', ttl: 30, remaining: expect.closeTo(59, -1) as number },
        { address: bobAt, vmac: '00000b', ttl: 60, remaining: expect.closeTo(89, -1) as number },
      ]) as unknown,
    })
    bob.say({ do: 'tables' })
    expect(await bob.event('tables')).toEqual({ event: 'tables', bdt: [], fdt: [] })

    alice.signal('SIGTERM')
    expect(await alice.exited).toBe(0)
    expect(alice.events.at(-1)).toEqual({ event: 'registration', state: 'unregistered', bbmd: at })
    await bbmd.event('foreign-device', { address: aliceAt, state: 'deleted' })
    expect([count(bob, 'npdu'), count(bbmd, 'npdu'), count(alice, 'npdu')]).toEqual([3, 1, 0])
  })

  it('hear of a VMAC that two of them have, and change their roles when they are asked to', async () => {
    const [bbmd, alice, bob, at] = await startAll()
    bob.say({ do: 'vmac', deviceInstance: 10 })
    await bob.event('vmac', { vmac: '00000a' })
    bob.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await alice.event('vmac-conflict')).toEqual({
      event: 'vmac-conflict',
      vmac: '00000a',
      source: await addressOf(bob),
      count: 1,
    })

    alice.say({ do: 'role', role: 'node' })
    await bbmd.event('foreign-device', { address: await addressOf(alice), state: 'deleted' })
    await alice.event('role', { role: 'node' })
    alice.say({ do: 'role', role: 'foreign', ttl: 20 })
    await alice.event('role', { role: 'foreign' })
    await expect.poll(() => states(alice).filter(state => state === 'registered'), WITH_PATIENCE).toHaveLength(2)
    alice.say({ do: 'state' })
    expect(await alice.event('state')).toMatchObject({
      vmac: '00000a',
      role: 'foreign',
      registration: { bbmd: at, state: 'registered' },
    })
    bob.say({ do: 'role', role: 'bbmd', bdt: [{ address: at }, '[2001:db8::2]:47808'] })
    await bob.event('role', { role: 'bbmd' })
    bob.say({ do: 'tables' })
    expect((await bob.event('tables'))['bdt']).toEqual([{ address: at }, { address: '[2001:db8::2]:47808' }])
  })

  it('survive that the BBMD is killed and started again: a broadcast on the way is sent again, and arrives once', async () => {
    const [bbmd, alice, bob, at] = await startAll()
    bbmd.signal('SIGKILL')
    await bbmd.exited
    const again = startBbmd(at)
    await addressOf(again)
    bob.say({ do: 'send', to: 'broadcast', npdu: I_AM })
    await again.event('npdu', { source: '00000b', npdu: I_AM })
    alice.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await again.event('npdu', { npdu: WHO_IS })).toMatchObject({ source: '00000a', via: 'distributed' })
    expect(await bob.event('npdu')).toMatchObject({ source: '00000a', via: 'forwarded', npdu: WHO_IS })
    expect([states(alice), states(bob)]).toEqual([
      ['unregistered', 'registered', 'unregistered', 'registered'],
      ['unregistered', 'registered', 'unregistered', 'registered'],
    ])
    expect([count(again, 'npdu'), count(bob, 'npdu')]).toEqual([2, 1])
  })
})

describe.skipIf(!hasIpv6)(`what is known of VMACs${withoutIpv6}`, () => {
  it('is forgotten after --vmac-ttl, without a word', async () => {
    const bbmd = runIp6('[::1]:0', '--device-instance', '1', '--bbmd', '--vmac-ttl', '0.8')
    const at = await addressOf(bbmd)
    const device = runIp6('[::1]:0', '--device-instance', '2', '--foreign', at)
    await device.event('registration', { state: 'registered' })
    // Until its word and the question after it come within the time.
    const knownOnceItSpoke = async (): Promise<readonly unknown[]> => {
      const before = count(bbmd, 'npdu')
      device.say({ do: 'send', to: 'broadcast', npdu: I_AM })
      await expect.poll(() => count(bbmd, 'npdu'), WITH_PATIENCE).toBe(before + 1)
      return cacheOf(bbmd)
    }
    await expect.poll(knownOnceItSpoke, WITH_PATIENCE).toMatchObject([{ vmac: '000002' }])
    await expect.poll(() => cacheOf(bbmd), WITH_PATIENCE).toEqual([])
    const told = new Set(bbmd.events.map(({ event }) => event))
    expect(told).toEqual(new Set(['listening', 'foreign-device', 'npdu', 'cache']))
  })
})

describe.skipIf(!hasIpv6)(`people${withoutIpv6}`, () => {
  it('read lines', async () => {
    const bbmd = runCli(['ip6', '--bind', '[::1]:0', '--device-instance', '1', '--bbmd', '--max-ttl', '30'])
    await expect.poll(bbmd.stdout, WITH_PATIENCE).toMatch(/\n/)
    const [, at = ''] =
      /^BBMD 000001 listens at (\[::1\]:\d+), broadcasts go to \[ff02::bac0\]:\d+\n$/.exec(bbmd.stdout()) ?? []
    const device = runCli(['ip6', '--bind', '[::1]:0', '--device-instance', '2', '--foreign', at])
    const lines = ['foreign device 000002 listens at', 'not registered with', 'the registration was refused by BBMD']
    await expect.poll(() => lines.filter(line => device.stdout().includes(line)), WITH_PATIENCE).toEqual(lines)
    expect(bbmd.stdout()).toMatch(/\nrefused \[::1\]:\d+: Register-Foreign-Device: /)
  })
})
