import type { EncapsulatedNpdu, HubConnectionStatus, Header, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import { nakTo } from '../../wire/decode-error.js'
import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import { NO_OPTIONS } from '../../wire/header-option.js'
import { putOctets, type Allocate } from '../../wire/octets.js'
import type { Vmac } from '../../values/vmac.js'
import type { Via } from './node-switch.js'
import { answerTo } from '../connection/receive.js'
import type { ScLinkEvent } from './sc-link.js'

/** What a node does about a message that it received. */
export type NodeReaction =
  | { readonly _tag: 'Answer'; readonly message: ScMessage }
  | { readonly _tag: 'Tell'; readonly event: ScLinkEvent }
  | { readonly _tag: 'Discard'; readonly reason: string; readonly errorCode: number }
  /** It answers an Address-Resolution of ours, if one waits for it. */
  | { readonly _tag: 'Resolution'; readonly message: ScMessage }

/** How the node stands when the message comes. */
export interface NodeFacts {
  readonly self: PeerIdentity
  readonly hubConnection: HubConnectionStatus
  /** Where it accepts direct connections: none for "somewhere", `undefined` while it accepts none. */
  readonly acceptUris: readonly string[] | undefined
  readonly nextMessageId: () => number
}

/** The header of a message to one node, or of a connection's own when there is no destination. */
export const headerTo = (destination: Vmac | undefined, messageId: number): Header => ({
  messageId,
  originating: undefined,
  destination,
  destinationOptions: NO_OPTIONS,
})

/** What a node does about an NPDU. What the socket has read is copied, unless the subscriber is content with a view. */
export const reactToNpdu = (
  { originating: source, npdu, destination, dataOptions }: EncapsulatedNpdu,
  via: Via,
  { maxNpduLength }: PeerIdentity,
  allocate: Allocate | undefined,
): NodeReaction | undefined => {
  if (source === undefined) return undefined
  if (npdu.length > maxNpduLength) {
    const reason = `an NPDU of ${npdu.length} octets from ${source} is longer than we take`
    return discarded(reason, ErrorCode.MESSAGE_TOO_LONG)
  }
  const to = destination === undefined ? 'unicast' : 'broadcast'
  const given = allocate === undefined ? npdu : copied(npdu, allocate)
  return told({ _tag: 'Npdu', npdu: given, source, destination: to, via, dataOptions })
}

const copied = (octets: Uint8Array, allocate: Allocate): Uint8Array => {
  const copy = allocate(octets.length)
  putOctets(copy, 0, octets)
  return copy
}

/** A message that is about BACnet/SC itself. */
export type UnencapsulatedMessage = Exclude<ScMessage, EncapsulatedNpdu>

/** What a node does about any other valid message, whichever way that came (clause AB.3). */
export const reactTo = (message: UnencapsulatedMessage, facts: NodeFacts): readonly NodeReaction[] => {
  const source = message.originating
  switch (message._tag) {
    case 'Address-Resolution': {
      const { acceptUris: uris } = facts
      if (uris === undefined) {
        return refused(message, ErrorCode.OPTIONAL_FUNCTIONALITY_NOT_SUPPORTED, 'direct connections are not accepted')
      }
      if (answerTo(message) === undefined) return []
      return [answer({ _tag: 'Address-Resolution-ACK', ...headerTo(source, message.messageId), uris })]
    }
    case 'Advertisement-Solicitation': {
      if (answerTo(message) === undefined) {
        const reason = 'an Advertisement-Solicitation to everybody is not answered'
        return [discarded(reason, ErrorCode.INCONSISTENT_PARAMETERS)]
      }
      const { hubConnection, acceptUris, nextMessageId } = facts
      const { maxBvlcLength, maxNpduLength } = facts.self
      const acceptsDirectConnections = acceptUris !== undefined
      const stand = { hubConnection, acceptsDirectConnections, maxBvlcLength, maxNpduLength }
      return [answer({ _tag: 'Advertisement', ...headerTo(source, nextMessageId()), ...stand })]
    }
    case 'Advertisement':
      return source === undefined ? [] : [told({ _tag: 'Advertisement', source, advertisement: message })]
    case 'Proprietary-Message': {
      const reason = `function ${message.proprietaryFunction} of vendor ${message.vendorId} is not known`
      return refused(message, ErrorCode.BVLC_PROPRIETARY_FUNCTION_UNKNOWN, reason)
    }
    case 'BVLC-Result':
      return [told({ _tag: 'PeerResult', source, result: message }), { _tag: 'Resolution', message }]
    case 'Address-Resolution-ACK':
      return [{ _tag: 'Resolution', message }]
    default:
      return []
  }
}

const answer = (message: ScMessage): NodeReaction => ({ _tag: 'Answer', message })

const told = (event: ScLinkEvent): NodeReaction => ({ _tag: 'Tell', event })

const discarded = (reason: string, errorCode: number): NodeReaction => ({ _tag: 'Discard', reason, errorCode })

const refused = (message: ScMessage, errorCode: number, errorDetails: string): readonly NodeReaction[] => {
  const to = answerTo(message)
  const nak = { errorHeaderMarker: 0, errorClass: ErrorClass.COMMUNICATION, errorCode, errorDetails }
  const told = discarded(`${message._tag}: ${errorDetails}`, errorCode)
  return to === undefined ? [told] : [answer(nakTo(to, nak)), told]
}
