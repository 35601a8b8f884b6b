import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { receive, understandsNone } from '../../src/sc/connection/receive.js'
import type { Vmac } from '../../src/values/vmac.js'
import { decodeBvlcSc, type Path } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { MAX_BVLC_LENGTH, type ScMessage } from '../../src/wire/bvlc-sc.js'
import type { DecodeError } from '../../src/wire/decode-error.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { payloadLength } from '../../src/wire/hub-header.js'
import { fromHex, hubVectors, malformedVectors, pathsOf, spellOut, toHex, validVectors } from '../support/vectors.js'
import { connected, relay, relayedMessage, tableOf } from './relay.js'

const decoded = (octets: Uint8Array, path: Path): ScMessage => {
  const message = decodeBvlcSc(octets, path)
  if (E.isLeft(message)) throw new Error(message.left.reason)
  return message.right
}

describe('valid vectors', () => {
  for (const vector of validVectors) {
    const octets = fromHex(vector.hex)
    const { payloadHex, payloadLength: expectedLength, ...fields } = vector.decoded

    for (const path of pathsOf(vector)) {
      it(`${vector.name} means what it should, ${path}`, () => {
        expect(spellOut(decoded(octets, path))).toEqual(fields)
      })

      it(`${vector.name} is encoded as it came, ${path}`, () => {
        expect(toHex(encodeBvlcSc(decoded(octets, path)))).toBe(vector.hex)
      })
    }

    it(`${vector.name} has its payload where a hub looks for it`, () => {
      expect(payloadLength(octets)).toBe(expectedLength)
      expect(toHex(octets.subarray(octets.length - payloadLength(octets)))).toBe(payloadHex)
    })
  }
})

describe('hub vectors', () => {
  const nodes = ['927bf71a96a2' as Vmac, '3212a4c8550e' as Vmac]

  for (const vector of hubVectors) {
    it(`${vector.name}: ${vector.rule}`, () => {
      const relayed = relay(fromHex(vector.in), connected(vector.senderVmac as Vmac), tableOf(nodes))
      const out = relayedMessage(relayed)
      expect(out && toHex(out)).toBe(vector.out ?? undefined)
      if (vector.out === null) expect(relayed.decision._tag).toBe('Drop')
    })
  }
})

/** Vectors that a codec alone finds nothing wrong with, and who does. */
const FAULTLESS_TO_THE_CODEC: Readonly<Record<string, string>> = {
  'bad-proprietary-unknown': 'whether vendor and function are known is decided by the node',
  'bad-proprietary-unknown-broadcast': 'whether vendor and function are known is decided by the node',
  'bad-result-details-invalid-utf8': 'class and code are usable, so the text is mended',
  'hub-second-connect-request': 'whether the peer is connected already is decided by the connection',
}

const received = (octets: Uint8Array, path: Path) =>
  receive(octets, { path, maxBvlcLength: MAX_BVLC_LENGTH, understands: understandsNone })

const refused = (octets: Uint8Array, path: Path): DecodeError => {
  const message = received(octets, path)
  if (E.isRight(message)) throw new Error(`accepted as ${message.right._tag}`)
  return message.left
}

describe('malformed vectors', () => {
  for (const vector of malformedVectors) {
    const octets = fromHex(vector.hex)
    const { error } = vector
    const why = FAULTLESS_TO_THE_CODEC[vector.name]

    for (const path of pathsOf(vector)) {
      if (why !== undefined) {
        it(`${vector.name} passes, ${path}: ${why}`, () => {
          expect(received(octets, path)).toMatchObject({ _tag: 'Right' })
        })
      } else if (error.silent === true) {
        it(`${vector.name} is discarded in silence, ${path}: ${error.reason}`, () => {
          expect(refused(octets, path).nak).toBeUndefined()
        })
      } else {
        it(`${vector.name} is answered with ${error.expectedErrorCode}, ${path}: ${error.reason}`, () => {
          const { errorClass, errorCode, errorHeaderMarker, nak } = refused(octets, path)
          expect({ errorClass, errorCode, errorHeaderMarker }).toEqual({
            errorClass: error.expectedErrorClass,
            errorCode: error.expectedErrorCode,
            errorHeaderMarker: Number.parseInt(error.errorHeaderMarker, 16),
          })
          const answer = nak && toHex(encodeBvlcSc(nak))
          expect(answer?.slice(0, error.expectedNakHex.length), 'up to the error details').toBe(error.expectedNakHex)
          expect(nak?.nak?.errorDetails).not.toBe('')
        })
      }
    }
  }

  it('leave class and code of a NAK readable when its text is not UTF-8', () => {
    const vector = malformedVectors.find(({ name }) => name === 'bad-result-details-invalid-utf8')
    expect(decoded(fromHex(vector?.hex ?? ''), 'from-hub')).toMatchObject({
      nak: { errorClass: 7, errorCode: ErrorCode.NODE_DUPLICATE_VMAC, errorDetails: '\ufffd' },
    })
  })
})
