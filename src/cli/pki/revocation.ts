import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REVOCATION_DAYS, revocationList, type RevocationChange } from '../../pki/lab-revocation.js'
import { defineCommand, type Command } from '../command.js'
import { countFromText } from '../option-codecs.js'
import { operand, withDefault } from '../options.js'
import { reportPrinter } from '../output.js'
import { reasonOf } from '../usage.js'
import { DeviceNameFromText, directory, filesOf, PUBLIC, readAuthority, refuse } from './files.js'

const days = withDefault(countFromText('number of days', 1, 3650), String(REVOCATION_DAYS), {
  placeholder: 'DAYS',
  help: 'for how long the list counts; nobody is trusted under one that is older',
})

/** `rx-bacnet pki revoke`: puts a certificate on the authority's revocation list. */
export const revoke: Command = defineCommand({
  name: 'pki revoke',
  summary: "revoke a device's certificate, DIR/NAME.pem, in the revocation list: DIR/crl.pem",
  options: {
    directory,
    name: operand(DeviceNameFromText, { placeholder: 'NAME', help: 'name of its files' }),
    days,
  },
  run: async (options, { stdout }) => {
    const { cert } = filesOf(options.directory, options.name)
    const certificate = await readFile(cert, 'utf8').catch((error: unknown) => refuse(cert, reasonOf(error)))
    const file = await writeList(options.directory, { certificate, days: options.days })
    reportPrinter(
      stdout,
      options.json,
    )({
      json: { event: 'revoked', name: options.name, cert, crl: file },
      text: `${file}: the certificate of ${options.name} is revoked`,
    })
    return 0
  },
})

/** `rx-bacnet pki crl`: makes the revocation list anew, which is due before it ends, and first when there is none. */
export const crl: Command = defineCommand({
  name: 'pki crl',
  summary: 'make the revocation list anew, empty where there is none: DIR/crl.pem',
  options: { directory, days },
  run: async (options, { stdout }) => {
    const file = await writeList(options.directory, { certificate: undefined, days: options.days })
    reportPrinter(
      stdout,
      options.json,
    )({ json: { event: 'crl', crl: file }, text: `${file}: a revocation list for ${options.days} days` })
    return 0
  },
})

/** Writes the next list in place of the one there is, at once and whole: somebody may be watching the file. */
const writeList = async (folder: string, change: Omit<RevocationChange, 'previous'>): Promise<string> => {
  const file = join(folder, 'crl.pem')
  const authority = await readAuthority(folder)
  const previous = await readFile(file, 'utf8').catch((error: unknown) =>
    isAbsent(error) ? undefined : refuse(file, reasonOf(error)),
  )
  const failed = (error: unknown): never => refuse(folder, reasonOf(error))
  const list = await revocationList(authority, { ...change, previous }).catch(failed)
  await writeFile(`${file}.new`, list, { mode: PUBLIC }).catch(failed)
  await rename(`${file}.new`, file).catch(failed)
  return file
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
