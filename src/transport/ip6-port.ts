import { Observable, type SchedulerLike } from 'rxjs'
import { steadyScheduler } from '../io/clock.js'
import { systemRandom } from '../io/random.js'
import { ip6UdpPort } from '../io/udp6.js'
import { ip6Limits, type Ip6LimitOptions, type Ip6Limits } from '../ip6/ip6-limits.js'
import type { Ip6Link } from '../ip6/ip6-link.js'
import type { Ip6Role } from '../ip6/ip6-role.js'
import { ip6Link } from '../ip6/port6.js'
import { BACNET_PORT } from '../values/bip-address.js'
import { parseBind6 } from '../values/bip6-binding.js'
import { BACNET_GROUP, parseGroup } from '../values/bip6-group.js'
import { instanceBip6Vmac, parseOwnBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import type { Random } from '../values/random.js'
import { checkedTimings, ConfigurationError, inRange, valueOf } from './configuration.js'
import { checkedReceiveBuffer } from './ip-bounds.js'
import { ordinaryNode } from './ip-roles.js'
import { checkedNumber, checkPortLimits } from './port-limits.js'

/** Options of {@link ip6Port}. */
export interface Ip6PortOptions {
  /**
   * The address and UDP port to be bound: `[2001:db8::10]:47808`; port 0 picks a free one. `[::]` is the address of the
   * interface that the most hosts reach: it goes to another when that is gone, or when it was only link-local and there is
   * one that is more, and tells `Listening` again. Default `[::]:47808`. For a BBMD name the address that others have in
   * their tables. On Windows `[::]` is all addresses, and it is not known what came by multicast.
   */
  readonly bind?: string
  /** The interface to send and hear multicasts on: `eth0`. Default: that of `bind`; for `[::]`, the first that others reach. */
  readonly interface?: string
  /** The multicast group, which goes with the own UDP port. Default `ff02::bac0`, which stays on its link. */
  readonly group?: string
  /** How many links a multicast may cross, 1 to 255. Default 1 for groups of one link, and 64 for wider ones. */
  readonly hops?: number
  /** What the port is to its network, which a request can change. Default: an ordinary node. */
  readonly role?: Ip6Role
  /** The instance of the device, 0 to 4194302, which is its VMAC then, without any doubt. */
  readonly deviceInstance?: number
  /**
   * Instead of `deviceInstance`, the VMAC as text: `00025a`. A random one, `400000` to `7fffff`, such as that of the last
   * time, is only tried first. Default: a random one; it takes a while to see that nobody else has it.
   */
  readonly vmac?: string
  /** What it bounds. */
  readonly limits?: Ip6LimitOptions
  /** Octets that may wait to be read; the system may grant less. Default 1 MiB, 4 MiB for a BBMD. */
  readonly receiveBuffer?: number
  /** Shares its address and port with other programs, of which only one gets each unicast. Default false. */
  readonly reuseAddress?: boolean
  /** The clock. Default: real time that never jumps. */
  readonly scheduler?: SchedulerLike
  /** Chance. Default: that of the operating system. */
  readonly random?: Random
}

/**
 * A BACnet/IPv6 port on real UDP sockets (Annex U): an ordinary node, a foreign device or a BBMD.
 *
 * An operator: `npdu$.pipe(ip6Port({ bind: '[2001:db8::10]:47808', deviceInstance: 1234 }))`; `open(ip6Port(…))` gives a
 * handle. Its stations are known by VMAC; where they are, it finds out by itself.
 * Cold: subscribing binds; unsubscribing closes at once; completing the outbound stream de-registers a foreign device and
 * closes when all has been sent; an error of the outbound stream is its error, and closes at once, without
 * de-registering. Errors with a `ConfigurationError` for bad options, and with the system's error when it cannot bind.
 */
export const ip6Port =
  (options: Ip6PortOptions = {}): Ip6Link =>
  outbound$ =>
    new Observable(subscriber => link(options)(outbound$).subscribe(subscriber))

const link = (options: Ip6PortOptions): Ip6Link => {
  const { role = ordinaryNode(), scheduler = steadyScheduler, random = systemRandom } = options
  return ip6Link({
    udp: ip6UdpPort({
      bind: valueOf('bind', parseBind6(options.bind ?? '[::]', BACNET_PORT)),
      group: options.group === undefined ? BACNET_GROUP : valueOf('group', parseGroup(options.group)),
      interface: options.interface,
      ...(options.hops === undefined ? {} : { hops: inRange('hops', options.hops, 1, 255) }),
      receiveBuffer: checkedReceiveBuffer(options.receiveBuffer, role._tag),
      reuseAddress: options.reuseAddress ?? false,
      scheduler,
    }),
    role,
    vmac: wantedVmac(options),
    limits: checkedLimits(options.limits),
    allocate: length => Buffer.allocUnsafe(length),
    scheduler,
    random,
  })
}

const wantedVmac = ({ deviceInstance, vmac }: Ip6PortOptions): Bip6Vmac | undefined => {
  if (deviceInstance === undefined) return vmac === undefined ? undefined : valueOf('vmac', parseOwnBip6Vmac(vmac))
  if (vmac !== undefined) throw new ConfigurationError('vmac: the device instance is the VMAC already')
  return valueOf('deviceInstance', instanceBip6Vmac(deviceInstance))
}

const checkedLimits = (given: Ip6LimitOptions = {}): Ip6Limits => {
  const limits = ip6Limits(given)
  checkPortLimits(limits)
  const { vmacTtl, maxVmacs, maxPerVmac, maxResolutions, resolution } = limits
  checkedTimings('limits', { vmacTtl })
  checkedNumber('maxVmacs', maxVmacs, 1)
  checkedNumber('maxPerVmac', maxPerVmac, 1)
  checkedNumber('maxResolutions', maxResolutions, 1)
  const { tries, retry, giveUp } = resolution
  checkedNumber('resolution.tries', tries, 1)
  checkedTimings('limits.resolution', { retry, giveUp })
  return limits
}
