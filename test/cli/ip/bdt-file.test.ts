import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { freeUdpPort, refusedIp, runIp } from '../../support/ip-cli.js'

let folder = ''
let file = ''
let port = 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-bdt-'))
  file = join(folder, 'bdt.json')
  port = await freeUdpPort()
})
afterEach(() => {
  closeCli()
  rmSync(folder, { recursive: true, force: true })
})

const BBMD = (): string => `127.5.0.1:${port}`
const WRITTEN = ['10.0.7.1:47808', '10.0.8.1:47808/255.255.255.0'] as const

const startBbmd = async (...more: readonly string[]): Promise<CliProcess> => {
  const bbmd = runIp(BBMD(), '--broadcast', '127.255.255.255', '--bbmd', '--bdt-file', file, ...more)
  await bbmd.event('listening')
  return bbmd
}

const startNode = async (address = '127.5.0.2:0', ...more: readonly string[]): Promise<CliProcess> => {
  const node = runIp(address, ...more)
  await node.event('listening')
  return node
}

describe('a BDT that was written', () => {
  it('is kept in the file over a restart, and goes before --bdt', async () => {
    const bbmd = await startBbmd('--allow-write-bdt', '--bdt', '10.0.1.1:47808')
    expect(bbmd.stderr()).toMatch(/^rx-bacnet: warning: --allow-write-bdt: ANYBODY who reaches this port [^\n]*\n$/)
    const node = await startNode()
    node.say({ do: 'write-bdt', bbmd: BBMD(), entries: WRITTEN })
    expect(await node.event('done')).toEqual({ event: 'done', do: 'write-bdt', bbmd: BBMD() })
    const { entries } = await bbmd.event('bdt-written')
    expect(entries).toHaveLength(3)
    bbmd.signal('SIGTERM')
    expect(await bbmd.exited).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([...WRITTEN, BBMD()])
    expect(readdirSync(folder)).toEqual(['bdt.json'])

    const again = await startBbmd('--bdt', '10.0.1.1:47808')
    expect(again.stderr()).toBe(`rx-bacnet: warning: ${file}: this table counts, and not that of --bdt\n`)
    again.say({ do: 'tables' })
    expect((await again.event('tables'))['bdt']).toEqual(entries)
  })

  it.each([
    ['with a file', (): readonly string[] => ['--bdt-file', file]],
    ['without one', (): readonly string[] => []],
  ])('is there again when the port has been something else meanwhile, %s', async (_, flags) => {
    const bbmd = runIp(BBMD(), '--bbmd', '--allow-write-bdt', '--bdt', '10.0.1.1:47808', ...flags())
    await bbmd.event('listening')
    const node = await startNode()
    node.say({ do: 'write-bdt', bbmd: BBMD(), entries: WRITTEN })
    const { entries } = await bbmd.event('bdt-written')
    bbmd.say({ do: 'role', role: 'node' })
    await bbmd.event('role', { role: 'node' })
    bbmd.say({ do: 'role', role: 'bbmd' })
    await bbmd.event('role', { role: 'bbmd' })
    bbmd.say({ do: 'tables' })
    expect((await bbmd.event('tables'))['bdt']).toEqual(entries)
  })

  it('is taken from a --manager only, who alone reads tables and deletes, but for what is one’s own', async () => {
    const bbmd = await startBbmd('--allow-write-bdt', '--manager', '127.5.0.3', '--manager', '127.6.0.0/16')
    expect(bbmd.stderr()).toMatch(/^rx-bacnet: warning: --allow-write-bdt: whoever can FORGE the address/)
    const stranger = await startNode('127.5.0.2:0', '--foreign', BBMD())
    const { address } = await bbmd.event('foreign-device', { state: 'registered' })
    const managers = [await startNode('127.5.0.3:0'), await startNode('127.6.7.8:0')]

    stranger.say({ do: 'write-bdt', bbmd: BBMD(), entries: WRITTEN })
    stranger.say({ do: 'read-bdt', bbmd: BBMD() })
    stranger.say({ do: 'read-fdt', bbmd: BBMD() })
    stranger.say({ do: 'delete-fdt-entry', bbmd: BBMD(), address: '10.0.0.1:1' })
    await expect
      .poll(() => stranger.events.filter(({ event }) => event === 'error').map(({ code }) => code), { timeout: 5000 })
      .toEqual([0x10, 0x20, 0x40, 0x50])
    for (const manager of managers) {
      manager.say({ do: 'write-bdt', bbmd: BBMD(), entries: WRITTEN })
      manager.say({ do: 'read-fdt', bbmd: BBMD() })
      await manager.event('done')
      expect((await manager.event('fdt'))['entries']).toHaveLength(1)
    }
    stranger.signal('SIGTERM')
    expect(await bbmd.event('foreign-device', { state: 'deleted' })).toMatchObject({ address })
  })

  it.each([
    ['[', /^rx-bacnet: [^\n]*bdt\.json: [^\n]*JSON[^\n]*\n$/],
    ['{}', /bdt\.json: must be a list\n$/],
    ['["10.0.0.1"]', /bdt\.json: \[0\]: '10\.0\.0\.1' is not an address such as 192\.168\.1\.10:47808\n$/],
    ['[7]', /bdt\.json: \[0\]: must be text, or an object of address and mask\n$/],
  ])('is refused where the file is %s', async (text, fault) => {
    writeFileSync(file, text)
    const { code, stderr } = await refusedIp(['--bind', '127.5.0.4:0', '--bbmd', '--bdt-file', file])
    expect(code).toBe(2)
    expect(stderr).toMatch(fault)
  })

  it('is refused where the file has more rows than a BBMD takes', async () => {
    writeFileSync(file, JSON.stringify(Array(129).fill('10.0.0.1:1')))
    const { code, stderr } = await refusedIp(['--bind', '127.5.0.4:0', '--bbmd', '--bdt-file', file])
    expect([code, stderr]).toEqual([2, `rx-bacnet: ${file}: there are more than 128\n`])
  })
})

describe('the registrations of foreign devices', () => {
  it('are as many as --accept-foreign says, from where --foreign-from says, as long as --max-ttl says', async () => {
    const flags = ['--accept-foreign', '1', '--foreign-from', '127.7.0.0/24', '--max-ttl', '100']
    const bbmd = await startBbmd(...flags)
    const stateOf = async (bind: string, ttl: string): Promise<unknown> => {
      const foreign = await startNode(bind, '--foreign', BBMD(), '--ttl', ttl)
      await expect.poll(() => foreign.events.filter(({ event }) => event === 'registration').length).toBe(2)
      return foreign.events.at(-1)?.['state']
    }
    const states = await Promise.all([stateOf('127.7.1.1:0', '60'), stateOf('127.7.0.1:0', '101')])
    expect(states).toEqual(['refused', 'refused'])
    expect(await stateOf('127.7.0.2:0', '100')).toBe('registered')
    expect(await stateOf('127.7.0.3:0', '100')).toBe('refused')
    expect(bbmd.events.filter(({ event }) => event === 'foreign-device')).toHaveLength(1)
  })

  it('are none with --accept-foreign no, and no more of one address than --foreign-per-address says', async () => {
    const none = runIp('127.5.0.5:0', '--bbmd', '--accept-foreign', 'no')
    const one = runIp('127.5.0.6:0', '--bbmd', '--accept-foreign', 'yes', '--foreign-per-address', '1')
    const of = async (bbmd: CliProcess): Promise<string> => String((await bbmd.event('listening'))['address'])
    const refused = await startNode('127.7.0.4:0', '--foreign', await of(none))
    await refused.event('registration', { state: 'refused' })
    const first = await startNode('127.7.0.5:0', '--foreign', await of(one))
    await first.event('registration', { state: 'registered' })
    const second = await startNode('127.7.0.5:0', '--foreign', await of(one))
    await second.event('registration', { state: 'refused' })
  })
})
