import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { npduFault } from '../../src/wire/npdu-look.js'
import { anyOctets } from '../support/arbitraries.js'
import { anyBuiltNpdu } from '../support/bvll-arbitraries.js'
import { fromHex } from '../support/vectors.js'

const WHO_IS = '1008'
const READ_PROPERTY = '0205010c0c020004d2194d'
const CONFIRMED = 'CONFIRMED_REQUEST_BY_BROADCAST'

/** The addresses of a header in every form, and what makes it one. */
const forms: readonly [form: string, control: number, addresses: string, hopCount: string][] = [
  ['without addresses', 0x00, '', ''],
  ['to all networks', 0x20, 'ffff00', 'ff'],
  ['to all of network 5', 0x20, '000500', 'ff'],
  ['to a station of network 5', 0x20, '000506c0a80101bac0', 'ff'],
  ['to a station with a MAC address of 1 octet', 0x20, '00050107', 'ff'],
  ['to a station with a MAC address of 18 octets', 0x20, '000512' + '00'.repeat(18), 'ff'],
  ['from a station of network 7', 0x08, '000706c0a80202bac0', ''],
  ['from a station with a MAC address of 1 octet', 0x08, '00070100', ''],
  ['from network 7 to all networks', 0x28, 'ffff00' + '000706c0a80202bac0', 'fe'],
  ['from network 7 to a station of network 5', 0x28, '00050107' + '0007030a0b0c', 'fe'],
  ['with a MAC address that looks like a header', 0x28, '0005060120ffff00ff' + '0007060108ffff0600', '00'],
  ['with reserved bits, reply expected, and priority', 0x57, '', ''],
]

const npdu = (control: number, ...parts: readonly string[]): Uint8Array =>
  Uint8Array.of(0x01, control, ...fromHex(parts.join('')))

describe.each(forms)('an NPDU %s', (_, control, addresses, hopCount) => {
  const header = npdu(control, addresses, hopCount)

  it('passes with an unconfirmed request, by broadcast and by unicast', () => {
    const octets = Uint8Array.of(...header, ...fromHex(WHO_IS))
    expect([npduFault(octets, true), npduFault(octets, false)]).toEqual([undefined, undefined])
  })

  it('passes with a confirmed request only by unicast', () => {
    const octets = Uint8Array.of(...header, ...fromHex(READ_PROPERTY))
    expect([npduFault(octets, true), npduFault(octets, false)]).toEqual([CONFIRMED, undefined])
  })

  it('passes with an APDU of every other kind, and none of the 16 confirmed ones, by broadcast', () => {
    for (let octet = 0; octet <= 0xff; octet++) {
      expect([octet, npduFault(Uint8Array.of(...header, octet), true)]).toEqual([
        octet,
        octet < 0x10 ? CONFIRMED : undefined,
      ])
    }
  })

  it('passes with nothing behind its header', () => {
    expect(npduFault(header, true)).toBeUndefined()
  })

  it.each([
    ['Who-Is-Router-To-Network for all', '00'],
    ['Who-Is-Router-To-Network 9', '000009'],
    ['I-Am-Router-To-Network', '0100090001'],
    ['What-Is-Network-Number', '12'],
    ['of a reserved type', '7f'],
    ['of vendor 15', '80000f'],
    ['of vendor 15, with data', 'ff000f05010c'],
  ])('passes as network layer message, %s', (_name, message) => {
    expect(npduFault(npdu(control | 0x80, addresses, hopCount, message), true)).toBeUndefined()
  })

  it.each([
    ['', 0x00, ''],
    [', as network layer message', 0x80, '00'],
    [', as message of a vendor', 0x80, '80000f'],
  ])('is refused by broadcast when its header is cut anywhere%s', (_name, bits, message) => {
    const whole = npdu(control | bits, addresses, hopCount, message)
    expect(npduFault(whole, true)).toBeUndefined()
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length)
      expect([length, npduFault(cut, true)]).toEqual([length, length === 0 ? 'EMPTY_NPDU' : 'BAD_NPDU'])
      if (length >= 2) expect(npduFault(cut, false)).toBeUndefined()
    }
  })
})

describe('an NPDU', () => {
  it.each([
    ['of no octet', '', 'EMPTY_NPDU'],
    ['of one octet', '01', 'BAD_NPDU'],
    ['of version 0', '00001008', 'BAD_NPDU'],
    ['of version 2', '02001008', 'BAD_NPDU'],
    ['of version 255', 'ff001008', 'BAD_NPDU'],
  ])('%s is refused, by broadcast and by unicast', (_, hex, fault) => {
    expect([npduFault(fromHex(hex), true), npduFault(fromHex(hex), false)]).toEqual([fault, fault])
  })

  it.each([
    ['the destination says 255 octets', '01200005ff0102'],
    ['the source says 255 octets', '01080005ff0102'],
    ['the destination takes the source with it', '0128000506010203040506'],
    ['the hop count is missing', '0120ffff00'],
  ])('whose header lies is refused by broadcast: %s', (_, hex) => {
    expect([npduFault(fromHex(hex), true), npduFault(fromHex(hex), false)]).toEqual(['BAD_NPDU', undefined])
  })

  it('is seen through, however it is built', () => {
    fc.assert(
      fc.property(anyBuiltNpdu(), ({ octets, headerLength, isNetworkMessage }) => {
        const first = octets[headerLength] ?? 0xff
        expect(npduFault(octets, true)).toBe(!isNetworkMessage && first < 0x10 ? CONFIRMED : undefined)
        expect(npduFault(octets, false)).toBeUndefined()
        for (let length = 2; length < headerLength; length++) {
          expect(npduFault(octets.subarray(0, length), true)).toBe('BAD_NPDU')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is looked at without a throw, and no further than its end', () => {
    fc.assert(
      fc.property(anyOctets(0, 30), fc.boolean(), (rest, isBroadcast) => {
        const octets = Uint8Array.of(0x01, ...rest)
        const amidst = Uint8Array.of(...octets, ...new Uint8Array(300)).subarray(0, octets.length)
        expect(npduFault(amidst, isBroadcast)).toBe(npduFault(octets, isBroadcast))
      }),
      { numRuns: 2000 },
    )
  })
})
