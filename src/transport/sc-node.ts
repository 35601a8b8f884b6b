import { asapScheduler, map, merge, Observable, share } from 'rxjs'
import { publishDiagnostics } from '../io/diagnostics.js'
import { dialer } from '../io/web-socket.js'
import { device } from '../sc/node/device.js'
import { hubAddress, type HubAddress } from '../sc/node/hub-address.js'
import { hubFunction } from '../sc/hub/hub-function.js'
import { memoryServer, type MemoryServer } from '../sc/connection/memory-socket.js'
import { messageIds } from '../sc/connection/message-id.js'
import { node } from '../sc/node/node.js'
import type { ScLink, ScLinkEvent } from '../sc/node/sc-link.js'
import {
  connectionTimings,
  reconnectTimings,
  type ConnectionTimings,
  type ReconnectTimings,
} from '../sc/connection/timings.js'
import { Subprotocol, type Dial, type ServerEvent } from '../sc/connection/socket.js'
import { parseListenUri, parseScUri, type ScUri } from '../values/sc-uri.js'
import { randomVmac } from '../values/vmac.js'
import { HUB_BVLC_LENGTH, NODE_BVLC_LENGTH } from '../wire/bvlc-sc.js'
import type { Hello } from '../wire/hello.js'
import { alongside } from './alongside.js'
import {
  checkedTimings,
  ConfigurationError,
  deviceConfiguration,
  valueOf,
  type DeviceOptions,
} from './configuration.js'
import {
  configuredUris,
  directListenUri,
  directOptions,
  servedAs,
  sharesHubPort,
  type DirectConnectionSettings,
} from './sc-direct.js'
import { hubFunctionOptions, type HubFunctionSettings } from './sc-hub.js'

/** Options of {@link scNode}. */
export interface ScNodeOptions extends DeviceOptions {
  /** The primary hub: `wss://hub-a:4443`, or `'own'` for the device's own hub function, reached inside the process. */
  readonly primaryHub?: string
  /** The failover hub, tried when the primary cannot be had; named like the primary. */
  readonly failoverHub?: string
  /**
   * Says Hello in its Connect-Requests to hubs, as nodes of the 2024 edition do (addendum 135-2020cp). A hub that refuses it, or
   * does not answer, is tried again without. Default: no Hello.
   */
  readonly hello?: Hello
  /** Waits of the hub connection and between attempts. */
  readonly timings?: Partial<Omit<ConnectionTimings, 'idleLimit'> & ReconnectTimings>
  /** Makes the device host a hub function as well. */
  readonly hubFunction?: HubFunctionSettings
  /** Direct connections to and from other nodes, beside the hub connection. Default: none. */
  readonly directConnections?: DirectConnectionSettings
  /**
   * Gives received NPDUs as views of what was read from the network, and not as copies: for a router, which copies what it
   * carries on or keeps. Whoever keeps a view keeps 64 KiB of other messages with it. Default: no.
   */
  readonly givesViews?: boolean
  /** Wraps or replaces the way sockets are made, to trace them for example. Default: real ones as they are. */
  readonly dial?: (real: Dial) => Dial
}

/**
 * A BACnet/SC node on real sockets (clauses AB.3 and AB.4), with direct connections and a hub function of its own where
 * they are asked for: one VMAC, one Device UUID, one life cycle.
 *
 * An operator: `npdu$.pipe(scNode({ primaryHub, tls }))`; `open(scNode(…))` gives a handle.
 * Cold: subscribing connects; unsubscribing drops the connection at once; completing the outbound stream disconnects in
 * good order. Reconnects for ever by itself. Errors with a {@link ConfigurationError} for bad options, and with the
 * system's error when its own hub function, or direct connections, cannot listen.
 */
export const scNode =
  (options: ScNodeOptions): ScLink =>
  outbound$ =>
    new Observable<ScLinkEvent>(subscriber => link(options)(outbound$).subscribe(subscriber))

/**
 * Throws the {@link ConfigurationError} that such a node would end with at once, and opens nothing. TLS material that comes
 * from an Observable is not looked at.
 */
export const checkScNode = (options: ScNodeOptions): void => void link({ ...options, warn: () => undefined })

const link = (options: ScNodeOptions): ScLink => {
  const { primaryHub, failoverHub, hubFunction: hub, directConnections: direct } = options
  const given = checkedTimings('timings', options.timings ?? {})
  if (primaryHub === undefined && failoverHub === undefined) {
    throw new ConfigurationError('primaryHub: a node needs a hub')
  }
  const primary = hubUri('primaryHub', primaryHub, hub)
  const failover = hubUri('failoverHub', failoverHub, hub)
  const uris = [primary, failover].filter((uri): uri is ScUri => uri !== undefined && uri !== 'own')
  const listen = hub === undefined ? [] : [valueOf('hubFunction.listen', parseListenUri(hub.listen))]
  const directListen = direct === undefined ? undefined : directListenUri(direct)
  const peers = direct === undefined ? [] : [...configuredUris(direct).values()].flat()
  const timings = { ...connectionTimings(given), ...reconnectTimings(given) }
  const configuration = deviceConfiguration(
    options,
    [...uris, ...listen, ...peers, ...(directListen === undefined ? [] : [directListen])],
    hub === undefined ? NODE_BVLC_LENGTH : HUB_BVLC_LENGTH,
  )
  const { tls$, certificate$, allowPlaintext, scheduler, random } = configuration
  const real = dialer({ tls$, allowPlaintext })
  const dial = options.dial?.(real) ?? real
  const own = memoryServer(options.scheduler ?? asapScheduler)
  let identity = configuration.identity

  const self = (): typeof identity => identity
  const diagnose = publishDiagnostics(identity.uuid)
  const drawVmac = (): void => {
    identity = { ...identity, vmac: randomVmac(random) }
  }
  const shared = sharesHubPort(direct)
  const settings = hub && hubFunctionOptions(hub, configuration, self, shared ? BOTH : undefined)
  const port$ = shared ? settings?.server$.pipe(share()) : settings?.server$
  const itself = node({
    self,
    drawVmac,
    diagnose,
    primary: addressOf(primary, dial, own),
    failover: addressOf(failover, dial, own),
    hello: options.hello,
    timings,
    nextMessageId: messageIds(random),
    givesViews: options.givesViews ?? false,
    scheduler,
    random,
    direct:
      direct &&
      directOptions(direct, configuration, timings.connectWait, {
        dial,
        ownHub$: port$ && servedAs(port$, Subprotocol.DIRECT),
      }),
  })
  const told =
    (link: ScLink): ScLink =>
    outbound$ =>
      alongside(link(outbound$), certificate$)
  if (settings === undefined || port$ === undefined) return told(itself)
  const server$ = merge(servedAs(port$, Subprotocol.HUB), own.server$.pipe(map(asOwn)))
  return told(device(itself, hubFunction({ ...settings, server$ })))
}

const BOTH = [Subprotocol.HUB, Subprotocol.DIRECT]

const hubUri = (
  name: string,
  hub: string | undefined,
  own: HubFunctionSettings | undefined,
): ScUri | 'own' | undefined => {
  if (hub === undefined) return undefined
  if (hub !== 'own') return valueOf(name, parseScUri(hub))
  if (own === undefined) throw new ConfigurationError(`${name}: the device has no hub function of its own`)
  return 'own'
}

const addressOf = (hub: ScUri | 'own' | undefined, dial: Dial, own: MemoryServer): HubAddress | undefined => {
  if (hub === undefined) return undefined
  return hub === 'own' ? { uri: 'own hub', socket: own.socket('own node') } : hubAddress(hub, dial)
}

const asOwn = (event: ServerEvent): ServerEvent =>
  event._tag === 'Accepted' ? { ...event, socket: { ...event.socket, own: true } } : event
