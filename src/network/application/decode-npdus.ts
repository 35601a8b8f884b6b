import * as E from 'fp-ts/lib/Either.js'
import type { OperatorFunction } from 'rxjs'
import type { ReceivedNpdu } from '../../link/link.js'
import { decodeNpdu, type Npdu } from '../../wire/npdu.js'
import type { NpduError } from '../../wire/npdu-error.js'
import { mapDefined } from './map-defined.js'

/** An NPDU that was received, with what its octets mean. */
export interface DecodedNpdu<Address extends string> extends ReceivedNpdu<Address> {
  readonly decoded: Npdu
}

/** Is told of something that is passed over, and why. Must not throw. */
export type OnFault<Fault, Received> = (fault: Fault, received: Received) => void

/**
 * Decodes the NPDUs of a link: `link.npdu$.pipe(decodeNpdus())`. Bad ones are passed over, and told to `onBad`;
 * `faultCounter` counts them.
 */
export const decodeNpdus = <Address extends string>(
  onBad?: OnFault<NpduError, ReceivedNpdu<Address>>,
): OperatorFunction<ReceivedNpdu<Address>, DecodedNpdu<Address>> =>
  mapDefined(received => {
    const decoded = decodeNpdu(received.npdu)
    if (E.isRight(decoded)) return { ...received, decoded: decoded.right }
    onBad?.(decoded.left, received)
    return undefined
  })
