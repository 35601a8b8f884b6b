import * as E from 'fp-ts/lib/Either.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import type { DatagramError } from '../../src/wire/datagram-error.js'
import { judgementOn, judgementOn6, type Judgement } from './bvll-oracle.js'
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

/** Of device instances, by chance, that nobody should have, and of nobody. */
export const VMACS: readonly string[] = ['0004d2', '00162e', '5a1234', '3fffff', '000000', 'ffffff']

/** Of stations, on a link, of a group, of this host for itself, without a port, and of nobody. */
export const ADDRESSES6: readonly string[] = [
  '20010db8000000000000000000000050bac0',
  '20010db8000200000000000000000001bac0',
  '20010db8000900000000000000000001bac0',
  '20010db8000900000000000000000001bac1',
  'fe800000000000000000000000001234bac1',
  'ff02000000000000000000000000bac0bac0',
  '00000000000000000000000000000001bac0',
  '20010db80000000000000000000000510000',
  '000000000000000000000000000000000000',
]

const vmacs = (count: number) => (dice: Dice) => Array.from({ length: count }, () => dice.pick(VMACS)).join('')

/** The payload of each function of BACnet/IPv6, 0x00 to 0x0c. */
const PAYLOADS6: readonly ((dice: Dice) => string)[] = [
  dice => vmacs(1)(dice) + dice.pick(['0000', '0030', '0060', '0090', '00a0', '00c0', '1234']),
  dice => vmacs(2)(dice) + npdu(dice),
  dice => vmacs(1)(dice) + npdu(dice),
  vmacs(2),
  dice => vmacs(2)(dice) + dice.pick(ADDRESSES6),
  vmacs(2),
  vmacs(1),
  vmacs(2),
  dice => vmacs(1)(dice) + dice.pick(ADDRESSES6) + npdu(dice),
  dice => vmacs(1)(dice) + hexOf(dice.octets(2)),
  dice => vmacs(1)(dice) + dice.pick(ADDRESSES6),
  dice => hexOf(dice.octets(dice.below(20))),
  dice => vmacs(1)(dice) + npdu(dice),
]

/** The payload of each function of BACnet/IP, 0x00 to 0x0c. */
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

/** What is sent to a decoder. */
interface Target<M extends object> {
  readonly type: number
  /** The payload of each function, from 0x00 on. */
  readonly payloads: readonly ((dice: Dice) => string)[]
  readonly decode: (datagram: Uint8Array) => E.Either<DatagramError, M>
  readonly encode: (message: M) => Uint8Array
  readonly judge: (datagram: Uint8Array) => Judgement
}

const BIP: Target<BvllMessage> = {
  type: 0x81,
  payloads: PAYLOADS,
  decode: decodeBvll,
  encode: encodeBvll,
  judge: judgementOn,
}

const BIP6: Target<Bvll6Message> = {
  type: 0x82,
  payloads: PAYLOADS6,
  decode: decodeBvll6,
  encode: encodeBvll6,
  judge: judgementOn6,
}

/** Says in its header how long a datagram is. */
export const framed = (datagram: Uint8Array): Uint8Array => {
  const copy = datagram.slice()
  if (copy.length >= 4) copy.set([copy.length >> 8, copy.length & 0xff], 2)
  return copy
}

/** A datagram in which nothing is wrong, but that it may be a Confirmed-Request for everybody. */
const soundDatagramOf = (dice: Dice, { type, payloads }: Pick<Target<never>, 'type' | 'payloads'>): Uint8Array => {
  const code = dice.below(payloads.length)
  return framed(octetsOf(`${hexOf(Uint8Array.of(type, code, 0, 0))}${payloads[code]?.(dice) ?? ''}`))
}

/** A datagram of BACnet/IP in which nothing is wrong, but that it may be a Confirmed-Request for everybody. */
export const soundDatagram = (dice: Dice): Uint8Array => soundDatagramOf(dice, BIP)

/** A datagram of BACnet/IPv6, likewise. */
export const soundDatagram6 = (dice: Dice): Uint8Array => soundDatagramOf(dice, BIP6)

/** One datagram through a codec. Injuries mostly spoil the length, so in half of the cases that is put right again. */
const fuzzWith =
  <M extends object>(target: Target<M>) =>
  (dice: Dice): void => {
    const datagram = mutated(dice, soundDatagramOf(dice, target), soundDatagramOf(dice, target))
    check(target, dice.onceIn(2) ? framed(datagram) : datagram)
  }

/** One datagram through the codec of BACnet/IP. */
export const fuzzBvll = fuzzWith(BIP)

/** One datagram through the codec of BACnet/IPv6. */
export const fuzzBvll6 = fuzzWith(BIP6)

/** Everything that must hold of one datagram. Throws a `Violation`, or whatever the code under test threw. */
const check = <M extends object>({ decode, encode, judge }: Target<M>, datagram: Uint8Array): void => {
  const before = hexOf(datagram)
  const decoded = decode(datagram)
  const { fault, nak } = judge(datagram)
  if (E.isLeft(decoded)) {
    must(decoded.left.fault === fault, `refused as ${decoded.left.fault} and not as ${fault}`, datagram)
    must(decoded.left.nak === nak, `the NAK is ${decoded.left.nak} and not ${nak}`, datagram)
  } else {
    must(fault === undefined, `taken, though it is ${fault}`, datagram)
    must(hexOf(encode(decoded.right)) === before, 'encoded otherwise than it came', datagram)
    checkView(datagram, viewIn(decoded.right))
  }
  must(hexOf(datagram) === before, 'the datagram was changed', datagram)
}

const viewIn = (message: object): Uint8Array | undefined =>
  'npdu' in message ? (message.npdu as Uint8Array) : 'wrapper' in message ? (message.wrapper as Uint8Array) : undefined

const checkView = (datagram: Uint8Array, view: Uint8Array | undefined): void => {
  const end = (octets: Uint8Array): number => octets.byteOffset + octets.length
  must(view === undefined || view.buffer === datagram.buffer, 'what it carries was copied', datagram)
  must(view === undefined || end(view) === end(datagram), 'what it carries ends elsewhere', datagram)
}
