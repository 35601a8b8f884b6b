import * as E from 'fp-ts/lib/Either.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { judgementOn } from './bvll-oracle.js'
import type { Dice } from './dice.js'
import { hexOf, octetsOf } from './frames.js'
import { mutated } from './mutate.js'
import { must } from './violation.js'

const ADDRESSES = ['c0a8010abac0', '0a141e28bac1', '7f000001c000', '000000000000', 'ffffffffffff']
const MASKS = ['ffffffff', 'ffffff00', '00000000', 'ff00ff01']

/** Headers of NPDUs and what may be in them: unconfirmed, confirmed, network layer messages, and nothing. */
const HEADERS = ['0100', '0120ffff00ff', '0108000706c0a80202bac0', '01280005010700070300aabbfe', '010c00070155']
const APDUS = ['1008', '1000c4020004d22205c49100210f', '0205010c0c020004d2194d', '30010c0c', '']
const NETWORK_MESSAGES = ['018000', '0180010005', '01a0ffff00ff12', '018880000f', '01880007015580000fcc']

/** Data behind an APDU: few octets, or about as many as fit. */
const data = (dice: Dice): string =>
  dice.onceIn(20) ? '00'.repeat(1480 + dice.below(30)) : hexOf(dice.octets(dice.below(9)))

const npdu = (dice: Dice): string =>
  dice.onceIn(3) ? dice.pick(NETWORK_MESSAGES) : dice.pick(HEADERS) + dice.pick(APDUS) + data(dice)

const rows = (dice: Dice, rest: () => string): string =>
  Array.from({ length: dice.below(4) }, () => dice.pick(ADDRESSES) + rest()).join('')

/** The payload of each function, 0x00 to 0x0c. */
const PAYLOADS: readonly ((dice: Dice) => string)[] = [
  dice => dice.pick(['0000', '0010', '0030', '0060', '1234']),
  dice => rows(dice, () => dice.pick(MASKS)),
  () => '',
  dice => rows(dice, () => dice.pick(MASKS)),
  dice => dice.pick(ADDRESSES) + npdu(dice),
  dice => hexOf(dice.octets(2)),
  () => '',
  dice => rows(dice, () => hexOf(dice.octets(4))),
  dice => dice.pick(ADDRESSES),
  npdu,
  npdu,
  npdu,
  dice => hexOf(dice.octets(dice.below(20))),
]

/** Says in its header how long a datagram is. */
export const framed = (datagram: Uint8Array): Uint8Array => {
  const copy = datagram.slice()
  if (copy.length >= 4) copy.set([copy.length >> 8, copy.length & 0xff], 2)
  return copy
}

/** A datagram in which nothing is wrong, but that it may be a Confirmed-Request for everybody. */
export const soundDatagram = (dice: Dice): Uint8Array => {
  const code = dice.below(PAYLOADS.length)
  return framed(octetsOf(`81${hexOf(Uint8Array.of(code))}0000${PAYLOADS[code]?.(dice) ?? ''}`))
}

/** One datagram through the codec. Injuries mostly spoil the length, so in half of the cases that is put right again. */
export const fuzzBvll = (dice: Dice): void => {
  const datagram = mutated(dice, soundDatagram(dice), soundDatagram(dice))
  checkBvll(dice.onceIn(2) ? framed(datagram) : datagram)
}

/** Everything that must hold of one datagram. Throws a `Violation`, or whatever the code under test threw. */
export const checkBvll = (datagram: Uint8Array): void => {
  const before = hexOf(datagram)
  const decoded = decodeBvll(datagram)
  const { fault, nak } = judgementOn(datagram)
  if (E.isLeft(decoded)) {
    must(decoded.left.fault === fault, `refused as ${decoded.left.fault} and not as ${fault}`, datagram)
    must(decoded.left.nak === nak, `the NAK is ${decoded.left.nak} and not ${nak}`, datagram)
  } else {
    must(fault === undefined, `taken, though it is ${fault}`, datagram)
    must(hexOf(encodeBvll(decoded.right)) === before, 'encoded otherwise than it came', datagram)
    checkView(datagram, viewIn(decoded.right))
  }
  must(hexOf(datagram) === before, 'the datagram was changed', datagram)
}

const viewIn = (message: BvllMessage): Uint8Array | undefined =>
  'npdu' in message ? message.npdu : message._tag === 'Secure-BVLL' ? message.wrapper : undefined

const checkView = (datagram: Uint8Array, view: Uint8Array | undefined): void => {
  const end = (octets: Uint8Array): number => octets.byteOffset + octets.length
  must(view === undefined || view.buffer === datagram.buffer, 'what it carries was copied', datagram)
  must(view === undefined || end(view) === end(datagram), 'what it carries ends elsewhere', datagram)
}
