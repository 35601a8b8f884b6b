import type { Ip6LinkEvent, Ip6Outbound } from '../../src/ip6/ip6-link.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { virtualIp6Network } from '../../src/testing/index.js'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { bip6 } from './bvll6-vectors.js'
import type { CapturedDatagram } from './captures.js'
import { opaqueNpdu } from './npdu.js'
import { replay, type Replayed } from './port-replay.js'
import { right } from './right.js'

/** What came of a replay of BACnet/IPv6. */
export type Ip6Replayed = Replayed<Ip6LinkEvent>

/** The group of all recorded networks. */
const GROUP = 'ff05::bac0'

/** What was for a VMAC that nobody has: it was never seen. */
export const UNSEEN = opaqueNpdu(0xff)

/** Octets before the NPDU of an Original-Broadcast-NPDU. */
const BROADCAST_HEADER = 7

const isBroadcast = ({ octets }: CapturedDatagram<Bip6Address>): boolean => octets[1] === 0x02

/** A station of ours, in the place of a recorded one. */
export interface Ip6Replayer {
  readonly deviceInstance: number
  /** When it was started, in milliseconds. Default: before all that was recorded. */
  readonly startsAt?: number
}

/**
 * Puts a node of ours in the place of a recorded station. A recorded question is asked because of the first unicast to its
 * target that comes after it, so that ours is given this then.
 */
export const replayAs6 = (
  station: string,
  datagrams: readonly CapturedDatagram<Bip6Address>[],
  { deviceInstance, startsAt = 0 }: Ip6Replayer,
): Ip6Replayed => {
  const self = bip6(station)
  const own = datagrams.filter(({ from }) => from === self)
  const given = new Set<CapturedDatagram<Bip6Address>>()

  const unicastTo = (target: Bip6Vmac, since: CapturedDatagram<Bip6Address>): Ip6Outbound => {
    for (const datagram of own.slice(own.indexOf(since))) {
      if (isBroadcast(datagram)) continue
      const message = right(decodeBvll6(datagram.octets))
      if (message._tag !== 'Original-Unicast-NPDU' || message.destination !== target) continue
      given.add(datagram)
      return unicast(message.npdu, target)
    }
    return unicast(UNSEEN, target)
  }

  const givenFor = (datagram: CapturedDatagram<Bip6Address>): Ip6Outbound | undefined => {
    // Some that were recorded are not to be decoded, as they hold a Confirmed-Request.
    if (isBroadcast(datagram)) return broadcast(datagram.octets.subarray(BROADCAST_HEADER))
    const message = right(decodeBvll6(datagram.octets))
    switch (message._tag) {
      case 'Address-Resolution':
        return unicastTo(message.target, datagram)
      case 'Original-Unicast-NPDU':
        return given.has(datagram) ? undefined : unicast(message.npdu, message.destination)
      default:
        return undefined
    }
  }

  return replay<Bip6Address, Ip6Outbound, Ip6LinkEvent>({
    self,
    datagrams,
    network: scheduler => {
      const network = virtualIp6Network(scheduler)
      return { ...network, port: network.port({ bind: station, group: GROUP, deviceInstance }) }
    },
    startsAt,
    isForAll: to => to === bip6(`[${GROUP}]:47808`),
    givenFor,
    print: printBip6Address,
  })
}
