import { filter, type Observable } from 'rxjs'
import { webSocketServer } from '../io/web-socket-server.js'
import { arrivalLimits } from '../limits/arrivals.js'
import { directLimits, type DirectLimits } from '../sc/node/direct-limits.js'
import type { NodeDirectOptions } from '../sc/node/node.js'
import { MAX_FRAGMENTS, Subprotocol, type Dial, type Server, type ServerEvent } from '../sc/connection/socket.js'
import { seconds, type Duration } from '../values/duration.js'
import {
  hostAndPort,
  isPlaintextUri,
  parseListenUri,
  parseScUri,
  type ListenUri,
  type ScUri,
} from '../values/sc-uri.js'
import { parseDeviceVmac, type Vmac } from '../values/vmac.js'
import { checkedTimings, ConfigurationError, inRange, valueOf, type DeviceConfiguration } from './configuration.js'

/** How a node uses direct connections (clause AB.4). Accepting and initiating are independent of each other. */
export interface DirectConnectionSettings {
  /**
   * Accepts direct connections at this URI: `wss://0.0.0.0:4444`, port 0 picks a free one; `'own'` for the port of the
   * device's own hub function. Default: none are accepted.
   */
  readonly listen?: string
  /** URIs that are told to peers who ask. Default: where it listens, or none when that is a wildcard address. */
  readonly uris?: readonly string[]
  /** Connects directly to peers that unicasts go to. Default false. */
  readonly initiate?: boolean
  /** URIs of peers by their VMAC, in the order in which to try them; these peers are not asked. */
  readonly peers?: Readonly<Record<string, readonly string[]>>
  /** Which URIs may be dialled, as they come from peers. Default: all. */
  readonly mayDial?: (uri: ScUri, vmac: Vmac) => boolean
  /** How long a connection we initiated is kept without traffic. Default 300 s. */
  readonly idle?: Duration
  /** How long the URIs a peer told are believed. Default 300 s. */
  readonly freshness?: Duration
  /** What it bounds. */
  readonly limits?: Partial<DirectLimits>
}

/** Where direct connections of a node come from. */
interface Sources {
  readonly dial: Dial
  /** The port of the device's own hub function, if it has one. */
  readonly ownHub$: Server | undefined
}

const OWN_HUB = 'own'

/** The URI at which the settings want a port of their own. */
export const directListenUri = ({ listen }: DirectConnectionSettings): ListenUri | undefined =>
  listen === undefined || listen === OWN_HUB ? undefined : valueOf('directConnections.listen', parseListenUri(listen))

/** Whether the settings want the port of the device's own hub function. */
export const sharesHubPort = (settings: DirectConnectionSettings | undefined): boolean => settings?.listen === OWN_HUB

/** The checked settings. */
export const directOptions = (
  settings: DirectConnectionSettings,
  configuration: DeviceConfiguration,
  connectWait: Duration,
  { dial, ownHub$ }: Sources,
): NodeDirectOptions => {
  const limits = checkedLimits(settings.limits)
  const uri = directListenUri(settings)
  if (sharesHubPort(settings) && ownHub$ === undefined) {
    throw new ConfigurationError('directConnections.listen: the device has no hub function of its own')
  }
  const server$ = uri === undefined ? ownHub$ : listening(uri, configuration, connectWait, limits)
  const told = toldUris(settings, configuration)
  const { idle = seconds(300), freshness = seconds(300) } = checkedTimings('directConnections', pick(settings))
  return {
    server$: settings.listen === undefined ? undefined : server$,
    dial: settings.initiate === true ? dial : undefined,
    mayDial: settings.mayDial ?? (() => true),
    acceptUris: bound => told ?? reachableAt(bound),
    configuredUris: configuredUris(settings),
    freshness,
    directIdle: idle,
    allowPlaintext: configuration.allowPlaintext,
    limits,
    allocate: length => Buffer.allocUnsafe(length),
  }
}

/** What is told to peers need not be where we listen: TLS may end in front of us. */
const toldUris = (
  { uris }: DirectConnectionSettings,
  { allowPlaintext }: DeviceConfiguration,
): readonly ScUri[] | undefined =>
  uris?.map((text, index) => {
    const name = `directConnections.uris[${index}]`
    const uri = valueOf(name, parseScUri(text))
    if (allowPlaintext || !isPlaintextUri(uri)) return uri
    throw new ConfigurationError(`${name}: ${uri}: a connection without TLS must be allowed explicitly`)
  })

const pick = ({ idle, freshness }: DirectConnectionSettings): Pick<DirectConnectionSettings, 'idle' | 'freshness'> => ({
  ...(idle === undefined ? {} : { idle }),
  ...(freshness === undefined ? {} : { freshness }),
})

const checkedLimits = (given: Partial<DirectLimits> = {}): DirectLimits => {
  const limits = directLimits(given)
  const bounded = (name: keyof DirectLimits, most: number): number =>
    inRange(`directConnections.limits.${name}`, limits[name], 1, most)
  bounded('maxInitiated', 1_000_000)
  bounded('maxAccepted', 1_000_000)
  bounded('maxPending', 1_000_000)
  bounded('maxQueued', 1 << 30)
  return limits
}

const listening = (
  uri: ListenUri,
  { tls$, scheduler }: DeviceConfiguration,
  handshakeTimeout: Duration,
  { maxAccepted, maxPending }: DirectLimits,
): Server =>
  webSocketServer({
    uri,
    tls$,
    subprotocols: [Subprotocol.DIRECT],
    handshakeTimeout,
    maxHandshakes: maxPending,
    maxFragments: MAX_FRAGMENTS,
    ...arrivalLimits(maxAccepted),
    scheduler,
  })

/** The URIs of peers that are configured. */
export const configuredUris = ({ peers = {} }: DirectConnectionSettings): ReadonlyMap<Vmac, readonly ScUri[]> =>
  new Map(
    Object.entries(peers).map(([vmac, uris]) => {
      const name = `directConnections.peers[${vmac}]`
      return [valueOf(name, parseDeviceVmac(vmac)), uris.map(text => valueOf(name, parseScUri(text)))]
    }),
  )

/** Where others reach what listens there, as far as that can be known: nowhere, for all addresses of a computer. */
export const reachableAt = (bound: ListenUri): readonly ListenUri[] =>
  ['0.0.0.0', '::'].includes(hostAndPort(bound).host) ? [] : [bound]

/** What of a port that serves both subprotocols is for one of them; only the hub hears of those who were sent away. */
export const servedAs = (server$: Server, subprotocol: Subprotocol): Observable<ServerEvent> =>
  server$.pipe(
    filter(event => {
      if (event._tag === 'Accepted') return event.socket.subprotocol === subprotocol
      return event._tag === 'Listening' || subprotocol === Subprotocol.HUB
    }),
  )
