import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { toHex } from './hex.js'
import type { Random } from './random.js'
import { textCodec } from './text-codec.js'

/**
 * A Device UUID (property 507): 16 octets of RFC 4122, one per device, made before deployment and never changed.
 * Held as 32 lower-case hex digits in network order.
 */
export type DeviceUuid = Brand<string, 'DeviceUuid'>

/** The nil UUID, which no device may have. */
export const NIL_UUID: string = '0'.repeat(32)

/** Reads the RFC 4122 form `550e8400-e29b-41d4-a716-446655440000` or 32 bare hex digits. The nil UUID is refused. */
export const parseDeviceUuid = (text: string): E.Either<string, DeviceUuid> => {
  const bare = text.replace(/^(.{8})-(.{4})-(.{4})-(.{4})-(.{12})$/, '$1$2$3$4$5').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(bare))
    return E.left(`'${text}' is not a UUID such as 550e8400-e29b-41d4-a716-446655440000`)
  return bare === NIL_UUID ? E.left('a Device UUID must not be all zero') : E.right(bare as DeviceUuid)
}

/** A Device UUID in RFC 4122 form. */
export const printDeviceUuid = (uuid: DeviceUuid): string =>
  uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Draws a random (version 4) UUID. A device does this once in its life and keeps the result. */
export const randomDeviceUuid = (random: Random): DeviceUuid => {
  const octets = random.octets(16)
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80
  return toHex(octets) as DeviceUuid
}

/** What people type for a Device UUID. */
export const DeviceUuidFromText: t.Type<DeviceUuid, string> = textCodec('UUID', parseDeviceUuid, printDeviceUuid)
