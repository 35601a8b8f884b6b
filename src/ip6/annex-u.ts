import type { Annex } from '../bvll/annex.js'
import type { ForeignDeviceSpeech } from '../bvll/foreign-device.js'
import type { PortSpeech } from '../bvll/port-output.js'
import { ip6Of, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { encodeBvll6 } from '../wire/bvll6-encode.js'
import { Bvll6ResultCode, NAK6_OF, type Bvll6RequestName } from '../wire/bvll6-function.js'
import type { Bvll6Message } from '../wire/bvll6.js'
import type { Ip6LinkEvent, Ip6Outbound } from './ip6-link.js'
import type { Ip6Local } from './ip6-udp.js'

/** BACnet/IPv6, by the types in which it differs from BACnet/IP. */
export interface AnnexU extends Annex {
  readonly address: Bip6Address
  readonly mac: Bip6Vmac
  readonly local: Ip6Local
  readonly message: Bvll6Message
  readonly request: Bvll6RequestName | 'Address-Resolution'
  readonly outbound: Ip6Outbound
  readonly event: Ip6LinkEvent
}

/** The own VMAC, in each message that a port sends. */
type Source = () => Bip6Vmac

/** How a B/IPv6 port says what it says. */
export const ip6Speech = (source: Source): PortSpeech<AnnexU> => {
  const result = (code: number): Bvll6Message => ({ _tag: 'BVLC-Result', source: source(), code })
  return {
    encode: encodeBvll6,
    resultLength: 9,
    success: () => result(Bvll6ResultCode.SUCCESS),
    refusal: request =>
      result(request === 'Address-Resolution' ? Bvll6ResultCode.ADDRESS_RESOLUTION_NAK : NAK6_OF[request]),
    // Not by network: all of a link are of one, and one of them would use up what the others are to be answered with.
    hostOf: ip6Of,
  }
}

/** What a foreign device says, and what it makes of the results of its BBMD (section 8). */
export const ip6ForeignSpeech = (source: Source): ForeignDeviceSpeech<AnnexU> => ({
  register: ttl => ({ _tag: 'Register-Foreign-Device', source: source(), ttl }),
  deregister: address => ({ _tag: 'Delete-Foreign-Device-Table-Entry', source: source(), address }),
  distribute: ({ npdu, headroom }) => ({
    _tag: 'Distribute-Broadcast-To-Network',
    source: source(),
    npdu,
    headroom,
  }),
  verdictOf: code => {
    switch (code) {
      case Bvll6ResultCode.SUCCESS:
        return 'accepted'
      case Bvll6ResultCode.REGISTER_NAK:
        return 'refused'
      case Bvll6ResultCode.DISTRIBUTE_NAK:
        return 'unknown'
      case Bvll6ResultCode.ADDRESS_RESOLUTION_NAK:
        return 'forgotten'
      default:
        return undefined
    }
  },
})
