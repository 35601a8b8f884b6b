import { u8 } from '../../wire/octets.js'

/*
 * The two application messages that the demonstration needs (clause 16.10). The library itself ends at the NPDU.
 */

/** A Who-Is for everybody, as a global broadcast. */
export const WHO_IS: Uint8Array = Uint8Array.of(0x01, 0x20, 0xff, 0xff, 0x00, 0xff, 0x10, 0x08)

/** An I-Am of a device, for the station that asked. */
export const iAm = (instance: number): Uint8Array =>
  Uint8Array.of(
    ...[0x01, 0x00, 0x10, 0x00],
    ...[0xc4, 0x02, (instance >> 16) & 0x3f, (instance >> 8) & 0xff, instance & 0xff],
    ...[0x22, 0x05, 0xc4, 0x91, 0x03, 0x21, 0x00],
  )

/** What an NPDU of the demonstration says. */
export const nameNpdu = (npdu: Uint8Array): string => {
  if (isWhoIs(npdu)) return 'Who-Is'
  const instance = iAmInstance(npdu)
  return instance === undefined ? `NPDU of ${npdu.length} octets` : `I-Am device ${instance}`
}

/** Whether it is a Who-Is. */
export const isWhoIs = (npdu: Uint8Array): boolean =>
  npdu.length === WHO_IS.length && WHO_IS.every((octet, at) => octet === npdu[at])

/** The device instance of an I-Am; `undefined` for anything else. */
export const iAmInstance = (npdu: Uint8Array): number | undefined =>
  npdu.length === 16 && npdu[2] === 0x10 && npdu[3] === 0x00
    ? ((u8(npdu, 6) & 0x3f) << 16) | (u8(npdu, 7) << 8) | u8(npdu, 8)
    : undefined
