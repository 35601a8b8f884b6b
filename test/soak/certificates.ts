import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsMaterial } from '../../src/io/tls.js'
import { createAuthority, issueCertificate } from '../../src/pki/lab-authority.js'

/** The certificates of a soak, from an authority that is forgotten at once. */
export interface Certificates {
  /** Of each node. */
  readonly nodes: readonly TlsMaterial[]
  /** The flags that name those of a hub, which are in files. */
  readonly flags: (hub: string) => readonly string[]
  readonly remove: () => void
}

/** Issues a certificate for each of so many nodes, and for each of these hubs. */
export const certificates = async (nodes: number, hubs: readonly string[]): Promise<Certificates> => {
  const authority = await createAuthority('rx-bacnet soak authority')
  const ca = [authority.certificate]
  const issue = async (name: string): Promise<TlsMaterial> => {
    const { certificate, privateKey } = await issueCertificate(authority, name)
    return { ca, cert: certificate, key: privateKey }
  }
  const folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-soak-'))
  const file = (name: string): string => join(folder, name)
  writeFileSync(file('ca.pem'), authority.certificate)
  for (const hub of hubs) {
    const { cert, key } = await issue(hub)
    writeFileSync(file(`${hub}.pem`), cert)
    writeFileSync(file(`${hub}.key`), key, { mode: 0o600 })
  }
  const issued: TlsMaterial[] = []
  for (let node = 0; node < nodes; node++) issued.push(await issue(`node ${node}`))
  return {
    nodes: issued,
    flags: hub => ['--ca', file('ca.pem'), '--cert', file(`${hub}.pem`), '--key', file(`${hub}.key`)],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
