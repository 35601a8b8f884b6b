import type { IpLink, IpStatus } from '../../ip/ip-link.js'
import type { BipAddress } from '../../values/bip-address.js'
import { macOf } from '../../values/mac.js'
import { BIP_NPDU_LENGTH } from '../../wire/bvll.js'
import { networkLink, type NetworkLink } from './network-link.js'

/**
 * The network layer over BACnet/IP: MAC addresses are B/IP addresses. The link is up once it is bound; that of a foreign
 * device while it is registered.
 */
export const overIp = (link: IpLink): NetworkLink =>
  networkLink<BipAddress, IpStatus>(link, {
    macLength: 6,
    standing: ({ address, registration }) => ({
      mac: macOf(address),
      isUp: (registration?.state ?? 'registered') === 'registered',
      maxNpduLength: BIP_NPDU_LENGTH,
    }),
  })
