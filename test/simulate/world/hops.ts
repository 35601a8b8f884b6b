import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { parseBipAddress } from '../../../src/values/bip-address.js'
import { parseBip6Address } from '../../../src/values/bip6-address.js'
import { valid } from '../../../src/testing/sockets/valid.js'
import { BvllFunction } from '../../../src/wire/bvll-function.js'
import { Bvll6Function } from '../../../src/wire/bvll6-function.js'
import { payloadLength as scPayloadLength } from '../../../src/wire/hub-header.js'
import { Control } from '../../../src/wire/npci.js'
import type { Plan } from '../plan/plan.js'
import { idIn, payloadLength } from '../traffic/payload.js'
import type { Happening } from './fact.js'
import { membersOf } from './member.js'

/** Tells with which hop counts NPDUs are put on the wires: once each, however many hear it. */
export const watchHops = (
  { sc, ipv4, ipv6 }: VirtualInternetwork,
  plan: Plan,
  tell: (happening: Happening) => void,
): void => {
  const networkAt = placesOf(plan)
  const hubs = new Set(plan.networks.flatMap(network => (network.kind === 'sc' ? network.hubs : [])))

  const look = (octets: Uint8Array, npduAt: (octets: Uint8Array) => number, place: string): void => {
    const id = idIn(octets)
    const network = networkAt.get(place)
    if (id === undefined || network === undefined) return
    const control = octets[npduAt(octets) + 1] ?? 0
    if ((control & Control.DESTINATION) === 0) return
    // It is the last octet of the header.
    const left = octets[octets.length - payloadLength(id) - 1] ?? 0
    tell({ _tag: 'Hops', id, network, left })
  }

  ipv4.tap$.subscribe(({ from, octets }) => look(octets, npduInIp, from))
  ipv6.tap$.subscribe(({ from, octets }) => look(octets, npduInIp6, from))
  sc.tap$.subscribe(tapped => {
    if (tapped._tag === 'Closed') return
    const { hub, direction, octets } = tapped
    if (direction === 'to hub' || !hubs.has(hub)) look(octets, npduInSc, hub)
  })
}

/** The networks of all addresses that something is sent from or, on BACnet/SC, to. */
const placesOf = (plan: Plan): ReadonlyMap<string, number> =>
  new Map([
    ...plan.networks.flatMap(network =>
      network.kind === 'sc' ? network.hubs.map(hub => [hub, network.number] as const) : [],
    ),
    ...membersOf(plan).flatMap(({ seats }) =>
      seats.map(seat => {
        switch (seat.kind) {
          case 'sc':
            return [directAddressOf(seat.host), seat.network] as const
          case 'ip':
            return [valid(parseBipAddress(seat.bind)), seat.network] as const
          case 'ip6':
            return [valid(parseBip6Address(seat.bind)), seat.network] as const
        }
      }),
    ),
  ])

/** Where a node accepts direct connections. */
export const directAddressOf = (host: string): string => `direct-${host}`

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
