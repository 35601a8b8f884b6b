import type { Link } from '../../link/link.js'
import type { LinkStanding, NetworkLink } from '../../network/link/network-link.js'
import { networkLink } from '../../network/link/network-link.js'
import { BIP_NPDU_LENGTH } from '../../wire/bvll.js'
import { mac as macOf } from './address.js'

/** How a fake link of the network layer stands: there, with that address, unless something else is said. For addresses see `mac`. */
export const standing = (mac: string, rest: Partial<Omit<LinkStanding, 'mac'>> = {}): LinkStanding => ({
  mac: macOf(mac),
  isUp: true,
  maxNpduLength: BIP_NPDU_LENGTH,
  ...rest,
})

/**
 * The network layer over a fake link, whose status is a `LinkStanding`, made by {@link standing}: the link of a port of
 * `networkEntity` and `router`, as `overIp` is for a B/IP port.
 *
 * @param macLength The octets of a MAC address on its network. Default 6.
 */
export const overFake = <Address extends string>(link: Link<Address, LinkStanding>, macLength = 6): NetworkLink =>
  networkLink<Address, LinkStanding>(link, { macLength, standing: status => status })
