import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeCli, runCli } from '../../support/cli.js'
import { refusedIp } from '../../support/ip-cli.js'

const BIND = ['--bind', '127.4.0.1:0']
const MANY_ROWS = Array.from({ length: 129 }, (_, index) => `10.0.${index}.1:47808`)
const MANY = MANY_ROWS.flatMap(row => ['--bdt', row])

describe('rx-bacnet ip refuses, with exit code 2 and one line,', () => {
  it.each<readonly [args: readonly string[], fault: string]>([
    [['--bbmd', '--foreign', '10.0.0.1:47808'], '--bbmd and --foreign: a port is not both'],
    [['--ttl', '60'], '--ttl is that of a registration with --foreign, which is missing'],
    [['--bdt', '10.0.0.1:47808'], '--bdt is for a --bbmd, which is missing'],
    [['--bdt-file', 'bdt.json'], '--bdt-file is for a --bbmd, which is missing'],
    [['--accept-foreign', 'no'], '--accept-foreign is for a --bbmd, which is missing'],
    [['--foreign', '10.0.0.1:47808', '--allow-write-bdt'], '--allow-write-bdt is for a --bbmd, which is missing'],
    [['--global', '10.0.0.1:47808'], '--global is for a --bbmd, which is missing'],
    [['--manager', '10.0.0.1'], '--manager is for a --bbmd, which is missing'],
    [['--foreign-from', '10.0.0.1'], '--foreign-from is for a --bbmd, which is missing'],
    [['--foreign-per-address', '5'], '--foreign-per-address is for a --bbmd, which is missing'],
    [['--max-ttl', '5'], '--max-ttl is for a --bbmd, which is missing'],
    [['--bind', '127.0.0.1'], `--bind: '127.0.0.1' is not an address such as 192.168.1.10:47808`],
    [['--bind', '127.0.0.1:65536'], `--bind: '127.0.0.1:65536' is not an address such as 192.168.1.10:47808`],
    [['--bind', '127.0.0.256:1'], `--bind: '127.0.0.256:1' is not an address such as 192.168.1.10:47808`],
    [['--bind', '[::1]:47808'], `--bind: '[::1]:47808' is not an address such as 192.168.1.10:47808`],
    [['--bind', '255.255.255.255:1'], `--bind: '255.255.255.255:1' cannot be the address of a host`],
    [['--bind', '224.0.0.1:1'], `--bind: '224.0.0.1:1' cannot be the address of a host`],
    [['--bind', '127.255.255.255:1'], '--bind: 127.255.255.255:1 is a broadcast address'],
    [['--broadcast', '0.0.0.0'], `--broadcast: '0.0.0.0' cannot be a broadcast address`],
    [['--broadcast', '10.0.0.255:0'], `--broadcast: '10.0.0.255:0' cannot be a broadcast address`],
    [['--broadcast', 'everywhere'], `--broadcast: 'everywhere' is not an address such as 192.168.1.10:47808`],
    [['--foreign', '0.0.0.0:47808'], `--foreign: '0.0.0.0:47808' cannot be the address of one station`],
    [['--foreign', '255.255.255.255:47808'], `--foreign: '255.255.255.255:47808' cannot be the address of one station`],
    [['--foreign', '10.0.0.1:0'], `--foreign: '10.0.0.1:0' cannot be the address of one station`],
    [['--foreign', '127.255.255.255:1'], '--foreign: 127.255.255.255:1 is a broadcast address'],
    [['--foreign', '10.0.0.255:1', '--broadcast', '10.0.0.255'], '--foreign: 10.0.0.255:1 is a broadcast address'],
    [['--bind', '127.4.0.1:9', '--foreign', '127.4.0.1:9'], '--foreign: a port cannot be registered with itself'],
    [['--bind', '0.0.0.0:9', '--foreign', '127.0.0.1:9'], '--foreign: a port cannot be registered with itself'],
    [['--foreign', '10.0.0.1:1', '--ttl', '0'], `--ttl: '0' is not a whole number of seconds from 1 to 65535`],
    [['--foreign', '10.0.0.1:1', '--ttl', '0.5'], `--ttl: '0.5' is not a whole number of seconds from 1 to 65535`],
    [['--foreign', '10.0.0.1:1', '--ttl', '65536'], `--ttl: '65536' is not a whole number of seconds from 1 to 65535`],
    [['--bbmd', '--bdt', '0.0.0.0:1'], `--bdt: '0.0.0.0:1' cannot be the address of one station`],
    [['--bbmd', '--bdt', '10.0.0.1:0'], `--bdt: '10.0.0.1:0' cannot be the address of one station`],
    [['--bbmd', '--bdt', '127.255.255.255:1'], '--bdt: 127.255.255.255:1 is a broadcast address'],
    [
      ['--bbmd', '--bdt', '10.0.0.1:1/255.0.255.0'],
      `--bdt: '255.0.255.0' is not a mask: after its first 0 bit comes a 1`,
    ],
    [['--bbmd', '--bdt', '10.0.0.1:1/24'], `--bdt: '24' is not a mask such as 255.255.255.0`],
    [['--bbmd', ...MANY], '--bdt: there are more than 128'],
    [['--bbmd', '--global', '10.0.0.1:0'], `--global: '10.0.0.1:0' cannot be the address of one station`],
    [
      ['--bbmd', '--accept-foreign', 'maybe'],
      `--accept-foreign: 'maybe' is neither yes nor no nor a number up to 6000`,
    ],
    [['--bbmd', '--accept-foreign', '-1'], '--accept-foreign'],
    [['--bbmd', '--manager', '10.0.0.0/33'], `--manager: '10.0.0.0/33' is not a subnet such as 10.0.1.0/24`],
    [['--receive-buffer', '1'], `--receive-buffer: '1' is not a number of octets from 2048 to 1073741824`],
    [['--bbmd', '--bdt-file', '/nowhere/at/all.json'], '/nowhere/at/all.json: no such file or directory'],
    [['--hub', 'wss://10.0.0.1'], 'unknown option --hub'],
    [['10.0.0.1'], `'10.0.0.1' is one argument too many`],
  ])('%j', async (args, fault) => {
    const bound = args.includes('--bind') ? [] : BIND
    const { code, stderr } = await refusedIp([...bound, ...args])
    expect(code).toBe(2)
    expect(stderr.startsWith(`rx-bacnet: ${fault}`), stderr).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})

describe('the options of rx-bacnet ip', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-ip-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  afterEach(closeCli)

  const config = (value: unknown): string => {
    const file = join(folder, 'ip.json')
    writeFileSync(file, JSON.stringify(value))
    return file
  }

  it('can come from a file, with numbers and lists as such; a wrong one is named with its key', async () => {
    const file = config({
      bind: '127.4.0.2:0',
      bbmd: true,
      bdt: ['10.0.0.1:47808', '10.0.1.1:47808/255.255.255.0'],
      acceptForeign: 5,
      json: true,
    })
    const bbmd = runCli(['ip', '--json', '--config', file])
    const { address } = await bbmd.event('listening', { role: 'bbmd' })
    bbmd.say({ do: 'tables' })
    expect((await bbmd.event('tables'))['bdt']).toEqual([
      { address: '10.0.0.1:47808', mask: '255.255.255.255' },
      { address: '10.0.1.1:47808', mask: '255.255.255.0' },
      { address, mask: '255.255.255.255' },
    ])
    const wrong = config({ bbmd: true, bdt: ['10.0.0.1:47808', '10.0.1.1'] })
    const { code, stderr } = await refusedIp(['--config', wrong])
    expect([code, stderr]).toEqual([
      2,
      `rx-bacnet: ${wrong}: bdt[1]: '10.0.1.1' is not an address such as 192.168.1.10:47808\n`,
    ])
  })

  it('can come from the environment', async () => {
    const env = { RX_BACNET_BIND: '127.4.0.3:0', RX_BACNET_FOREIGN: '127.4.0.4:9', RX_BACNET_JSON: '1' }
    const foreign = runCli(['ip', '--json'], env)
    expect((await foreign.event('registration'))['bbmd']).toBe('127.4.0.4:9')
    const { code, stderr } = await refusedIp([], { ...env, RX_BACNET_TTL: 'soon' })
    expect(code).toBe(2)
    expect(stderr).toBe(`rx-bacnet: RX_BACNET_TTL: 'soon' is not a whole number of seconds from 1 to 65535\n`)
  })
})

describe('commands on stdin of rx-bacnet ip', () => {
  afterEach(closeCli)

  it('are answered with an error where they are wrong, and change nothing', async () => {
    const node = runCli(['ip', '--json', ...BIND])
    const { address } = await node.event('listening')
    const commands = [
      ['{', 'not a JSON object'],
      [{ do: 'fly' }, expect.stringMatching(/^unknown command "fly"; there are send, read-bdt, /) as string],
      [{ do: 'send', npdu: '0100' }, '"to" is missing'],
      [
        { do: 'send', to: '10.0.0.1', npdu: '0100' },
        expect.stringMatching(/^"to": '10.0.0.1' is not an addr/) as string,
      ],
      [{ do: 'send', to: '10.0.0.1:0', npdu: '0100' }, `"to": '10.0.0.1:0' cannot be the address of one station`],
      [{ do: 'send', to: 'broadcast', npdu: 'x' }, expect.stringMatching(/^"npdu": /) as string],
      [{ do: 'read-bdt', bbmd: '0.0.0.0:5' }, `"bbmd": '0.0.0.0:5' cannot be the address of one station`],
      [{ do: 'read-fdt' }, '"bbmd" is missing'],
      [{ do: 'write-bdt', bbmd: '10.0.0.1:1', entries: {} }, '"entries": must be a list'],
      [
        { do: 'write-bdt', bbmd: '10.0.0.1:1', entries: [{ address: '10.0.0.1:1', mask: 8 }] },
        '"entries": [0]: must be text, or an object of address and mask',
      ],
      [{ do: 'role', role: 'king' }, '"role": there are node, foreign and bbmd'],
      [{ do: 'role', role: 'foreign' }, '"bbmd" is missing'],
      [{ do: 'role', role: 'bbmd', bdt: MANY_ROWS }, '"bdt": there are more than 128'],
      [
        { do: 'role', role: 'foreign', bbmd: '10.0.0.1:1', ttl: 0 },
        '"ttl": 0 is not a whole number of seconds from 1 to 65535',
      ],
    ] as const
    for (const [command] of commands) node.say(command)
    node.say({ do: 'state' })
    await node.event('state', { address, role: 'node' })
    expect(node.events.filter(({ event }) => event === 'error').map(({ message }) => message)).toEqual(
      commands.map(([, message]) => message),
    )
  })

  it('say what is dropped', async () => {
    const node = runCli(['ip', '--json', ...BIND, '--foreign', '127.4.0.9:9'])
    await node.event('listening')
    node.say({ do: 'send', to: 'broadcast', npdu: '0100' })
    expect(await node.event('dropped')).toEqual({
      event: 'dropped',
      reason: 'not registered with its BBMD',
      destination: 'broadcast',
    })
    node.say({ do: 'send', to: '10.0.0.1:47808', npdu: '02' })
    expect(await node.event('dropped', { destination: '10.0.0.1:47808' })).toMatchObject({
      reason: 'not an NPDU of version 1 and of at most 1497 octets',
    })
    node.say({ do: 'stats' })
    expect(await node.event('stats')).toMatchObject({
      dropped: { 'not registered with its BBMD': 1, 'not an NPDU of version 1 and of at most 1497 octets': 1 },
    })
  })
})
