import { X509Certificate } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import { NEVER } from 'rxjs'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../../src/cli/command.js'
import { command } from '../../../src/cli/pki/pki.js'
import { readRevocation } from '../../../src/io/revocation.js'
import type { RevocationList } from '../../../src/wire/revocation-list.js'

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

let root: string
let lab: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'rx-bacnet-revoke-'))
  await pki('init', join(root, 'made'))
  for (const name of ['alice', 'bob']) await pki('issue', join(root, 'made'), name)
})
beforeEach(() => {
  lab = join(root, 'lab')
  cpSync(join(root, 'made'), lab, { recursive: true })
})
afterEach(() => rmSync(lab, { recursive: true }))
afterAll(() => rmSync(root, { recursive: true }))

const text = (name: string): string => readFileSync(join(lab, name), 'utf8')
const serialOf = (name: string): string => new X509Certificate(text(`${name}.pem`)).serialNumber.toLowerCase()

/** The list as a hub reads it. */
const list = (): RevocationList => {
  const read = readRevocation([text('crl.pem')], [new X509Certificate(text('ca.pem'))])
  if (E.isLeft(read)) throw new Error(read.left)
  return [...read.right.values()][0] as RevocationList
}

const fault = async (...args: readonly string[]): Promise<string> => {
  const { code, err } = await pki(...args)
  expect(code).toBe(2)
  return err.slice('rx-bacnet: '.length, -1).replaceAll(lab, 'LAB')
}

describe('pki revoke', () => {
  it('puts certificates on the list of a lab that had none, one after the other', async () => {
    expect(await pki('revoke', lab, 'alice')).toMatchObject({ code: 0, err: '' })
    expect(list().serials).toEqual(new Set([serialOf('alice')]))
    await pki('revoke', lab, 'bob')
    await pki('revoke', lab, 'bob')
    expect(list().serials).toEqual(new Set([serialOf('alice'), serialOf('bob')]))
    expect(readdirSync(lab).filter(file => file.endsWith('.new'))).toEqual([])
  })

  it('keeps a certificate revoked whose device has got another', async () => {
    const before = serialOf('alice')
    await pki('revoke', lab, 'alice')
    await pki('issue', lab, 'alice', '--force')
    await pki('crl', lab)
    expect(list().serials).toEqual(new Set([before]))
    expect(serialOf('alice')).not.toBe(before)
  })

  it('tells programs in one JSON object', async () => {
    const { out } = await pki('revoke', lab, 'alice', '--json')
    expect(JSON.parse(out)).toEqual({
      event: 'revoked',
      name: 'alice',
      cert: join(lab, 'alice.pem'),
      crl: join(lab, 'crl.pem'),
    })
  })

  it('says what is wrong in one line, and changes nothing', async () => {
    await pki('crl', lab)
    const before = text('crl.pem')
    expect(await fault('revoke', lab, 'carol')).toBe('LAB/carol.pem: no such file or directory')
    expect(await fault('revoke', lab, 'ca')).toBe(
      "'ca' is the name of the authority's own files".replace(/^/, 'NAME: '),
    )
    await pki('init', join(root, 'other'), '--force')
    await pki('issue', join(root, 'other'), 'dave', '--force')
    cpSync(join(root, 'other', 'dave.pem'), join(lab, 'dave.pem'))
    expect(await fault('revoke', lab, 'dave')).toBe('LAB: the certificate was not issued by the authority')
    expect(text('crl.pem')).toBe(before)
    await pki('crl', join(root, 'other'))
    cpSync(join(root, 'other', 'crl.pem'), join(lab, 'crl.pem'))
    expect(await fault('revoke', lab, 'alice')).toBe('LAB: the revocation list is not one of the authority')
    writeFileSync(join(lab, 'crl.pem'), 'nonsense')
    expect(await fault('revoke', lab, 'alice')).toBe('LAB: the revocation list is not one of the authority')
  })
})

describe('pki crl', () => {
  it('makes an empty list for a year, or for as long as it is told', async () => {
    expect(await pki('crl', lab)).toMatchObject({ code: 0, err: '' })
    expect(list().serials.size).toBe(0)
    const days = (): number => Math.round(((list().nextUpdate ?? 0) - Date.now()) / 86_400_000)
    expect(days()).toBe(365)
    await pki('crl', lab, '--days', '30')
    expect(days()).toBe(30)
  })

  it('is not overwritten by a device that has its name', async () => {
    expect(await fault('issue', lab, 'CRL')).toMatch(/'CRL' is the name of the authority's own files/)
  })
})
