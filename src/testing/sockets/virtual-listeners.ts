import type { IpUdpEvent } from '../../ip/ip-udp.js'
import { ipOf, type BipAddress } from '../../values/bip-address.js'
import { broadcastMask, type BroadcastMask } from '../../values/broadcast-mask.js'
import { LIMITED_BROADCAST, type Ipv4 } from '../../values/ipv4.js'
import type { Destination, Hearer } from './virtual-carrier.js'
import { virtualDomains } from './virtual-domains.js'
import { broadcastsOf, type VirtualPort } from './virtual-port.js'

/** A bound port of an IPv4 host. */
export interface Listener {
  readonly tell: (event: IpUdpEvent<never>) => void
  port: VirtualPort
  ip: Ipv4
  /** The name of its host. */
  host: string
  /** Whether it hears: not before it has told that it is bound. */
  isOpen: boolean
  /** How it hears what is sent to each of its addresses. */
  readonly hearers: Map<BipAddress, ListenerHearer>
}

/** How a listener hears what is sent to one of its addresses. */
export interface ListenerHearer extends Hearer<BipAddress> {
  readonly listener: Listener
  readonly order: number
}

/** A listener that a datagram is for, or an address where nobody listens when it is sent. */
export interface IpDestination extends Destination<BipAddress> {
  readonly listener?: Listener
}

/** All bound ports of an IPv4 internet. */
export interface Listeners {
  readonly settle: (listener: Listener) => void
  readonly leave: (listener: Listener) => void
  readonly at: (address: BipAddress) => ListenerHearer | undefined
  /** Who hears a broadcast. The limited one is that of the subnet of who sends it. */
  readonly broadcast: (to: BipAddress, from: Ipv4) => readonly ListenerHearer[]
  readonly all: () => readonly Listener[]
}

/** A port that has not settled yet. */
export const virtualListener = (port: VirtualPort, tell: Listener['tell']): Listener => ({
  tell,
  port,
  ip: ipOf(port.address),
  host: '',
  isOpen: false,
  hearers: new Map(),
})

/** Finds who is meant by an address without a look at all that there are. */
export const virtualListeners = (nameOf: (ip: Ipv4) => string): Listeners => {
  const listeners = new Map<BipAddress, ListenerHearer>()
  const domains = virtualDomains<BipAddress, ListenerHearer>()
  const masks = new Set<BroadcastMask>()
  let settled = 0

  return {
    settle: listener => {
      const { tell, port, hearers } = listener
      const { address, mask, isWildcard } = port
      const ip = ipOf(address)
      const host = nameOf(ip)
      const order = settled++
      listener.ip = ip
      listener.host = host
      masks.add(mask)
      for (const [to, arrival] of broadcastsOf(port)) {
        const hearer: ListenerHearer = { listener, address, host, arrival, tell, order }
        hearers.set(to, hearer)
        domains.join(subnetOf(ip, mask), to, hearer)
      }
      const arrival = isWildcard ? 'unknown' : 'unicast'
      const hearer: ListenerHearer = { listener, address, host, arrival, tell, order }
      hearers.set(address, hearer)
      listeners.set(address, hearer)
    },

    leave: ({ port, ip, hearers }) => {
      for (const [to, hearer] of hearers) domains.leave(subnetOf(ip, port.mask), to, hearer)
      hearers.clear()
      listeners.delete(port.address)
    },

    at: address => listeners.get(address),

    broadcast: (to, from) => {
      const near = ipOf(to) === LIMITED_BROADCAST ? from : ipOf(to)
      return domains.members(
        [...masks].map(mask => subnetOf(near, mask)),
        to,
      )
    },

    all: () => [...listeners.values()].map(({ listener }) => listener),
  }
}

const subnetOf = (ip: Ipv4, mask: BroadcastMask): string => `${broadcastMask(ip & mask)}/${mask}`
