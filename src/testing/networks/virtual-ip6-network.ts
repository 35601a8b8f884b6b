import type { SchedulerLike } from 'rxjs'
import { ip6Limits, type Ip6LimitOptions } from '../../ip6/ip6-limits.js'
import type { Ip6Link } from '../../ip6/ip6-link.js'
import type { Ip6Role } from '../../ip6/ip6-role.js'
import { ip6Link } from '../../ip6/port6.js'
import { BACNET_PORT } from '../../values/bip-address.js'
import { parseBip6Address, printBip6Address } from '../../values/bip6-address.js'
import { instanceBip6Vmac, parseOwnBip6Vmac, type Bip6Vmac } from '../../values/bip6-vmac.js'
import type { Random } from '../../values/random.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { ownChance } from '../chance/own-chance.js'
import { valid } from '../sockets/valid.js'
import type {
  VirtualInternet6,
  VirtualInternet6Options,
  VirtualPort6Options,
} from '../sockets/virtual-internet6-options.js'
import { virtualInternet6 } from '../sockets/virtual-internet6.js'

/** Options of `virtualIp6Network`. */
export interface VirtualIp6NetworkOptions extends VirtualInternet6Options {
  /** Chance. What happens to datagrams on `paths` is drawn from a chance of its own. Default `fixedRandom(1)`. */
  readonly random?: Random
}

/** Options of a B/IPv6 port on a virtual network. The UDP port may be left out as with `ip6Port`: 47808. */
export interface VirtualIp6PortOptions extends VirtualPort6Options {
  /** What the port is to its network. Default: an ordinary node. */
  readonly role?: Ip6Role
  /** The instance of the device, 0 to 4194302, which is its VMAC then. Default: `vmac` says it. */
  readonly deviceInstance?: number
  /** Without `deviceInstance`, the VMAC as text; a random one is only tried first. Default: a random one. */
  readonly vmac?: string
  /** What it bounds. Default: as `ip6Port`. */
  readonly limits?: Ip6LimitOptions
  /** Its own clock. Default: that of the network, which its socket has in any case. */
  readonly scheduler?: SchedulerLike
}

/** B/IPv6 ports on a virtual internet, with all that can go wrong there. */
export interface VirtualIp6Network extends Omit<VirtualInternet6, 'port'> {
  /**
   * A B/IPv6 port, as `ip6Port` makes it. Cold; subscribing again after its end is its restart. On `paths`, the name of
   * its host is what `host` says or, without that, its address.
   */
  readonly port: (options: VirtualIp6PortOptions) => Ip6Link
  /** A bare UDP port, to play a station that is not ours. Cold. On `paths`, it is as `port`. */
  readonly socket: VirtualInternet6['port']
}

/**
 * B/IPv6 networks for tests: real ordinary nodes, foreign devices and BBMDs, with UDP inside the process and the time of
 * `scheduler`, which is a `TestScheduler`, a `virtualClock` for large networks, or any other scheduler.
 * Links are there as soon as a port is bound on them. Complete or unsubscribe your ports: virtual time has no end while a
 * foreign device renews.
 *
 * @example
 * ```ts
 * scheduler.run(({ cold, expectObservable }) => {
 *   const network = virtualIp6Network(scheduler)
 *   const [one, two] = ['[fd71:0:0:1::1]:47808', '[fd71:0:0:2::1]:47808']
 *   NEVER.pipe(network.port({ bind: one, deviceInstance: 1, role: bbmd6({ bdt: [two] }) })).subscribe()
 *   NEVER.pipe(network.port({ bind: two, deviceInstance: 2, role: bbmd6({ bdt: [one] }) })).subscribe()
 *   const hears = network.port({ bind: '[fd71:0:0:2::7]', deviceInstance: 207 })
 *
 *   const sources$ = NEVER.pipe(
 *     hears,
 *     filter(event => event._tag === 'Npdu'),
 *     map(({ source }) => printBip6Vmac(source)),
 *   )
 *   expectObservable(sources$, '^ 1s !').toBe('--s', { s: '00006b' })
 *   cold('--a|', { a: broadcast(whoIs) })
 *     .pipe(network.port({ bind: '[fd71:0:0:1::7]', deviceInstance: 107 }))
 *     .subscribe()
 * })
 * ```
 */
export const virtualIp6Network = (
  scheduler: SchedulerLike,
  { random = fixedRandom(1), paths, ...options }: VirtualIp6NetworkOptions = {},
): VirtualIp6Network => {
  const { port: socket, ...internet } = virtualInternet6(scheduler, {
    ...options,
    // Nothing is drawn where nothing can be impaired.
    ...(paths === undefined ? {} : { paths, random: ownChance(random) }),
  })
  return {
    ...internet,
    socket,
    port: ({
      bind,
      role = { _tag: 'OrdinaryNode' },
      deviceInstance,
      vmac,
      limits,
      scheduler: clock = scheduler,
      ...rest
    }) =>
      ip6Link({
        udp: socket({ ...rest, bind: printBip6Address(valid(parseBip6Address(bind, BACNET_PORT))) }),
        role,
        vmac: wantedVmac(deviceInstance, vmac),
        limits: ip6Limits(limits),
        scheduler: clock,
        random,
      }),
  }
}

const wantedVmac = (deviceInstance: number | undefined, vmac: string | undefined): Bip6Vmac | undefined => {
  if (deviceInstance !== undefined) return valid(instanceBip6Vmac(deviceInstance))
  return vmac === undefined ? undefined : valid(parseOwnBip6Vmac(vmac))
}
