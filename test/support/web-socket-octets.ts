import fc from 'fast-check'
import { isUtf8 } from 'node:buffer'

/** One frame as a client may send it, or should not (RFC 6455, 5.2). */
export interface ClientFrame {
  /** FIN, the reserved bits and the opcode. */
  readonly first: number
  /** `undefined` leaves it unmasked. */
  readonly mask: readonly number[] | undefined
  readonly payload: Uint8Array
  /** How the length is written; the shortest that can hold it is what RFC 6455 asks for. */
  readonly lengthOctets: 1 | 2 | 8
}

/** A frame with nothing wrong but what is asked for. */
export const clientFrame = (first: number, payload: Uint8Array, odd: Partial<ClientFrame> = {}): ClientFrame => ({
  first,
  mask: [0x37, 0xfa, 0x21, 0x3d],
  payload,
  lengthOctets: payload.length < 126 ? 1 : payload.length < 0x10000 ? 2 : 8,
  ...odd,
})

/** The octets of a frame. */
export const octetsOf = ({ first, mask, payload, lengthOctets }: ClientFrame): Buffer => {
  const masked = mask === undefined ? 0 : 0x80
  const { length } = payload
  const head = {
    1: () => Buffer.of(first, masked | length),
    2: () => Buffer.of(first, masked | 126, length >> 8, length),
    8: () => Buffer.of(first, masked | 127, 0, 0, 0, 0, length >> 24, length >> 16, length >> 8, length),
  }[lengthOctets]()
  const body = mask === undefined ? payload : payload.map((octet, at) => octet ^ (mask[at % 4] ?? 0))
  return Buffer.concat([head, Buffer.from(mask ?? []), body])
}

const anyMask = fc.oneof(fc.constant([0, 0, 0, 0]), fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }))

/** Lengths around the borders of the ways to write them, and some that need several chunks. */
const anyLength = fc.oneof(
  { weight: 4, arbitrary: fc.nat(20) },
  { weight: 2, arbitrary: fc.integer({ min: 120, max: 130 }) },
  { weight: 1, arbitrary: fc.constantFrom(200, 201, 1400, 16_384, 40_000, 65_535, 65_536) },
)

/** Payloads, some of which look like frames. */
const anyPayload = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(anyLength, fc.nat(255)).map(([length, seed]) => payloadOf(length, seed)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map(count => framesOfNothing(count)) },
)

const framesOfNothing = (count: number): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, () => octetsOf(clientFrame(0x82, new Uint8Array(0)))))

const payloadOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (seed + 31 * at) & 0xff)

const controlPayload = fc.tuple(fc.nat(125), fc.nat(255)).map(([length, seed]) => payloadOf(length, seed))

const closePayload = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.constantFrom(1000, 1001, 1005, 3000, 4999, 5000).map(code => Uint8Array.of(code >> 8, code & 0xff, 0x62, 0x79)),
)

/** What a peer that keeps to RFC 6455 sends of messages in one frame, pings and pongs. */
export const anyPlainFrame: fc.Arbitrary<ClientFrame> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: anyPayload.map(payload => clientFrame(0x82, payload)) },
      { weight: 1, arbitrary: controlPayload.map(payload => clientFrame(0x89, payload)) },
      { weight: 1, arbitrary: controlPayload.map(payload => clientFrame(0x8a, payload)) },
    ),
    anyMask,
  )
  .map(([frame, mask]) => ({ ...frame, mask }))

/** Anything else: text, fragments, closes, and what breaks the rules in every way a header can. */
export const anyOddFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  anyPayload.filter(isUtf8).map(payload => clientFrame(0x81, payload)),
  fc.tuple(fc.constantFrom(0x00, 0x01, 0x02, 0x80), anyPayload).map(([first, payload]) => clientFrame(first, payload)),
  closePayload.map(payload => clientFrame(0x88, payload)),
  anyPayload.map(payload => clientFrame(0x82, payload, { mask: undefined })),
  anyPayload.map(payload => clientFrame(0x82, payload, { lengthOctets: 8 })),
  fc.nat(20).map(length => clientFrame(0x82, payloadOf(length, 1), { lengthOctets: 2 })),
  fc.nat(20).map(length => clientFrame(0x89, payloadOf(length, 1), { lengthOctets: 2 })),
  fc.tuple(fc.nat(255), controlPayload).map(([first, payload]) => clientFrame(first, payload)),
)

/** Cuts octets into chunks at those parts of their length. */
export const cutAt = (octets: Buffer, parts: readonly number[]): readonly Buffer[] => {
  const cuts = parts.map(part => Math.floor(part * octets.length)).toSorted((a, b) => a - b)
  return [0, ...cuts].map((from, index) => octets.subarray(from, cuts[index])).filter(chunk => chunk.length > 0)
}
