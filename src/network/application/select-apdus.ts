import * as E from 'fp-ts/lib/Either.js'
import type { OperatorFunction } from 'rxjs'
import {
  ApduType,
  apduTypeAt,
  type ApduTypeName,
  type ApplicationPdu,
  type PduOf,
  type UnconfirmedRequest,
} from '../../wire/apdu.js'
import { decodeApdu, type ApduError } from '../../wire/apdu-decode.js'
import { readIAm, type IAm } from '../../wire/i-am.js'
import { readWhoIs, type WhoIs } from '../../wire/who-is.js'
import type { DecodedNpdu, OnFault } from './decode-npdus.js'
import { mapDefined } from './map-defined.js'
import type { ReceivedApdu } from '../event/network-event.js'

/** What may have an APDU: an NPDU of a link, or what the network layer hands on. */
export type ApduCarrier = DecodedNpdu<string> | ReceivedApdu

/** What came, and its APDU. */
export type WithPdu<Carrier, Pdu extends ApplicationPdu = ApplicationPdu> = Carrier & { readonly pdu: Pdu }

/** What came, and the Who-Is that it is. */
export type WithWhoIs<Carrier> = Carrier & { readonly whoIs: WhoIs }

/** What came, and the I-Am that it is. */
export type WithIAm<Carrier> = Carrier & { readonly iAm: IAm }

/** Decodes all APDUs. Messages of the network layer are passed over; so are APDUs that are bad, which are told to `onBad`. */
export const apdus = <Carrier extends ApduCarrier>(
  onBad?: OnFault<ApduError, Carrier>,
): OperatorFunction<Carrier, WithPdu<Carrier>> => decoding(() => true, onBad)

/**
 * Decodes the APDUs of one type, and passes over all else: `apdusOf('Confirmed-Request')`. Those of its type that are bad are
 * told to `onBad`; so that of several such operators with one counter, each counts its own.
 */
export const apdusOf = <Type extends ApduTypeName, Carrier extends ApduCarrier>(
  type: Type,
  onBad?: OnFault<ApduError, Carrier>,
): OperatorFunction<Carrier, WithPdu<Carrier, PduOf<Type>>> =>
  decoding(apdu => apduTypeAt(apdu, 0) === ApduType[type], onBad) as OperatorFunction<
    Carrier,
    WithPdu<Carrier, PduOf<Type>>
  >

/** Keeps each Who-Is, with what it asks. `asksFor` tells whether it asks a device. */
export const whoIses =
  <Carrier extends ApduCarrier>(
    onBad?: OnFault<ApduError, Carrier>,
  ): OperatorFunction<Carrier, WithWhoIs<WithPdu<Carrier, UnconfirmedRequest>>> =>
  received$ =>
    received$.pipe(
      apdusOf('Unconfirmed-Request', onBad),
      mapDefined(received => {
        const whoIs = readWhoIs(received.pdu)
        return whoIs && { ...received, whoIs }
      }),
    )

/** Keeps each I-Am, with what it says. */
export const iAms =
  <Carrier extends ApduCarrier>(
    onBad?: OnFault<ApduError, Carrier>,
  ): OperatorFunction<Carrier, WithIAm<WithPdu<Carrier, UnconfirmedRequest>>> =>
  received$ =>
    received$.pipe(
      apdusOf('Unconfirmed-Request', onBad),
      mapDefined(received => {
        const iAm = readIAm(received.pdu)
        return iAm && { ...received, iAm }
      }),
    )

const decoding = <Carrier extends ApduCarrier>(
  isWanted: (apdu: Uint8Array) => boolean,
  onBad: OnFault<ApduError, Carrier> | undefined,
): OperatorFunction<Carrier, WithPdu<Carrier>> =>
  mapDefined(received => {
    const apdu = apduOf(received)
    if (apdu === undefined || !isWanted(apdu)) return undefined
    const pdu = decodeApdu(apdu)
    if (E.isRight(pdu)) return { ...received, pdu: pdu.right }
    onBad?.(pdu.left, received)
    return undefined
  })

const apduOf = (carrier: ApduCarrier): Uint8Array | undefined => {
  if (carrier._tag === 'Apdu') return carrier.apdu
  const { content } = carrier.decoded
  return content._tag === 'Apdu' ? content.apdu : undefined
}
