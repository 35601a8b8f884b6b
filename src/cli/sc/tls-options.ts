import { PathFromText } from '../option-codecs.js'
import { optional, repeatable, toggle, type Option } from '../options.js'

/** The options of every command that speaks BACnet/SC; spread them into its table. */
export type TlsTable = Readonly<
  Record<'ca' | 'crl', Option<readonly string[]>> &
    Record<'cert' | 'key', Option<string | undefined>> &
    Record<'plaintext', Option<boolean>>
>

/** The options of every command that speaks BACnet/SC; spread them into its table. */
export const tlsTable: TlsTable = {
  ca: repeatable(PathFromText, { placeholder: 'FILE', help: 'PEM certificate of an issuer to trust', group: 'tls' }),
  cert: optional(PathFromText, { placeholder: 'FILE', help: 'PEM certificate of this device', group: 'tls' }),
  key: optional(PathFromText, { placeholder: 'FILE', help: 'PEM private key of this device', group: 'tls' }),
  crl: repeatable(PathFromText, {
    placeholder: 'FILE',
    help: 'PEM or DER revocation list of an issuer; all these files are read again when they change, and on SIGHUP',
    group: 'tls',
  }),
  plaintext: toggle('allow ws: URIs, WITHOUT ANY SECURITY: for laboratories only'),
}
