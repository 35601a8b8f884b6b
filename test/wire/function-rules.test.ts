import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { anyMessage, anyOctets, anyVmac } from '../support/arbitraries.js'
import { PATHS } from '../support/vectors.js'

const OFTEN = { numRuns: 2000 }

describe('a message of each function', () => {
  const anyPlain = anyMessage('direct').map(message => ({ ...message, destinationOptions: [], dataOptions: [] }))
  const payloads: Readonly<Record<ScMessage['_tag'], readonly [least: number, most: number]>> = {
    'BVLC-Result': [2, Infinity],
    'Encapsulated-NPDU': [1, Infinity],
    'Address-Resolution': [0, 0],
    'Address-Resolution-ACK': [0, Infinity],
    Advertisement: [6, 6],
    'Advertisement-Solicitation': [0, 0],
    'Connect-Request': [26, 26],
    'Connect-Accept': [26, 26],
    'Disconnect-Request': [0, 0],
    'Disconnect-ACK': [0, 0],
    'Heartbeat-Request': [0, 0],
    'Heartbeat-ACK': [0, 0],
    'Proprietary-Message': [3, Infinity],
  }

  it('takes data options if it has an NPDU, and is refused with them if not', () => {
    fc.assert(
      fc.property(anyPlain, message => {
        const [octet = 0, , ...rest] = encodeBvlcSc(message)
        const octets = Uint8Array.of(octet, 0x01, ...rest.slice(0, 2), 0x41, ...rest.slice(2))
        expect(decodeBvlcSc(octets, 'direct')).toMatchObject(
          message._tag === 'Encapsulated-NPDU'
            ? { right: { npdu: message.npdu, dataOptions: [{ type: 1 }] } }
            : { left: { errorCode: ErrorCode.INCONSISTENT_PARAMETERS } },
        )
      }),
      OFTEN,
    )
  })

  it('is refused with a VMAC where it has none: about a connection, and over a direct one', () => {
    fc.assert(
      fc.property(anyPlain, anyVmac(), fc.boolean(), (message, vmac, isOriginating) => {
        const addressed = { ...message, [isOriginating ? 'originating' : 'destination']: vmac }
        const octets = encodeBvlcSc(addressed)
        const aboutConnection = /^(?:Connect|Disconnect|Heartbeat)-/u.test(message._tag)
        for (const path of aboutConnection ? PATHS : (['direct'] as const)) {
          expect(decodeBvlcSc(octets, path)).toMatchObject({ left: { errorCode: ErrorCode.HEADER_ENCODING_ERROR } })
        }
      }),
      OFTEN,
    )
  })

  it('is refused with a payload that is too short or too long', () => {
    fc.assert(
      fc.property(anyPlain, anyOctets(0, 30), (message, payload) => {
        const [least, most] = payloads[message._tag]
        fc.pre(payload.length < least || payload.length > most)
        const octets = Uint8Array.of(...encodeBvlcSc(message).subarray(0, 4), ...payload)
        const tooShort = payload.length === 0 ? ErrorCode.PAYLOAD_EXPECTED : ErrorCode.MESSAGE_INCOMPLETE
        expect(decodeBvlcSc(octets, 'direct')).toMatchObject({
          left: { errorCode: payload.length < least ? tooShort : ErrorCode.UNEXPECTED_DATA },
        })
      }),
      OFTEN,
    )
  })
})
