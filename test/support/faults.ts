import { fromHex } from './vectors.js'

/** A frame in its parts, as hex. */
export interface Parts {
  readonly fn: string
  /** Bits to set besides those that follow from the parts. */
  readonly reserved: number
  readonly originating: string
  readonly destination: string
  /** Each without the bit that says that more follow. */
  readonly destinationOptions: readonly string[]
  readonly dataOptions: string
  readonly payload: string
  /** What the frame is cut to; the whole when left out. */
  readonly cutTo?: number
}

/** The octets of a frame. */
export const assemble = (parts: Parts, id: string): Uint8Array => {
  const { fn, reserved, originating, destination, destinationOptions, dataOptions, payload, cutTo } = parts
  const flags =
    reserved |
    (originating === '' ? 0 : 8) |
    (destination === '' ? 0 : 4) |
    (destinationOptions.length === 0 ? 0 : 2) |
    (dataOptions === '' ? 0 : 1)
  const fields = [originating, destination, ...chained(destinationOptions), dataOptions, payload]
  return fromHex(fn + flags.toString(16).padStart(2, '0') + id + fields.join('')).subarray(0, cutTo)
}

const chained = (options: readonly string[]): readonly string[] =>
  options.map((option, index) => {
    const more = index < options.length - 1 ? 0x80 : 0
    return (Number.parseInt(option.slice(0, 2), 16) | more).toString(16).padStart(2, '0') + option.slice(2)
  })

/** A row of the ordered checks (2.4 of the protocol notes), and how a frame comes to fail it. */
export interface Fault {
  readonly row: number
  readonly what: string
  /** `undefined` for silence. */
  readonly code: number | undefined
  readonly marker?: string
  readonly injure: (parts: Parts) => Parts
  /** Rows whose fault cannot be in the same frame. */
  readonly not?: readonly number[]
}

const UNASSIGNED = 'aa'

/** The rows that any message can fail. Header option 20 is known to nobody. */
export const COMMON_FAULTS: readonly Fault[] = [
  {
    row: 4,
    what: 'unknown function',
    code: 143,
    injure: parts => ({ ...parts, fn: UNASSIGNED }),
  },
  { row: 5, what: 'reserved control flags', code: 80, injure: parts => ({ ...parts, reserved: 0x10 }) },
  {
    row: 6,
    what: 'an option list without end',
    code: 147,
    injure: parts => ({ ...parts, destinationOptions: [...parts.destinationOptions, '34ffff'] }),
  },
  {
    row: 7,
    what: 'an option of type 0',
    code: 145,
    injure: parts => ({ ...parts, destinationOptions: ['00', ...parts.destinationOptions] }),
  },
  {
    row: 11,
    what: 'data options where none may be',
    code: 7,
    injure: parts => ({ ...parts, dataOptions: '41' }),
  },
  {
    row: 16,
    what: 'an option that must be understood',
    code: 146,
    marker: '54',
    injure: parts => ({ ...parts, destinationOptions: [...parts.destinationOptions, '54'] }),
  },
]

/** Two faults of different rows that one frame can have. */
export const pairsOf = (faults: readonly Fault[]): readonly (readonly [first: Fault, second: Fault])[] => {
  const inOrder = faults.toSorted((one, other) => one.row - other.row)
  return inOrder.flatMap((first, index) =>
    inOrder
      .slice(index + 1)
      .filter(
        second => first.row !== second.row && !first.not?.includes(second.row) && !second.not?.includes(first.row),
      )
      .map(second => [first, second] as const),
  )
}
