import type { Mac } from '../../values/mac.js'
import { NetworkMessageType, RejectReason } from '../../wire/network-message.js'
import { ALL_NETWORKS } from '../../wire/npci.js'
import { isConfirmedRequest } from '../../wire/npdu-look.js'
import type { Port } from '../port/port.js'
import type { Route } from '../route/route.js'
import { isForAll, type HeardNpdu } from './transit.js'

/** Why a router lets an NPDU go no further, without a word. */
export type DiscardReason =
  | 'source of a network that is here'
  | 'Confirmed-Request to many'
  | 'number of its network is not known'
  | 'back to where it came from'
  | 'not for this node'
  | 'message that is never routed'

/** What becomes of an NPDU. */
export type Decision =
  | { readonly _tag: 'Discard'; readonly reason: DiscardReason }
  /** It is for this node, and goes no further. */
  | { readonly _tag: 'Deliver' }
  /** It is for all networks: for this node, and all ports but the one that it came in through. */
  | { readonly _tag: 'Flood' }
  /** It goes to its network, which is that of a port; it is for this node as well, where that lives there or is a router there. */
  | { readonly _tag: 'Direct'; readonly port: Port; readonly mac: Mac; readonly isForUs: boolean }
  /** It goes to the next router. */
  | { readonly _tag: 'Via'; readonly port: Port; readonly nextHop: Mac }
  /** It waits until somebody says that he routes there. */
  | { readonly _tag: 'Discover'; readonly network: number }
  /** It cannot be carried on, and whoever sent it is told. */
  | { readonly _tag: 'Reject'; readonly network: number; readonly reason: number }

/** What is to be known for a decision. */
export interface DecisionFacts {
  readonly find: (network: number) => Route | undefined
  /** The port whose network the own application is a station of. */
  readonly home: Port | undefined
}

const DELIVER: Decision = { _tag: 'Deliver' }
const FLOOD: Decision = { _tag: 'Flood' }

const discard = (reason: DiscardReason): Decision => ({ _tag: 'Discard', reason })

const LOOPED = discard('source of a network that is here')
const CONFIRMED_TO_MANY = discard('Confirmed-Request to many')
const UNNUMBERED = discard('number of its network is not known')
const BACK = discard('back to where it came from')
const NOT_FOR_US = discard('not for this node')
const NEVER_ROUTED = discard('message that is never routed')

/**
 * What a router does with an NPDU that came in (clause 6.5.4, steps 2 to 8 of section 4.2 of the protocol notes). What its
 * source teaches has been learned.
 */
export const decide = (heard: HeardNpdu, { find, home }: DecisionFacts): Decision => {
  const { port, isBroadcast, npdu, npci } = heard
  const { destination, source } = npci
  if (source !== undefined && isDirect(find(source.network))) return LOOPED
  if (isOfOneNetwork(heard)) return NEVER_ROUTED
  const isToMany = destination === undefined ? isBroadcast : isForAll(heard)
  if (isToMany && !npci.isNetworkMessage && isConfirmedRequest(npdu, npci.end)) return CONFIRMED_TO_MANY
  if (destination === undefined) return DELIVER
  if (destination.network === ALL_NETWORKS) return port.network === undefined ? DELIVER : FLOOD
  if (port.network === undefined) return UNNUMBERED
  const { network, mac } = destination
  if (network === port.network) return mac !== '' && mac === port.mac ? DELIVER : BACK
  const route = find(network)
  if (route === undefined) return { _tag: 'Discover', network }
  const isOwn = route.nextHop === undefined && mac !== '' && mac === route.port.mac
  if (isOwn) return DELIVER
  const closed = unlessOpen(route)
  if (closed !== undefined) return closed
  if (route.nextHop !== undefined && route.port === port) {
    return isBroadcast || route.nextHop === heard.from ? BACK : { _tag: 'Via', port, nextHop: route.nextHop }
  }
  return along(route, mac, npci.isNetworkMessage || route.port === home)
}

/** Where an NPDU of the own application for another network goes. */
export const decideOwn = (
  { network, mac }: { readonly network: number; readonly mac: Mac },
  { find }: Pick<DecisionFacts, 'find'>,
): Decision => {
  if (network === ALL_NETWORKS) return FLOOD
  const route = find(network)
  if (route === undefined) return { _tag: 'Discover', network }
  return unlessOpen(route) ?? along(route, mac, false)
}

/** Whether a node that is no router takes an NPDU (section 3 of the protocol notes). */
export const decideAsNode = (heard: HeardNpdu): Decision => {
  const { port, isBroadcast, npdu, npci } = heard
  const { destination } = npci
  if (isOfOneNetwork(heard)) return NEVER_ROUTED
  const isToMany = destination === undefined ? isBroadcast : isForAll(heard)
  if (isToMany && !npci.isNetworkMessage && isConfirmedRequest(npdu, npci.end)) return CONFIRMED_TO_MANY
  if (destination === undefined || destination.network === ALL_NETWORKS) return DELIVER
  const isHere = destination.network === port.network && (destination.mac === '' || destination.mac === port.mac)
  return isHere ? DELIVER : NOT_FOR_US
}

/** What an NPDU that can go nowhere now is rejected with. Also used for what waited. */
const unlessOpen = ({ network, state }: Route): Decision | undefined => {
  switch (state) {
    case 'reachable':
      return undefined
    case 'busy':
      return { _tag: 'Reject', network, reason: RejectReason.BUSY }
    case 'unreachable':
      return { _tag: 'Reject', network, reason: RejectReason.NO_ROUTE }
  }
}

const along = ({ network, port, nextHop }: Route, mac: Mac, hears: boolean): Decision => {
  if (nextHop !== undefined) return { _tag: 'Via', port, nextHop }
  if (mac !== '' && mac.length !== 2 * port.macLength) {
    return { _tag: 'Reject', network, reason: RejectReason.ADDRESSING }
  }
  return { _tag: 'Direct', port, mac, isForUs: mac === '' && hears }
}

/** Whether it is about the number of a network, and says that it has passed, or is to pass, a router. */
const isOfOneNetwork = ({ npdu, npci }: HeardNpdu): boolean => {
  const { isNetworkMessage, destination, source, end } = npci
  if (!isNetworkMessage || (destination === undefined && source === undefined)) return false
  const type = npdu[end]
  return type === NetworkMessageType['What-Is-Network-Number'] || type === NetworkMessageType['Network-Number-Is']
}

const isDirect = (route: Route | undefined): boolean => route !== undefined && route.nextHop === undefined
