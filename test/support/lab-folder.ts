import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labTls } from './lab.js'

/** Certificates of the lab in files, as the command line reads them. */
export interface LabFolder {
  readonly path: string
  /** The flags that name the certificates of a device. */
  readonly flags: (name: string) => readonly string[]
  readonly remove: () => void
}

/** Writes certificates for these devices into a new temporary folder. */
export const labFolder = async (names: readonly string[]): Promise<LabFolder> => {
  const path = mkdtempSync(join(tmpdir(), 'rx-bacnet-test-'))
  const file = (name: string): string => join(path, name)
  for (const name of names) {
    const { ca, cert, key } = await labTls(name)
    writeFileSync(file('ca.pem'), ca.join('\n'))
    writeFileSync(file(`${name}.pem`), cert)
    writeFileSync(file(`${name}.key`), key)
  }
  return {
    path,
    flags: name => ['--ca', file('ca.pem'), '--cert', file(`${name}.pem`), '--key', file(`${name}.key`)],
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
