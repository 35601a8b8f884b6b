import { defer, type Observable, type SchedulerLike, type Subscription } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { device } from '../../sc/node/device.js'
import { diagnoseNothing } from '../../sc/connection/diagnostic.js'
import { directLimits } from '../../sc/node/direct-limits.js'
import type { HubAddress } from '../../sc/node/hub-address.js'
import type { HubCommand, HubEvent } from '../../sc/hub/hub-event.js'
import { hubFunction } from '../../sc/hub/hub-function.js'
import { hubLimits, type HubLimits } from '../../sc/hub/hub-limits.js'
import { messageIds } from '../../sc/connection/message-id.js'
import { node, type NodeDirectOptions } from '../../sc/node/node.js'
import type { ScLink } from '../../sc/node/sc-link.js'
import { Subprotocol, type Server, type Socket } from '../../sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../sc/connection/timings.js'
import { parseDeviceUuid, randomDeviceUuid } from '../../values/device-uuid.js'
import { seconds } from '../../values/duration.js'
import { hostAndPort, parseScUri } from '../../values/sc-uri.js'
import { parseDeviceVmac, randomVmac } from '../../values/vmac.js'
import { COMMON_NPDU_LENGTH, HUB_BVLC_LENGTH, NODE_BVLC_LENGTH, type PeerIdentity } from '../../wire/bvlc-sc.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { ownChance } from '../chance/own-chance.js'
import { hold, isHeld, type Held } from '../sockets/held.js'
import { valid } from '../sockets/valid.js'
import type {
  VirtualDeviceOptions,
  VirtualDirectConnections,
  VirtualHubFunction,
  VirtualHubOptions,
  VirtualNetworkOptions,
  VirtualNodeOptions,
} from './virtual-options.js'
import type { Hosts } from '../paths/hosts.js'
import { virtualPaths, type Paths } from '../paths/paths.js'
import type { MessageFate } from '../sockets/fate.js'
import type { Dialled, TappedWebSocket } from '../sockets/tapped.js'
import { virtualWebSockets, type VirtualServerOptions } from '../sockets/virtual-web-sockets.js'

/** A network inside the process. What is on it is real, but for the sockets. */
export interface VirtualNetwork {
  /**
   * A hub. Cold: it runs while subscribed. Completing the commands ends it in good order, unsubscribing kills it, and
   * subscribing again is its restart.
   */
  readonly hub: (options?: VirtualHubOptions) => Duplex<HubCommand, HubEvent>
  /** A node, as `scNode` makes it. Cold. Keeps its Device UUID when it is subscribed again. */
  readonly node: (options?: VirtualNodeOptions) => ScLink
  /**
   * A bare WebSocket from a name to a hub, or to where a node accepts direct connections, to play a peer that is not
   * ours. Cold.
   */
  readonly socket: (name: string, hub?: string, subprotocol?: Subprotocol) => Socket
  /** A bare WebSocket server at an address, to play a hub or a direct peer that is not ours. Cold. */
  readonly server: (address: string, options?: VirtualServerOptions) => Server
  /**
   * What is between the hosts of the network, to be partitioned and impaired. A host is the name of a node or of a hub;
   * where a node accepts direct connections is on the host of that node.
   */
  readonly paths: Paths
  /**
   * Cuts all connections that hosts have at this moment; both ends find them closed with 1006. This and the faults below
   * can be of one host, of a list or, with `'*'`, of every one; and of addresses at which nodes accept direct connections.
   */
  readonly cut: (hosts: Hosts) => void
  /**
   * Makes all connections that hosts have at this moment go silent, as a pulled cable does: nothing passes any more, and
   * both ends have to find out by themselves.
   */
  readonly mute: (hosts: Hosts) => void
  /** Lets hosts refuse whoever dials them, as if nobody listened, until it is unsubscribed. */
  readonly refuse: (hosts: Hosts) => Subscription
  /** Lets hosts answer nobody who dials them, until it is unsubscribed; who dialled meanwhile is never answered. */
  readonly hang: (hosts: Hosts) => Subscription
  /**
   * Lets hubs be full until it is unsubscribed: the nodes that they have stay, and any other that comes is refused for want
   * of resources.
   */
  readonly fill: (hubs: Hosts) => Subscription
  /** Who dials whom, whether or not somebody answers. Hot; never completes. */
  readonly dial$: Observable<Dialled>
  /** All messages on the way, and the ends of connections. Hot; never completes. */
  readonly tap$: Observable<TappedWebSocket>
  /**
   * What became of each message that a WebSocket took: it arrived or was lost, exactly once. Hot; never completes. Costs
   * nothing while nobody listens.
   */
  readonly fate$: Observable<MessageFate>
  /**
   * How much a host has open: addresses at which it listens, its ends of WebSockets, and attempts to open some; without a
   * name, of all hosts. Nothing where everything has ended as it should.
   */
  readonly open: (host?: string) => number
}

/** The name of a hub, where none is said. */
export const DEFAULT_HUB = 'hub-a'

/**
 * A network for tests: real hubs and nodes, with sockets inside the process and the time of `scheduler`, which is a
 * `TestScheduler`, a `virtualClock` for large networks, or any other scheduler. Names such as `hub-a` are addresses.
 * Everything made by it is cold; a node that knocks where no hub runs is refused, and tries again later. Complete or
 * unsubscribe your nodes: virtual time has no end while one of them is still there to send heartbeats.
 *
 * @example
 * ```ts
 * scheduler.run(({ cold, expectObservable }) => {
 *   const network = virtualNetwork(scheduler)
 *   NEVER.pipe(network.hub()).subscribe()
 *   const hears = network.node()
 *   const speaks = network.node({ vmac: '02:00:00:00:00:01' })
 *
 *   const sources$ = NEVER.pipe(hears, filter(event => event._tag === 'Npdu'), map(({ source }) => source))
 *   expectObservable(sources$, '^ 1s !').toBe('--s', { s: '020000000001' })
 *   cold('--a|', { a: broadcast(whoIs) }).pipe(speaks).subscribe()
 * })
 * ```
 */
export const virtualNetwork = (
  scheduler: SchedulerLike,
  {
    latency,
    random = fixedRandom(1),
    diagnose = diagnoseNothing,
    paths = virtualPaths(latency === undefined ? {} : { latency }),
  }: VirtualNetworkOptions = {},
): VirtualNetwork => {
  const listeners = new Map<string, string>()
  const { server, socket, ...faults } = virtualWebSockets(scheduler, {
    paths,
    random: ownChance(random),
    hostOf: address => listeners.get(address) ?? address,
  })
  const full = new Set<Held>()
  let nodes = 0

  const identityOf = (options: VirtualDeviceOptions, maxBvlcLength: number): PeerIdentity => ({
    vmac: options.vmac === undefined ? randomVmac(random) : valid(parseDeviceVmac(options.vmac)),
    uuid: options.uuid === undefined ? randomDeviceUuid(random) : valid(parseDeviceUuid(options.uuid)),
    maxBvlcLength: options.maxBvlcLength ?? maxBvlcLength,
    maxNpduLength: options.maxNpduLength ?? COMMON_NPDU_LENGTH,
  })

  /** The limits of a hub, which has no place for anybody else while it is full. */
  const limitsOf = (name: string, limits: HubLimits): HubLimits => ({
    ...limits,
    get maxConnections() {
      return isHeld(full, name) ? 0 : limits.maxConnections
    },
  })

  const hosted = (
    { name = DEFAULT_HUB, limits, timings, hello = false }: VirtualHubFunction,
    clock: SchedulerLike,
    self: () => PeerIdentity,
  ): Duplex<HubCommand, HubEvent> =>
    hubFunction({
      self,
      server$: server(name, { subprotocols: [Subprotocol.HUB] }),
      timings: connectionTimings(timings),
      limits: limitsOf(name, hubLimits(limits)),
      takesHello: hello,
      nextMessageId: messageIds(random),
      diagnose,
      allocate: length => new Uint8Array(length),
      scheduler: clock,
      random,
    })

  const addressOf = (name: string, hub: string): HubAddress => ({
    uri: valid(parseScUri(`wss://${hub}`)),
    socket: socket(name, hub),
  })

  const directOf = (name: string, given: VirtualDirectConnections): NodeDirectOptions => ({
    server$: given.listen === undefined ? undefined : server(given.listen, { subprotocols: [Subprotocol.DIRECT] }),
    dial: given.initiate === true ? (uri, subprotocol) => socket(name, hostAndPort(uri).host, subprotocol) : undefined,
    mayDial: given.mayDial ?? (() => true),
    acceptUris: bound => given.uris ?? [bound],
    configuredUris: new Map(),
    freshness: given.freshness ?? seconds(300),
    directIdle: given.idle ?? seconds(300),
    allowPlaintext: false,
    limits: directLimits(given.limits),
    allocate: length => new Uint8Array(length),
  })

  return {
    hub: (options = {}) => {
      const identity = identityOf(options, HUB_BVLC_LENGTH)
      return hosted(options, options.scheduler ?? scheduler, () => identity)
    },

    node: (options = {}) => {
      const { name = `node-${++nodes}`, primary = DEFAULT_HUB, failover, timings } = options
      const { listen } = options.directConnections ?? {}
      const clock = options.scheduler ?? scheduler
      if (listen !== undefined) listeners.set(listen, name)
      const identity = identityOf(options, options.hubFunction === undefined ? NODE_BVLC_LENGTH : HUB_BVLC_LENGTH)
      const hubs = {
        primary: addressOf(name, primary),
        failover: failover === undefined ? undefined : addressOf(name, failover),
      }
      return outbound$ =>
        defer(() => {
          let self = identity
          const itself = node({
            self: () => self,
            drawVmac: () => (self = { ...self, vmac: randomVmac(random) }),
            ...hubs,
            hello: options.hello,
            timings: { ...connectionTimings(timings), ...reconnectTimings(timings) },
            nextMessageId: messageIds(random),
            diagnose,
            scheduler: clock,
            random,
            direct: options.directConnections && directOf(name, options.directConnections),
          })
          const { hubFunction: hub } = options
          return outbound$.pipe(
            hub === undefined
              ? itself
              : device(
                  itself,
                  hosted(hub, clock, () => self),
                ),
          )
        })
    },

    server,
    socket: (name, hub = DEFAULT_HUB, subprotocol) => socket(name, hub, subprotocol),
    fill: hubs => hold(full, hubs),
    paths,
    ...faults,
  }
}
