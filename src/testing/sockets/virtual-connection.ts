import { Observable, type SchedulerLike, type Subscriber } from 'rxjs'
import type { Cause } from '../../sc/connection/cause.js'
import type { AcceptedSocket, SocketEvent, SocketOutput, Subprotocol } from '../../sc/connection/socket.js'
import type { Random } from '../../values/random.js'
import { messageOf } from '../../wire/web-socket-frame.js'
import type { Paths } from '../paths/paths.js'
import type { MessageFate, MessageLoss } from './fate.js'
import { virtualEnd, type EndOwner, type VirtualEnd } from './virtual-end.js'
import { virtualStream, type Parcel, type VirtualStream } from './virtual-stream.js'

/** Octets that may wait at a client before further messages come back as `Unsent`, as in the real one. */
export const MAX_QUEUED: number = 1 << 20

/** Octets of Close frames: header and code, and the mask of a client. */
const CLOSE_LENGTH = { client: 8, server: 4 }

/** Octets with the header and the mask of a client (RFC 6455, 5.2). */
const maskedLength = (length: number): number => length + (length < 126 ? 6 : length <= 65_535 ? 8 : 14)

/** What connections of one network have in common. */
export interface ConnectionWorld {
  readonly paths: Paths
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** Who wants to know what becomes of messages; `undefined` when nobody does. */
  readonly onFate: () => ((fate: MessageFate) => void) | undefined
}

/** A connection to be. */
export interface ConnectionOptions {
  /** Its number. */
  readonly connection: number
  readonly client: string
  readonly server: string
  /** Where the server listens, by which the client knows it. */
  readonly address: string
  readonly subprotocol: Subprotocol
  /** What the client hears, but for `Open`. */
  readonly tell: (event: SocketEvent) => void
  /** Both ends are no more. */
  readonly over: () => void
}

/** An open connection between two hosts. */
export interface VirtualConnection {
  readonly client: string
  readonly server: string
  readonly address: string
  readonly accepted: AcceptedSocket
  /** The client sends, or starts the closing handshake. */
  readonly submit: (output: SocketOutput) => void
  /** The client is gone. */
  readonly abandon: () => void
  /** The hosts whose ends have not ended. */
  readonly openAt: () => readonly string[]
  /** Ends it, and tells both ends. */
  readonly cut: () => void
  /** Lets nothing pass any more, and tells nobody. */
  readonly mute: () => void
}

/** A connection, open at both ends. */
export const virtualConnection = (world: ConnectionWorld, options: ConnectionOptions): VirtualConnection => {
  const { scheduler } = world
  const { connection, client, server, address, subprotocol, tell } = options
  let subscriber: Subscriber<SocketEvent> | undefined
  let ends = 2
  let isMute = false
  const over = (): void => {
    if (--ends === 0) options.over()
  }

  const stream = (
    from: string,
    to: string,
    closeLength: number,
    receiver: () => VirtualEnd,
    sender: () => VirtualEnd,
    lost: (octets: Uint8Array, parcel: Parcel) => void,
  ): VirtualStream => {
    const decide = (octets: Uint8Array, { sentAt }: Parcel, reason: MessageLoss | undefined): void => {
      const onFate = world.onFate()
      if (onFate === undefined) return
      const at = scheduler.now()
      if (reason === undefined) onFate({ _tag: 'Arrived', at, from, to, octets, sentAt, connection })
      else onFate({ _tag: 'Lost', at, from, to, octets, sentAt, connection, reason })
    }
    return virtualStream({
      ...world,
      from,
      to,
      closeLength,
      arrive: parcel => {
        if (parcel.octets !== undefined) decide(parcel.octets, parcel, receiver().lossOf(parcel.octets))
        receiver().arrive(parcel)
      },
      left: () => sender().left(),
      lose: (octets, parcel, reason, waited) => {
        decide(octets, parcel, reason)
        if (waited) lost(octets, parcel)
      },
    })
  }
  const end = (out: () => VirtualStream, from: () => VirtualStream, owner: EndOwner): VirtualEnd =>
    virtualEnd({ out, from, owner, over, scheduler })

  const toServer: VirtualStream = stream(
    client,
    server,
    CLOSE_LENGTH.client,
    () => acceptedEnd,
    () => clientEnd,
    octets => tell({ _tag: 'Lost', octets }),
  )
  const toClient: VirtualStream = stream(
    server,
    client,
    CLOSE_LENGTH.server,
    () => clientEnd,
    () => acceptedEnd,
    (_, { lost }) => lost?.(),
  )
  const clientEnd: VirtualEnd = end(
    () => toServer,
    () => toClient,
    {
      hear: octets => tell({ _tag: 'Message', octets }),
      closed: (code, detail, known) => tell(closedWith(code, detail, known)),
    },
  )
  const acceptedEnd: VirtualEnd = end(
    () => toClient,
    () => toServer,
    {
      hear: octets => subscriber?.next({ _tag: 'Message', octets }),
      closed: (code, detail, known) => {
        subscriber?.next(closedWith(code, detail, known))
        subscriber?.complete()
      },
    },
  )

  return {
    client,
    server,
    address,

    accepted: {
      address: client,
      subprotocol,
      event$: new Observable(given => {
        subscriber = given
        given.next({ _tag: 'Open', subprotocol })
        return acceptedEnd.abandon
      }),
      queued: toClient.queued,
      send: (frame, lost) => {
        if (!acceptedEnd.isOpen()) {
          lost?.()
          return false
        }
        toClient.send(messageOf(frame), frame.octets.length, lost)
        return true
      },
      close: acceptedEnd.close,
      terminate: acceptedEnd.terminate,
    },

    submit: output => {
      if (!(output instanceof Uint8Array)) clientEnd.close(output.code)
      else if (!clientEnd.isOpen()) tell({ _tag: 'Unsent', octets: output, reason: 'not connected' })
      else if (toServer.queued() > MAX_QUEUED) tell({ _tag: 'Unsent', octets: output, reason: 'send queue full' })
      else toServer.send(output, maskedLength(output.length))
    },
    abandon: clientEnd.abandon,
    openAt: () => [...(clientEnd.hasEnded() ? [] : [client]), ...(acceptedEnd.hasEnded() ? [] : [server])],

    cut: () => {
      if (isMute) return
      toServer.reset()
      toClient.reset()
      clientEnd.cut('the connection was cut')
      acceptedEnd.cut('the connection was cut')
    },
    mute: () => {
      isMute = true
      toServer.mute()
      toClient.mute()
    },
  }
}

const closedWith = (code: number, detail: string, known: Cause | undefined): SocketEvent => ({
  _tag: 'Closed',
  code,
  detail,
  ...(known === undefined ? {} : { cause: known }),
})
