import * as E from 'fp-ts/lib/Either.js'
import type { NetworkMessage } from './network-message.js'
import { decodeNetworkMessage } from './network-message-decode.js'
import { encodeNetworkMessage } from './network-message-encode.js'
import { decodeNpci, encodeNpci, type Npci } from './npci.js'
import { npduError, type NpduError } from './npdu-error.js'
import type { Allocate } from './octets.js'

/** An NPDU: a header, and behind it a message of the network layer or an APDU. */
export interface Npdu extends Omit<Npci, 'isNetworkMessage'> {
  readonly content: Apdu | NetworkMessage
}

/** What the application layer says, in octets. */
export interface Apdu {
  readonly _tag: 'Apdu'
  readonly apdu: Uint8Array
}

/**
 * Decodes an NPDU (sections 1 and 2 of the protocol notes). The APDU is a view of `npdu`. Never throws and never reads past
 * the end. A message about the number of a network that names networks is refused: it says nothing beyond its own.
 */
export const decodeNpdu = (npdu: Uint8Array): E.Either<NpduError, Npdu> => {
  const npci = decodeNpci(npdu)
  if (E.isLeft(npci)) return npci
  const { end, isNetworkMessage, ...header } = npci.right
  if (!isNetworkMessage) {
    if (end === npdu.length) return npduError('EMPTY_APDU', 'no NSDU octets')
    return E.right({ ...header, content: { _tag: 'Apdu', apdu: npdu.subarray(end) } })
  }
  const message = decodeNetworkMessage(npdu, end)
  if (E.isLeft(message)) return message
  const content = message.right
  const isOfOneNetwork = content._tag === 'What-Is-Network-Number' || content._tag === 'Network-Number-Is'
  if (isOfOneNetwork && (header.destination !== undefined || header.source !== undefined)) {
    return npduError('IGNORE', 'well formed but must never be routed')
  }
  return E.right({ ...header, content })
}

/** The octets of an NPDU. Its addresses and lists must be such as can be decoded; the caller bounds what it carries. */
export const encodeNpdu = ({ content, ...header }: Npdu, allocate?: Allocate): Uint8Array =>
  content._tag === 'Apdu'
    ? encodeNpci({ ...header, isNetworkMessage: false }, content.apdu, 0, allocate)
    : encodeNpci({ ...header, isNetworkMessage: true }, encodeNetworkMessage(content), 0, allocate)
