/** One element of a DER text: its tag, and where it lies. */
export interface DerElement {
  readonly tag: number
  /** Where its header begins. */
  readonly start: number
  /** Where its contents begin, and where they end. */
  readonly from: number
  readonly to: number
}

/** The tags that are read here (X.690, 8.1.2). */
export const DerTag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  /** `[0]`, constructed. */
  CONTEXT_0: 0xa0,
} as const

/** Reads elements that stand side by side, one after the other. */
export interface DerReader {
  /** Takes the next element if it has one of these tags, otherwise nothing. */
  readonly take: (...tags: readonly number[]) => DerElement | undefined
  readonly atEnd: () => boolean
}

/**
 * Reads what stands from one offset up to another (X.690, 10: the distinguished encoding only: lengths definite and as
 * short as can be, no element longer than what holds it). Never throws: what is not DER is never there to be taken.
 */
export const derReader = (octets: Uint8Array, from: number, to: number): DerReader => {
  let at = from
  return {
    take: (...tags) => {
      const element = elementAt(octets, at, to)
      if (element === undefined || !tags.includes(element.tag)) return undefined
      at = element.to
      return element
    },
    atEnd: () => at === to,
  }
}

/** The reader of what an element contains. */
export const within = (octets: Uint8Array, { from, to }: DerElement): DerReader => derReader(octets, from, to)

const elementAt = (octets: Uint8Array, start: number, end: number): DerElement | undefined => {
  const tag = octets[start]
  const first = octets[start + 1]
  if (tag === undefined || first === undefined || start + 2 > end || (tag & 0x1f) === 0x1f) return undefined
  const count = first < 0x80 ? 0 : first - 0x80
  const from = start + 2 + count
  if (first === 0x80 || count > 4 || from > end) return undefined
  let length = first < 0x80 ? first : 0
  for (let index = start + 2; index < from; index++) length = length * 256 + (octets[index] ?? 0)
  const shortest = count === 0 || (length >= 0x80 && length >= 256 ** (count - 1))
  return shortest && from + length <= end ? { tag, start, from, to: from + length } : undefined
}
