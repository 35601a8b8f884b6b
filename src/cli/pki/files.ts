import * as E from 'fp-ts/lib/Either.js'
import { lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Authority, type Issued } from '../../pki/lab-authority.js'
import { loadX509 } from '../../pki/x509-library.js'
import { textCodec } from '../../values/text-codec.js'
import type { OptionCodec } from '../option-codecs.js'
import { PathFromText } from '../option-codecs.js'
import { operand, type Option } from '../options.js'
import { reasonOf, UsageError } from '../usage.js'

/** The name of the authority's files. */
export const AUTHORITY = 'ca'

/** What no device may be called: the names of the authority's files and of its revocation list. */
const RESERVED: ReadonlySet<string> = new Set([AUTHORITY, 'crl'])

/** Only the owner reads and writes a private key. */
const SECRET = 0o600
/** Everybody may read what is public. */
export const PUBLIC = 0o644

/** A device's name, which is the common name of its certificate and the name of its files. */
export const DeviceNameFromText: OptionCodec<string> = textCodec<string>(
  'name',
  text => {
    if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text) || text.includes('..')) {
      return E.left(
        `'${text}' is not a name of 1 to 64 letters, digits, '-', '_' and '.', with a letter or digit first`,
      )
    }
    return RESERVED.has(text.toLowerCase())
      ? E.left(`'${text}' is the name of the authority's own files`)
      : E.right(text)
  },
  String,
)

/** The folder that every one of these commands is about. */
export const directory: Option<string> = operand(PathFromText, {
  placeholder: 'DIR',
  help: 'folder of the authority and what it issues',
})

/** A certificate and its key. */
export interface Files {
  readonly cert: string
  readonly key: string
}

/** The files of what has that name. */
export const filesOf = (directory: string, name: string): Files => ({
  cert: join(directory, `${name}.pem`),
  key: join(directory, `${name}.key`),
})

/** Throws a {@link UsageError} about a file. */
export const refuse = (file: string, reason: string): never => {
  throw new UsageError(`${file}: ${reason}`)
}

/** Reads the authority of a folder. */
export const readAuthority = async (directory: string): Promise<Authority> => {
  const { cert, key } = filesOf(directory, AUTHORITY)
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((error: unknown) =>
      refuse(file, `${reasonOf(error)}; make an authority with: rx-bacnet pki init ${directory}`),
    )
  return { certificate: await read(cert), privateKey: await read(key) }
}

/** Whether something has that name, be it a link to nowhere. */
const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  )

/** Makes a folder and those above it. Not with `recursive`, which never returns where nobody can make one, as in /proc. */
const makeFolder = async (folder: string): Promise<void> => {
  const failure = await mkdir(folder).then(
    () => undefined,
    (error: unknown) => error as NodeJS.ErrnoException,
  )
  if (failure === undefined || (failure.code === 'EEXIST' && (await stat(folder)).isDirectory())) return
  if (failure.code !== 'ENOENT' || dirname(folder) === folder) throw failure
  await makeFolder(dirname(folder))
  await mkdir(folder)
}

/** Makes the folder and looks at both files before one is written. */
export const prepare = async (directory: string, { cert, key }: Files, overwrite: boolean): Promise<void> => {
  await loadX509()
  await makeFolder(directory).catch((error: unknown) => refuse(directory, reasonOf(error)))
  for (const file of [cert, key]) {
    if (!overwrite && (await exists(file))) refuse(file, 'exists already; --force overwrites it')
  }
}

/** Writes both files or none. The key's file is new each time, so that nobody else has it open or may read it. */
export const write = async (files: Files, { certificate, privateKey }: Issued, overwrite: boolean): Promise<void> => {
  const create = async (file: string, text: string, mode: number): Promise<void> => {
    try {
      if (overwrite) await rm(file, { force: true })
      await writeFile(file, text, { flag: 'wx', mode })
    } catch (error) {
      refuse(file, reasonOf(error))
    }
  }
  await create(files.key, privateKey, SECRET)
  try {
    await create(files.cert, certificate, PUBLIC)
  } catch (error) {
    await rm(files.key, { force: true })
    throw error
  }
}
