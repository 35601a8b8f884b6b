import { EMPTY, type Observable } from 'rxjs'
import { systemRandom } from '../../io/random.js'
import type { CertificateEvent, DeviceOptions } from '../../transport/sc.js'
import { DeviceUuidFromText, printDeviceUuid, randomDeviceUuid, type DeviceUuid } from '../../values/device-uuid.js'
import type { Duration } from '../../values/duration.js'
import { DeviceVmacFromText, printVmac, type Vmac } from '../../values/vmac.js'
import { COMMON_NPDU_LENGTH, MAX_BVLC_LENGTH, MAX_NPDU_LENGTH } from '../../wire/bvlc-sc.js'
import { UsageError, warn, type Context } from '../command.js'
import { countFromText } from '../option-codecs.js'
import { optional, withDefault, type Option, type Values } from '../options.js'
import { secondsOption } from '../seconds-option.js'
import { tlsFiles, type TlsPaths } from './tls-files.js'
import { tlsTable, type TlsTable } from './tls-options.js'

/** The options of a device: who it is, what it takes, its certificates. */
export type DeviceTable = TlsTable & {
  readonly vmac: Option<Vmac | undefined>
  readonly uuid: Option<DeviceUuid | undefined>
  readonly maxBvlc: Option<number>
  readonly maxNpdu: Option<number>
  readonly connectWait: Option<Duration>
  readonly disconnectWait: Option<Duration>
}

/** The options that a hub and a node have in common; `maxBvlc` is the default of that option. */
export const deviceTable = (maxBvlc: number): DeviceTable => ({
  vmac: optional(DeviceVmacFromText, { placeholder: 'VMAC', help: 'own VMAC; random when left out' }),
  uuid: optional(DeviceUuidFromText, { placeholder: 'UUID', help: 'own Device UUID; random when left out' }),
  maxBvlc: withDefault(countFromText('number of octets', 50, MAX_BVLC_LENGTH), String(maxBvlc), {
    placeholder: 'OCTETS',
    help: 'longest BVLC message taken',
  }),
  maxNpdu: withDefault(countFromText('number of octets', 1, MAX_NPDU_LENGTH), String(COMMON_NPDU_LENGTH), {
    placeholder: 'OCTETS',
    help: 'longest NPDU taken',
  }),
  connectWait: secondsOption('10', 'wait for a WebSocket and for the Connect exchange', [5, 300]),
  disconnectWait: secondsOption('10', 'wait for the Disconnect-ACK', [5, 300]),
  ...tlsTable,
})

/** The device that the options describe, with its certificates read, and what becomes of their files. */
export interface CommandDevice {
  readonly options: DeviceOptions
  readonly certificate$: Observable<CertificateEvent>
  /** Throws a `ConfigurationError` where the certificates, as they were read, cannot be used. */
  readonly check: () => void
}

/** Reads the certificates; their files are followed while the device runs. */
export const commandDevice = (values: Values<DeviceTable>, context: Context): CommandDevice => {
  const { vmac, maxBvlc, maxNpdu, plaintext } = values
  const uuid = values.uuid ?? randomDeviceUuid(systemRandom)
  const paths = tlsPaths(values)
  const files = paths && tlsFiles(paths, context)
  const options = {
    maxBvlcLength: maxBvlc,
    maxNpduLength: maxNpdu,
    uuid: printDeviceUuid(uuid),
    allowPlaintext: plaintext,
    warn: (warning: string) => warn(context, warning),
    ...(vmac === undefined ? {} : { vmac: printVmac(vmac) }),
    ...(files === undefined ? {} : { tls: files.tls$ }),
  }
  return { options, certificate$: files?.event$ ?? EMPTY, check: files?.check ?? (() => undefined) }
}

const tlsPaths = ({ ca, cert, key, crl, plaintext }: Values<TlsTable>): TlsPaths | undefined => {
  if (ca.length > 0 && cert !== undefined && key !== undefined) return { ca, cert, key, crl }
  const some = ca.length > 0 || cert !== undefined || key !== undefined || crl.length > 0
  if (plaintext && !some) return undefined
  throw new UsageError('TLS needs --ca, --cert and --key (or --plaintext, which is without any security)')
}
