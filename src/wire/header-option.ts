import { ErrorCode } from './error-code.js'
import { putU16, u16, u8 } from './octets.js'

/** One header option (clause AB.2.3). Whether more follow is its place in the list, not a field. */
export interface HeaderOption {
  /** Option type, 1 to 31: see {@link OptionType}. Others are kept as they are. */
  readonly type: number
  /**
   * In destination options: Must Understand. In data options the same bit never causes a NAK
   * (renamed Every Segment by addendum 135-2020cf).
   */
  readonly mustUnderstand: boolean
  /** Header data; `undefined` when the header data flag is 0, which differs from data of no octets. */
  readonly data: Uint8Array | undefined
}

/** The option types that have a name. */
export const OptionType = { SECURE_PATH: 1, HELLO: 2, IDENTITY: 3, HINT: 4, TOKEN: 5, PROPRIETARY: 31 } as const

/** The most options in one list that are read, unless told otherwise, or sent; the standard has no limit. */
export const MAX_OPTIONS = 64

/** What is read of one list. The standard has no limit; more than this is RESOURCES / OUT_OF_MEMORY. */
export interface OptionLimits {
  /** The most options. */
  readonly maxOptions: number
  /** The most octets of all of them together. */
  readonly maxOptionOctets: number
}

/** The limits, unless told otherwise. The longest message that a hub must relay has 4192 octets of options. */
export const OPTION_LIMITS: OptionLimits = { maxOptions: MAX_OPTIONS, maxOptionOctets: 8192 }

/** The most octets of options in one message: what every hub must be able to relay (clause AB.5.1). */
export const MAX_OPTIONS_LENGTH = 4192

/** The data option that says an NPDU travelled only over secure links. */
export const SECURE_PATH: HeaderOption = { type: OptionType.SECURE_PATH, mustUnderstand: true, data: undefined }

/** No options, shared. */
export const NO_OPTIONS: readonly HeaderOption[] = []

const MORE = 0x80
const MUST_UNDERSTAND = 0x40
const HAS_DATA = 0x20
const TYPE = 0x1f

/** The marker octet of the option at `index` of a list, as it stands on the wire. */
export const markerOf = (options: readonly HeaderOption[], index: number): number => {
  const option = options[index]
  if (option === undefined) return 0
  return (
    (index < options.length - 1 ? MORE : 0) |
    (option.mustUnderstand ? MUST_UNDERSTAND : 0) |
    (option.data === undefined ? 0 : HAS_DATA) |
    (option.type & TYPE)
  )
}

/** The octets that a list takes. */
export const optionsLength = (options: readonly HeaderOption[]): number => {
  let length = 0
  for (const { data } of options) length += data === undefined ? 1 : 3 + data.length
  return length
}

/** Writes a list at `at`; gives the place after it. */
export const putOptions = (octets: Uint8Array, at: number, options: readonly HeaderOption[]): number => {
  for (const [index, { data }] of options.entries()) {
    octets[at++] = markerOf(options, index)
    if (data === undefined) continue
    putU16(octets, at, data.length)
    octets.set(data, at + 2)
    at += 2 + data.length
  }
  return at
}

/** Where the list that starts at `at` ends, without looking into it; -1 when it runs past the message. */
export const skipOptions = (octets: Uint8Array, at: number): number => {
  for (;;) {
    if (at >= octets.length) return -1
    const marker = u8(octets, at++)
    if ((marker & HAS_DATA) !== 0) {
      if (at + 2 > octets.length) return -1
      at += 2 + u16(octets, at)
      if (at > octets.length) return -1
    }
    if ((marker & MORE) === 0) return at
  }
}

/** A list as {@link readOptions} found it, and the place after it; or what is wrong with it. */
export type OptionsRead =
  { readonly options: readonly HeaderOption[]; readonly end: number } | { readonly failed: 'incomplete' | 'too many' }

/** Reads the list that starts at `at`. Header data are views, not copies. */
export const readOptions = (
  octets: Uint8Array,
  at: number,
  { maxOptions, maxOptionOctets }: OptionLimits = OPTION_LIMITS,
): OptionsRead => {
  const start = at
  const options: HeaderOption[] = []
  for (let more = true; more;) {
    if (at >= octets.length) return { failed: 'incomplete' }
    if (options.length === maxOptions) return { failed: 'too many' }
    const marker = u8(octets, at++)
    let data: Uint8Array | undefined
    if ((marker & HAS_DATA) !== 0) {
      if (at + 2 > octets.length) return { failed: 'incomplete' }
      const end = at + 2 + u16(octets, at)
      if (end > octets.length) return { failed: 'incomplete' }
      data = octets.subarray(at + 2, end)
      at = end
    }
    if (at - start > maxOptionOctets) return { failed: 'too many' }
    options.push({ type: marker & TYPE, mustUnderstand: (marker & MUST_UNDERSTAND) !== 0, data })
    more = (marker & MORE) !== 0
  }
  return { options, end: at }
}

/** What is wrong with an option that has a name, in the list it stands in (clause AB.2.3); `undefined` when nothing. */
export const optionFault = (option: HeaderOption, list: 'destination' | 'data'): string | undefined => {
  switch (option.type) {
    case 0:
      return 'header option type 0 is not assigned'
    case OptionType.SECURE_PATH:
      if (list === 'destination') return 'Secure Path is a data option'
      return option.data === undefined ? undefined : 'Secure Path has no header data'
    case OptionType.PROPRIETARY:
      if (option.data === undefined) return 'a proprietary option needs header data'
      return option.data.length < 3 ? 'a proprietary option needs at least 3 octets of header data' : undefined
    default:
      return undefined
  }
}

/** Why a list cannot be sent, whatever its parts are; `undefined` when it can. */
export const unsendable = (options: readonly HeaderOption[], list: 'destination' | 'data'): string | undefined => {
  if (options.length > MAX_OPTIONS) return `${options.length} header options are more than ${MAX_OPTIONS}`
  for (const option of options) {
    const { type, data } = option
    if (!Number.isInteger(type) || type < 0 || type > TYPE) return `there is no header option type ${type}`
    if (data !== undefined && !(data instanceof Uint8Array)) return `the data of header option ${type} are not octets`
    const fault = optionFault(option, list)
    if (fault !== undefined) return fault
  }
  const length = optionsLength(options)
  return length > MAX_OPTIONS_LENGTH
    ? `header options of ${length} octets are more than ${MAX_OPTIONS_LENGTH}`
    : undefined
}

/** The parts of a data option; its bit 6 is named Every Segment. */
export interface DataOption {
  readonly type: number
  /** Whether it goes with every segment of a segmented message (addendum 135-2020cf). */
  readonly everySegment: boolean
  readonly data: Uint8Array | undefined
}

/** A data option, from its parts by their own names. */
export const dataOption = ({ type, everySegment, data }: DataOption): HeaderOption => ({
  type,
  mustUnderstand: everySegment,
  data,
})

/** Whether the data options of an NPDU say that it travelled only over secure links, with bit 6 set or clear. */
export const hasSecurePath = (dataOptions: readonly HeaderOption[]): boolean =>
  dataOptions.some(({ type }) => type === OptionType.SECURE_PATH)

/** What a vendor's own option says. */
export interface Proprietary {
  readonly vendorId: number
  /** The option type of that vendor. */
  readonly type: number
  readonly data: Uint8Array
}

/** Reads a proprietary option; `undefined` for any other. */
export const readProprietary = ({ type, data }: HeaderOption): Proprietary | undefined =>
  type === OptionType.PROPRIETARY && data !== undefined && data.length >= 3
    ? { vendorId: u16(data, 0), type: u8(data, 2), data: data.subarray(3) }
    : undefined

/** A proprietary option: vendor id, option type of that vendor, and its data. */
export const proprietaryOption = (
  vendorId: number,
  type: number,
  data: Uint8Array,
  mustUnderstand: boolean,
): HeaderOption => {
  const octets = new Uint8Array(3 + data.length)
  putU16(octets, 0, vendorId)
  octets[2] = type
  octets.set(data, 3)
  return { type: OptionType.PROPRIETARY, mustUnderstand, data: octets }
}

/** The error code with which a list that could not be read is refused. */
export const optionsErrorCode = (failed: 'incomplete' | 'too many'): number =>
  failed === 'incomplete' ? ErrorCode.MESSAGE_INCOMPLETE : ErrorCode.OUT_OF_MEMORY
