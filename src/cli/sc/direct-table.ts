import * as E from 'fp-ts/lib/Either.js'
import type { DirectConnectionSettings, ScNodeOptions } from '../../transport/sc.js'
import type { Duration } from '../../values/duration.js'
import { ListenUriFromText, parseScUri, ScUriFromText, type ListenUri, type ScUri } from '../../values/sc-uri.js'
import { textCodec } from '../../values/text-codec.js'
import { parseDeviceVmac, printVmac, type Vmac } from '../../values/vmac.js'
import type { OptionCodec } from '../option-codecs.js'
import { optional, repeatable, toggle, type Option, type Values } from '../options.js'
import { secondsOption } from '../seconds-option.js'
import { UsageError } from '../usage.js'

/** Where a peer is that is not asked. */
interface PeerUri {
  readonly vmac: Vmac
  readonly uri: ScUri
}

const PeerUriFromText: OptionCodec<PeerUri> = textCodec<PeerUri>(
  'VMAC=URI',
  text => {
    const [name = '', ...rest] = text.split('=')
    const vmac = parseDeviceVmac(name)
    if (E.isLeft(vmac)) return vmac
    const uri = parseScUri(rest.join('='))
    return E.isLeft(uri) ? uri : E.right({ vmac: vmac.right, uri: uri.right })
  },
  ({ vmac, uri }) => `${printVmac(vmac)}=${uri}`,
)

/** The options of direct connections. */
export type DirectTable = {
  readonly directListen: Option<ListenUri | undefined>
  readonly directUri: Option<readonly ScUri[]>
  readonly directInitiate: Option<boolean>
  readonly directPeer: Option<readonly PeerUri[]>
  readonly directIdle: Option<Duration>
}

/** The options of direct connections. */
export const directTable: DirectTable = {
  directListen: optional(ListenUriFromText, { placeholder: 'URI', help: 'accept direct connections here' }),
  directUri: repeatable(ScUriFromText, {
    placeholder: 'URI',
    help: 'where peers reach this node directly (default: where it listens)',
  }),
  directInitiate: toggle('connect directly to peers that unicasts go to'),
  directPeer: repeatable(PeerUriFromText, {
    placeholder: 'VMAC=URI',
    help: 'where a peer is reached directly, which is then not asked',
  }),
  directIdle: secondsOption('300', 'how long a direct connection of ours is kept without traffic'),
}

/** The direct connections that the options describe, if they do; throws a {@link UsageError} where they do not fit. */
export const directConnectionsOf = (options: Values<DirectTable>): Pick<ScNodeOptions, 'directConnections'> => {
  const { directListen, directUri, directInitiate, directPeer, directIdle } = options
  if (directUri.length > 0 && directListen === undefined) {
    throw new UsageError('--direct-uri tells peers where --direct-listen is reached, which is missing')
  }
  if (directPeer.length > 0 && !directInitiate) {
    throw new UsageError('--direct-peer says where --direct-initiate connects to, which is missing')
  }
  if (directListen === undefined && !directInitiate) return {}
  const settings: DirectConnectionSettings = {
    initiate: directInitiate,
    idle: directIdle,
    peers: urisByPeer(directPeer),
    ...(directListen === undefined ? {} : { listen: directListen }),
    ...(directUri.length === 0 ? {} : { uris: directUri }),
  }
  return { directConnections: settings }
}

const urisByPeer = (peers: readonly PeerUri[]): Readonly<Record<string, readonly ScUri[]>> => {
  const uris: Record<string, readonly ScUri[]> = {}
  for (const { vmac, uri } of peers) uris[vmac] = [...(uris[vmac] ?? []), uri]
  return uris
}
