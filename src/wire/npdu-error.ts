import * as E from 'fp-ts/lib/Either.js'

/** What can be wrong with an NPDU. */
export type NpduErrorCode =
  | 'TRUNCATED'
  | 'BAD_VERSION'
  | 'BAD_DNET'
  | 'BAD_ADDRESS'
  | 'BAD_SNET'
  | 'BAD_SLEN'
  | 'EMPTY_APDU'
  | 'BAD_MESSAGE'
  /** In order, but nobody may send it through a router, and nobody takes it. */
  | 'IGNORE'

/** Why an NPDU was discarded. Nobody is told, whatever it was. */
export interface NpduError {
  readonly _tag: 'NpduError'
  readonly code: NpduErrorCode
  /** One sentence for people. */
  readonly reason: string
}

/** Refuses an NPDU. */
export const npduError = (code: NpduErrorCode, reason: string): E.Either<NpduError, never> =>
  E.left({ _tag: 'NpduError', code, reason })
