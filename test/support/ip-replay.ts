import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { virtualIpNetwork } from '../../src/testing/index.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { bip } from './bvll-vectors.js'
import type { CapturedDatagram, IpCapture } from './captures.js'
import { replay, type Replayed } from './port-replay.js'
import { right } from './right.js'
import { toHex } from './vectors.js'

/** What came of a replay of BACnet/IP. */
export type IpReplayed = Replayed<IpLinkEvent>

/** What an application must have given to its port for this datagram to be sent. */
const givenFor = ({ to, octets }: CapturedDatagram, station: BipAddress): IpOutbound | undefined => {
  const message = right(decodeBvll(octets))
  switch (message._tag) {
    case 'Original-Unicast-NPDU':
      return unicast(message.npdu, to)
    case 'Original-Broadcast-NPDU':
    case 'Distribute-Broadcast-To-Network':
      return broadcast(message.npdu)
    case 'Forwarded-NPDU':
      // An own broadcast that was recorded on another subnet, where its first datagram was not seen.
      return message.originating === station ? broadcast(message.npdu) : undefined
    case 'Read-Broadcast-Distribution-Table':
      return { _tag: 'ReadBdt', bbmd: to }
    case 'Read-Foreign-Device-Table':
      return { _tag: 'ReadFdt', bbmd: to }
    default:
      return undefined
  }
}

/**
 * Puts a port of ours in the place of a recorded station. Recorded programs that registered anew were started anew, and so
 * is ours. A broadcast that ours drops, since it is not registered yet, is given again when it is.
 */
export const replayAs = (station: string, { datagrams }: IpCapture, role: IpRole): IpReplayed => {
  const self = bip(station)
  const dropped: IpOutbound[] = []
  const given = new Set<string | undefined>()
  return replay<BipAddress, IpOutbound, IpLinkEvent>({
    self,
    datagrams,
    network: scheduler => {
      const network = virtualIpNetwork(scheduler)
      return { ...network, port: network.port({ bind: station, role }) }
    },
    startsWith: ({ octets }) => octets[1] === 0x05,
    // All recorded subnets are of 24 bits.
    isForAll: to => to.startsWith('ff', 6),
    givenFor: datagram => {
      const outbound = givenFor(datagram, self)
      const key = outbound?._tag === 'Npdu' ? `${toHex(outbound.npdu)} ${outbound.destination}` : outbound?._tag
      // The copies that a BBMD sends of its own broadcast are not given once more.
      if (given.has(key)) return undefined
      given.add(key)
      return outbound
    },
    heard: (event, giveLater) => {
      if (event._tag === 'Dropped') dropped.push(event.outbound)
      if (event._tag === 'Status' && event.status.registration?.state === 'registered') {
        dropped.splice(0).forEach(giveLater)
      }
    },
    print: printBipAddress,
  })
}
