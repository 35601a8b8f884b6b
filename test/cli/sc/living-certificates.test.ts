import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { NEVER } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../../src/cli/command.js'
import { command } from '../../../src/cli/sc/hub.js'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { testAuthority, type TestAuthority } from '../../support/living-tls.js'

const ALICE = '02:00:00:00:00:0a'

let lab: LabFolder
let authority: TestAuthority

const file = (name: string): string => join(lab.path, name)
const text = (name: string): string => readFileSync(file(name), 'utf8')
const write = (name: string, content: string): void => writeFileSync(file(name), content)

/** As careful programs do it: the new file takes the place of the old one. */
const replace = (name: string, content: string): void => {
  write(`.${name}`, content)
  renameSync(file(`.${name}`), file(name))
}

beforeAll(async () => {
  lab = await labFolder([])
  authority = await testAuthority()
  write('ca.pem', authority.authority.certificate)
  for (const name of ['hub', 'alice', 'mallory']) {
    const { cert, key } = await authority.issue(name)
    write(`${name}.pem`, cert)
    write(`${name}.key`, key)
  }
  write('crl.pem', await authority.revoke())
})
afterAll(() => lab.remove())

const hubFlags = (...more: readonly string[]): readonly string[] => [
  '--json',
  ...lab.flags('hub'),
  '--crl',
  file('crl.pem'),
  ...more,
]

const startHub = async (...more: readonly string[]): Promise<{ hub: CliProcess; uri: string }> => {
  const hub = runCli(['hub', ...hubFlags(...more)])
  const { uri } = await hub.event('listening')
  return { hub, uri: String(uri) }
}

const startNode = (name: string, uri: string, ...more: readonly string[]): CliProcess =>
  runCli(['node', '--json', '--hub', uri, ...lab.flags(name), '--min-reconnect', '0.1', ...more])

/** Runs the hub command inside this process until it gives up. */
const failure = async (...more: readonly string[]): Promise<string> => {
  let err = ''
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      err += chunk.toString()
      done()
    },
  })
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() })
  const context = { env: {}, stdout, stderr, line$: NEVER, stop$: NEVER }
  expect(await runCommand(command, hubFlags(...more), context)).toBe(2)
  expect(err.trimEnd()).not.toContain('\n')
  return err
}

describe('the files of certificates of a running hub and node', () => {
  let hub: CliProcess
  let alice: CliProcess

  const count = (name: string, state?: string): number =>
    hub.events.filter(({ event, ...fields }) => event === name && (state === undefined || fields['state'] === state))
      .length

  beforeAll(async () => {
    const started = await startHub()
    hub = started.hub
    alice = startNode('alice', started.uri, '--vmac', ALICE)
    await alice.event('status', { status: 'primary' })
  })
  afterAll(closeCli)

  it('are read again on SIGHUP, also where nothing has changed; connections stay', async () => {
    for (const device of [hub, alice]) device.signal('SIGHUP')
    await hub.event('certificate', { state: 'reloaded', subject: 'CN=hub' })
    await alice.event('certificate', { state: 'reloaded', subject: 'CN=alice' })
    expect(count('node-disconnected')).toBe(0)
  })

  it('are for connections that are made anew when the hub or a node is asked to', async () => {
    hub.say({ do: 'reconnect' })
    expect(await hub.event('reconnected')).toEqual({ event: 'reconnected', count: 1 })
    await expect.poll(() => count('node-connected'), { timeout: 5000 }).toBe(2)
    alice.say({ do: 'reconnect' })
    await expect.poll(() => count('node-connected'), { timeout: 5000 }).toBe(3)
    expect(count('node-disconnected')).toBe(2)
  })

  it('that are wrong, or gone, end nothing: what was read before stays', async () => {
    const [cert, key] = [text('hub.pem'), text('hub.key')]
    write('hub.key', text('alice.key'))
    const refused = await hub.event('certificate', { state: 'refused' })
    expect(refused['message']).toMatch(/the key does not belong to the certificate/)
    rmSync(file('hub.pem'))
    await hub.event('certificate', {
      state: 'refused',
      message: `the files in use stay as they were: ${file('hub.pem')}: no such file or directory`,
    })
    const before = count('certificate', 'reloaded')
    write('hub.key', key)
    write('hub.pem', cert)
    await expect.poll(() => count('certificate', 'reloaded'), { timeout: 5000 }).toBe(before + 1)
  })

  it('are read again when one changes: a revoked node is cut at once', async () => {
    replace('crl.pem', await authority.revoke(text('alice.pem')))
    await hub.event('node-disconnected', { vmac: ALICE, reason: 'the certificate is revoked' })
    await hub.event('refused', { reason: 'TLS: the certificate is revoked' })
  })
})

describe('the files of certificates at the start', () => {
  it.each([
    ['that do not belong together', ['--key', 'alice.key'], /^rx-bacnet: tls: the key does not belong/],
    ['with a CRL that is none', ['--crl', 'ca.pem'], /^rx-bacnet: tls: a CRL is neither PEM nor DER/],
    ['with a CRL that is not there', ['--crl', 'no.pem'], /no\.pem: no such file or directory/],
  ])('%s are refused with exit code 2 and one line', async (_, [flag = '', name = ''], line) => {
    expect(await failure(flag, file(name))).toMatch(line)
  })
})
