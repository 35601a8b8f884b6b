import * as E from 'fp-ts/lib/Either.js'

/** What can be wrong with a datagram of BACnet/IP or BACnet/IPv6. */
export type DatagramFault =
  | 'TRUNCATED_HEADER'
  | 'BAD_TYPE'
  | 'LENGTH_MISMATCH'
  | 'UNKNOWN_FUNCTION'
  | 'BAD_PAYLOAD_LENGTH'
  | 'EMPTY_NPDU'
  | 'BAD_NPDU'
  | 'CONFIRMED_REQUEST_BY_BROADCAST'

/** Why a datagram was discarded, and whether its sender is told. */
export interface DatagramError {
  readonly _tag: 'DatagramError'
  readonly fault: DatagramFault
  /** One sentence for people. */
  readonly reason: string
  /** The code of the BVLC-Result that is due when it came by unicast; `undefined` for silence. */
  readonly nak: number | undefined
}

/** Refuses a datagram, silently unless `nak` says otherwise. */
export const datagramError = (fault: DatagramFault, reason: string, nak?: number): E.Either<DatagramError, never> =>
  E.left({ _tag: 'DatagramError', fault, reason, nak })
