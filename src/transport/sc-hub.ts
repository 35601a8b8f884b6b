import { Observable } from 'rxjs'
import { publishDiagnostics } from '../io/diagnostics.js'
import { webSocketServer } from '../io/web-socket-server.js'
import type { Duplex } from '../link/duplex.js'
import { hubFunction, type HubFunctionOptions } from '../sc/hub/hub-function.js'
import { hubLimits, type HubLimits } from '../sc/hub/hub-limits.js'
import type { HubCommand, HubEvent } from '../sc/hub/hub-event.js'
import { messageIds } from '../sc/connection/message-id.js'
import { Subprotocol, type Server } from '../sc/connection/socket.js'
import { connectionTimings, type ConnectionTimings } from '../sc/connection/timings.js'
import { parseListenUri, type ListenUri } from '../values/sc-uri.js'
import { HUB_BVLC_LENGTH, MAX_BVLC_LENGTH, type PeerIdentity } from '../wire/bvlc-sc.js'
import { alongside } from './alongside.js'
import {
  checkedPace,
  checkedTimings,
  deviceConfiguration,
  inRange,
  valueOf,
  type DeviceConfiguration,
  type DeviceOptions,
} from './configuration.js'
import { identityNews, type IdentityOptions } from './identity.js'

/** What a hub function is, apart from the device that hosts it. */
export interface HubFunctionSettings {
  /** Where to listen: `wss://0.0.0.0:4443`; port 0 picks a free one. */
  readonly listen: string
  /** What it bounds. */
  readonly limits?: Partial<HubLimits>
  /**
   * Takes the Hellos of nodes of the 2024 edition, so that `NodeConnected` tells them. Default false: a Hello is tolerated
   * and not looked at.
   */
  readonly hello?: boolean
  /** Waits of its connections. */
  readonly timings?: Partial<Pick<ConnectionTimings, 'connectWait' | 'disconnectWait' | 'idleLimit'>>
  /**
   * Who may claim which VMAC and Device UUID. Default: any device with a good certificate any, as the standard has it.
   * Who is refused gets a NAK (SECURITY, ACCESS_DENIED). An Observable changes it while the hub runs: what comes takes the
   * place of what was, pins included, and nodes that it does not let in are disconnected in good order. The first must be
   * usable, and nobody is let in before it; later ones that are not are told as `IdentityPolicy` events and change nothing.
   */
  readonly identity?: IdentityOptions | Observable<IdentityOptions>
}

/** Options of {@link scHub}. */
export interface ScHubOptions extends DeviceOptions, HubFunctionSettings {}

/**
 * A BACnet/SC hub on real sockets (clause AB.5.3): `NEVER.pipe(scHub({ listen, tls }))` runs one.
 *
 * Cold: subscribing listens; unsubscribing drops everybody at once; completing the commands disconnects all nodes in good
 * order. Errors with a {@link ConfigurationError} for bad options, and with the system's error when it cannot listen.
 */
export const scHub =
  (options: ScHubOptions): Duplex<HubCommand, HubEvent> =>
  command$ =>
    new Observable(subscriber => hub(options)(command$).subscribe(subscriber))

/**
 * Throws the {@link ConfigurationError} that such a hub would end with at once, and opens nothing. TLS material that comes
 * from an Observable is not looked at, nor is such an identity policy.
 */
export const checkScHub = (options: ScHubOptions): void => void hub({ ...options, warn: () => undefined })

const hub = (options: ScHubOptions): Duplex<HubCommand, HubEvent> => {
  const uri = valueOf('listen', parseListenUri(options.listen))
  const configuration = deviceConfiguration(options, [uri], HUB_BVLC_LENGTH)
  const settings = hubFunctionOptions(options, configuration, () => configuration.identity)
  return command$ => alongside(hubFunction(settings)(command$), configuration.certificate$)
}

/** A hub function of a device, on real sockets. */
export const hubFunctionOptions = (
  settings: HubFunctionSettings,
  { tls$, scheduler, random }: DeviceConfiguration,
  self: () => PeerIdentity,
  subprotocols: readonly Subprotocol[] = [Subprotocol.HUB],
): HubFunctionOptions => {
  const timings = connectionTimings(checkedTimings('timings', settings.timings ?? {}))
  const limits = checkedLimits(settings.limits)
  return {
    self,
    server$: listening(
      valueOf('listen', parseListenUri(settings.listen)),
      tls$,
      timings,
      limits,
      scheduler,
      subprotocols,
    ),
    timings,
    limits,
    takesHello: settings.hello ?? false,
    identity$: settings.identity && identityNews(settings.identity),
    nextMessageId: messageIds(random),
    diagnose: publishDiagnostics(self().uuid),
    allocate: length => Buffer.allocUnsafe(length),
    scheduler,
    random,
  }
}

const checkedLimits = (given: Partial<HubLimits> = {}): HubLimits => {
  const limits = hubLimits(given)
  const count = (name: keyof HubLimits & `max${string}`, most: number): number => inRange(name, limits[name], 1, most)
  count('maxConnections', 1_000_000)
  count('maxPending', 1_000_000)
  count('maxPerAddress', 10_000_000)
  count('maxQueued', 1 << 30)
  count('maxFragments', MAX_BVLC_LENGTH)
  count('maxOptions', MAX_BVLC_LENGTH)
  count('maxOptionOctets', MAX_BVLC_LENGTH)
  checkedPace('arrivalsPerAddress', limits.arrivalsPerAddress)
  checkedPace('arrivalsInTotal', limits.arrivalsInTotal)
  checkedPace('replacementsPerUuid', limits.replacementsPerUuid)
  checkedPace('broadcastsPerSender', limits.broadcastsPerSender)
  checkedPace('broadcastsInTotal', limits.broadcastsInTotal)
  checkedTimings('limits', { stuckLimit: limits.stuckLimit })
  return limits
}

const listening = (
  uri: ListenUri,
  tls$: DeviceConfiguration['tls$'],
  { connectWait }: ConnectionTimings,
  limits: HubLimits,
  scheduler: DeviceConfiguration['scheduler'],
  subprotocols: readonly Subprotocol[],
): Server =>
  webSocketServer({
    uri,
    tls$,
    subprotocols,
    handshakeTimeout: connectWait,
    maxHandshakes: limits.maxPending,
    scheduler,
    ...limits,
  })
