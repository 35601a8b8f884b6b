import { ALL_STATIONS, type Mac } from '../../values/mac.js'
import {
  ALL_NETWORKS,
  encodeNpci,
  FIRST_HOP_COUNT,
  npciLength,
  type NetworkAddress,
  type Npci,
} from '../../wire/npci.js'
import type { Allocate } from '../../wire/octets.js'
import type { Port } from '../port/port.js'
import type { Transit } from './transit.js'

/*
 * The headers that NPDUs leave with (clause 6.5.4, sections 4.3 and 4.4 of the protocol notes). Priority, reply bit and
 * what is behind the header stay as they are.
 */

/** The header for the network of the port itself: no destination any more. */
export const headerDirect = (transit: Transit, port: Port, home: Port | undefined): Npci =>
  headerWith(transit, undefined, sourceThrough(transit, port, home), 0)

/** The header for the next router; `undefined` when it may pass no further one. */
export const headerVia = (transit: Transit, port: Port, home: Port | undefined): Npci | undefined => {
  const hopCount = nextHopCount(transit)
  if (hopCount === 0) return undefined
  return headerWith(transit, transit.npci.destination, sourceThrough(transit, port, home), hopCount)
}

/** The destination of a global broadcast. */
const ALL: NetworkAddress = { network: ALL_NETWORKS, mac: ALL_STATIONS }

/** The header of a global broadcast; `undefined` when it may pass no further router. */
export const headerToAll = (transit: Transit, port: Port, home: Port | undefined): Npci | undefined => {
  const hopCount = nextHopCount(transit)
  return hopCount === 0 ? undefined : headerWith(transit, ALL, sourceThrough(transit, port, home), hopCount)
}

/** The octets of an NPDU with a new header; what is behind the header is copied once. */
export const withHeader = (header: Npci, { npdu, npci }: Transit, allocate?: Allocate): Uint8Array =>
  encodeNpci(header, npdu, npci.end, allocate)

/** How long it is with a new header. */
export const lengthWith = (header: Npci, { npdu, npci }: Transit): number => npciLength(header) + npdu.length - npci.end

const headerWith = (
  { npci: { isNetworkMessage, expectingReply, priority } }: Transit,
  destination: NetworkAddress | undefined,
  source: NetworkAddress | undefined,
  hopCount: number,
): Npci => ({ isNetworkMessage, expectingReply, priority, destination, source, hopCount })

/** One less than it came with; the application of this node itself passes no router. */
const nextHopCount = ({ _tag, npci: { hopCount } }: Transit): number =>
  _tag === 'Own' ? FIRST_HOP_COUNT : Math.max(hopCount - 1, 0)

/**
 * Who sent it, as it is said on another network than his. The application of this node is a station of the network of the
 * home port; where there is none, it is one on each.
 */
const sourceThrough = (transit: Transit, port: Port, home: Port | undefined): NetworkAddress | undefined => {
  if (transit.npci.source !== undefined) return transit.npci.source
  if (transit._tag === 'Heard') return addressOf(transit.port, transit.from)
  return home === undefined || home === port || home.mac === undefined ? undefined : addressOf(home, home.mac)
}

const addressOf = ({ network }: Port, mac: Mac): NetworkAddress | undefined =>
  network === undefined ? undefined : { network, mac }
