import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeCli, runCli } from '../../support/cli.js'
import { hasIpv6, LOOPBACK, runIp6, withoutIpv6 } from '../../support/ip6-cli.js'
import { refusedIp6 } from '../../support/ip6-refused.js'

const BIND = ['--bind', '[::1]:0']
const ONE = '[2001:db8::1]:47808'
const MANY_ROWS = Array.from({ length: 129 }, (_, index) => `[2001:db8:${index}::1]:47808`)
const MANY = MANY_ROWS.flatMap(row => ['--bdt', row])
const NO_ADDRESS = 'is not an address such as [2001:db8::1]:47808'
const NO_STATION = 'cannot be the address of one station'
const NO_OWN = `is neither a device instance nor a random VMAC and cannot be a node's own`

describe.skipIf(!hasIpv6)(`rx-bacnet ip6 refuses, with exit code 2 and one line,${withoutIpv6}`, () => {
  it.each<readonly [args: readonly string[], fault: string]>([
    [['--bbmd', '--foreign', ONE], '--bbmd and --foreign: a port is not both'],
    [['--ttl', '60'], '--ttl is that of a registration with --foreign, which is missing'],
    [['--bdt', ONE], '--bdt is for a --bbmd, which is missing'],
    [['--accept-foreign', 'no'], '--accept-foreign is for a --bbmd, which is missing'],
    [['--foreign-from', '::1'], '--foreign-from is for a --bbmd, which is missing'],
    [['--foreign-per-address', '5'], '--foreign-per-address is for a --bbmd, which is missing'],
    [['--max-ttl', '5'], '--max-ttl is for a --bbmd, which is missing'],
    [['--foreign', ONE, '--manager', '::1'], '--manager is for a --bbmd, which is missing'],
    [['--bind', '[::1]'], `--bind: '[::1]' ${NO_ADDRESS}`],
    [['--bind', '::1:47808'], `--bind: '::1:47808' ${NO_ADDRESS}`],
    [['--bind', '[::1]:65536'], `--bind: '[::1]:65536' ${NO_ADDRESS}`],
    [['--bind', '[::12345]:1'], `--bind: '[::12345]:1' ${NO_ADDRESS}`],
    [['--bind', '[::1%]:1'], `--bind: '[::1%]:1' ${NO_ADDRESS}`],
    [['--bind', '127.0.0.1:47808'], `--bind: '127.0.0.1:47808' ${NO_ADDRESS}`],
    [['--bind', '[ff02::bac0]:1'], `--bind: '[ff02::bac0]:1' cannot be the address of a host`],
    [['--bind', '[2001:db8::5]:1'], '2001:db8::5 is not an address of this host'],
    [['--bind', '[fe80::1%nowhere]:1'], `there is no interface 'nowhere' that is up and has an IPv6 address (`],
    [['--interface', 'nowhere'], `there is no interface 'nowhere' that is up and has an IPv6 address (`],
    [['--interface', ''], `--interface: '' is not a name of 1 to 64 characters`],
    [['--bind', '[2001:db8::5]:1', '--interface', LOOPBACK], `2001:db8::5 is not an address of ${LOOPBACK}`],
    [['--bind', '[::1%one]:1', '--interface', 'other'], '--bind and --interface: one is not other'],
    [['--group', '2001:db8::1'], `--group: '2001:db8::1' is not a group such as ff02::bac0`],
    [['--group', '[ff02::bac0]'], `--group: '[ff02::bac0]' is not a group such as ff02::bac0`],
    [['--group', 'ff02::bac0%eth0'], `--group: 'ff02::bac0%eth0' is not a group such as ff02::bac0`],
    [['--hops', '0'], `--hops: '0' is not a number of links from 1 to 255`],
    [['--vmac', '00025'], `--vmac: '00025' is not a VMAC such as 00025a`],
    [['--vmac', '02:00:00:00:00:01'], `--vmac: '02:00:00:00:00:01' is not a VMAC such as 00025a`],
    [['--vmac', '3fffff'], `--vmac: '3fffff' ${NO_OWN}`],
    [['--vmac', '800000'], `--vmac: '800000' ${NO_OWN}`],
    [['--vmac', 'FF:FF:FF'], `--vmac: 'FF:FF:FF' ${NO_OWN}`],
    [['--device-instance', '4194303'], '--device-instance: 4194303 is not a device instance from 0 to 4194302'],
    [['--device-instance', '0x5'], `--device-instance: '0x5' is not a device instance from 0 to 4194302`],
    [['--vmac', '000005', '--device-instance', '5'], '--vmac and --device-instance: the device instance is the VMAC'],
    [['--vmac-ttl', '0'], `--vmac-ttl: '0' is shorter than a millisecond`],
    [['--vmac-ttl', 'never'], `--vmac-ttl: 'never' is not a number of seconds`],
    [['--foreign', '[::]:47808'], `--foreign: '[::]:47808' ${NO_STATION}`],
    [['--foreign', '[ff02::bac0]:47808'], `--foreign: '[ff02::bac0]:47808' ${NO_STATION}`],
    [['--foreign', '[2001:db8::1]:0'], `--foreign: '[2001:db8::1]:0' ${NO_STATION}`],
    [['--foreign', '[fe80::1%eth0]:47808'], `--foreign: '[fe80::1%eth0]:47808' ${NO_ADDRESS}`],
    [['--foreign', '2001:db8::1'], `--foreign: '2001:db8::1' ${NO_ADDRESS}`],
    [['--bind', '[::1]:9', '--foreign', '[::1]:9'], '--foreign: a port cannot be registered with itself'],
    [['--bind', '[::]:9', '--foreign', '[::1]:9'], '--foreign: a port cannot be registered with itself'],
    [['--foreign', ONE, '--ttl', '0'], `--ttl: '0' is not a whole number of seconds from 1 to 65535`],
    [['--foreign', ONE, '--ttl', '65536'], `--ttl: '65536' is not a whole number of seconds from 1 to 65535`],
    [['--bbmd', '--bdt', '[::]:1'], `--bdt: '[::]:1' ${NO_STATION}`],
    [['--bbmd', '--bdt', '[ff05::bac0]:1'], `--bdt: '[ff05::bac0]:1' ${NO_STATION}`],
    [['--bbmd', '--bdt', '[2001:db8::1]:0'], `--bdt: '[2001:db8::1]:0' ${NO_STATION}`],
    [['--bbmd', '--bdt', `${ONE}/64`], `--bdt: '${ONE}/64' ${NO_ADDRESS}`],
    [['--bbmd', ...MANY], '--bdt: there are more than 128'],
    [['--bbmd', '--accept-foreign', '6001'], `--accept-foreign: '6001' is neither yes nor no nor a number up to 6000`],
    [['--bbmd', '--manager', '::/129'], `--manager: '::/129' is not a prefix such as 2001:db8:1::/48`],
    [['--receive-buffer', '1'], `--receive-buffer: '1' is not a number of octets from 2048 to 1073741824`],
    [['--bbmd', '--global', ONE], 'unknown option --global'],
    [['--bbmd', '--allow-write-bdt'], 'unknown option --allow-write-bdt'],
    [['[::1]:47808'], `'[::1]:47808' is one argument too many`],
  ])('%j', async (args, fault) => {
    const bound = args.includes('--bind') || args.includes('--interface') ? [] : BIND
    const { code, stderr } = await refusedIp6([...bound, ...args])
    expect(code).toBe(2)
    expect(stderr.startsWith(`rx-bacnet: ${fault}`), stderr).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})

describe.skipIf(!hasIpv6)(`the options of rx-bacnet ip6${withoutIpv6}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-ip6-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  afterEach(closeCli)

  const config = (value: unknown): string => {
    const file = join(folder, 'ip6.json')
    writeFileSync(file, JSON.stringify(value))
    return file
  }

  it('can come from a file, with numbers and lists as such; a wrong one is named with its key', async () => {
    const bdt = [ONE, '[2001:db8:2::1]:47808']
    const file = config({ bind: '[::1]:0', group: 'ff02::5', bbmd: true, bdt, deviceInstance: 602, vmacTtl: 0.5 })
    const bbmd = runCli(['ip6', '--json', '--config', file])
    expect(await bbmd.event('listening')).toEqual({
      event: 'listening',
      address: expect.stringMatching(/^\[::1\]:\d+$/) as string,
      group: expect.stringMatching(/^\[ff02::5\]:\d+$/) as string,
      vmac: '00025a',
      role: 'bbmd',
      receiveBuffer: expect.any(Number) as number,
    })
    bbmd.say({ do: 'tables' })
    expect(await bbmd.event('tables')).toEqual({ event: 'tables', bdt: bdt.map(address => ({ address })), fdt: [] })
    const wrong = config({ bbmd: true, bdt: [ONE, '10.0.1.1:47808'] })
    const { code, stderr } = await refusedIp6(['--config', wrong])
    expect([code, stderr]).toEqual([2, `rx-bacnet: ${wrong}: bdt[1]: '10.0.1.1:47808' ${NO_ADDRESS}\n`])
  })

  it('can come from the environment', async () => {
    const env = { RX_BACNET_BIND: '[::1]:0', RX_BACNET_FOREIGN: ONE, RX_BACNET_VMAC: '00-02-5A' }
    const foreign = runCli(['ip6', '--json'], env)
    expect(await foreign.event('listening')).toMatchObject({ vmac: '00025a', role: 'foreign' })
    expect((await foreign.event('registration'))['bbmd']).toBe(ONE)
    const { code, stderr } = await refusedIp6([], { ...env, RX_BACNET_TTL: 'soon' })
    expect(code).toBe(2)
    expect(stderr).toBe(`rx-bacnet: RX_BACNET_TTL: 'soon' is not a whole number of seconds from 1 to 65535\n`)
  })
})

describe.skipIf(!hasIpv6)(`commands on stdin of rx-bacnet ip6${withoutIpv6}`, () => {
  afterEach(closeCli)

  it('are answered with an error where they are wrong, and change nothing', async () => {
    const node = runIp6('[::1]:0', '--device-instance', '602')
    const { address } = await node.event('listening')
    const commands = [
      ['[]', 'not a JSON object'],
      [{ do: 'fly' }, 'unknown command "fly"; there are send, resolve, cache, tables, stats, state, role, vmac'],
      [{ do: 'send', npdu: '0100' }, '"to" is missing'],
      [{ do: 'send', to: ONE, npdu: '0100' }, `"to": '${ONE}' is not a VMAC such as 00025a`],
      [{ do: 'send', to: 'broadcast', npdu: '' }, '"npdu": an NPDU has at least one octet'],
      [{ do: 'resolve' }, 'either "to", a VMAC, or "address" is resolved'],
      [{ do: 'resolve', to: '000001', address: ONE }, 'either "to", a VMAC, or "address" is resolved'],
      [{ do: 'resolve', address: '[::]:1' }, `"address": '[::]:1' ${NO_STATION}`],
      [{ do: 'role', role: 'king' }, '"role": there are node, foreign and bbmd'],
      [{ do: 'role', role: 'foreign' }, '"bbmd" is missing'],
      [{ do: 'role', role: 'foreign', bbmd: address }, 'a foreign device cannot register there'],
      [{ do: 'role', role: 'bbmd', bdt: MANY_ROWS }, '"bdt": there are more than 128'],
      [{ do: 'role', role: 'bbmd', bdt: [ONE, 7] }, '"bdt": [1]: must be text, or an object with an address'],
      [{ do: 'role', role: 'bbmd', bdt: [{ address: '[::]:1' }] }, `"bdt": [0]: '[::]:1' ${NO_STATION}`],
      [{ do: 'vmac' }, 'either "vmac" or "deviceInstance" says what the VMAC is from now on'],
      [{ do: 'vmac', vmac: '400000' }, `"vmac": '400000' is not the VMAC of a device instance`],
      [{ do: 'vmac', deviceInstance: '7' }, '"deviceInstance": must be a number'],
      [{ do: 'vmac', deviceInstance: 4194303 }, '"deviceInstance": 4194303 is not a device instance from 0 to 4194302'],
      ...['read-bdt', 'read-fdt'].map(name => [
        { do: name, bbmd: ONE },
        `${name}: BACnet/IPv6 has no message for that: "tables", asked of the BBMD itself, tells its tables`,
      ]),
      [
        { do: 'write-bdt', bbmd: ONE, entries: [] },
        'write-bdt: BACnet/IPv6 has no message for that: "role" with a "bdt", asked of the BBMD itself, gives it another table',
      ],
      [
        { do: 'delete-fdt-entry', bbmd: ONE, address: ONE },
        'delete-fdt-entry: is not sent for others: a foreign device that ends, or is given another role, has itself deleted',
      ],
    ] as const
    for (const [command] of commands) node.say(command)
    node.say({ do: 'state' })
    expect(await node.event('state')).toEqual({
      event: 'state',
      address,
      group: String(address).replace('[::1]', '[ff02::bac0]'),
      vmac: '00025a',
      role: 'node',
    })
    expect(node.events.filter(({ event }) => event === 'error').map(({ message }) => message)).toEqual(
      commands.map(([, message]) => message),
    )
  })

  it('say what is dropped, and what could not be resolved', async () => {
    const node = runIp6('[::1]:0', '--foreign', ONE, '--vmac', '000007')
    await node.event('listening')
    node.say({ do: 'send', to: 'broadcast', npdu: '0100' })
    expect(await node.event('dropped')).toEqual({
      event: 'dropped',
      reason: 'not registered with its BBMD',
      destination: 'broadcast',
    })
    node.say({ do: 'send', to: '000007', npdu: '0100' })
    await node.event('dropped', { destination: '000007', reason: 'to its own VMAC' })
    node.say({ do: 'resolve', to: '000007' })
    expect(await node.event('resolved')).toEqual({ event: 'resolved', vmac: '000007', error: 'that is its own VMAC' })
    node.say({ do: 'stats' })
    expect(await node.event('stats')).toMatchObject({ dropped: { 'not registered with its BBMD': 1 } })
  })
})
