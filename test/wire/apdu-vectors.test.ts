import { describe, expect, it } from 'vitest'
import type { ApplicationPdu } from '../../src/wire/apdu.js'
import { decodeApdu } from '../../src/wire/apdu-decode.js'
import { encodeApdu } from '../../src/wire/apdu-encode.js'
import { readError } from '../../src/wire/bacnet-error.js'
import { encodeIAm, readIAm } from '../../src/wire/i-am.js'
import { encodeWhoIs, readWhoIs } from '../../src/wire/who-is.js'
import { allApdus, spelledApdus, type SpelledApdu } from '../support/apdu-vectors.js'
import { right } from '../support/right.js'
import { toHex } from '../support/vectors.js'

const PDU_TYPES: Readonly<Record<ApplicationPdu['_tag'], string>> = {
  'Confirmed-Request': 'confirmedRequest',
  'Unconfirmed-Request': 'unconfirmedRequest',
  'Simple-ACK': 'simpleAck',
  'Complex-ACK': 'complexAck',
  'Segment-ACK': 'segmentAck',
  Error: 'error',
  Reject: 'reject',
  Abort: 'abort',
}

const CONFIRMED: Readonly<Record<number, string>> = { 12: 'readProperty' }
const UNCONFIRMED: Readonly<Record<number, string>> = { 0: 'i-Am', 8: 'who-Is' }
const ERRORS: Readonly<Record<number, string>> = { 2: 'property', 32: 'unknown-property' }
const REJECTED: Readonly<Record<number, string>> = { 9: 'unrecognized-service' }
const ABORTED: Readonly<Record<number, string>> = { 4: 'segmentation-not-supported' }

/** What the parameters of a service say is not read here. */
const NOT_OURS = ['object', 'property', 'arrayIndex', 'value']

/** An APDU of ours, spelled out as the vectors do. */
const spellOut = (pdu: ApplicationPdu): SpelledApdu => {
  const pduType = PDU_TYPES[pdu._tag]
  switch (pdu._tag) {
    case 'Confirmed-Request': {
      const { service, invokeId, maxSegments, maxApduLength } = pdu
      return { pduType, service: CONFIRMED[service] ?? '', invokeId, maxSegments, maxApdu: maxApduLength }
    }
    case 'Unconfirmed-Request': {
      const iAm = readIAm(pdu)
      return {
        pduType,
        service: UNCONFIRMED[pdu.service] ?? '',
        ...readWhoIs(pdu)?.range,
        ...(iAm && { ...iAm, maxApdu: iAm.maxApduLength }),
      }
    }
    case 'Error': {
      const error = readError(pdu)
      const { errorClass = -1, errorCode = -1 } = error ?? {}
      const names = { errorClass: ERRORS[errorClass], errorCode: ERRORS[errorCode] }
      return { pduType, service: CONFIRMED[pdu.service] ?? '', invokeId: pdu.invokeId, ...names }
    }
    case 'Simple-ACK':
    case 'Complex-ACK':
      return { pduType, service: CONFIRMED[pdu.service] ?? '', invokeId: pdu.invokeId }
    case 'Segment-ACK':
      return { pduType, invokeId: pdu.invokeId }
    case 'Reject':
      return { pduType, invokeId: pdu.invokeId, reason: REJECTED[pdu.reason] }
    case 'Abort':
      return { pduType, invokeId: pdu.invokeId, server: pdu.isFromServer, reason: ABORTED[pdu.reason] }
  }
}

describe('the APDUs of the vectors', () => {
  it.each(spelledApdus)('$name means what it should', ({ octets, spelled }) => {
    const ours = spellOut(right(decodeApdu(octets)))
    const theirs = Object.entries(spelled).filter(([field]) => !NOT_OURS.includes(field))
    expect(ours).toMatchObject(Object.fromEntries(theirs))
  })

  it.each(allApdus)('$name is encoded as it came', ({ octets }) => {
    expect(toHex(encodeApdu(right(decodeApdu(octets))))).toBe(toHex(octets))
  })

  it.each(spelledApdus.filter(({ spelled }) => spelled.service === 'who-Is'))(
    '$name is built as a Who-Is',
    ({ octets }) => {
      const whoIs = readWhoIs(right(decodeApdu(octets)))
      expect.assert(whoIs !== undefined)
      expect(toHex(encodeWhoIs(whoIs.range))).toBe(toHex(octets))
    },
  )

  it.each(spelledApdus.filter(({ spelled }) => spelled.service === 'i-Am'))(
    '$name is built as an I-Am',
    ({ octets }) => {
      const iAm = readIAm(right(decodeApdu(octets)))
      expect.assert(iAm !== undefined)
      expect(toHex(encodeIAm(iAm))).toBe(toHex(octets))
    },
  )

  it.each(spelledApdus.filter(({ spelled }) => spelled.pduType !== 'unconfirmedRequest'))(
    '$name is neither a Who-Is nor an I-Am',
    ({ octets }) => {
      const pdu = right(decodeApdu(octets))
      expect([readWhoIs(pdu), readIAm(pdu)]).toEqual([undefined, undefined])
    },
  )
})
