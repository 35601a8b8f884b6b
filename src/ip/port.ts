import { portLink } from '../bvll/port-link.js'
import type { AnnexJ } from './annex-j.js'
import { boundPort, type BoundPortOptions } from './bound-port.js'
import type { IpLink, IpOutbound } from './ip-link.js'
import type { IpUdpPort } from './ip-udp.js'
import { unfitRole } from './unfit.js'

/** What a B/IP port needs. */
export interface IpLinkOptions extends BoundPortOptions {
  readonly udp: IpUdpPort<IpOutbound>
}

/**
 * A B/IP port over a UDP port (Annex J): an ordinary node, a foreign device or a BBMD.
 * Cold. What is given before the UDP port is bound waits for it. Completing the outbound stream de-registers a foreign
 * device, and completes when all has been sent. Errors with the UDP port, with the outbound stream, and when its role
 * does not fit its address.
 */
export const ipLink = ({ udp, ...options }: IpLinkOptions): IpLink =>
  portLink<AnnexJ>({
    udp,
    maxWaiting: options.limits.maxWaiting,
    unfit: local => unfitRole(options.role, local),
    bound: (local, counters, sinks) => boundPort(local, options, counters, sinks),
  })
