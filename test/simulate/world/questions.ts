import { isLeft } from 'fp-ts/lib/Either.js'
import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { BvlcFunction } from '../../../src/wire/bvlc-function.js'
import { BvllFunction } from '../../../src/wire/bvll-function.js'
import { Bvll6Function } from '../../../src/wire/bvll6-function.js'
import { payloadLength } from '../../../src/wire/hub-header.js'
import { decodeNetworkMessage } from '../../../src/wire/network-message-decode.js'
import { Control, decodeNpci } from '../../../src/wire/npci.js'
import type { Plan } from '../plan/plan.js'
import type { Happening } from './fact.js'
import { networksOfHubs, placesOf } from './places.js'

/** Where NPDUs begin in what is broadcast, behind the header of B/IP and that of B/IPv6. */
const [IN_IP, IN_IP6] = [4, 7]

/** Tells who asks all of a network for something. What is carried on there by others, as it was asked, is not counted anew. */
export const watchQuestions = (
  { sc, ipv4, ipv6 }: VirtualInternetwork,
  plan: Plan,
  tell: (happening: Happening) => void,
): void => {
  const places = placesOf(plan)
  const hubs = networksOfHubs(plan)

  const look = (octets: Uint8Array, at: number, host: string | undefined, network: number | undefined): void => {
    if (((octets[at + 1] ?? 0) & Control.NETWORK_MESSAGE) === 0 || host === undefined || network === undefined) return
    const npdu = octets.subarray(at)
    const npci = decodeNpci(npdu)
    const message = isLeft(npci) ? npci : decodeNetworkMessage(npdu, npci.right.end)
    if (isLeft(npci) || isLeft(message)) return
    const { source } = npci.right
    const onBehalfOf = source && `${source.network} ${source.mac}`
    const { right: asked } = message
    if (asked._tag === 'What-Is-Network-Number') tell({ _tag: 'Asks', host, network, what: asked._tag, onBehalfOf })
    if (asked._tag !== 'Who-Is-Router-To-Network') return
    tell({ _tag: 'Asks', host, network, what: asked.network ?? asked._tag, onBehalfOf })
  }

  ipv4.tap$.subscribe(({ from, octets }) => {
    const isBroadcast =
      octets[1] === BvllFunction['Original-Broadcast-NPDU'] ||
      octets[1] === BvllFunction['Distribute-Broadcast-To-Network']
    if (isBroadcast) look(octets, IN_IP, places.get(from)?.host, places.get(from)?.network)
  })
  ipv6.tap$.subscribe(({ from, octets }) => {
    const isBroadcast =
      octets[1] === Bvll6Function['Original-Broadcast-NPDU'] ||
      octets[1] === Bvll6Function['Distribute-Broadcast-To-Network']
    if (isBroadcast) look(octets, IN_IP6, places.get(from)?.host, places.get(from)?.network)
  })
  sc.tap$.subscribe(tapped => {
    if (tapped._tag === 'Closed' || tapped.direction === 'from hub') return
    const { octets, node, hub } = tapped
    if (octets[0] !== BvlcFunction['Encapsulated-NPDU']) return
    look(octets, octets.length - payloadLength(octets), node, hubs.get(hub))
  })
}
