import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import type { Dice } from './dice.js'

/*
 * Frames in which nothing is wrong, put together octet by octet and not by the code under test.
 */

/** Octets of hex. */
export const octetsOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Hex of octets. */
export const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

export const TO_ALL = 'ffffffffffff'
const NOBODY = '000000000000'

/** Who there is on the network of a run. */
export interface Cast {
  /** VMACs that a frame may come from, and go to. */
  readonly sources: readonly string[]
  readonly destinations: readonly string[]
}

const SWITCHABLE = [0x00, 0x01, 0x01, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0c, 0x42]
const OF_CONNECTIONS = [0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b]

/** A frame that is right on its path. */
export const soundFrame = (dice: Dice, path: Path, cast: Cast): Uint8Array => {
  const ofConnection = dice.onceIn(4)
  const fn = dice.pick(ofConnection ? OF_CONNECTIONS : SWITCHABLE)
  const originating = !ofConnection && path === 'from-hub' ? dice.pick(cast.sources) : ''
  const destination = ofConnection ? '' : destinationOn(dice, path, cast)
  const destinationOptions = dice.onceIn(4) ? options(dice, OPTIONS_TO_PEERS) : ''
  const dataOptions = fn === 0x01 && dice.onceIn(4) ? options(dice, OPTIONS_OF_DATA) : ''
  const flags =
    (originating === '' ? 0 : 8) |
    (destination === '' ? 0 : 4) |
    (destinationOptions === '' ? 0 : 2) |
    (dataOptions === '' ? 0 : 1)
  const head = Uint8Array.of(fn, flags, dice.below(256), dice.below(256))
  return octetsOf(hexOf(head) + originating + destination + destinationOptions + dataOptions + payload(dice, fn, cast))
}

const destinationOn = (dice: Dice, path: Path, { destinations }: Cast): string => {
  if (path === 'direct') return ''
  if (path === 'from-hub') return dice.onceIn(3) ? TO_ALL : ''
  return dice.onceIn(3) ? TO_ALL : dice.pick(destinations)
}

/** Without the bit that says that more follow: Hello, proprietary, unknown, with and without data. */
const OPTIONS_TO_PEERS = [
  '22000101',
  '22000100',
  '3f0003022b01',
  '3f0005022b01aabb',
  '14',
  '34000200aa',
  '340000',
  '0a',
]
const OPTIONS_OF_DATA = ['41', '01', '3f0003022b01', '7f0004022b01cc', '230003000457', '240000', '45']

const options = (dice: Dice, from: readonly string[]): string => {
  const count = 1 + dice.below(3)
  return Array.from({ length: count }, (_, index) => {
    const option = dice.pick(from)
    const marker = Number.parseInt(option.slice(0, 2), 16) | (index < count - 1 ? 0x80 : 0)
    return marker.toString(16).padStart(2, '0') + option.slice(2)
  }).join('')
}

const payload = (dice: Dice, fn: number, cast: Cast): string => {
  switch (fn) {
    case 0x00:
      return dice.pick(['0600', '0c00', '06010000070097', '080100000700916e6f', '020100000007002d', '0601000700009700'])
    case 0x01:
      return `0120ffff00ff1008${hexOf(dice.octets(dice.below(20)))}`
    case 0x03:
      return hexOf(Buffer.from(dice.pick(['', 'wss://a:1', 'wss://a:1 wss://b:2', 'ws://x'])))
    case 0x04:
      return dice.pick(['0100064005d9', '0000dc05dc05', '0201ffffef8f'])
    case 0x06:
    case 0x07:
      return (
        dice.pick(cast.sources) + hexOf(dice.octets(16)) + dice.pick(['064005d9', 'dc05dc05', 'ffffef8f', '00000000'])
      )
    case 0x0c:
      return `022b01${hexOf(dice.octets(dice.below(8)))}`
    case 0x42:
      return hexOf(dice.octets(dice.below(8)))
    default:
      return ''
  }
}

/** VMACs that stand for nobody. */
export const NOBODIES: readonly string[] = [NOBODY, TO_ALL, '0a0000000099']
