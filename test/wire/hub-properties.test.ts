import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fits, forwarding, npduLength } from '../../src/sc/hub/hub-forward.js'
import { BROADCAST_VMAC, UNKNOWN_VMAC, type Vmac } from '../../src/values/vmac.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { MAX_BVLC_LENGTH } from '../../src/wire/bvlc-sc.js'
import { BROADCAST_KEY, destinationKey, forwardFrame, payloadLength, vmacKey } from '../../src/wire/hub-header.js'
import { messageOf } from '../../src/wire/web-socket-frame.js'
import { anyMessage, anyOctets, anythingHeard, anyVmac } from '../support/arbitraries.js'
import { fromHex, toHex, validVector } from '../support/vectors.js'
import { connected, relay, relayedMessage, tableOf } from './relay.js'

const OFTEN = { numRuns: 2000 }

const SENDER = connected('927bf71a96a2' as Vmac)
const RECEIVER = connected('3212a4c8550e' as Vmac)
const TABLE = tableOf([SENDER.identity.vmac, RECEIVER.identity.vmac])

/** A message from the sender to somebody, of which only the VMACs are sure to make sense. */
const anyForwardable = (destination: Vmac) =>
  fc
    .record({
      function: fc.nat(0xff).filter(octet => octet < 0x06 || octet > 0x0b),
      otherFlags: fc.nat(0xff).map(octet => octet & 0xf3),
      id: anyOctets(2, 2),
      saysWhoItIs: fc.boolean(),
      rest: anyOctets(0, 60),
    })
    .map(({ function: octet, otherFlags, id, saysWhoItIs, rest }) => {
      const flags = otherFlags | 0x04 | (saysWhoItIs ? 0x08 : 0)
      const originating = saysWhoItIs ? SENDER.originator : []
      const octets = Uint8Array.from([octet, flags, ...id, ...originating, ...fromHex(destination), ...rest])
      return { octets, function: octet, otherFlags, id, rest }
    })

/** An NPDU of `length` octets of message, to `destination`. */
const npduOfLength = (length: number, destination: Vmac): Uint8Array => {
  const octets = new Uint8Array(length).fill(0x5a)
  octets.set([0x01, 0x04, 0x12, 0x34, ...fromHex(destination)])
  return octets
}

const allocate = (length: number): Uint8Array => new Uint8Array(length)

describe('a hub that forwards', () => {
  it('changes only the VMACs and their flags in a unicast', () => {
    fc.assert(
      fc.property(anyForwardable(RECEIVER.identity.vmac), sent => {
        const relayed = relay(sent.octets, SENDER, TABLE)
        expect(relayed.decision).toMatchObject({ _tag: 'Unicast', to: { identity: RECEIVER.identity } })
        const expected = [sent.function, sent.otherFlags | 0x08, ...sent.id, ...SENDER.originator, ...sent.rest]
        expect(relayedMessage(relayed)).toEqual(Uint8Array.from(expected))
      }),
      OFTEN,
    )
  })

  it('changes only the originating VMAC and its flag in a broadcast', () => {
    fc.assert(
      fc.property(anyForwardable(BROADCAST_VMAC), sent => {
        const relayed = relay(sent.octets, SENDER, TABLE)
        expect(relayed.decision).toEqual({ _tag: 'Broadcast' })
        const header = [sent.function, sent.otherFlags | 0x0c, ...sent.id, ...SENDER.originator]
        expect(relayedMessage(relayed)).toEqual(Uint8Array.from([...header, ...fromHex(BROADCAST_VMAC), ...sent.rest]))
      }),
      OFTEN,
    )
  })

  it('leaves what it was given as it was', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets }) => {
        const before = toHex(octets)
        relay(octets, SENDER, TABLE)
        expect(toHex(octets)).toBe(before)
      }),
    )
  })

  it.each([
    { length: 10, header: '820a' },
    { length: 125, header: '827d' },
    { length: 126, header: '827e007e' },
    { length: 5705, header: '827e1649' },
    { length: 65535, header: '827effff' },
  ])('writes the WebSocket header $header before a message of $length octets', ({ length, header }) => {
    const { octets, start } = forwardFrame(
      npduOfLength(length, RECEIVER.identity.vmac),
      SENDER.originator,
      false,
      allocate,
    )
    expect(toHex(octets.subarray(0, start))).toBe(header)
    expect(octets).toHaveLength(start + length)
  })

  it.each([119, 120, 65529])('allows in that header for the VMAC it inserts into a broadcast of %i octets', length => {
    const frame = forwardFrame(npduOfLength(length, BROADCAST_VMAC), SENDER.originator, true, allocate)
    const header = Buffer.from(frame.octets)
    expect(frame.start === 2 ? header.readUInt8(1) : header.readUInt16BE(2)).toBe(length + 6)
    expect(messageOf(frame)).toHaveLength(length + 6)
  })

  it('writes into the memory it is given, all of it', () => {
    const memory = new Uint8Array(4096).fill(0xaa)
    const cut = (length: number): Uint8Array => memory.subarray(100, 100 + length)
    const clean = forwardFrame(npduOfLength(200, BROADCAST_VMAC), SENDER.originator, true, allocate)
    const frame = forwardFrame(npduOfLength(200, BROADCAST_VMAC), SENDER.originator, true, cut)
    expect(toHex(frame.octets)).toBe(toHex(clean.octets))
    expect(memory[99]).toBe(0xaa)
    expect(memory[100 + frame.octets.length]).toBe(0xaa)
  })
})

describe('a hub that decides', () => {
  it('never throws, whatever is heard', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets }) => {
        expect(() => relay(octets, SENDER, TABLE)).not.toThrow()
        expect(() => payloadLength(octets)).not.toThrow()
        expect(() => fits(octets.length, npduLength(octets), RECEIVER)).not.toThrow()
      }),
      { numRuns: 10_000 },
    )
  })

  it('sends every valid message with a destination where that says', () => {
    fc.assert(
      fc.property(anyMessage('to-hub'), message => {
        const { decision } = relay(encodeBvlcSc(message), SENDER, TABLE)
        if (message.destination === undefined) expect(decision._tag).toBe('ForHub')
        else if (message.destination === BROADCAST_VMAC) expect(decision._tag).toBe('Broadcast')
        else if (message.destination === RECEIVER.identity.vmac) expect(decision._tag).toBe('Unicast')
        else expect(decision).toMatchObject({ _tag: 'Drop' })
      }),
    )
  })

  it.each<readonly [what: string, hex: string, reason: string]>([
    ['an originating VMAC of somebody else', '010c0001aabbccddeeff3212a4c8550e0100', 'spoofed originator'],
    ['a broadcast in the name of somebody else', '010c0001aabbccddeeffffffffffffff0100', 'spoofed originator'],
    ['a message that ends inside its destination', '010400013212a4c855', 'malformed'],
    ['a message that ends inside its originating VMAC', '010c0001927bf71a', 'malformed'],
    ['a message to the VMAC that means unknown', `01040001${UNKNOWN_VMAC}0100`, 'unknown destination'],
    ['a message to nobody connected', '01040001aabbccddeeff0100', 'unknown destination'],
    ['a message to its own sender', '01040001927bf71a96a20100', 'destination is the sender'],
  ])('drops %s', (_what, hex, reason) => {
    expect(relay(fromHex(hex), SENDER, TABLE)).toMatchObject({ decision: { _tag: 'Drop', reason }, frame: undefined })
  })

  it('drops what is longer than it takes', () => {
    const message = validVector('npdu-unicast-node-to-hub')
    expect(forwarding(message, SENDER, TABLE, message.length)).toMatchObject({ _tag: 'Unicast' })
    expect(forwarding(message, SENDER, TABLE, message.length - 1)).toMatchObject({
      _tag: 'Drop',
      reason: 'longer than the hub takes',
    })
  })

  it.each(['06', '07', '08', '09', '0a', '0b'])('keeps connection function %s to itself, destination or not', octet => {
    expect(relay(fromHex(`${octet}0400013212a4c8550e`), SENDER, TABLE).decision._tag).toBe('ForHub')
    expect(relay(fromHex(`${octet}000001`), SENDER, TABLE).decision._tag).toBe('ForHub')
  })

  it('finds a node by the number of its VMAC', () => {
    fc.assert(
      fc.property(fc.oneof(anyVmac(), fc.constant(BROADCAST_VMAC)), vmac => {
        const message = npduOfLength(12, vmac)
        expect(destinationKey(message)).toBe(vmacKey(vmac))
        expect(vmacKey(vmac).toString(16).padStart(12, '0')).toBe(vmac)
        expect(vmacKey(vmac) === BROADCAST_KEY).toBe(vmac === BROADCAST_VMAC)
      }),
    )
  })

  it('finds the payload of a valid message behind its options', () => {
    fc.assert(
      fc.property(anyMessage('to-hub'), message => {
        fc.pre(message._tag === 'Encapsulated-NPDU')
        expect(payloadLength(encodeBvlcSc(message))).toBe(message.npdu.length)
      }),
    )
  })
})

describe('what a destination takes', () => {
  const taking = (maxBvlcLength: number, maxNpduLength: number) => ({
    ...RECEIVER,
    identity: { ...RECEIVER.identity, maxBvlcLength, maxNpduLength },
  })
  const npdu = npduOfLength(60, RECEIVER.identity.vmac)

  it.each([
    { what: 'a message of its Max-BVLC-Length', receiver: taking(60, 50), fit: true },
    { what: 'a longer message', receiver: taking(59, 50), fit: false },
    { what: 'a longer NPDU', receiver: taking(60, 49), fit: false },
    { what: 'anything that a field can say', receiver: taking(MAX_BVLC_LENGTH, MAX_BVLC_LENGTH), fit: true },
  ])('$what: $fit', ({ receiver, fit }) => {
    expect(fits(npdu.length, npduLength(npdu), receiver)).toBe(fit)
  })

  it('is not held against options, nor against messages without NPDU', () => {
    expect(fits(39, npduLength(validVector('npdu-both-option-lists')), taking(39, 13))).toBe(true)
    expect(fits(17, npduLength(validVector('proprietary-data')), taking(17, 1))).toBe(true)
  })
})
