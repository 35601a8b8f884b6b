import { describe, expect, it } from 'vitest'
import { reportNodeEvent } from '../../src/cli/node-report.js'
import type { BvlcResult } from '../../src/wire/bvlc-sc.js'

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
