/** What became of one thing that was sent: it arrived, or was lost for a reason. */
export type Fate<Thing, Reason extends string> =
  | (Thing & Decided & { readonly _tag: 'Arrived' })
  | (Thing & Decided & { readonly _tag: 'Lost'; readonly reason: Reason })

interface Decided {
  /** When that was decided, in milliseconds on the clock of the scheduler. */
  readonly at: number
}

/** A binary message that a virtual WebSocket took. */
export interface SentMessage {
  /** The host that sent it. */
  readonly from: string
  /** The host it was for. */
  readonly to: string
  /** A view: read it, do not write it. */
  readonly octets: Uint8Array
  /** When it was sent, in milliseconds on the clock of the scheduler. */
  readonly sentAt: number
  /** Which connection it was sent over: they are counted as they open. */
  readonly connection: number
}

/**
 * Why a message of a virtual WebSocket never arrived: the connection was cut (`cut`) or had gone silent (`muted`), or one
 * side ended, killed or by a time-out, before it had left (`sender ended`) or arrived (`receiver ended`). One of more than
 * 65535 octets is not heard (`too long`), nor what comes after it.
 */
export type MessageLoss = 'cut' | 'muted' | 'sender ended' | 'receiver ended' | 'too long'

/** What became of a message. Each has exactly one fate; what came back as `Unsent` was not taken, and has none. */
export type MessageFate = Fate<SentMessage, MessageLoss>
