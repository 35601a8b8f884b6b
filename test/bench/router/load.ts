import { upTo, type Load } from '../loads.js'

/** Between which data links a router forwards. */
export type RouteName = 'IP to IP' | 'SC to IP'

/** One load on our router and, in turns, on a bare relay. */
export interface RouterLoad {
  readonly name: string
  readonly route: RouteName
  /** Octets of the NPDU as it comes to the router. */
  readonly octets: number
  /** NPDUs that come together: the next as many are sent when these have been forwarded. */
  readonly burst: number
  readonly target: Load['target']
}

/** The loads of a router: what comes is for a station of a network that is directly connected. */
export const routerLoads: readonly RouterLoad[] = (['IP to IP', 'SC to IP'] as const).flatMap(route =>
  [40, 1400].map(octets => ({
    name: `router ${route}${octets === 40 ? '' : `, ${octets} octets`}`,
    route,
    octets,
    burst: octets === 40 ? 512 : 64,
    target: upTo(1.3),
  })),
)

/** The numbers of the networks at hand: where NPDUs come from, and where they go to. */
export const NETWORKS = { from: 10, to: 20 } as const

/** An Unconfirmed-Request of no meaning for the station with that MAC address, as it comes to the router. */
export const routedNpdu = (mac: string, octets: number): Buffer => {
  const header = Buffer.from(`0120${NETWORKS.to.toString(16).padStart(4, '0')}06${mac}ff`, 'hex')
  const npdu = Buffer.alloc(octets, 0x55)
  npdu.set(header)
  npdu[header.length] = 0x10
  return npdu
}

/** What our router makes of it: a datagram for that station, by whomever it came. */
export const forwardedDatagram = (npdu: Uint8Array): RegExp => {
  const apdu = Buffer.from(npdu.subarray(ROUTED_HEADER_LENGTH)).toString('hex')
  const length = 4 + ROUTED_HEADER_LENGTH - 1 + apdu.length / 2
  const [size, from] = [length, NETWORKS.from].map(value => value.toString(16).padStart(4, '0'))
  return new RegExp(`^810a${size}0108${from}06.{12}${apdu}$`)
}

/** Version, control, DNET, DLEN, DADR and hop count. */
const ROUTED_HEADER_LENGTH = 12
