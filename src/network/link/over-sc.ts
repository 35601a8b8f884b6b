import type { UnsentReason } from '../../sc/connection/peer.js'
import type { ScLink, ScStatus } from '../../sc/node/sc-link.js'
import { macOf } from '../../values/mac.js'
import type { Vmac } from '../../values/vmac.js'
import { COMMON_NPDU_LENGTH } from '../../wire/bvlc-sc.js'
import { networkLink, type NetworkLink } from './network-link.js'

/**
 * The network layer over BACnet/SC: MAC addresses are VMACs, and an NPDU may be as long as the hub in use takes. The link
 * is up while it has a hub. Over a direct connection a peer may take less; then the NPDU comes back.
 */
export const overSc = (link: ScLink): NetworkLink =>
  networkLink<Vmac, ScStatus>(link, {
    macLength: 6,
    tooLong: TOO_LONG,
    standing: ({ hubConnection, vmac, hub }) => ({
      mac: macOf(vmac),
      isUp: hubConnection !== 'none',
      maxNpduLength: hub?.maxNpduLength ?? COMMON_NPDU_LENGTH,
      attachment: hubConnection,
    }),
  })

const TOO_LONG: UnsentReason = 'too long for the peer'
