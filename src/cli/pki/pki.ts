import { createAuthority, issueCertificate, LOCAL_HOSTS, type Authority, type Issued } from '../../pki/lab-authority.js'
import { commandGroup, defineCommand, type Command } from '../command.js'
import { HostFromText, lineFromText } from '../option-codecs.js'
import { operand, repeatable, toggle, withDefault } from '../options.js'
import { reportPrinter } from '../output.js'
import { reasonOf } from '../usage.js'
import { AUTHORITY, DeviceNameFromText, directory, filesOf, prepare, readAuthority, refuse, write } from './files.js'
import { crl, revoke } from './revocation.js'

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

const issueFrom = (authority: Authority, directory: string, name: string, hosts: readonly string[]): Promise<Issued> =>
  issueCertificate(authority, name, hosts).catch((error: unknown) => refuse(directory, reasonOf(error)))

/** `rx-bacnet pki`: certificates for a laboratory. */
export const command: Command = commandGroup('pki', 'make certificates for a laboratory', {
  init: () => Promise.resolve({ command: init }),
  issue: () => Promise.resolve({ command: issue }),
  revoke: () => Promise.resolve({ command: revoke }),
  crl: () => Promise.resolve({ command: crl }),
})
