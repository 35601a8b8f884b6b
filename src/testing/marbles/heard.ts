import { broadcast, type OutboundNpdu, type ReceivedNpdu } from '../../link/link.js'
import { encodeIAm, type IAm } from '../../wire/i-am.js'
import { encodeNpdu } from '../../wire/npdu.js'
import { mac } from './address.js'

/** The NPDU that takes an APDU to a station of the own network, or to all of them: the shortest there is. */
export const npduOf = (apdu: Uint8Array): Uint8Array =>
  encodeNpdu({
    priority: 'normal',
    expectingReply: false,
    destination: undefined,
    source: undefined,
    hopCount: 0,
    content: { _tag: 'Apdu', apdu },
  })

/** A device says who it is, to all of its network, as it does when it is asked. What is not given may be anything. */
export const iAm = (deviceInstance: number, rest: Partial<Omit<IAm, 'deviceInstance'>> = {}): OutboundNpdu<never> =>
  broadcast(
    npduOf(encodeIAm({ deviceInstance, maxApduLength: 1476, segmentation: 'no-segmentation', vendorId: 0, ...rest })),
  )

/**
 * What a link hears when a station sends something: `heard(iAm(7), '02:00:00:00:00:07')`. What the station sends is said as
 * it would say it, with `broadcast`, `answer` and so on; an NPDU alone is sent to us. For addresses see {@link mac}.
 *
 * @param via The way it took, where that matters: `hub` or `direct` of BACnet/SC, say.
 * @throws Error for an address that is none.
 */
export const heard = <Address extends string = string>(
  sent: OutboundNpdu<string> | Uint8Array,
  source: string,
  via = 'test',
): ReceivedNpdu<Address> => ({
  _tag: 'Npdu',
  npdu: sent instanceof Uint8Array ? sent : sent.npdu,
  source: mac(source) as string as Address,
  destination: sent instanceof Uint8Array || sent.destination !== 'broadcast' ? 'unicast' : 'broadcast',
  via,
  dataOptions: sent instanceof Uint8Array ? [] : (sent.dataOptions ?? []),
})
