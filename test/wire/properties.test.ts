import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { looksLikeConnectRequest, receive, understandsNone } from '../../src/sc/connection/receive.js'
import { BvlcFunction } from '../../src/wire/bvlc-function.js'
import { decodeBvlcSc, type Path } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { MAX_BVLC_LENGTH, type BvlcResult, type ScMessage } from '../../src/wire/bvlc-sc.js'
import { ErrorClass, ErrorCode } from '../../src/wire/error-code.js'
import { proprietaryOption, readOptions, skipOptions } from '../../src/wire/header-option.js'
import { payloadLength } from '../../src/wire/hub-header.js'
import { anyMessage, anyOctets, anythingHeard } from '../support/arbitraries.js'
import { fromHex, PATHS, toHex, validVector } from '../support/vectors.js'

const OFTEN = { numRuns: 2000 }

const received = (octets: Uint8Array, path: Path) =>
  receive(octets, { path, maxBvlcLength: MAX_BVLC_LENGTH, understands: understandsNone })

const decoded = (octets: Uint8Array, path: Path): ScMessage | undefined => {
  const message = decodeBvlcSc(octets, path)
  return E.isRight(message) ? message.right : undefined
}

const hasBroadcastDestination = (octets: Uint8Array): boolean => {
  const at = 4 + ((octets[1] ?? 0) & 8 ? 6 : 0)
  return ((octets[1] ?? 0) & 4) !== 0 && toHex(octets.subarray(at, at + 6)) === 'ffffffffffff'
}

/** The views of the input that a message holds. */
const viewsOf = (message: ScMessage): readonly Uint8Array[] => {
  const dataOptions = message._tag === 'Encapsulated-NPDU' ? message.dataOptions : []
  const options = [...message.destinationOptions, ...dataOptions].flatMap(({ data }) => (data ? [data] : []))
  if (message._tag === 'Encapsulated-NPDU') return [...options, message.npdu]
  if (message._tag === 'Proprietary-Message') return [...options, message.data]
  return options
}

/** A message whose octets say more than its value does: spaces between URIs, and what is not proper text in a NAK. */
const isOneOfManyWritings = (message: ScMessage, octets: Uint8Array): boolean => {
  const payload = octets.subarray(octets.length - payloadLength(octets))
  if (message._tag === 'Address-Resolution-ACK') return message.uris.join(' ').length !== textOf(payload).length
  if (message._tag !== 'BVLC-Result' || message.nak === undefined) return false
  return payload.includes(0, 7) || textOf(payload.subarray(7)).includes('\ufffd')
}

const textOf = (octets: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets)

describe('encoding', () => {
  it.each(PATHS)('loses nothing of a message %s', path => {
    fc.assert(
      fc.property(anyMessage(path), message => {
        expect(decodeBvlcSc(encodeBvlcSc(message), path)).toEqual(E.right(message))
      }),
      OFTEN,
    )
  })

  it('leaves NUL out of error details, which some receivers refuse', () => {
    const nak = { errorHeaderMarker: 0, errorClass: 7, errorCode: 0, errorDetails: 'a\0b' }
    const message = { ...anEmptyHeader, _tag: 'BVLC-Result', resultFor: 1, nak } as const
    expect(decoded(encodeBvlcSc(message), 'direct')).toMatchObject({ nak: { errorDetails: 'ab' } })
  })
})

describe('decoding', () => {
  it('is undone by encoding, wherever a value has only one writing', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        const message = decoded(octets, path)
        fc.pre(message !== undefined && !isOneOfManyWritings(message, octets))
        expect(toHex(encodeBvlcSc(message))).toBe(toHex(octets))
      }),
      OFTEN,
    )
  })

  it('gives the same value for the octets that its value encodes to', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        const message = decoded(octets, path)
        fc.pre(message !== undefined && !(message._tag === 'BVLC-Result' && message.nak?.errorDetails.includes('\0')))
        expect(decoded(encodeBvlcSc(message), path)).toEqual(message)
      }),
      OFTEN,
    )
  })

  it('ignores superfluous spaces between URIs', () => {
    const octets = encodeBvlcSc({
      ...anEmptyHeader,
      _tag: 'Address-Resolution-ACK',
      uris: ['', 'wss://a', '', 'wss://b'],
    })
    expect(decoded(octets, 'direct')).toMatchObject({ uris: ['wss://a', 'wss://b'] })
  })

  it('sees nothing of what surrounds a message in memory', () => {
    fc.assert(
      fc.property(anythingHeard(), anyOctets(1, 80), ({ octets, path }, poison) => {
        const surrounded = (filling: Uint8Array): Uint8Array => {
          const memory = Uint8Array.from([...filling, ...octets, ...filling])
          return memory.subarray(filling.length, filling.length + octets.length)
        }
        const alone = decodeBvlcSc(octets, path)
        expect(decodeBvlcSc(surrounded(poison), path)).toEqual(alone)
        expect(decodeBvlcSc(surrounded(new Uint8Array(80).fill(0xff)), path)).toEqual(alone)
      }),
      OFTEN,
    )
  })

  it('gives views that lie inside the message', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        const memory = Uint8Array.from([...new Uint8Array(16), ...octets, ...new Uint8Array(16)])
        const message = decoded(memory.subarray(16, 16 + octets.length), path)
        fc.pre(message !== undefined)
        for (const view of viewsOf(message)) {
          expect(view.buffer).toBe(memory.buffer)
          expect(view.byteOffset).toBeGreaterThanOrEqual(16)
          expect(view.byteOffset + view.length).toBeLessThanOrEqual(16 + octets.length)
        }
      }),
      OFTEN,
    )
  })
})

describe('receiving', () => {
  it('never throws, whatever is heard', () => {
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        expect(() => decodeBvlcSc(octets, path)).not.toThrow()
        expect(() => received(octets, path)).not.toThrow()
      }),
      { numRuns: 10_000 },
    )
  })

  it('answers no broadcast, no response and nothing without a message id', () => {
    const responses: readonly number[] = [0x00, 0x03, 0x07, 0x09, 0x0b]
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        const message = received(octets, path)
        fc.pre(E.isLeft(message) && message.left.nak !== undefined)
        expect(octets.length).toBeGreaterThanOrEqual(4)
        expect(responses).not.toContain(octets[0])
        expect(hasBroadcastDestination(octets)).toBe(false)
      }),
      OFTEN,
    )
  })

  it('answers with a NAK that names the message and that its sender can read', () => {
    const back: Readonly<Record<Path, Path>> = { 'from-hub': 'to-hub', 'to-hub': 'from-hub', direct: 'direct' }
    fc.assert(
      fc.property(anythingHeard(), ({ octets, path }) => {
        const message = received(octets, path)
        fc.pre(E.isLeft(message) && message.left.nak !== undefined)
        const { nak, errorClass, errorCode, errorHeaderMarker, reason } = message.left
        expect(nak).toEqual({
          ...anEmptyHeader,
          _tag: 'BVLC-Result',
          messageId: Buffer.from(octets).readUInt16BE(2),
          destination: nak.destination,
          resultFor: Buffer.from(octets).readUInt8(0),
          nak: { errorClass, errorCode, errorHeaderMarker, errorDetails: reason },
        } satisfies BvlcResult)
        // A NAK for the hub itself has no destination; only a connection that is asked for reads it.
        const heardOn = path === 'from-hub' && nak.destination === undefined ? 'direct' : back[path]
        expect(decoded(encodeBvlcSc(nak), heardOn)).toEqual(nak)
      }),
      OFTEN,
    )
  })

  it('takes a message of the longest length it said, and none longer', () => {
    const octets = validVector('npdu-unicast-hub-to-node')
    const taken = (maxBvlcLength: number) =>
      receive(octets, { path: 'from-hub', maxBvlcLength, understands: understandsNone })
    expect(taken(octets.length)).toMatchObject({ _tag: 'Right' })
    expect(taken(octets.length - 1)).toMatchObject({ left: { errorCode: ErrorCode.MESSAGE_TOO_LONG, nak: undefined } })
  })

  it('takes a message whose options are understood', () => {
    const octets = validVector('npdu-dest-option-proprietary-must-understand')
    const understands = () => true
    expect(receive(octets, { path: 'from-hub', maxBvlcLength: 1600, understands })).toMatchObject({ _tag: 'Right' })
  })

  it('says nothing to a BVLC-Result that a node sends its hub without destination', () => {
    expect(received(validVector('result-ack-for-proprietary'), 'to-hub')).toMatchObject({ left: { nak: undefined } })
  })
})

describe('octets that look like a Connect-Request', () => {
  it('are those that begin as one, however they go on', () => {
    const looks = (hex: string) => looksLikeConnectRequest(fromHex(hex))
    expect(['06000125', '06ff012500'].map(looks)).toEqual([true, true])
    expect(['', '060001', '07000125', '0006012500'].map(looks)).toEqual([false, false, false, false])
  })
})

describe('option lists', () => {
  it('are skipped to where reading ends, or not at all when reading fails', () => {
    fc.assert(
      fc.property(anyOctets(0, 60), fc.nat(60), (octets, at) => {
        const read = readOptions(octets, at)
        expect(skipOptions(octets, at)).toBe('failed' in read ? -1 : read.end)
      }),
      OFTEN,
    )
  })

  it('hold 64 options, and one more is too many', () => {
    const withOptions = (count: number): Uint8Array =>
      encodeBvlcSc({
        ...anEmptyHeader,
        _tag: 'Heartbeat-Request',
        destinationOptions: Array.from({ length: count }, () => proprietaryOption(555, 1, new Uint8Array(0), false)),
      })
    expect(decoded(withOptions(64), 'direct')?.destinationOptions).toHaveLength(64)
    expect(decodeBvlcSc(withOptions(65), 'direct')).toMatchObject({
      left: {
        errorClass: ErrorClass.RESOURCES,
        errorCode: ErrorCode.OUT_OF_MEMORY,
        nak: { resultFor: BvlcFunction['Heartbeat-Request'] },
      },
    })
  })
})

const anEmptyHeader = { messageId: 7, originating: undefined, destination: undefined, destinationOptions: [] } as const
