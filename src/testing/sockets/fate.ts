/**
 * Why a message of a virtual WebSocket never arrived: the connection was cut (`reset`) or had gone silent (`muted`), or one
 * side ended, killed or by a time-out, before it had left (`sender ended`) or arrived (`receiver ended`). One of more than
 * 65535 octets is not heard (`too long`), nor what comes after it.
 */
export type LossReason = 'reset' | 'muted' | 'sender ended' | 'receiver ended' | 'too long'

/**
 * What became of one binary message that a virtual WebSocket took. Each has exactly one fate; what came back as `Unsent`
 * was not taken, and has none. `octets` is a view: read it, do not write it.
 */
export type Fate =
  | {
      readonly _tag: 'Arrived'
      /** When it was decided, in milliseconds on the clock of the scheduler. */
      readonly at: number
      /** The host that sent it. */
      readonly from: string
      /** The host it was for. */
      readonly to: string
      readonly octets: Uint8Array
    }
  | {
      readonly _tag: 'Lost'
      readonly at: number
      readonly from: string
      readonly to: string
      readonly octets: Uint8Array
      readonly reason: LossReason
    }
