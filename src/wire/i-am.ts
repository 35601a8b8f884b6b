import { ApduType, UnconfirmedService, type ApplicationPdu } from './apdu.js'
import { Tag, taggedNumber, taggedNumberAt } from './tagged-value.js'
import { MAX_INSTANCE } from './who-is.js'

/** Which messages a device sends and takes in segments. */
export type Segmentation = 'segmented-both' | 'segmented-transmit' | 'segmented-receive' | 'no-segmentation'

const SEGMENTATIONS: readonly Segmentation[] = [
  'segmented-both',
  'segmented-transmit',
  'segmented-receive',
  'no-segmentation',
]

/** A device says who it is (clause 16.10.2). */
export interface IAm {
  /** 0 to 4194302. */
  readonly deviceInstance: number
  /** The longest APDU that it takes, in octets. */
  readonly maxApduLength: number
  readonly segmentation: Segmentation
  /** 0 to 65535. */
  readonly vendorId: number
}

const DEVICE = 8
const INSTANCE_BITS = 22
const MAX_VENDOR_ID = 0xffff

/** Reads an I-Am; `undefined` for all that is none, one of another object than a device or without an instance among them. */
export const readIAm = (pdu: ApplicationPdu): IAm | undefined => {
  if (pdu._tag !== 'Unconfirmed-Request' || pdu.service !== UnconfirmedService.I_AM) return undefined
  const { parameters } = pdu
  const object = taggedNumberAt(parameters, 0, Tag.OBJECT_ID)
  // The type of a device is in the first of four octets: none with fewer says it.
  if (object === undefined || object.value >>> INSTANCE_BITS !== DEVICE) return undefined
  const deviceInstance = object.value & MAX_INSTANCE
  const maxApduLength = taggedNumberAt(parameters, object.end, Tag.UNSIGNED)
  if (deviceInstance === MAX_INSTANCE || maxApduLength === undefined) return undefined
  const code = taggedNumberAt(parameters, maxApduLength.end, Tag.ENUMERATED)
  if (code === undefined) return undefined
  const segmentation = SEGMENTATIONS[code.value]
  if (segmentation === undefined) return undefined
  const vendorId = taggedNumberAt(parameters, code.end, Tag.UNSIGNED)
  if (vendorId?.end !== parameters.length || vendorId.value > MAX_VENDOR_ID) return undefined
  return { deviceInstance, maxApduLength: maxApduLength.value, segmentation, vendorId: vendorId.value }
}

/** The APDU of an I-Am. Throws a `RangeError` for numbers that a device cannot have. */
export const encodeIAm = ({ deviceInstance, maxApduLength, segmentation, vendorId }: IAm): Uint8Array => {
  checked('deviceInstance', deviceInstance, MAX_INSTANCE - 1)
  checked('maxApduLength', maxApduLength, 0xffffffff)
  checked('vendorId', vendorId, MAX_VENDOR_ID)
  return Uint8Array.of(
    ApduType['Unconfirmed-Request'] << 4,
    UnconfirmedService.I_AM,
    ...taggedNumber(Tag.OBJECT_ID, ((DEVICE << INSTANCE_BITS) | deviceInstance) >>> 0),
    ...taggedNumber(Tag.UNSIGNED, maxApduLength),
    ...taggedNumber(Tag.ENUMERATED, SEGMENTATIONS.indexOf(segmentation)),
    ...taggedNumber(Tag.UNSIGNED, vendorId),
  )
}

const checked = (name: string, value: number, most: number): void => {
  if (Number.isInteger(value) && value >= 0 && value <= most) return
  throw new RangeError(`${name} must be a whole number from 0 to ${most}, and is ${value}`)
}
