/*
 * What must come of an NPDU and of an APDU, read from their hex digits by the notes alone (sections 1, 2 and 9), without the
 * code under test.
 */

/** What is wrong; or what the octets are without all that means nothing, and of an NPDU where its header ends. */
export type Meaning =
  | { readonly fault: string; readonly meant?: undefined }
  | { readonly fault?: undefined; readonly meant: string; readonly end: number }

const bad = (fault: string): Meaning => ({ fault })

const number = (hex: string): number => Number.parseInt(hex, 16)

const hexOctet = (octet: number): string => octet.toString(16).padStart(2, '0')

const LONGEST_MAC = 18

/** Judges the address that `rest` begins with: what is wrong with it, or its digits. */
const addressIn = (rest: string, isDestination: boolean): Meaning => {
  if (rest.length < 6) return bad('TRUNCATED')
  const network = number(rest.slice(0, 4))
  const octets = number(rest.slice(4, 6))
  if (isDestination) {
    if (network === 0) return bad('BAD_DNET')
    if (network === 65_535 && octets > 0) return bad('BAD_ADDRESS')
  } else {
    if (network === 0 || network === 65_535) return bad('BAD_SNET')
    if (octets === 0) return bad('BAD_SLEN')
  }
  if (octets > LONGEST_MAC) return bad('BAD_ADDRESS')
  const end = 6 + 2 * octets
  return rest.length < end ? bad('TRUNCATED') : { meant: rest.slice(0, end), end }
}

/** Judges an NPDU. */
export const meaningOfNpdu = (hex: string): Meaning => {
  if (hex.length < 4) return bad('TRUNCATED')
  if (!hex.startsWith('01')) return bad('BAD_VERSION')
  const control = number(hex.slice(2, 4)) & 0b1010_1111
  const [isMessage, hasDestination, hasSource] = [0x80, 0x20, 0x08].map(bit => (control & bit) !== 0)
  let meant = '01' + hexOctet(control)
  for (const isDestination of [true, false]) {
    if ((isDestination ? hasDestination : hasSource) !== true) continue
    const address = addressIn(hex.slice(meant.length), isDestination)
    if (address.fault !== undefined) return address
    meant += address.meant
  }
  if (hasDestination === true) {
    const hops = hex.slice(meant.length, meant.length + 2)
    if (hops === '') return bad('TRUNCATED')
    meant += hops
  }
  const end = meant.length / 2
  const rest = hex.slice(meant.length)
  if (isMessage !== true) return rest === '' ? bad('EMPTY_APDU') : { meant: meant + rest, end }
  const message = messageIn(rest)
  if (message.fault !== undefined) return message
  const isOfOneNetwork = /^1[23]/u.test(rest)
  return isOfOneNetwork && (hasDestination === true || hasSource === true)
    ? bad('IGNORE')
    : { meant: meant + message.meant, end }
}

/** Messages of fixed length: the digits that must be there, behind the type, and count. */
const FIXED: Readonly<Record<string, number>> = { '02': 6, '03': 6, '08': 6, '09': 4, '12': 0 }

const LISTS = ['01', '04', '05']

const messageIn = (message: string): Meaning => {
  const [type, data] = [message.slice(0, 2), message.slice(2)]
  const meaning = (meant: string): Meaning => ({ meant, end: meant.length })
  if (type === '') return bad('TRUNCATED')
  if (number(type) >= 0x80) return data.length < 4 ? bad('TRUNCATED') : meaning(message)
  const digits = FIXED[type]
  if (digits !== undefined) return data.length < digits ? bad('BAD_MESSAGE') : meaning(type + data.slice(0, digits))
  if (type === '00') return data.length === 2 ? bad('BAD_MESSAGE') : meaning(type + data.slice(0, 4))
  if (LISTS.includes(type)) {
    const isEmpty = type === '01' && data === ''
    return isEmpty || data.length % 4 !== 0 ? bad('BAD_MESSAGE') : meaning(message)
  }
  if (type === '06' || type === '07') return isTable(data) ? meaning(message) : bad('BAD_MESSAGE')
  if (type === '13') {
    return data.length < 6 ? bad('BAD_MESSAGE') : meaning(`13${data.slice(0, 4)}0${data.slice(4, 6) === '01' ? 1 : 0}`)
  }
  return meaning(message)
}

const isTable = (data: string): boolean => {
  if (data === '') return false
  let rest = data.slice(2)
  for (let rows = number(data.slice(0, 2)); rows > 0; rows--) {
    if (rest.length < 8) return false
    const end = 8 + 2 * number(rest.slice(6, 8))
    if (rest.length < end) return false
    rest = rest.slice(end)
  }
  return rest === ''
}

/** The digits that an APDU of each type has at least, in one piece, and whether more of them mean something. */
const SHAPES: readonly (readonly [digits: number, hasParameters: boolean])[] = [
  ...([
    [8, true],
    [4, true],
    [6, false],
    [6, true],
  ] as const),
  ...([
    [8, false],
    [6, true],
    [6, false],
    [6, false],
  ] as const),
]

/** The bits of the first octet that mean something, by type: of one in one piece, and in segments. */
const FLAGS = [0x2, 0, 0, 0, 0x3, 0, 0, 0x1]
const FLAGS_IN_SEGMENTS: Readonly<Record<number, number>> = { 0: 0xe, 3: 0xc }

/** Judges an APDU. */
export const meaningOfApdu = (hex: string): Meaning => {
  if (hex === '') return bad('TRUNCATED')
  const type = number(hex.slice(0, 1))
  const shape = SHAPES[type]
  if (shape === undefined) return bad('UNKNOWN_TYPE')
  const flags = number(hex.slice(1, 2))
  const inSegments = (flags & 8) === 0 ? undefined : FLAGS_IN_SEGMENTS[type]
  const digits = shape[0] + (inSegments === undefined ? 0 : 4)
  if (hex.length < digits) return bad('TRUNCATED')
  const head = type.toString(16) + (flags & (inSegments ?? FLAGS[type] ?? 0)).toString(16)
  const most = type === 0 ? mostMeant(hex.slice(2, 4)) : hex.slice(2, 4)
  return { meant: head + most + hex.slice(4, shape[1] ? undefined : digits), end: digits / 2 }
}

/** The codes for the most segments and the longest APDU: reserved ones are those for the least. */
const mostMeant = (octet: string): string => {
  const [segments, length] = [number(octet.slice(0, 1)) & 7, number(octet.slice(1))]
  return `${segments}${length > 5 ? 0 : length}`
}

/** A number of one to four octets whose tag begins with `first`; then come so many octets. */
const tagged = (first: string, digits: string): string =>
  `(?:${[1, 2, 3, 4].map(octets => `${first}${digits[octets - 1] ?? ''}(\\w{${2 * octets}})`).join('|')})`

const WHO_IS = new RegExp(`^1.08${tagged('0', '9abc')}${tagged('1', '9abc')}$`, 'u')
const I_AM = new RegExp(`^1.00c4(\\w{8})${tagged('2', '1234')}${tagged('9', '1234')}${tagged('2', '1234')}$`, 'u')

/** The numbers in a match, which each are in one of four places. */
const numbersIn = (match: RegExpExecArray): readonly number[] =>
  match.slice(1).flatMap(digits => ((digits as string | undefined) === undefined ? [] : [number(digits)]))

/** What a Who-Is asks: nothing for all, or both limits; `undefined` for what is none. */
export const whoIsIn = (hex: string): readonly number[] | undefined => {
  if (/^1.08$/u.test(hex)) return []
  const match = WHO_IS.exec(hex)
  const [low = 0, high = 0] = match === null ? [1, 0] : numbersIn(match)
  return low <= high && high <= 4_194_303 ? [low, high] : undefined
}

/** What an I-Am says: instance, longest APDU, code of the segmentation, vendor; `undefined` for what is none. */
export const iAmIn = (hex: string): readonly number[] | undefined => {
  const match = I_AM.exec(hex)
  if (match === null) return undefined
  const [objectId = 0, longest = 0, segmentation = 0, vendor = 0] = numbersIn(match)
  const instance = objectId - 8 * 2 ** 22
  const isDevice = instance >= 0 && instance < 4_194_303
  return isDevice && segmentation <= 3 && vendor <= 65_535 ? [instance, longest, segmentation, vendor] : undefined
}
