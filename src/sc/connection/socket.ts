import type { Observable } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Duration } from '../../values/duration.js'
import type { ListenUri, ScUri } from '../../values/sc-uri.js'
import type { WebSocketFrame } from '../../wire/web-socket-frame.js'
import type { Cause } from './cause.js'
import type { CertificateFacts } from '../certificate/certificate.js'

/** The WebSocket subprotocols of BACnet/SC (clause AB.7.1). */
export const Subprotocol = { HUB: 'hub.bsc.bacnet.org', DIRECT: 'dc.bsc.bacnet.org' } as const

/** One of the two WebSocket subprotocols. */
export type Subprotocol = (typeof Subprotocol)[keyof typeof Subprotocol]

/** Close codes with which our side ends a WebSocket (RFC 6455, 7.4.1). */
export const CloseCode = { NORMAL: 1000, GOING_AWAY: 1001, UNSUPPORTED_DATA: 1003 } as const

/** One of those close codes. */
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]

/**
 * The most fragments in which a message may come, unless told otherwise: one of the greatest length in pieces of 1 KiB.
 * Each, be it of one octet, can keep a whole read buffer of 64 KiB alive.
 */
export const MAX_FRAGMENTS = 64

/** Asks for the closing handshake. Completing the outbound stream does the same with code 1000. */
export interface CloseSocket {
  readonly _tag: 'CloseSocket'
  /** What the peer is told. */
  readonly code: CloseCode
}

/** What goes out over a WebSocket: binary messages, and at last a close. */
export type SocketOutput = Uint8Array | CloseSocket

/** What is heard from a WebSocket. The stream completes after `Closed` and after `Failed`. */
export type SocketEvent =
  /**
   * The opening handshake is done. Always comes first. `spent` is what the accepting peer knows of how long that took,
   * from TCP accept on; it counts towards the time for the whole way to a Connect-Accept.
   */
  | { readonly _tag: 'Open'; readonly subprotocol: string; readonly spent?: Duration | undefined }
  /** One binary message. A view into a larger buffer: copy what is kept. */
  | { readonly _tag: 'Message'; readonly octets: Uint8Array }
  /** A text message, which BACnet/SC does not have. */
  | { readonly _tag: 'Text' }
  /** A binary message that was not sent. Comes before the call that sent it returns. */
  | { readonly _tag: 'Unsent'; readonly octets: Uint8Array; readonly reason: 'not connected' | 'send queue full' }
  /** A binary message that was taken, and was still waiting here when the WebSocket ended. Comes before that end. */
  | { readonly _tag: 'Lost'; readonly octets: Uint8Array }
  /** It is over. 1006 when no Close frame was received. `cause` where our side knows better than the close code. */
  | { readonly _tag: 'Closed'; readonly code: number; readonly detail: string; readonly cause?: Cause }
  /** It never opened; the error code is one of the table of connect failures. */
  | { readonly _tag: 'Failed'; readonly errorCode: number; readonly detail: string }

/** A WebSocket of the initiating peer. Cold: each subscription dials anew; completing the outbound stream closes it. */
export type Socket = Duplex<SocketOutput, SocketEvent>

/** Makes a socket to a URI; nothing is dialled before it is subscribed. */
export type Dial = (uri: ScUri, subprotocol: Subprotocol) => Socket

/**
 * A WebSocket of the accepting peer. The writing half is a plain function and not a stream: a hub writes one frame to
 * a thousand of these.
 */
export interface AcceptedSocket {
  /** `HOST:PORT` or `[IPv6]:PORT` of the peer. */
  readonly address: string
  /** The one that both sides have agreed on. */
  readonly subprotocol: Subprotocol
  /** What is known of the certificate that the peer showed; `undefined` without TLS. */
  readonly certificate?: () => CertificateFacts | undefined
  /** The device's own node, inside the process: nobody else can be there. */
  readonly own?: true
  /** Cold, for one subscriber, who must come at once. Unsubscribing terminates the socket. */
  readonly event$: Observable<SocketEvent>
  /** Octets written and not yet taken by the network. */
  readonly queued: () => number
  /**
   * Writes a frame, and says whether the socket was open for it; frames of one turn of the event loop leave together.
   * `lost` is called when it never left.
   */
  readonly send: (frame: WebSocketFrame, lost?: () => void) => boolean
  /** Starts the closing handshake, after what was sent. */
  readonly close: (code: CloseCode) => void
  /** Ends it at once; what was not sent is lost. */
  readonly terminate: () => void
}

/** What is heard from a listening server. */
export type ServerEvent =
  /** It listens; `uri` has the real port. */
  | { readonly _tag: 'Listening'; readonly uri: ListenUri }
  /** A WebSocket is open; its events are to be subscribed to at once. */
  | { readonly _tag: 'Accepted'; readonly socket: AcceptedSocket }
  /** Somebody came and was sent away before a WebSocket was open. */
  | { readonly _tag: 'Refused'; readonly address: string; readonly reason: string }

/**
 * A listening server. Cold: subscribing binds the port, unsubscribing frees it and terminates all sockets.
 * Errors when the port cannot be bound.
 */
export type Server = Observable<ServerEvent>
