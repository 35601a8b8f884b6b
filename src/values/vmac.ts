import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { toHex } from './hex.js'
import type { Random } from './random.js'
import { textCodec } from './text-codec.js'

/**
 * A BACnet/SC virtual MAC address: 6 octets in EUI-48 format, unique inside one SC network.
 * Held as twelve lower-case hex digits, which makes it comparable with `===` and usable as a `Map` key.
 */
export type Vmac = Brand<string, 'Vmac'>

/** The Local Broadcast VMAC: all nodes of this SC network. Reserved as an identity. */
export const BROADCAST_VMAC: Vmac = 'ffffffffffff' as Vmac

/** The VMAC that means unknown or not initialised. Never on the wire as an identity. */
export const UNKNOWN_VMAC: Vmac = '000000000000' as Vmac

/** Whether a VMAC may not be anybody's identity: all ones or all zeros. */
export const isReservedVmac = (vmac: Vmac): boolean => vmac === BROADCAST_VMAC || vmac === UNKNOWN_VMAC

/** Reads `02:aa:bb:cc:dd:ee`, `02-aa-bb-cc-dd-ee` or bare hex, of either case. Reserved VMACs are read too. */
export const parseVmac = (text: string): E.Either<string, Vmac> =>
  /^(?:[0-9a-f]{2}([:-]?))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text)
    ? E.right(text.replace(/[:-]/g, '').toLowerCase() as Vmac)
    : E.left(`'${text}' is not a VMAC such as 02:aa:bb:cc:dd:ee`)

/** As {@link parseVmac}, for a device's own VMAC: the reserved ones are refused. */
export const parseDeviceVmac = (text: string): E.Either<string, Vmac> => {
  const vmac = parseVmac(text)
  return E.isRight(vmac) && isReservedVmac(vmac.right)
    ? E.left(`'${text}' is a reserved VMAC and cannot be a device's own`)
    : vmac
}

/** A VMAC as `02:aa:bb:cc:dd:ee`. */
export const printVmac = (vmac: Vmac): string => vmac.match(/../g)?.join(':') ?? vmac

/** Draws a Random-48 VMAC (clause H.7.3): the low nibble of the first octet is 2, the other 44 bits are random. */
export const randomVmac = (random: Random): Vmac => {
  const octets = random.octets(6)
  octets[0] = ((octets[0] ?? 0) & 0xf0) | 0x02
  return toHex(octets) as Vmac
}

/** What people type for a device's own VMAC. */
export const DeviceVmacFromText: t.Type<Vmac, string> = textCodec('VMAC', parseDeviceVmac, printVmac)
