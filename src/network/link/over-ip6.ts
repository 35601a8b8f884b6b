import type { Ip6Link, Ip6Status } from '../../ip6/ip6-link.js'
import type { Bip6Vmac } from '../../values/bip6-vmac.js'
import { macOf } from '../../values/mac.js'
import { BIP_NPDU_LENGTH } from '../../wire/bvll.js'
import { networkLink, type NetworkLink } from './network-link.js'

/**
 * The network layer over BACnet/IPv6: MAC addresses are VMACs of three octets. The link is up once it has one; that of a
 * foreign device while it is registered.
 */
export const overIp6 = (link: Ip6Link): NetworkLink =>
  networkLink<Bip6Vmac, Ip6Status>(link, {
    macLength: 3,
    standing: ({ vmac, registration }) => ({
      mac: vmac && macOf(vmac),
      isUp: vmac !== undefined && (registration?.state ?? 'registered') === 'registered',
      maxNpduLength: BIP_NPDU_LENGTH,
    }),
  })
