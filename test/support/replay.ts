import * as E from 'fp-ts/lib/Either.js'
import { Observable, type SchedulerLike } from 'rxjs'
import type { Socket, SocketEvent, Subprotocol } from '../../src/sc/connection/socket.js'
import { functionRule } from '../../src/wire/bvlc-function.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import type { PeerIdentity, ScMessage } from '../../src/wire/bvlc-sc.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { pathOf, type CapturedFrame, type ScCapture } from './captures.js'
import { toHex } from './vectors.js'

/** One WebSocket of a recording. Times are milliseconds since the recording began. */
export interface Session {
  /** `c1:lab-node3 to 52d662bb747c`: the connection as the recording calls it, and whom it reached. */
  readonly name: string
  readonly connection: string
  readonly subprotocol: Subprotocol
  readonly frames: readonly CapturedFrame[]
  /** Who the initiating peer said it was, and who the accepting peer. */
  readonly node: PeerIdentity
  readonly hub: PeerIdentity
  readonly opensAt: number
  /**
   * When the node was gone, if it left without a Disconnect-Request. Recordings do not show closes, and applications
   * leave by closing TCP: a host has ended its WebSocket when it opens its next one. At the end of the recording, never.
   */
  readonly endsAt: number
}

/** A frame that one of our machines sent. */
export interface SentFrame {
  readonly at: number
  readonly octets: Uint8Array
}

export const msOf = (frame: CapturedFrame): number => Math.round(frame.at * 1000)

export const hexOf = (frame: CapturedFrame): string => toHex(frame.octets)

/** The message in a frame, or in what stands in its place. */
export const messageOf = (frame: CapturedFrame, octets: Uint8Array = frame.octets): ScMessage => {
  const message = decodeBvlcSc(octets, pathOf(frame))
  if (E.isLeft(message)) throw new Error(`${toHex(octets)}: ${message.left.reason}`)
  return message.right
}

/** Whether a message answers another, whose message id it then has; all others are numbered by their sender. */
export const isResponse = (octets: Uint8Array): boolean => functionRule(octets[0] ?? 0xff)?.response === true

export const messageIdOf = (octets: Uint8Array): number => ((octets[2] ?? 0) << 8) | (octets[3] ?? 0)

/** Whether a frame is a message of that name. */
export const isFunction = ({ octets }: CapturedFrame, name: ScMessage['_tag']): boolean =>
  functionRule(octets[0] ?? 0xff)?.name === name

/** When a recording ends. */
export const endOf = ({ frames }: ScCapture): number => Math.max(...frames.map(msOf))

/** The WebSockets of a recording, in the order in which they were opened: each Connect-Request starts one. */
export const sessionsOf = (capture: ScCapture): readonly Session[] => {
  const drafts: CapturedFrame[][] = []
  for (const frame of capture.frames) {
    if (isFunction(frame, 'Connect-Request')) drafts.push([frame])
    else draftOf(drafts, frame).push(frame)
  }
  return drafts.map(frames => {
    const [request, accept] = frames
    if (request === undefined || accept === undefined) throw new Error('a WebSocket without a handshake')
    const next = drafts.map(([first]) => first).find(first => first && follows(first, request))
    const { connection, subprotocol } = request
    const hub = identityOf(accept)
    return {
      name: `${connection} to ${hub.vmac}`,
      connection,
      subprotocol,
      frames,
      node: identityOf(request),
      hub,
      opensAt: msOf(request),
      endsAt: next === undefined || frames.some(isLeave) ? Infinity : msOf(next),
    }
  })
}

/**
 * The WebSocket a frame belongs to. In the failover recording one connection name covers several: a node that is back at
 * its primary disconnects from the failover, on the WebSocket before the newest one.
 */
const draftOf = (drafts: readonly CapturedFrame[][], frame: CapturedFrame): CapturedFrame[] => {
  const [newest, before] = drafts
    .filter(([first]) => first?.connection === frame.connection && first.subprotocol === frame.subprotocol)
    .reverse()
  const leaving = isLeave(frame) || isFunction(frame, 'Disconnect-ACK')
  const draft = leaving ? (before ?? newest) : newest
  if (draft === undefined) throw new Error(`${frame.connection} did not introduce itself`)
  return draft
}

/** Whether a frame asks for the end of its WebSocket. */
export const isLeave = (frame: CapturedFrame): boolean => isFunction(frame, 'Disconnect-Request')

const follows = (later: CapturedFrame, earlier: CapturedFrame): boolean =>
  later.at > earlier.at && later.subprotocol === earlier.subprotocol && hostOf(later) === hostOf(earlier)

const hostOf = ({ connection }: CapturedFrame): string => connection.replace(/^.*:/, '')

const identityOf = (frame: CapturedFrame): PeerIdentity => {
  const message = messageOf(frame)
  if (!('uuid' in message)) throw new Error(`${hexOf(frame)} says nothing about its sender`)
  const { vmac, uuid, maxBvlcLength, maxNpduLength } = message
  return { vmac, uuid, maxBvlcLength, maxNpduLength }
}

/** The silence, in whole seconds, after which the node of a session asked whether its peer was still there. */
export const heartbeatOf = ({ frames }: Session): number | undefined => {
  const request = frames.findIndex(frame => isFunction(frame, 'Heartbeat-Request'))
  const heard = frames.slice(0, request).findLast(({ from }) => from === 'hub')
  const asked = frames[request]
  return asked && heard && Math.floor((msOf(asked) - msOf(heard)) / 1000)
}

/** Runs something at a time of the recording. */
export const schedule = (scheduler: SchedulerLike, at: number, work: () => void): void => {
  scheduler.schedule(work, Math.max(at - scheduler.now(), 0))
}

/**
 * A socket at whose other end a recording plays: the frames of one side of a session, each at its time. What our machine
 * sends goes to `sent`; its close is answered.
 */
export const playedSocket =
  (session: Session, side: 'node' | 'hub', sent: (frame: SentFrame) => void, scheduler: SchedulerLike): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      const later = (at: number, event: SocketEvent): void => schedule(scheduler, at, () => subscriber.next(event))
      const close = (at: number, code: number): void => {
        later(at, { _tag: 'Closed', code, detail: '' })
        schedule(scheduler, at, () => subscriber.complete())
      }
      later(0, { _tag: 'Open', subprotocol: session.subprotocol })
      for (const frame of session.frames) {
        if (frame.from === side) later(msOf(frame), { _tag: 'Message', octets: frame.octets })
      }
      if (session.endsAt < Infinity) close(session.endsAt, 1006)
      subscriber.add(
        outbound$.subscribe(output => {
          if (output instanceof Uint8Array) sent({ at: scheduler.now(), octets: output.slice() })
          else close(scheduler.now(), output.code)
        }),
      )
    })

/** A socket to a hub that is down. */
export const refusedSocket: Socket = () =>
  new Observable(subscriber => {
    subscriber.next({ _tag: 'Failed', errorCode: ErrorCode.TCP_CONNECTION_REFUSED, detail: 'the hub is down' })
    subscriber.complete()
  })
