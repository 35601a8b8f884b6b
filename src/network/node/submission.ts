import { ALL_STATIONS, isMac, type Mac } from '../../values/mac.js'
import { NO_OPTIONS } from '../../wire/header-option.js'
import { isNetworkNumber } from '../../values/network-number.js'
import { ALL_NETWORKS, type NetworkAddress } from '../../wire/npci.js'
import { isConfirmedRequest } from '../../wire/npdu-look.js'
import { RejectReason } from '../../wire/network-message.js'
import type { Carrier } from '../transit/carrier.js'
import { decideOwn, type Decision } from '../transit/decision.js'
import type { NetworkDestination } from '../event/destination.js'
import type { OutboundApdu } from '../event/network-event.js'
import type { Port } from '../port/port.js'
import type { Ports } from '../port/ports.js'
import type { DiscoveryRefusal } from '../route/discovery.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { OwnNpdu } from '../transit/transit.js'
import { NO_ROOM, NO_ROUTE, type Search } from './search.js'

/** Sends what the own application has to say. */
export interface Submission {
  /** Sends an APDU, or holds it until its network is found; the reason when it does neither. */
  readonly send: (outbound: OutboundApdu) => string | undefined
  /** Has one that waited go on, now that its network is found; the reason when it does not. */
  readonly again: (own: OwnNpdu) => string | undefined
}

/** What is needed for that. */
export interface SubmissionOptions {
  readonly ports: Ports
  /** The port whose network the own application is a station of; `undefined` where it is one of each. */
  readonly home: () => Port | undefined
  readonly table: RoutingTable
  readonly carrier: Carrier
  readonly search: Pick<Search, 'hold'>
}

/** Sends what the own application has to say (section 3 of the protocol notes). */
export const submission = ({ ports, home, table, carrier, search }: SubmissionOptions): Submission => {
  /** The port that is meant where none is named. */
  const portOf = (name: string | undefined): Port | string => {
    if (name !== undefined) return ports.named(name) ?? `there is no port ${name}`
    const own = home()
    if (own !== undefined) return own
    const [only, ...others] = ports.all()
    if (only === undefined) return 'there is no port'
    return others.length === 0 ? only : 'there are several ports, and none is named'
  }

  const local = (own: OwnNpdu, name: string | undefined, mac: Mac): string | undefined => {
    const port = portOf(name)
    if (typeof port === 'string') return port
    if (mac !== '' && mac.length !== 2 * port.macLength) return 'not an address of that network'
    return carrier.carry(own, { _tag: 'Direct', port, mac, isForUs: false })
  }

  const go = (own: OwnNpdu, destination: NetworkAddress): string | undefined => {
    const decision: Decision = decideOwn(destination, table)
    switch (decision._tag) {
      case 'Flood':
        return ports.open().length > 0 ? carrier.flood(own) : 'no network is there'
      case 'Direct':
      case 'Via':
        return carrier.carry(own, decision)
      case 'Discover':
        return unheld(search.hold(decision.network, own))
      case 'Reject':
        return REASONS[decision.reason]
      case 'Deliver':
      case 'Discard':
        return undefined
    }
  }

  return {
    send: outbound => {
      const { apdu, destination } = outbound
      if (apdu.length === 0) return 'empty APDU'
      if (isToMany(destination) && isConfirmedRequest(apdu, 0)) return 'Confirmed-Request to many'
      switch (destination._tag) {
        case 'LocalBroadcast':
          return local(ownNpdu(outbound, undefined), destination.port, ALL_STATIONS)
        case 'GlobalBroadcast':
          return go(ownNpdu(outbound, ALL), ALL)
        case 'RemoteBroadcast': {
          if (!isNetworkNumber(destination.network)) return 'not a network number'
          const address = { network: destination.network, mac: ALL_STATIONS }
          return go(ownNpdu(outbound, address), address)
        }
        case 'Station': {
          const { network, mac, port } = destination
          if (!isMac(mac)) return 'not an address of that network'
          if (network === undefined) return local(ownNpdu(outbound, undefined), port, mac)
          if (!isNetworkNumber(network)) return 'not a network number'
          return go(ownNpdu(outbound, { network, mac }), { network, mac })
        }
      }
    },
    again: own => (own.npci.destination === undefined ? undefined : go(own, own.npci.destination)),
  }
}

const ALL: NetworkAddress = { network: ALL_NETWORKS, mac: ALL_STATIONS }

const REASONS: Readonly<Record<number, string>> = {
  [RejectReason.NO_ROUTE]: NO_ROUTE,
  [RejectReason.BUSY]: 'router busy',
  [RejectReason.ADDRESSING]: 'not an address of that network',
}

const unheld = (refusal: DiscoveryRefusal | undefined): string | undefined => {
  if (refusal === undefined) return undefined
  return refusal === 'unreachable' ? NO_ROUTE : NO_ROOM
}

const isToMany = ({ _tag }: NetworkDestination): boolean => _tag !== 'Station'

const ownNpdu = (outbound: OutboundApdu, destination: NetworkAddress | undefined): OwnNpdu => {
  const { apdu, expectingReply = false, priority = 'normal', dataOptions = NO_OPTIONS } = outbound
  return {
    _tag: 'Own',
    outbound,
    npdu: apdu,
    npci: { isNetworkMessage: false, expectingReply, priority, destination, source: undefined, hopCount: 0, end: 0 },
    dataOptions,
  }
}
