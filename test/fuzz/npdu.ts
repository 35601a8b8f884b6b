import * as E from 'fp-ts/lib/Either.js'
import { decodeApdu } from '../../src/wire/apdu-decode.js'
import { encodeApdu } from '../../src/wire/apdu-encode.js'
import { encodeIAm, readIAm } from '../../src/wire/i-am.js'
import { decodeNpci } from '../../src/wire/npci.js'
import { decodeNpdu, encodeNpdu, type Npdu } from '../../src/wire/npdu.js'
import { isConfirmedRequest } from '../../src/wire/npdu-look.js'
import { encodeWhoIs, readWhoIs } from '../../src/wire/who-is.js'
import type { Dice } from './dice.js'
import { hexOf, octetsOf } from './frames.js'
import { mutated } from './mutate.js'
import { iAmIn, meaningOfApdu, meaningOfNpdu, whoIsIn } from './npdu-oracle.js'
import { must } from './violation.js'

/** Headers of NPDUs: control, addresses and hop count. */
const HEADERS = [
  ...['00', '04', '03', '53', '20ffff00ff', '2000050001', '24000506c0a80101bac0ff', '2000050107fe', '20001403000004ff'],
  ...['08000706c0a80202bac0', '0800070155', '28ffff0000070155fe', '2c000501070007030a0b0c01'],
]

const APDUS = [
  ...['0205010c0c020004d2194d', '0e75010001100c0c0200', '0275ff0f', '100809641a01f4', '1008', '10080b3ffffe1b3fffff'],
  ...[
    '10080c000000640a01f4',
    '1000c4020004d22205c49100210f',
    '1000c4023ffffe2201e09103220184',
    '1000c402000001210091019104',
  ],
  ...['20010f', '30010c0c020004d2194d3e44000000003f', '3c0102100c0c02', '40010203', '43010203', '50010c91029120'],
  ...['600109', '710104', '700104', 'f0010203', '1000c4020004d22205c4910023010000'],
]

const MESSAGES = [
  ...['00', '0007d1', '01000a00140020', '0207d105', '030107d1', '04', '0407d107d2', '05', '0507d1', '0600'],
  ...['060207d1010007d20203616263', '070107d10000', '0807d11e', '0907d1', '12', '13000a01', '13000a00'],
  ...['8003e7dead', '0a01000000', '14', '7fff'],
]

const octet = (hex: string): number => Number.parseInt(hex.slice(0, 2), 16)

/** An NPDU in which nothing is wrong but what may be in its parts. */
const soundNpdu = (dice: Dice): Uint8Array => {
  const header = dice.pick(HEADERS)
  if (!dice.onceIn(3)) return octetsOf(`01${header}${dice.pick(APDUS)}`)
  const control = (octet(header) | 0x80).toString(16)
  return octetsOf(`01${control}${header.slice(2)}${dice.pick(MESSAGES)}`)
}

/** One NPDU through its codec; and what is behind its header, and one APDU, through that of APDUs. */
export const fuzzNpdu = (dice: Dice): void => {
  const npdu = mutated(dice, soundNpdu(dice), soundNpdu(dice))
  checkNpdu(npdu)
  checkApdu(mutated(dice, octetsOf(dice.pick(APDUS)), octetsOf(dice.pick(APDUS))))
}

const checkNpdu = (npdu: Uint8Array): void => {
  const before = hexOf(npdu)
  const decoded = decodeNpdu(npdu)
  const meaning = meaningOfNpdu(before)
  if (E.isLeft(decoded)) {
    must(decoded.left.code === meaning.fault, `refused as ${decoded.left.code} and not as ${meaning.fault}`, npdu)
  } else {
    must(meaning.meant !== undefined, `taken, though it is ${meaning.fault}`, npdu)
    const again = hexOf(encodeNpdu(decoded.right))
    must(again === meaning.meant, `encoded as ${again} and not as ${meaning.meant}`, npdu)
    if (meaning.meant !== undefined) checkHeader(npdu, decoded.right, meaning.end)
  }
  must(hexOf(npdu) === before, 'the NPDU was changed', npdu)
}

const checkHeader = (npdu: Uint8Array, { content, destination, hopCount }: Npdu, end: number): void => {
  const npci = decodeNpci(npdu)
  must(E.isRight(npci) && npci.right.end === end, 'the header ends elsewhere', npdu)
  must(hopCount === (destination === undefined ? 0 : npdu[end - 1]), 'another hop count', npdu)
  if (content._tag !== 'Apdu') return
  const isConfirmed = (content.apdu[0] ?? 0xff) < 0x10
  must(isConfirmedRequest(npdu, end) === isConfirmed, 'a Confirmed-Request is taken for none, or none for one', npdu)
  must(content.apdu.buffer === npdu.buffer, 'the APDU was copied', npdu)
  must(hexOf(content.apdu) === hexOf(npdu.subarray(end)), 'the APDU is another', npdu)
  checkApdu(content.apdu)
}

const checkApdu = (apdu: Uint8Array): void => {
  const before = hexOf(apdu)
  const decoded = decodeApdu(apdu)
  const meaning = meaningOfApdu(before)
  if (E.isLeft(decoded)) {
    must(decoded.left.code === meaning.fault, `refused as ${decoded.left.code} and not as ${meaning.fault}`, apdu)
  } else {
    const pdu = decoded.right
    must(meaning.meant !== undefined, `taken, though it is ${meaning.fault}`, apdu)
    const again = hexOf(encodeApdu(pdu))
    must(again === meaning.meant, `encoded as ${again} and not as ${meaning.meant}`, apdu)
    if ('parameters' in pdu) must(pdu.parameters.buffer === apdu.buffer, 'the parameters were copied', apdu)
    checkWhoIs(apdu, readWhoIs(pdu))
    checkIAm(apdu, readIAm(pdu))
  }
  must(hexOf(apdu) === before, 'the APDU was changed', apdu)
}

const checkWhoIs = (apdu: Uint8Array, whoIs: ReturnType<typeof readWhoIs>): void => {
  const range = whoIs?.range
  const found = whoIs && (range === undefined ? [] : [range.low, range.high])
  const due = whoIsIn(hexOf(apdu))
  must(found?.join() === due?.join(), `Who-Is ${found?.join()} and not ${due?.join()}`, apdu)
  if (whoIs !== undefined) must(whoIsIn(hexOf(encodeWhoIs(range)))?.join() === due?.join(), 'built as another', apdu)
}

const SEGMENTATIONS = ['segmented-both', 'segmented-transmit', 'segmented-receive', 'no-segmentation']

const checkIAm = (apdu: Uint8Array, iAm: ReturnType<typeof readIAm>): void => {
  const found = iAm && [iAm.deviceInstance, iAm.maxApduLength, SEGMENTATIONS.indexOf(iAm.segmentation), iAm.vendorId]
  const due = iAmIn(hexOf(apdu))
  must(found?.join() === due?.join(), `I-Am ${found?.join()} and not ${due?.join()}`, apdu)
  if (iAm !== undefined) must(iAmIn(hexOf(encodeIAm(iAm)))?.join() === due?.join(), 'built as another', apdu)
}
