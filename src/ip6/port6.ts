import { portLink } from '../bvll/port-link.js'
import type { AnnexU } from './annex-u.js'
import { boundPort6, type BoundPort6Options } from './bound-port6.js'
import type { Ip6Link, Ip6Outbound } from './ip6-link.js'
import type { Ip6UdpPort } from './ip6-udp.js'
import { unfitRole6, unfitVmac6 } from './unfit6.js'

/** What a B/IPv6 port needs. */
export interface Ip6LinkOptions extends BoundPort6Options {
  readonly udp: Ip6UdpPort<Ip6Outbound>
}

/**
 * A B/IPv6 port over a UDP port (Annex U): an ordinary node, a foreign device or a BBMD.
 * Cold. What is given before the UDP port is bound and it has a VMAC waits for that. Completing the outbound stream
 * de-registers a foreign device, and completes when all has been sent. Errors with the UDP port, with the outbound stream,
 * and when its role or its VMAC cannot be.
 */
export const ip6Link = ({ udp, ...options }: Ip6LinkOptions): Ip6Link =>
  portLink<AnnexU>({
    udp,
    maxWaiting: options.limits.maxWaiting,
    unfit: local => unfitRole6(options.role, local) ?? unfitVmac6(options.vmac),
    bound: (local, counters, sinks) => boundPort6(local, options, counters, sinks),
  })
