import type { Annex } from '../bvll/annex.js'
import type { ForeignDeviceSpeech } from '../bvll/foreign-device.js'
import type { PortSpeech } from '../bvll/port-output.js'
import { hostOf, type BipAddress } from '../values/bip-address.js'
import { encodeBvll } from '../wire/bvll-encode.js'
import { BvllResultCode, NAK_OF, type BvllRequestName } from '../wire/bvll-function.js'
import type { BvllMessage } from '../wire/bvll.js'
import type { IpLinkEvent, IpOutbound } from './ip-link.js'
import type { IpLocal } from './ip-udp.js'

/** BACnet/IP, by the types in which it differs from BACnet/IPv6. */
export interface AnnexJ extends Annex {
  readonly address: BipAddress
  readonly mac: BipAddress
  readonly local: IpLocal
  readonly message: BvllMessage
  readonly request: BvllRequestName
  readonly outbound: IpOutbound
  readonly event: IpLinkEvent
}

const result = (code: number): BvllMessage => ({ _tag: 'BVLC-Result', code })

/** How a B/IP port says what it says. */
export const ipSpeech: PortSpeech<AnnexJ> = {
  encode: encodeBvll,
  resultLength: 6,
  success: () => result(BvllResultCode.SUCCESS),
  refusal: request => result(NAK_OF[request]),
  hostOf,
}

/** What a foreign device says, and what it makes of the results of its BBMD (7.3). */
export const ipForeignSpeech: ForeignDeviceSpeech<AnnexJ> = {
  register: ttl => ({ _tag: 'Register-Foreign-Device', ttl }),
  deregister: address => ({ _tag: 'Delete-Foreign-Device-Table-Entry', address }),
  distribute: ({ npdu, headroom }) => ({ _tag: 'Distribute-Broadcast-To-Network', npdu, headroom }),
  verdictOf: code => {
    switch (code) {
      case BvllResultCode.SUCCESS:
        return 'accepted'
      case BvllResultCode.REGISTER_NAK:
        return 'refused'
      case BvllResultCode.DISTRIBUTE_NAK:
        return 'unknown'
      default:
        return undefined
    }
  },
}
