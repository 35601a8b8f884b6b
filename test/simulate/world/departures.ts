import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { BvllFunction } from '../../../src/wire/bvll-function.js'
import { Bvll6Function } from '../../../src/wire/bvll6-function.js'
import { payloadLength as scPayloadLength } from '../../../src/wire/hub-header.js'
import { Control } from '../../../src/wire/npci.js'
import type { Plan } from '../plan/plan.js'
import { idIn, payloadLength } from '../traffic/payload.js'
import type { Happening } from './fact.js'
import { networksOfHubs, placesOf } from './places.js'

/** Tells which NPDUs are put on the wires, and with which hop counts: once each, however many hear it. */
export const watchDepartures = (
  { sc, ipv4, ipv6 }: VirtualInternetwork,
  plan: Plan,
  tell: (happening: Happening) => void,
): void => {
  const places = placesOf(plan)
  const hubs = networksOfHubs(plan)

  const look = (octets: Uint8Array, npduAt: (octets: Uint8Array) => number, network: number | undefined): void => {
    const id = idIn(octets)
    if (id === undefined || network === undefined) return
    const control = octets[npduAt(octets) + 1] ?? 0
    const isToPass = (control & Control.DESTINATION) !== 0
    // It is the last octet of the header.
    const hops = isToPass ? octets[octets.length - payloadLength(id) - 1] : undefined
    tell({ _tag: 'Left', id, network, hops })
  }

  ipv4.tap$.subscribe(({ from, octets }) => look(octets, npduInIp, places.get(from)?.network))
  ipv6.tap$.subscribe(({ from, octets }) => look(octets, npduInIp6, places.get(from)?.network))
  sc.tap$.subscribe(tapped => {
    if (tapped._tag === 'Closed') return
    const { hub, direction, octets } = tapped
    const network = hubs.get(hub)
    if (network === undefined) look(octets, npduInSc, places.get(hub)?.network)
    else if (direction === 'to hub') look(octets, npduInSc, network)
  })
}

const npduInSc = (message: Uint8Array): number => message.length - scPayloadLength(message)

const npduInIp = (message: Uint8Array): number => (message[1] === BvllFunction['Forwarded-NPDU'] ? 10 : 4)

const npduInIp6 = (message: Uint8Array): number => {
  switch (message[1]) {
    case Bvll6Function['Original-Unicast-NPDU']:
      return 10
    case Bvll6Function['Forwarded-NPDU']:
      return 25
    default:
      return 7
  }
}
