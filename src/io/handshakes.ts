import type { Socket as NetSocket } from 'node:net'
import type { SchedulerLike, Subscription } from 'rxjs'
import { arrivals, type ArrivalLimits } from '../limits/arrivals.js'
import { makesRoom } from '../limits/crowd.js'
import { originOf, type Origin } from '../limits/origin.js'
import type { Duration } from '../values/duration.js'
import { addressOf, endsOf } from './remote-address.js'

/** A TCP connection on its way to a WebSocket. */
export interface Handshake {
  readonly address: string
  readonly origin: Origin
  readonly ends: string
  readonly socket: NetSocket
  /** When TCP accepted it. */
  readonly since: number
  timer: Subscription | undefined
  /** What went wrong, once something did. */
  reason: string
}

/** What the handshakes of a server are bounded by, and who hears of those that came to nothing. */
export interface HandshakeOptions extends ArrivalLimits {
  /** Time from TCP accept to an open WebSocket; what is left of it is for the Connect-Request. */
  readonly handshakeTimeout: Duration
  /** Sockets that may be on that way at once; when more come, whoever has most of them makes room. */
  readonly maxHandshakes: number
  readonly scheduler: SchedulerLike
}

/** The TCP connections of a server, and which of them are on the way to a WebSocket. */
export interface Handshakes {
  /** TCP accepted a connection: it is let in and watched, or turned away. */
  readonly enter: (socket: NetSocket) => void
  /** The TLS handshake of a connection is done; `undefined` when it was given up meanwhile. */
  readonly secure: (socket: object) => Handshake | undefined
  /** A WebSocket is open on it; `undefined` when it was given up meanwhile. */
  readonly finish: (socket: object) => Handshake | undefined
  /** Notes what goes wrong on a connection, TCP or TLS; the first counts. */
  readonly note: (socket: object, reason: string) => void
  /** Drops all connections, whatever became of them, and tells nobody. */
  readonly close: () => void
}

const CROWDED = 'too many handshakes at once'
const NO_REQUEST = 'closed before a WebSocket was open'

/** The way of TCP connections to WebSockets. Each that does not get there is told of once, with what went wrong. */
export const handshakes = (
  options: HandshakeOptions,
  refused: (address: string, reason: string) => void,
): Handshakes => {
  const { maxHandshakes, handshakeTimeout, scheduler } = options
  const underWay = new Map<string, Handshake>()
  const handshakeOf = new WeakMap<object, Handshake>()
  const sockets = new Set<NetSocket>()
  const door = arrivals(options, scheduler)

  const enter = (socket: NetSocket): void => {
    const ends = endsOf(socket)
    const address = addressOf(socket)
    const origin = originOf(address)
    const unwanted = ends === undefined ? 'gone before it was accepted' : turnAway(origin)
    if (ends === undefined || unwanted !== undefined) {
      refused(address, unwanted ?? NO_REQUEST)
      socket.destroy()
      return
    }
    const timer = scheduler.schedule(() => {
      note(socket, 'no WebSocket in time')
      socket.destroy()
    }, handshakeTimeout)
    const handshake: Handshake = { address, origin, ends, socket, since: scheduler.now(), timer, reason: NO_REQUEST }
    underWay.set(ends, handshake)
    handshakeOf.set(socket, handshake)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      door.leave(origin)
      if (underWay.get(ends) === handshake) abandon(handshake)
    })
  }

  /** Why nobody more from there is let in; where another has to make room, it is gone after this. */
  const turnAway = (origin: Origin): string | undefined => {
    const unwanted = door.enter(origin)
    if (unwanted !== undefined || underWay.size < maxHandshakes) return unwanted
    const crowding = makesRoom(underWay.values(), handshake => handshake.origin, origin)
    if (crowding === undefined) {
      door.leave(origin)
      return CROWDED
    }
    crowding.reason = CROWDED
    abandon(crowding)
    crowding.socket.destroy()
    return undefined
  }

  const abandon = (handshake: Handshake): void => {
    end(handshake)
    refused(handshake.address, handshake.reason)
  }

  const end = (handshake: Handshake): void => {
    handshake.timer?.unsubscribe()
    handshake.timer = undefined
    underWay.delete(handshake.ends)
  }

  const find = (socket: object): Handshake | undefined => handshakeOf.get(socket) ?? underWay.get(endsOf(socket) ?? '')

  const note = (socket: object, reason: string): void => {
    const handshake = find(socket)
    if (handshake?.reason === NO_REQUEST) handshake.reason = reason
  }

  return {
    enter,
    secure: socket => {
      const handshake = underWay.get(endsOf(socket) ?? '')
      if (handshake !== undefined) handshakeOf.set(socket, handshake)
      return handshake
    },
    finish: socket => {
      const handshake = find(socket)
      const gone = handshake === undefined || endsOf(socket) === undefined || underWay.get(handshake.ends) !== handshake
      if (gone) return undefined
      end(handshake)
      return handshake
    },
    note,
    close: () => {
      for (const { timer } of underWay.values()) timer?.unsubscribe()
      underWay.clear()
      for (const socket of sockets) socket.destroy()
    },
  }
}
