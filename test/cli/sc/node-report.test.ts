import { describe, expect, it } from 'vitest'
import { reportNodeEvent } from '../../../src/cli/sc/node-report.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import type { BvlcResult } from '../../../src/wire/bvlc-sc.js'
import { identity } from '../../support/identities.js'

const result = (nak: BvlcResult['nak']): BvlcResult => ({
  _tag: 'BVLC-Result',
  messageId: 1,
  originating: undefined,
  destination: undefined,
  destinationOptions: [],
  resultFor: 2,
  nak,
})

describe('the result of a peer', () => {
  it('is printed when it is a NAK', () => {
    const nak = { errorHeaderMarker: 0, errorClass: 7, errorCode: 45, errorDetails: 'no' }
    expect(reportNodeEvent({ _tag: 'PeerResult', source: undefined, result: result(nak) })?.json).toEqual({
      event: 'peer-result',
      resultFor: 2,
      errorClass: 7,
      errorCode: 45,
      message: 'no',
    })
  })

  it('is not printed when it is an ACK', () => {
    expect(reportNodeEvent({ _tag: 'PeerResult', source: undefined, result: result(undefined) })).toBeUndefined()
  })
})

describe('a connection that is lost', () => {
  const cause = { errorCode: 173, detail: 'cut' }
  const hub = { _tag: 'LostConnection', role: 'primary', uri: 'wss://hub.example' as ScUri, cause } as const
  const direct = { _tag: 'DirectDisconnected', peer: identity(2), uri: undefined, address: '[::1]:5', cause } as const

  it.each([hub, direct])('says how many messages may be lost with it: %o', lost => {
    const some = reportNodeEvent({ ...lost, unconfirmed: 3 })
    expect(some?.json).toMatchObject({ event: 'lost-connection', unconfirmed: 3 })
    expect(some?.text).toMatch(/ended: cut; 3 messages sent last may be lost/)
    const none = reportNodeEvent({ ...lost, unconfirmed: 0 })
    expect(none?.json).toMatchObject({ event: 'lost-connection', unconfirmed: 0 })
    expect(none?.text).toMatch(/ended: cut$/)
  })
})
