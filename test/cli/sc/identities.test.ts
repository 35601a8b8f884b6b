import { X509Certificate } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { NEVER } from 'rxjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../../src/cli/command.js'
import { command } from '../../../src/cli/sc/hub.js'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { testAuthority } from '../../support/living-tls.js'

const VMAC = '02:00:00:00:00:0a'
const UUID = '550e8400-e29b-41d4-a716-446655440000'
const OTHER = '550e8400-e29b-41d4-a716-446655440001'

let lab: LabFolder

const file = (name: string): string => join(lab.path, name)
const text = (name: string): string => readFileSync(file(name), 'utf8')
const json = (name: string): unknown => JSON.parse(text(name))

/** As careful programs do it: the new file takes the place of the old one. */
const write = (name: string, content: unknown): void => {
  writeFileSync(file(`.${name}`), typeof content === 'string' ? content : JSON.stringify(content))
  renameSync(file(`.${name}`), file(name))
}

const fingerprint = (name: string): string =>
  new X509Certificate(text(`${name}.pem`)).fingerprint256.replaceAll(':', '').toLowerCase()

beforeAll(async () => {
  lab = await labFolder([])
  const authority = await testAuthority()
  write('ca.pem', authority.authority.certificate)
  // The last one is a second certificate of alice.
  for (const name of ['hub', 'alice', 'bob', 'alice-2']) {
    const { cert, key } = await authority.issue(name.replace('-2', ''))
    write(`${name}.pem`, cert)
    write(`${name}.key`, key)
  }
})
afterEach(closeCli)
afterAll(() => lab.remove())

const startHub = async (...more: readonly string[]): Promise<{ hub: CliProcess; uri: string }> => {
  const hub = runCli(['hub', '--json', ...lab.flags('hub'), ...more, '--identities', file('list.json')])
  const { uri } = await hub.event('listening')
  return { hub, uri: String(uri) }
}

const startNode = (name: string, uri: string, ...more: readonly string[]): CliProcess =>
  runCli(['node', '--json', '--hub', uri, ...lab.flags(name), '--min-reconnect', '0.1', ...more])

const count = ({ events }: CliProcess, name: string): number => events.filter(({ event }) => event === name).length

describe('pins', () => {
  it('are of the first certificate, in a file that outlives the hub: another one of its subject is refused', async () => {
    rmSync(file('list.json'), { force: true })
    const { hub, uri } = await startHub('--identity', 'pin')
    const claims = ['--vmac', VMAC, '--uuid', UUID]
    const alice = startNode('alice', uri, ...claims)
    await alice.event('status', { status: 'primary' })
    const pin = { vmac: VMAC, uuid: UUID, fingerprint: fingerprint('alice') }
    await expect.poll(() => json('list.json'), { timeout: 5000 }).toEqual([pin])
    alice.signal('SIGTERM')
    await alice.exited

    const reason = 'the Device UUID is pinned to another certificate'
    const second = startNode('alice-2', uri, ...claims)
    await hub.event('refused', { reason })
    const failed = await second.event('failed-connection')
    expect(failed).toMatchObject({ errorCode: 85, message: `refused with ACCESS_DENIED: ${reason}` })
    hub.say({ do: 'forget-pin', uuid: UUID })
    expect(await hub.event('pins')).toEqual({ event: 'pins', pins: [] })
    await second.event('status', { status: 'primary' })
    const renewed = { vmac: VMAC, uuid: UUID, fingerprint: fingerprint('alice-2') }
    await expect.poll(() => json('list.json'), { timeout: 5000 }).toEqual([renewed])
  })

  it('are of the subject where that is chosen, for certificates that keep it', async () => {
    write('list.json', [])
    const { hub, uri } = await startHub('--identity', 'pin-subject')
    const alice = startNode('alice', uri, '--vmac', VMAC, '--uuid', UUID)
    await hub.event('identity', { state: 'pinned', subject: 'CN=alice' })
    alice.signal('SIGTERM')
    await alice.exited
    await startNode('alice-2', uri, '--vmac', VMAC, '--uuid', UUID).event('status', { status: 'primary' })
  })

  it('that are written into the file by hand count at once, and are kept with those that come after', async () => {
    write('list.json', [])
    const { hub, uri } = await startHub('--identity', 'pin')
    const byHand = { vmac: VMAC, subject: 'CN=bob' }
    write('list.json', [byHand])
    await hub.event('identity', { state: 'reloaded' })
    const alice = startNode('alice', uri, '--vmac', VMAC)
    await alice.event('failed-connection')
    alice.signal('SIGKILL')
    const bob = startNode('bob', uri, '--vmac', VMAC)
    await bob.event('status', { status: 'primary' })
    const claims = { vmac: '02:00:00:00:00:0b', uuid: OTHER }
    startNode('alice-2', uri, '--vmac', claims.vmac, '--uuid', OTHER)
    const pin = { ...claims, fingerprint: fingerprint('alice-2') }
    await expect.poll(() => json('list.json'), { timeout: 5000 }).toEqual([byHand, pin])
  })

  it('never take the place of a file that somebody else has broken, and come into it when it is mended', async () => {
    write('list.json', [])
    const { hub, uri } = await startHub('--identity', 'pin')
    write('list.json', '[{')
    await hub.event('identity', { state: 'refused' })
    await startNode('alice', uri, '--vmac', VMAC, '--uuid', UUID).event('status', { status: 'primary' })
    hub.say({ do: 'pins' })
    await hub.event('pins')
    expect(text('list.json')).toBe('[{')
    const bob = { vmac: '02:00:00:00:00:0b', subject: 'CN=bob' }
    write('list.json', [bob])
    const alice = { vmac: VMAC, uuid: UUID, fingerprint: fingerprint('alice') }
    await expect.poll(() => json('list.json'), { timeout: 5000 }).toEqual([bob, alice])
    expect(count(hub, 'node-disconnected')).toBe(0)
  })
})

describe('the file of an allow-list', () => {
  it('is read again when it changes: nodes that it does not let in are disconnected, and refused after that', async () => {
    write('list.json', [{ subject: 'CN=alice' }])
    const { hub, uri } = await startHub('--identity', 'allow')
    const [alice, bob] = [startNode('alice', uri, '--vmac', VMAC), startNode('bob', uri)]
    await alice.event('status', { status: 'primary' })
    await hub.event('refused', { reason: 'the device is not on the list' })
    write('list.json', [{ subject: 'CN=bob' }])
    await hub.event('node-disconnected', { vmac: VMAC })
    await bob.event('status', { status: 'primary' })
    expect(await alice.event('failed-connection')).toMatchObject({ errorCode: 85 })
  })

  it('that is wrong, or gone, changes nothing and is told; SIGHUP reads it again where nothing has changed', async () => {
    write('list.json', [{ subject: 'CN=alice' }])
    const { hub, uri } = await startHub('--identity', 'allow')
    write('list.json', [{ vmac: VMAC, fingerprnt: 'AA:BB' }])
    const message = `the list in use stays as it was: ${file('list.json')}: identities[0].fingerprnt: unknown key`
    await hub.event('identity', { state: 'refused', message })
    rmSync(file('list.json'))
    const gone = `the list in use stays as it was: ${file('list.json')}: no such file or directory`
    await hub.event('identity', { state: 'refused', message: gone })
    await startNode('alice', uri).event('status', { status: 'primary' })
    write('list.json', [{ subject: 'CN=alice' }])
    await hub.event('identity', { state: 'reloaded' })
    const before = count(hub, 'identity')
    hub.signal('SIGHUP')
    await expect.poll(() => count(hub, 'identity'), { timeout: 5000 }).toBe(before + 1)
    expect(count(hub, 'node-disconnected')).toBe(0)
  })
})

it('SIGHUP ends neither a hub nor a node that has no files', async () => {
  const hub = runCli(['hub', '--json', '--plaintext'])
  const { uri } = await hub.event('listening')
  const node = runCli(['node', '--json', '--plaintext', '--hub', String(uri)])
  await node.event('status', { status: 'primary' })
  for (const device of [hub, node]) device.signal('SIGHUP')
  for (const device of [hub, node]) {
    device.say({ do: 'state' })
    await device.event('state')
    device.signal('SIGTERM')
    expect(await device.exited).toBe(0)
  }
})

/** Runs the hub command inside this process until it gives up. */
const failure = async (...flags: readonly string[]): Promise<string> => {
  let err = ''
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      err += chunk.toString()
      done()
    },
  })
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() })
  const context = { env: {}, stdout, stderr, line$: NEVER, stop$: NEVER }
  expect(await runCommand(command, [...lab.flags('hub'), ...flags], context)).toBe(2)
  expect(err.trimEnd()).not.toContain('\n')
  return err
}

describe('an identity policy that cannot work ends the start with exit code 2 and one line:', () => {
  it.each([
    [['--identity', 'allow'], /--identity allow needs --identities/],
    [['--identities', 'x.json'], /--identity allow, pin or pin-subject is missing/],
    [['--identity', 'maybe'], /'maybe' is not one of none, allow, pin, pin-subject/],
    [['--identity', 'allow', '--identities', '/dev/null'], /\/dev\/null: /],
    [['--identity', 'allow', '--identities', '/no/list.json'], /\/no\/list\.json: no such file/],
  ])('%s', async (flags, line) => {
    expect(await failure(...flags)).toMatch(line)
  })

  it.each([
    [[{ vmac: VMAC, fingerprnt: 'AA:BB' }], 'identities[0].fingerprnt: unknown key'],
    [[{ vmac: VMAC }, { uuid: 1 }], 'identities[1].uuid: must be text'],
    [[{ vmac: 'zz' }], "identities[0].vmac: 'zz' is not"],
    [[{}], 'identities[0]: says nothing'],
    [[1], 'identities[0]: is not an object'],
    [{}, 'identities: is not a list'],
  ])('%j', async (list, line) => {
    write('wrong.json', list)
    for (const policy of ['allow', 'pin', 'pin-subject']) {
      const told = await failure('--identity', policy, '--identities', file('wrong.json'))
      expect(told).toContain(`${file('wrong.json')}: ${line}`)
    }
  })
})
