import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LINK_HEADROOM } from '../../src/link/link.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { EncapsulatedNpdu } from '../../src/wire/bvlc-sc.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { NO_OPTIONS, proprietaryOption, SECURE_PATH } from '../../src/wire/header-option.js'
import { roomyOctets, type CarriedNpdu } from '../../src/wire/headroom.js'
import { decodeNpci, encodeNpci } from '../../src/wire/npci.js'
import type { Allocate } from '../../src/wire/octets.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { bip } from '../support/bvll-vectors.js'
import { identity } from '../support/identities.js'
import { anyNpduOctets } from '../support/npdu-arbitraries.js'

const OFTEN = { numRuns: 1000 }

type Encode = (carried: CarriedNpdu, allocate?: Allocate) => Uint8Array

const vmac6 = '0004d2' as Bip6Vmac
const originating6 = bip6('[2001:db8::50]:47808')
const header = { messageId: 1, originating: undefined, destination: undefined, destinationOptions: NO_OPTIONS }
const { vmac: destination } = identity(9)
const vendors = proprietaryOption(260, 1, Uint8Array.of(1, 2, 3), false)

const scMessage =
  (change: Partial<EncapsulatedNpdu>): Encode =>
  carried =>
    encodeBvlcSc({ _tag: 'Encapsulated-NPDU', ...header, dataOptions: NO_OPTIONS, ...change, ...carried })

/** The messages that carry an NPDU to one station. */
const UNICASTS: readonly Encode[] = [
  (carried, allocate) => encodeBvll({ _tag: 'Original-Unicast-NPDU', ...carried }, allocate),
  (carried, allocate) =>
    encodeBvll6({ _tag: 'Original-Unicast-NPDU', source: vmac6, destination: vmac6, ...carried }, allocate),
  scMessage({}),
  scMessage({ destination }),
  scMessage({ destination, dataOptions: [SECURE_PATH] }),
]

/** All messages that carry an NPDU. */
const MESSAGES: readonly Encode[] = [
  ...UNICASTS,
  (carried, allocate) => encodeBvll({ _tag: 'Original-Broadcast-NPDU', ...carried }, allocate),
  (carried, allocate) => encodeBvll({ _tag: 'Distribute-Broadcast-To-Network', ...carried }, allocate),
  (carried, allocate) =>
    encodeBvll({ _tag: 'Forwarded-NPDU', originating: bip('10.0.0.1:47808'), ...carried }, allocate),
  (carried, allocate) => encodeBvll6({ _tag: 'Original-Broadcast-NPDU', source: vmac6, ...carried }, allocate),
  (carried, allocate) => encodeBvll6({ _tag: 'Distribute-Broadcast-To-Network', source: vmac6, ...carried }, allocate),
  (carried, allocate) =>
    encodeBvll6({ _tag: 'Forwarded-NPDU', source: vmac6, originating: originating6, ...carried }, allocate),
  scMessage({
    originating: destination,
    destination,
    destinationOptions: [vendors],
    dataOptions: [vendors, SECURE_PATH],
  }),
]

/** An NPDU in any message. */
interface Carrier {
  readonly npdu: Uint8Array
  readonly encode: Encode
}

const anyCarrier: fc.Arbitrary<Carrier> = fc.record({ npdu: anyNpduOctets(), encode: fc.constantFrom(...MESSAGES) })

/** An NPDU in the midst of memory that is full of something else. */
const amidst = (npdu: Uint8Array, before: number): { readonly memory: Uint8Array; readonly npdu: Uint8Array } => {
  const memory = new Uint8Array(before + npdu.length + 10).fill(0xa5)
  memory.set(npdu, before)
  return { memory, npdu: memory.subarray(before, before + npdu.length) }
}

const forbidden: Allocate = () => {
  throw new Error('memory was asked for')
}

describe('a message with room in front of its NPDU', () => {
  it('has the same octets as one without, whatever room is offered and whatever room there is', () => {
    fc.assert(
      fc.property(
        anyCarrier,
        fc.nat(40),
        fc.oneof(fc.nat(40), fc.constantFrom(-1, NaN, Infinity)),
        (carrier, room, offered) => {
          const { npdu } = amidst(carrier.npdu, room)
          const plain = carrier.encode({ npdu: carrier.npdu })
          expect(carrier.encode({ npdu, headroom: offered })).toEqual(plain)
          expect(npdu).toEqual(carrier.npdu)
        },
      ),
      OFTEN,
    )
  })

  it('is written into the room if it fits there, and touches no octet in front of its own', () => {
    fc.assert(
      fc.property(anyCarrier, fc.nat(40), fc.nat(20), (carrier, offered, further) => {
        const { memory, npdu } = amidst(carrier.npdu, offered + further)
        const plain = carrier.encode({ npdu: carrier.npdu })
        const header = plain.length - npdu.length
        const before = memory.slice()
        const octets = carrier.encode({ npdu, headroom: offered })
        expect(octets.buffer === memory.buffer).toBe(header <= offered)
        if (octets.buffer === memory.buffer) before.set(plain, offered + further - header)
        expect(memory).toEqual(before)
      }),
      OFTEN,
    )
  })

  it('needs no further memory', () => {
    fc.assert(
      fc.property(anyCarrier, carrier => {
        const room = carrier.encode({ npdu: carrier.npdu }).length
        const { npdu } = amidst(carrier.npdu, room)
        const octets = carrier.encode({ npdu, headroom: room }, forbidden)
        expect([octets.buffer === npdu.buffer, octets.byteOffset + octets.length]).toEqual([
          true,
          npdu.byteOffset + npdu.length,
        ])
      }),
    )
  })

  it('may be another one, with a shorter or a longer header, when the first did not leave', () => {
    fc.assert(
      fc.property(anyCarrier, anyCarrier, ({ encode: first, npdu: octets }, { encode: second }) => {
        const { npdu } = amidst(octets, 60)
        first({ npdu, headroom: 60 }, forbidden)
        expect(second({ npdu, headroom: 60 }, forbidden)).toEqual(second({ npdu: octets }))
      }),
    )
  })

  it.each(UNICASTS)('can be any unicast where the most headroom that links need is left (%#)', encode => {
    fc.assert(
      fc.property(anyNpduOctets(), octets => {
        const { npdu } = amidst(octets, MAX_LINK_HEADROOM)
        expect(encode({ npdu, headroom: MAX_LINK_HEADROOM }, forbidden).buffer === npdu.buffer).toBe(true)
      }),
    )
  })
})

describe('an NPDU with another header', () => {
  it('lies behind the room that was asked for, and is the same as without', () => {
    fc.assert(
      fc.property(anyNpduOctets(), fc.nat(40), (octets, room) => {
        const npci = decodeNpci(octets)
        fc.pre(npci._tag === 'Right')
        const plain = encodeNpci(npci.right, octets, npci.right.end)
        const roomy = encodeNpci(npci.right, octets, npci.right.end, roomyOctets(room))
        expect(roomy).toEqual(plain)
        expect(roomy.byteOffset).toBeGreaterThanOrEqual(room)
      }),
    )
  })

  it('shares no octet, room included, with any other', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(fc.oneof(fc.nat(60), fc.nat(6000)), { maxLength: 60 }), (room, lengths) => {
        const allocate = roomyOctets(room)
        const all = lengths.map(length => allocate(length))
        expect(all.map(({ length }) => length)).toEqual(lengths)
        const whole = all.map(
          ({ buffer, byteOffset, length }) => new Uint8Array(buffer, byteOffset - room, room + length),
        )
        expect(whole.every(octets => octets.every(octet => octet === 0))).toBe(true)
        whole.forEach((octets, index) => octets.fill(index + 1))
        expect(whole.every((octets, index) => octets.every(octet => octet === index + 1))).toBe(true)
      }),
    )
  })
})
