import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { toHex } from './hex.js'
import type { Random } from './random.js'
import { textCodec } from './text-codec.js'

/**
 * A BACnet/IPv6 virtual MAC address: 3 octets, unique inside one B/IPv6 network, the MAC address that the network layer
 * sees. Held as six lower-case hex digits, which makes it comparable with `===` and usable as a `Map` key.
 */
export type Bip6Vmac = Brand<string, 'Bip6Vmac'>

/** The highest device instance; the one above it means that none is configured. */
export const MAX_DEVICE_INSTANCE = 0x3ffffe

/** Reads `00025a`, `00:02:5a` or `00-02-5a`, of either case. Any VMAC, also one that nobody should have. */
export const parseBip6Vmac = (text: string): E.Either<string, Bip6Vmac> =>
  /^[0-9a-f]{2}([:-]?)[0-9a-f]{2}\1[0-9a-f]{2}$/i.test(text)
    ? E.right(text.replace(/[:-]/g, '').toLowerCase() as Bip6Vmac)
    : E.left(`'${text}' is not a VMAC such as 00025a`)

/** Whether text that is said to be a VMAC is one: programs without types give whatever they have. */
export const isBip6Vmac = (vmac: string): vmac is Bip6Vmac => /^[0-9a-f]{6}$/.test(vmac)

/** Whether it was drawn by chance (clause H.7.2), so that another may take its place: 0x400000 to 0x7fffff. */
export const isRandomBip6Vmac = (vmac: Bip6Vmac): boolean => /^[4-7][0-9a-f]{5}$/.test(vmac)

/** Whether it is a device instance: 0 to 0x3ffffe. */
export const isInstanceBip6Vmac = (vmac: Bip6Vmac): boolean => /^[0-3][0-9a-f]{5}$/.test(vmac) && vmac !== NO_INSTANCE

/** The instance of a device that has none. */
const NO_INSTANCE = '3fffff'

/** Whether a node may have it: a device instance, or one drawn by chance. */
export const canBeOwnBip6Vmac = (vmac: Bip6Vmac): boolean => isRandomBip6Vmac(vmac) || isInstanceBip6Vmac(vmac)

/** As {@link parseBip6Vmac}, for a node's own: 0x3fffff (no device instance) and all from 0x800000 on are refused. */
export const parseOwnBip6Vmac = (text: string): E.Either<string, Bip6Vmac> => {
  const vmac = parseBip6Vmac(text)
  return E.isRight(vmac) && !canBeOwnBip6Vmac(vmac.right)
    ? E.left(`'${text}' is neither a device instance nor a random VMAC and cannot be a node's own`)
    : vmac
}

/** The VMAC of a device with a configured instance: that instance, from 0 to 4194302. */
export const instanceBip6Vmac = (instance: number): E.Either<string, Bip6Vmac> =>
  Number.isInteger(instance) && instance >= 0 && instance <= MAX_DEVICE_INSTANCE
    ? E.right(instance.toString(16).padStart(6, '0') as Bip6Vmac)
    : E.left(`${instance} is not a device instance from 0 to ${MAX_DEVICE_INSTANCE}`)

/** A VMAC as `00025a`: as the device instances that most of them are, it is written as one number. */
export const printBip6Vmac = (vmac: Bip6Vmac): string => vmac

/** Draws the VMAC of a node without device instance: bits 01, the other 22 are random. It may be taken: ask first. */
export const randomBip6Vmac = (random: Random): Bip6Vmac => {
  const octets = random.octets(3)
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return toHex(octets) as Bip6Vmac
}

/** What people type for a node's own VMAC. */
export const OwnBip6VmacFromText: t.Type<Bip6Vmac, string> = textCodec('VMAC', parseOwnBip6Vmac, printBip6Vmac)
