import * as E from 'fp-ts/lib/Either.js'
import { lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createAuthority, issueCertificate, LOCAL_HOSTS, type Authority, type Issued } from '../pki/lab-authority.js'
import { loadX509 } from '../pki/x509-library.js'
import { textCodec } from '../values/text-codec.js'
import { commandGroup, defineCommand, type Command } from './command.js'
import { HostFromText, lineFromText, PathFromText, type OptionCodec } from './option-codecs.js'
import { operand, repeatable, toggle, withDefault } from './options.js'
import { reportPrinter } from './output.js'
import { reasonOf, UsageError } from './usage.js'

/** The name of the authority's files. */
const AUTHORITY = 'ca'

/** Only the owner reads and writes a private key. */
const SECRET = 0o600
const PUBLIC = 0o644

/** A device's name, which is the common name of its certificate and the name of its files. */
const DeviceNameFromText: OptionCodec<string> = textCodec<string>(
  'name',
  text => {
    if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text) || text.includes('..')) {
      return E.left(
        `'${text}' is not a name of 1 to 64 letters, digits, '-', '_' and '.', with a letter or digit first`,
      )
    }
    return text.toLowerCase() === AUTHORITY
      ? E.left(`'${text}' is the name of the authority's own files`)
      : E.right(text)
  },
  String,
)

const directory = operand(PathFromText, { placeholder: 'DIR', help: 'folder of the authority and what it issues' })
const force = toggle('overwrite existing files')

const init: Command = defineCommand({
  name: 'pki init',
  summary: 'make a certificate authority for a laboratory: DIR/ca.pem and DIR/ca.key',
  options: {
    directory,
    name: withDefault(lineFromText('name', 64), 'rx-bacnet lab CA', {
      placeholder: 'NAME',
      help: 'common name of the authority',
    }),
    force,
  },
  run: async (options, { stdout }) => {
    const files = filesOf(options.directory, AUTHORITY)
    await prepare(options.directory, files, options.force)
    await write(files, await createAuthority(options.name), options.force)
    reportPrinter(
      stdout,
      options.json,
    )({
      json: { event: 'authority', name: options.name, ...files },
      text: `${files.cert}: the authority "${options.name}"\n${files.key}: its private key, which stays here`,
    })
    return 0
  },
})

const issue: Command = defineCommand({
  name: 'pki issue',
  summary: 'issue a certificate to a device, for server and client: DIR/NAME.pem and DIR/NAME.key',
  options: {
    directory,
    name: operand(DeviceNameFromText, {
      placeholder: 'NAME',
      help: 'common name of the device, and name of its files',
    }),
    host: repeatable(HostFromText, {
      placeholder: 'HOST',
      help: `IP address or DNS name it serves under; without any: ${LOCAL_HOSTS.join(', ')}`,
    }),
    force,
  },
  run: async (options, { stdout }) => {
    const files = filesOf(options.directory, options.name)
    const hosts = options.host.length === 0 ? LOCAL_HOSTS : options.host
    const authority = await readAuthority(options.directory)
    await prepare(options.directory, files, options.force)
    await write(files, await issueFrom(authority, options.directory, options.name, hosts), options.force)
    reportPrinter(
      stdout,
      options.json,
    )({
      json: { event: 'issued', name: options.name, hosts, ...files, ca: filesOf(options.directory, AUTHORITY).cert },
      text: `${files.cert}: the certificate of ${options.name}, for ${hosts.join(', ')}\n${files.key}: its private key`,
    })
    return 0
  },
})

/** `rx-bacnet pki`: certificates for a laboratory. */
export const command: Command = commandGroup('pki', 'make certificates for a laboratory', {
  init: () => Promise.resolve({ command: init }),
  issue: () => Promise.resolve({ command: issue }),
})

interface Files {
  readonly cert: string
  readonly key: string
}

const filesOf = (directory: string, name: string): Files => ({
  cert: join(directory, `${name}.pem`),
  key: join(directory, `${name}.key`),
})

const refuse = (file: string, reason: string): never => {
  throw new UsageError(`${file}: ${reason}`)
}

const readAuthority = async (directory: string): Promise<Authority> => {
  const { cert, key } = filesOf(directory, AUTHORITY)
  const read = (file: string): Promise<string> =>
    readFile(file, 'utf8').catch((error: unknown) =>
      refuse(file, `${reasonOf(error)}; make an authority with: rx-bacnet pki init ${directory}`),
    )
  return { certificate: await read(cert), privateKey: await read(key) }
}

const issueFrom = (authority: Authority, directory: string, name: string, hosts: readonly string[]): Promise<Issued> =>
  issueCertificate(authority, name, hosts).catch((error: unknown) => refuse(directory, reasonOf(error)))

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
const prepare = async (directory: string, { cert, key }: Files, overwrite: boolean): Promise<void> => {
  await loadX509()
  await makeFolder(directory).catch((error: unknown) => refuse(directory, reasonOf(error)))
  for (const file of [cert, key]) {
    if (!overwrite && (await exists(file))) refuse(file, 'exists already; --force overwrites it')
  }
}

/** Writes both files or none. The key's file is new each time, so that nobody else has it open or may read it. */
const write = async (files: Files, { certificate, privateKey }: Issued, overwrite: boolean): Promise<void> => {
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
