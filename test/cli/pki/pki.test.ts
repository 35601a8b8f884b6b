import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { NEVER } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../../src/cli/command.js'
import { command } from '../../../src/cli/pki/pki.js'

let root: string
let lab: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rx-bacnet-pki-'))
  lab = join(root, 'some', 'lab')
})
afterEach(() => rmSync(root, { recursive: true }))

const pki = async (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  const texts = { out: '', err: '' }
  const into = (key: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        texts[key] += chunk.toString()
        done()
      },
    })
  const context = { env: {}, stdout: into('out'), stderr: into('err'), line$: NEVER, stop$: NEVER }
  return { code: await runCommand(command, args, context), ...texts }
}

/** The one line with which a wrong use is answered, without the folder. */
const fault = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await pki(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^rx-bacnet: [^\n]+\n$/)
  return err.slice('rx-bacnet: '.length, -1).replaceAll(lab, 'LAB').replaceAll(root, 'ROOT')
}

const text = (name: string): string => readFileSync(join(lab, name), 'utf8')
const certificate = (name: string): X509Certificate => new X509Certificate(text(`${name}.pem`))
const mode = (name: string): number => statSync(join(lab, name)).mode & 0o777

describe('pki init', () => {
  it('makes an authority whose key only the owner reads', async () => {
    const { code, out, err } = await pki('init', lab, '--name', 'My "lab"')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(join(lab, 'ca.pem'))
    expect(readdirSync(lab).sort()).toEqual(['ca.key', 'ca.pem'])
    expect(mode('ca.key')).toBe(0o600)
    expect(certificate('ca').subject).toBe('CN=My \\"lab\\"')
    expect(certificate('ca').ca).toBe(true)
  })

  it('tells programs in one JSON object', async () => {
    const { out } = await pki('init', lab, '--json')
    expect(out.endsWith('\n')).toBe(true)
    expect(JSON.parse(out)).toEqual({
      event: 'authority',
      name: 'rx-bacnet lab CA',
      cert: join(lab, 'ca.pem'),
      key: join(lab, 'ca.key'),
    })
  })

  it.each(['ca.pem', 'ca.key'])('overwrites %s only with --force', async existing => {
    await pki('init', lab)
    const before = [text('ca.pem'), text('ca.key')]
    rmSync(join(lab, existing === 'ca.pem' ? 'ca.key' : 'ca.pem'))
    expect(await fault('init', lab)).toBe(`LAB/${existing}: exists already; --force overwrites it`)
    expect(readdirSync(lab)).toEqual([existing])
    chmodSync(join(lab, existing), 0o644)
    expect((await pki('init', lab, '--force')).code).toBe(0)
    expect(before).not.toContain(text(existing))
    expect(mode('ca.key')).toBe(0o600)
  })

  it.each<[name: string, line: RegExp]>([
    ['', /^--name: '' is not a name of 1 to 64 characters$/],
    ['a\nb', /^--name: 'a b' is not a name/],
    ['x'.repeat(65), /is not a name of 1 to 64 characters$/],
  ])('refuses the name %j', async (name, line) => {
    expect(await fault('init', lab, `--name=${name}`)).toMatch(line)
    expect(existsSync(lab)).toBe(false)
  })

  it('says in one line why a folder cannot be used', async () => {
    writeFileSync(join(root, 'file'), '')
    expect(await fault('init', join(root, 'file'))).toBe('ROOT/file: file already exists')
    expect(await fault('init', join(root, 'file', 'below'))).toBe('ROOT/file/below: not a directory')
    expect(await fault('init')).toBe('DIR is missing; try: rx-bacnet pki init --help')
  })

  it.runIf(existsSync('/proc/self'))('says in one line that a folder cannot be written', async () => {
    expect(await fault('init', '/proc/rx-bacnet')).toBe('/proc/rx-bacnet: no such file or directory')
  })
})

describe('pki issue', () => {
  it('makes a certificate that the authority signed, and its key', async () => {
    await pki('init', lab)
    const { code, out, err } = await pki('issue', lab, 'hub-1.x')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('for localhost, 127.0.0.1, ::1')
    const hub = certificate('hub-1.x')
    expect(hub.subject).toBe('CN=hub-1.x')
    expect(hub.checkIssued(certificate('ca'))).toBe(true)
    expect(hub.verify(certificate('ca').publicKey)).toBe(true)
    expect(hub.checkPrivateKey(createPrivateKey(text('hub-1.x.key')))).toBe(true)
    expect(hub.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(mode('hub-1.x.key')).toBe(0o600)
  })

  it('names the given hosts, and tells programs in one JSON object', async () => {
    await pki('init', lab)
    const { out } = await pki('issue', lab, 'hub', '--host', 'hub.example', '--host', 'fd00::1', '--json')
    expect(JSON.parse(out)).toEqual({
      event: 'issued',
      name: 'hub',
      hosts: ['hub.example', 'fd00::1'],
      cert: join(lab, 'hub.pem'),
      key: join(lab, 'hub.key'),
      ca: join(lab, 'ca.pem'),
    })
    expect(certificate('hub').subjectAltName).toBe('DNS:hub.example, IP Address:FD00:0:0:0:0:0:0:1')
  })

  it.each(['', 'ca', 'CA', '..', '.', 'a/b', '../a', 'a\\b', '.a', '-a', 'a..b', 'a b', 'x'.repeat(65)])(
    'refuses the name %j',
    async name => {
      await pki('init', lab)
      expect(await fault('issue', lab, '--', name)).toMatch(/^NAME: /)
      expect(readdirSync(root, { recursive: true })).toHaveLength(4)
    },
  )

  it('overwrites only with --force, and looks at both files before it writes one', async () => {
    await pki('init', lab)
    symlinkSync('nowhere', join(lab, 'hub.key'))
    expect(await fault('issue', lab, 'hub')).toBe('LAB/hub.key: exists already; --force overwrites it')
    expect(readdirSync(lab).sort()).toEqual(['ca.key', 'ca.pem', 'hub.key'])
    expect((await pki('issue', lab, 'hub', '--force')).code).toBe(0)
    expect(existsSync(join(lab, 'nowhere'))).toBe(false)
    expect(mode('hub.key')).toBe(0o600)
  })

  it('leaves nothing half done', async () => {
    await pki('init', lab)
    // A folder in its place cannot be overwritten.
    const blocked = join(lab, 'hub.pem')
    await pki('init', blocked)
    expect(await fault('issue', lab, 'hub', '--force')).toMatch(/^LAB\/hub\.pem: /)
    expect(readdirSync(lab).sort()).toEqual(['ca.key', 'ca.pem', 'hub.pem'])
  })

  it('says in one line what is wrong with the authority', async () => {
    const hint = `make an authority with: rx-bacnet pki init LAB`
    expect(await fault('issue', lab, 'hub')).toBe(`LAB/ca.pem: no such file or directory; ${hint}`)
    await pki('init', lab)
    await pki('issue', lab, 'hub')
    writeFileSync(join(lab, 'ca.key'), text('hub.key'))
    expect(await fault('issue', lab, 'node')).toBe(
      'LAB: the private key does not belong to the certificate of the authority',
    )
    rmSync(join(lab, 'ca.key'))
    expect(await fault('issue', lab, 'node')).toBe(`LAB/ca.key: no such file or directory; ${hint}`)
    expect(readdirSync(lab).sort()).toEqual(['ca.pem', 'hub.key', 'hub.pem'])
  })

  it('refuses a host that is none', async () => {
    await pki('init', lab)
    expect(await fault('issue', lab, 'hub', '--host', '10.0.0.256')).toBe(
      "--host: '10.0.0.256' is neither an IP address nor a DNS name",
    )
  })
})

describe('pki', () => {
  it('asks which', async () => {
    expect(await fault()).toBe('which command: init, issue, revoke, crl? try: rx-bacnet pki --help')
    expect(await fault('renew')).toBe('unknown command renew; try: rx-bacnet pki --help')
  })
})
