import { Subject, type Observable, type SchedulerLike, type Subscription } from 'rxjs'
import type { IpLink } from '../../ip/ip-link.js'
import type { Ip6Link } from '../../ip6/ip6-link.js'
import type { Duplex } from '../../link/duplex.js'
import type { Dropped } from '../../link/link.js'
import type { NetworkEvent, NetworkOutbound } from '../../network/event/network-event.js'
import type { HubCommand, HubEvent } from '../../sc/hub/hub-event.js'
import type { ScLink } from '../../sc/node/sc-link.js'
import { networkEntity, router, type NetworkOptions, type RouterOptions } from '../../transport/router.js'
import { ms, type Duration } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { virtualIpNetwork, type VirtualIpNetwork, type VirtualIpPortOptions } from '../networks/virtual-ip-network.js'
import {
  virtualIp6Network,
  type VirtualIp6Network,
  type VirtualIp6PortOptions,
} from '../networks/virtual-ip6-network.js'
import { DEFAULT_HUB, virtualNetwork, type VirtualNetwork } from '../networks/virtual-network.js'
import type { VirtualHubOptions, VirtualNodeOptions } from '../networks/virtual-options.js'
import type { Impairment } from '../paths/impairment.js'
import { virtualPaths, type Paths } from '../paths/paths.js'
import { durationOf, durationText } from '../time/duration-text.js'
import { plan } from '../time/planned.js'
import { validScheduler } from '../time/valid-scheduler.js'
import type { VirtualNatOptions } from '../sockets/virtual-internet-options.js'
import type { VirtualNat } from '../sockets/virtual-nat.js'
import { IPV4, IPV6 } from './address-family.js'
import type { Fault, ScriptedFault } from './fault.js'
import { faultsAt, type FaultsAt } from './fault-script.js'
import { faultEffects } from './fault-effects.js'
import { hostAddresses } from './host-addresses.js'
import { hostPower, type HostChange, type HostPower } from './host-power.js'
import { knownHosts } from './known-hosts.js'
import { validFault } from './valid-fault.js'

/** Options of `virtualInternetwork`. */
export interface VirtualInternetworkOptions {
  /** What every path does. Default: nothing; everything arrives at once, but later than the call that sends it. */
  readonly everywhere?: Impairment
  /** The clock of a host, on which all waits that runs there; not what is between hosts. Default: `scheduler`, of every host. */
  readonly clockOf?: (host: string) => SchedulerLike
  /** Chance. Default `fixedRandom(1)`. */
  readonly random?: Random
}

/**
 * Networks of all kinds in one virtual time. What is made here is the unmodified library, and cold; a name is that of the
 * host that it runs on, which may have several: `box` for a router and each of its ports. An address, a VMAC or anything else
 * that cannot be read is thrown as an Error by the function that it is given to.
 */
export interface VirtualInternetwork {
  /** A hub, whose name is its address. */
  readonly hub: (name: string, options?: Omit<VirtualHubOptions, 'name'>) => Duplex<HubCommand, HubEvent>
  /** A node; `primary` and `failover` are names of hubs. */
  readonly node: (name: string, options?: Omit<VirtualNodeOptions, 'name'>) => ScLink
  /**
   * A B/IP port: ordinary node, foreign device or BBMD. On `0.0.0.0`, it has the address that another port of this host has
   * or, where there is none, the next that is free.
   */
  readonly ip: (name: string, options: Omit<VirtualIpPortOptions, 'host'>) => IpLink
  /** A B/IPv6 port, which may be on `[::]` likewise. */
  readonly ip6: (name: string, options: Omit<VirtualIp6PortOptions, 'host'>) => Ip6Link
  /** A NAT between the IPv4 hosts behind it and all others. It is no host: faults of hosts pass it by. */
  readonly nat: (name: string, options: VirtualNatOptions) => Pick<VirtualNat, 'forget' | 'outside'>
  /** A router over such links: `overSc(network.node('box'))`, `overIp(network.ip('box', …))`. */
  readonly router: (
    name: string,
    options: Omit<RouterOptions, 'scheduler' | 'random'>,
  ) => Duplex<NetworkOutbound, NetworkEvent>
  /** The network layer of a node over such links. */
  readonly entity: (
    name: string,
    options: Omit<NetworkOptions, 'scheduler' | 'random'>,
  ) => Duplex<NetworkOutbound, NetworkEvent>
  /**
   * What goes wrong at a time, from when the network was made: `network.at('10s').partition('hub-a', 'node-3').for('30s')`.
   * Hosts are those made with the functions above; faults of WebSockets can also be of an address at which a node accepts
   * direct connections. When a fault of any other name happens, an Error is thrown that names those that are known.
   *
   * @throws Error for a time that is past, and for what is not a time: it would be another than the one that was said.
   */
  readonly at: (time: string | Duration) => FaultsAt
  /**
   * Plays faults that are written down, as a simulation draws them.
   *
   * @throws Error, before anything is played, for a time that is past, for what is not a time or no duration, and for what
   * is no impairment.
   */
  readonly play: (script: readonly ScriptedFault[]) => void
  /**
   * Lets a fault happen now; one that lasts does so until it is unsubscribed.
   *
   * @throws Error for what is no fault, and for one of a name that is not known.
   */
  readonly apply: (fault: Fault) => Subscription
  /**
   * How much a host has open: UDP ports, WebSockets, addresses at which it listens, and what has gone down with it and still
   * listens to what is said to it; without a name, of all hosts.
   */
  readonly open: (host?: string) => number
  /** Whether a host has been killed, or lost its power, and is not back. */
  readonly isDown: (host: string) => boolean
  /** Tells when a host has gone down, and when it is about to come back. Hot; never completes. */
  readonly host$: Observable<HostChange>
  /** Tells each fault when it has begun, however it came about. Hot; never completes. */
  readonly fault$: Observable<Fault>
  /** The ways between the hosts, also those that {@link at} does not know: stations made with `sc`, `ipv4` and `ipv6`. */
  readonly paths: Paths
  /**
   * BACnet/SC, with what can be seen and done there only; as `ipv4` and `ipv6`, it is on {@link paths}. {@link at} does not
   * know the names of `node`, `socket` and `server` there.
   */
  readonly sc: VirtualNetwork
  /**
   * BACnet/IP, with what can be seen and done there only. What is bound with its `port` and `socket` is on {@link paths} by its
   * `host` or, without that, by its address; {@link at} does not know it.
   */
  readonly ipv4: VirtualIpNetwork
  /** BACnet/IPv6, as `ipv4`. */
  readonly ipv6: VirtualIp6Network
}

/**
 * An internetwork for tests: hubs, nodes, B/IP and B/IPv6 ports, BBMDs, foreign devices and routers, with everything that
 * can go wrong between and within their hosts, in the time of `scheduler`: a `virtualClock`, a `TestScheduler` or any other.
 * Nothing real is touched. The same seed and script give the same run, octet for octet.
 *
 * @throws Error for what is no scheduler, and for an impairment that is none.
 *
 * @example
 * ```ts
 * const clock = virtualClock()
 * const network = virtualInternetwork(clock)
 * NEVER.pipe(network.hub('hub-a')).subscribe()
 * NEVER.pipe(network.node('node-3', { primary: 'hub-a' })).subscribe(event => …)
 * network.at('10s').partition('hub-a', 'node-3').for('30s')
 * clock.advance('1min')
 * ```
 */
export const virtualInternetwork = (
  scheduler: SchedulerLike,
  { everywhere, clockOf = () => scheduler, random = fixedRandom(1) }: VirtualInternetworkOptions = {},
): VirtualInternetwork => {
  const beginning = validScheduler(scheduler).now()
  const paths = virtualPaths(everywhere)
  const addresses = hostAddresses()
  const nats = new Map<string, Pick<VirtualNat, 'forget'>>()
  const power = hostPower()
  const known = knownHosts()
  const fault$ = new Subject<Fault>()
  const sc = virtualNetwork(scheduler, { paths, random })
  const ipv4 = virtualIpNetwork(scheduler, { paths, random })
  const ipv6 = virtualIp6Network(scheduler, { paths, random })

  /** Something that runs on a host, which faults can be of from now on. */
  const on: HostPower['on'] = (host, duplex, whileDown) => {
    known.host(host)
    return power.on(host, duplex, whileDown)
  }

  const begin = faultEffects({ paths, power, known, addresses, nats, sc, ipv4, ipv6 })

  const apply = (fault: Fault): Subscription => {
    known.check(validFault(fault))
    const lasting = begin(fault)
    fault$.next(fault)
    return lasting
  }

  /** How long it is until a time from the beginning. */
  const until = (at: Duration): number => {
    const wait = beginning + at - scheduler.now()
    if (wait < 0)
      throw new Error(`nothing can go wrong at ${durationText(at)}: it is ${scheduler.now() - beginning} ms already`)
    return wait
  }

  const happen = (fault: Fault, lasts: Duration | undefined): void => {
    const lasting = apply(fault)
    if (lasts !== undefined) plan(scheduler, () => lasting.unsubscribe(), lasts)
  }

  return {
    hub: (name, options) => {
      known.hub(name)
      return on(name, sc.hub({ ...options, name, scheduler: clockOf(name) }))
    },
    node: (name, options) => {
      const { directConnections, hubFunction } = options ?? {}
      if (directConnections?.listen !== undefined) known.address(directConnections.listen)
      if (hubFunction !== undefined) known.hubFunction(hubFunction.name ?? DEFAULT_HUB)
      return on(name, sc.node({ ...options, name, scheduler: clockOf(name) }), hostIsDown)
    },
    ip: (name, options) => {
      const link = addresses.settle(IPV4, name, { ...options, host: name, scheduler: clockOf(name) }, ipv4.port)
      return on(name, outbound$ => link()(outbound$), hostIsDown)
    },
    ip6: (name, options) => {
      const link = addresses.settle(IPV6, name, { ...options, host: name, scheduler: clockOf(name) }, ipv6.port)
      return on(name, outbound$ => link()(outbound$), hostIsDown)
    },
    nat: (name, options) => {
      const nat = ipv4.nat(options)
      known.nat(name)
      nats.set(name, nat)
      return nat
    },
    router: (name, options) => on(name, router({ ...options, scheduler: clockOf(name), random }), hostIsDown),
    entity: (name, options) => on(name, networkEntity({ ...options, scheduler: clockOf(name), random }), hostIsDown),

    at: time => {
      const at = durationOf(time)
      until(at)
      return faultsAt(at, fault => {
        let lasts: Duration | undefined
        let hasBegun = false
        const begin = (): void => {
          hasBegun = true
          happen(fault, lasts)
        }
        plan(scheduler, begin, until(at))
        return duration => {
          if (hasBegun) throw new Error('how long a fault lasts is to be said before it begins')
          lasts = ms(duration)
        }
      })
    },
    play: script => {
      const checked = script.map(({ at, lasts, fault }) => ({
        wait: until(durationOf(at)),
        lasts: lasts === undefined ? undefined : durationOf(lasts),
        fault: validFault(fault),
      }))
      for (const { wait, lasts, fault } of checked) plan(scheduler, () => happen(fault, lasts), wait)
    },
    apply,
    open: host => sc.open(host) + ipv4.open(host) + ipv6.open(host) + power.ears(host),
    isDown: power.isDown,
    host$: power.host$,
    fault$: fault$.asObservable(),
    paths,
    sc,
    ipv4,
    ipv6,
  }
}

const hostIsDown = <Outbound>(outbound: Outbound): Dropped<Outbound> => ({
  _tag: 'Dropped',
  reason: 'its host is down',
  outbound,
})
