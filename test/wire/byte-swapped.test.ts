import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unswapped, unswappedLengths, unswappedNak } from '../../src/wire/byte-swapped.js'
import { anyMessage } from '../support/arbitraries.js'
import { identity } from '../support/identities.js'

const swap = (number: number): number => ((number & 0xff) << 8) | (number >>> 8)

const lengths = (maxBvlcLength: number, maxNpduLength: number) => ({ maxBvlcLength, maxNpduLength })

const swappedLengths = (bvlc: number, npdu: number) => lengths(swap(bvlc), swap(npdu))

const nak = (errorClass: number, errorCode: number) => ({
  errorHeaderMarker: 0,
  errorClass,
  errorCode,
  errorDetails: '',
})

describe('lengths with the wrong octet first', () => {
  it.each([
    ['0xDC05 twice, as recorded', lengths(0xdc05, 0xdc05), lengths(1500, 1500)],
    ['0x4006 and 0xD905', lengths(0x4006, 0xd905), lengths(1600, 1497)],
    ['0x4006 and 0xDC05', lengths(0x4006, 0xdc05), lengths(1600, 1500)],
  ])('%s, are read as they were meant', (_, said, meant) => {
    expect(unswappedLengths(said)).toEqual(meant)
  })

  it('are read so whenever they cannot be meant, and common lengths come out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 480, max: 1600 }), fc.integer({ min: 480, max: 1600 }), (bvlc, npdu) => {
        const said = swappedLengths(bvlc, npdu)
        fc.pre(npdu <= bvlc && said.maxNpduLength + 4 > said.maxBvlcLength && said.maxBvlcLength > bvlc)
        expect(unswappedLengths(said)).toEqual(lengths(bvlc, npdu))
      }),
    )
  })

  it('stay as they are where they could be meant: 0xDC05 and 0xC405 may be 56325 and 50181', () => {
    const said = swappedLengths(1500, 1476)
    expect(unswappedLengths(said)).toBe(said)
  })
})

describe('the lengths of a peer that writes them right', () => {
  it('are never read otherwise, when its longest NPDU fits into its longest message', () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.nat(61327), (bvlc, npdu) => {
        fc.pre(npdu + 4 <= bvlc)
        const said = lengths(bvlc, npdu)
        expect(unswappedLengths(said)).toBe(said)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    50, 206, 480, 512, 1024, 1476, 1497, 1500, 1600, 2048, 4096, 5705, 6000, 8192, 10_000, 16_384, 61_327, 65_535,
  ])('are never read otherwise either when both are %i, as sloppy programs say', length => {
    const said = lengths(length, length)
    expect(unswappedLengths(said)).toBe(said)
  })
})

describe('a NAK with the wrong octet first', () => {
  it('is read as it was meant', () => {
    expect(unswappedNak(nak(0x0700, 0x9700))).toEqual(nak(7, 151))
    expect(unswappedNak(nak(0x0700, 0x2d00))).toEqual(nak(7, 45))
    expect(unswappedNak(nak(0x0300, 0x8500))).toEqual(nak(3, 133))
  })

  it('stays as it is when only its class or only its code looks like that', () => {
    for (const said of [nak(7, 0x9700), nak(0x0700, 151), nak(0x0100, 0x0700), nak(0x4000, 0x4000)]) {
      expect(unswappedNak(said)).toBe(said)
    }
  })

  it('is never seen in a NAK of a class and code of the standard', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (errorClass, errorCode) => {
        const said = nak(errorClass, errorCode)
        expect(unswappedNak(said)).toBe(said)
      }),
    )
  })
})

describe('a message', () => {
  const header = { messageId: 1, originating: undefined, destination: undefined, destinationOptions: [] }

  it('is mended where a peer says what it takes, or refuses', () => {
    const said = { ...header, _tag: 'Connect-Accept', ...identity(1, swappedLengths(1500, 1500)) } as const
    expect(unswapped(said)).toEqual({ ...said, ...lengths(1500, 1500) })
    const refusal = { ...header, _tag: 'BVLC-Result', resultFor: 6, nak: nak(0x0700, 0x9700) } as const
    expect(unswapped(refusal)).toEqual({ ...refusal, nak: nak(7, 151) })
  })

  it('is nothing but its 16-bit lengths, class and code', () => {
    fc.assert(
      fc.property(anyMessage('direct'), message => {
        const read = unswapped(message)
        const alike = { maxBvlcLength: 0, maxNpduLength: 0, nak: undefined }
        expect({ ...read, ...alike }).toEqual({ ...message, ...alike })
      }),
    )
  })
})
