import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/sc/hub/hub-table.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { hasOriginating } from '../../src/wire/hub-header.js'
import { pathOf, scCaptures, type CapturedFrame, type ScCapture } from '../support/captures.js'
import { toHex } from '../support/vectors.js'
import { connected, relay, relayedMessage, tableOf, type Relayed } from './relay.js'

/** bac-py nodes tell their hub who they are (field quirks, bac-py 1): our decoder refuses, our forwarder strips it. */
const saysWhoItIs = (frame: CapturedFrame): boolean => pathOf(frame) === 'to-hub' && hasOriginating(frame.octets)

const inWords = (frame: CapturedFrame): string => `${frame.connection} at ${frame.at} s: ${toHex(frame.octets)}`

/** Who sends on each connection, by the VMAC in its Connect-Request. */
const sendersOf = ({ frames }: ScCapture): ReadonlyMap<string, Member> =>
  new Map(
    frames.flatMap(frame => {
      const message = decodeBvlcSc(frame.octets, pathOf(frame))
      return E.isRight(message) && message.right._tag === 'Connect-Request'
        ? [[frame.connection, connected(message.right.vmac)] as const]
        : []
    }),
  )

/** What our hub would do with a frame of the capture. */
const relaying = (capture: ScCapture): ((frame: CapturedFrame) => Relayed) => {
  const senders = sendersOf(capture)
  const table = tableOf([...senders.values()].map(({ identity }) => identity.vmac))
  return frame => {
    const sender = senders.get(frame.connection)
    expect.assert(sender !== undefined, `nobody introduced himself on ${frame.connection}`)
    return relay(frame.octets, sender, table)
  }
}

describe.each(scCaptures)('$name', capture => {
  const usual = capture.frames.filter(frame => !saysWhoItIs(frame))

  it('is understood, frame for frame', () => {
    for (const frame of usual) {
      expect(decodeBvlcSc(frame.octets, pathOf(frame)), inWords(frame)).toMatchObject({ _tag: 'Right' })
    }
  })

  it('is encoded by us as it was by them', () => {
    for (const frame of usual) {
      const message = decodeBvlcSc(frame.octets, pathOf(frame))
      expect(E.isRight(message) && toHex(encodeBvlcSc(message.right)), inWords(frame)).toBe(toHex(frame.octets))
    }
  })

  it('is relayed by our hub as it was by theirs', () => {
    const relayed = relaying(capture)
    const toHub = capture.frames.filter(frame => pathOf(frame) === 'to-hub')
    const ours = toHub.map(frame => relayedMessage(relayed(frame))).map(octets => octets && toHex(octets))
    for (const frame of capture.frames) {
      if (pathOf(frame) !== 'from-hub' || !hasOriginating(frame.octets)) continue
      expect(ours, inWords(frame)).toContain(toHex(frame.octets))
    }
  })
})

describe.each(scCaptures.filter(({ frames }) => frames.some(saysWhoItIs)))('$name, to a hub', capture => {
  const frames = capture.frames.filter(saysWhoItIs)

  it('is refused by the decoder, as originating VMACs are of no use there', () => {
    for (const frame of frames) {
      expect(decodeBvlcSc(frame.octets, 'to-hub'), inWords(frame)).toMatchObject({
        left: { errorCode: ErrorCode.HEADER_ENCODING_ERROR },
      })
    }
  })

  it('is passed on all the same, and understood by the receiver', () => {
    const relayed = relaying(capture)
    for (const frame of frames) {
      const octets = relayedMessage(relayed(frame))
      expect.assert(octets !== undefined, inWords(frame))
      expect(decodeBvlcSc(octets, 'from-hub'), inWords(frame)).toMatchObject({ _tag: 'Right' })
    }
  })
})

describe('captures', () => {
  it('are of three stacks, and none is missing', () => {
    expect(scCaptures.map(({ name, frames }) => [name, frames.length])).toEqual([
      ['sc-bac-py-basic', 19],
      ['sc-bacnet-stack-basic', 49],
      ['sc-bacnet-stack-direct', 37],
      ['sc-bacnet-stack-failover', 13],
      ['sc-bacnet4j', 44],
      ['sc-mixed', 60],
    ])
  })
})
