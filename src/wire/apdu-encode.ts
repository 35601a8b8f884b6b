import { ApduFlag, ApduType, MAX_APDU_LENGTHS, MAX_SEGMENTS, type ApplicationPdu, type Segment } from './apdu.js'
import { putOctets } from './octets.js'

/** The octets of an APDU. Its numbers must fit an octet each; the caller bounds its parameters. */
export const encodeApdu = (pdu: ApplicationPdu): Uint8Array => {
  const type = ApduType[pdu._tag] << 4
  switch (pdu._tag) {
    case 'Confirmed-Request': {
      const { segment, segmentedResponseAccepted, maxSegments, maxApduLength, invokeId, service, parameters } = pdu
      const accepted = segmentedResponseAccepted ? ApduFlag.SEGMENTED_RESPONSE_ACCEPTED : 0
      const most = (MAX_SEGMENTS.indexOf(maxSegments) << 4) | MAX_APDU_LENGTHS.indexOf(maxApduLength)
      return joined([type | segmentFlags(segment) | accepted, most, invokeId, ...placeOf(segment), service], parameters)
    }
    case 'Unconfirmed-Request':
      return joined([type, pdu.service], pdu.parameters)
    case 'Simple-ACK':
      return Uint8Array.of(type, pdu.invokeId, pdu.service)
    case 'Complex-ACK': {
      const { segment, invokeId, service, parameters } = pdu
      return joined([type | segmentFlags(segment), invokeId, ...placeOf(segment), service], parameters)
    }
    case 'Segment-ACK': {
      const flags = (pdu.isNegative ? ApduFlag.NEGATIVE : 0) | (pdu.isFromServer ? ApduFlag.SERVER : 0)
      return Uint8Array.of(type | flags, pdu.invokeId, pdu.sequenceNumber, pdu.actualWindowSize)
    }
    case 'Error':
      return joined([type, pdu.invokeId, pdu.service], pdu.parameters)
    case 'Reject':
      return Uint8Array.of(type, pdu.invokeId, pdu.reason)
    case 'Abort':
      return Uint8Array.of(type | (pdu.isFromServer ? ApduFlag.SERVER : 0), pdu.invokeId, pdu.reason)
  }
}

const segmentFlags = (segment: Segment | undefined): number =>
  segment === undefined ? 0 : ApduFlag.SEGMENTED | (segment.moreFollow ? ApduFlag.MORE_FOLLOW : 0)

const placeOf = (segment: Segment | undefined): readonly number[] =>
  segment === undefined ? [] : [segment.sequenceNumber, segment.proposedWindowSize]

const joined = (fields: readonly number[], parameters: Uint8Array): Uint8Array => {
  const apdu = new Uint8Array(fields.length + parameters.length)
  apdu.set(fields)
  putOctets(apdu, fields.length, parameters)
  return apdu
}
