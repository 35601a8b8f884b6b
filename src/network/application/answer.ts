import { broadcast, unicast, type OutboundNpdu } from '../../link/link.js'
import { ALL_STATIONS } from '../../values/mac.js'
import type { HeaderOption } from '../../wire/header-option.js'
import { ALL_NETWORKS, FIRST_HOP_COUNT, type NetworkAddress, type Priority } from '../../wire/npci.js'
import { encodeNpdu } from '../../wire/npdu.js'
import type { DecodedNpdu } from './decode-npdus.js'

/** Options of {@link answer}. */
export interface AnswerOptions {
  /** Set for a Confirmed-Request and a segment of a Complex-ACK. Default false. */
  readonly expectingReply?: boolean
  /** What travels with it as long as it stays on BACnet/SC. */
  readonly dataOptions?: readonly HeaderOption[]
}

/**
 * The NPDU that takes an APDU to who sent one, through the router that it came through if there was one, and with its
 * priority (section 1.3 of the protocol notes). An APDU for somebody who said I-Am goes the same way.
 */
export const answer = <Address extends string>(
  { source, decoded }: Pick<DecodedNpdu<Address>, 'source' | 'decoded'>,
  apdu: Uint8Array,
  { expectingReply = false, dataOptions }: AnswerOptions = {},
): OutboundNpdu<Address> => unicast(npduOf(apdu, decoded.source, decoded.priority, expectingReply), source, dataOptions)

/** Options of an APDU for all. */
export interface BroadcastOptions {
  /** Default `normal`. */
  readonly priority?: Priority
  /** What travels with it as long as it stays on BACnet/SC. */
  readonly dataOptions?: readonly HeaderOption[]
}

/** An APDU for all stations of the own network. */
export const localBroadcast = (apdu: Uint8Array, options: BroadcastOptions = {}): OutboundNpdu<never> =>
  broadcast(npduOf(apdu, undefined, options.priority), options.dataOptions)

/** An APDU for all stations of all networks. */
export const globalBroadcast = (apdu: Uint8Array, options: BroadcastOptions = {}): OutboundNpdu<never> =>
  broadcast(npduOf(apdu, everyStationOf(ALL_NETWORKS), options.priority), options.dataOptions)

/** Options of an APDU for all of another network. */
export interface RemoteBroadcastOptions<Address extends string> extends BroadcastOptions {
  /** The router to that network. Default: it is broadcast, and whoever routes to that network takes it. */
  readonly router?: Address
}

/** An APDU for all stations of the network with that number. Throws a `RangeError` unless that is from 1 to 65534. */
export const remoteBroadcast = <Address extends string = never>(
  apdu: Uint8Array,
  network: number,
  options: RemoteBroadcastOptions<Address> = {},
): OutboundNpdu<Address> => {
  if (!Number.isInteger(network) || network < 1 || network >= ALL_NETWORKS) {
    throw new RangeError(`there is no network ${network}`)
  }
  const npdu = npduOf(apdu, everyStationOf(network), options.priority)
  const { router, dataOptions } = options
  return router === undefined ? broadcast(npdu, dataOptions) : unicast(npdu, router, dataOptions)
}

const everyStationOf = (network: number): NetworkAddress => ({ network, mac: ALL_STATIONS })

const npduOf = (
  apdu: Uint8Array,
  destination: NetworkAddress | undefined,
  priority: Priority = 'normal',
  expectingReply = false,
): Uint8Array =>
  encodeNpdu({
    priority,
    expectingReply,
    destination,
    source: undefined,
    hopCount: destination === undefined ? 0 : FIRST_HOP_COUNT,
    content: { _tag: 'Apdu', apdu },
  })
