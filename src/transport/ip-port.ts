import { Observable, type SchedulerLike } from 'rxjs'
import { steadyScheduler } from '../io/clock.js'
import { systemRandom } from '../io/random.js'
import { ipUdpPort } from '../io/udp.js'
import { ipLimits, type IpLimits } from '../ip/ip-limits.js'
import type { IpLink } from '../ip/ip-link.js'
import type { IpRole } from '../ip/ip-role.js'
import { ipLink } from '../ip/port.js'
import { BACNET_PORT } from '../values/bip-address.js'
import { parseBind, parseBroadcast } from '../values/bip-binding.js'
import type { Random } from '../values/random.js'
import { checkedTimings, valueOf } from './configuration.js'
import { checkedReceiveBuffer } from './ip-bounds.js'
import { ordinaryNode } from './ip-roles.js'
import { checkedNumber, checkPortLimits } from './port-limits.js'

/** Options of {@link ipPort}. */
export interface IpPortOptions {
  /**
   * The address and UDP port to be bound: `10.0.1.5:47808`, or 0.0.0.0 for all addresses of the host. Port 0 picks a free
   * one. Default `0.0.0.0:47808`. One address is better: only then is it known what came by broadcast.
   */
  readonly bind?: string
  /** Where broadcasts go: `10.0.1.255`, with a port if it is another. Default: the broadcast address of the host's subnet. */
  readonly broadcast?: string
  /** What the port is to its network, which a request can change. Default: an ordinary node. */
  readonly role?: IpRole
  /** What it bounds. */
  readonly limits?: Partial<IpLimits>
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
 * A BACnet/IP port on real UDP sockets (Annex J): an ordinary node, a foreign device or a BBMD.
 *
 * An operator: `npdu$.pipe(ipPort({ bind: '10.0.1.5:47808' }))`; `open(ipPort(…))` gives a handle.
 * Cold: subscribing binds; unsubscribing closes at once; completing the outbound stream de-registers a foreign device and
 * closes when all has been sent; an error of the outbound stream is its error, and closes at once, without
 * de-registering. Errors with a `ConfigurationError` for bad options, and with the system's error when it cannot bind.
 */
export const ipPort =
  (options: IpPortOptions = {}): IpLink =>
  outbound$ =>
    new Observable(subscriber => link(options)(outbound$).subscribe(subscriber))

const link = (options: IpPortOptions): IpLink => {
  const { role = ordinaryNode(), scheduler = steadyScheduler, random = systemRandom } = options
  const bind = valueOf('bind', parseBind(options.bind ?? '0.0.0.0', BACNET_PORT))
  return ipLink({
    udp: ipUdpPort({
      bind,
      broadcast: options.broadcast === undefined ? undefined : valueOf('broadcast', parseBroadcast(options.broadcast)),
      receiveBuffer: checkedReceiveBuffer(options.receiveBuffer, role._tag),
      reuseAddress: options.reuseAddress ?? false,
      scheduler,
    }),
    role,
    limits: checkedLimits(options.limits),
    allocate: length => Buffer.allocUnsafe(length),
    scheduler,
    random,
  })
}

const checkedLimits = (given: Partial<IpLimits> = {}): IpLimits => {
  const limits = ipLimits(given)
  checkPortLimits(limits)
  checkedNumber('maxRequests', limits.maxRequests, 1)
  checkedTimings('limits', { requestWait: limits.requestWait })
  return limits
}
