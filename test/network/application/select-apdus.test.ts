import { from, type OperatorFunction } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { DecodedNpdu } from '../../../src/network/application/decode-npdus.js'
import { faultCounter } from '../../../src/network/application/fault-counter.js'
import type { ReceivedApdu } from '../../../src/network/event/network-event.js'
import { apdus, apdusOf, iAms, whoIses, type ApduCarrier } from '../../../src/network/application/select-apdus.js'
import type { Mac } from '../../../src/values/mac.js'
import { ApduType, type ApduTypeName } from '../../../src/wire/apdu.js'
import type { ApduErrorCode } from '../../../src/wire/apdu-decode.js'
import { received, receivedAndDecoded } from '../../support/received-npdus.js'
import { fromHex } from '../../support/vectors.js'
import { macOf } from '../../support/mac.js'

/** One APDU of each type. */
const APDUS: Readonly<Record<ApduTypeName, string>> = {
  'Confirmed-Request': '0205010c0c020004d2194d',
  'Unconfirmed-Request': '1008',
  'Simple-ACK': '20010f',
  'Complex-ACK': '30010c3e3f',
  'Segment-ACK': '40010203',
  Error: '50010c91029120',
  Reject: '600109',
  Abort: '710104',
}

const TYPES = Object.keys(APDUS) as ApduTypeName[]

const WHO_IS_1234 = '10080a04d21a04d2'
const I_AM_1234 = '1000c4020004d22205c49100210f'
const I_HAVE = '1001c4020004d2c400000001750600746573'

const withApdu = (apdu: string): DecodedNpdu<Mac> => receivedAndDecoded(`0100${apdu}`)

/** What the network layer tells, as far as it matters here. */
const fromNetwork = (apdu: string): ReceivedApdu => ({
  _tag: 'Apdu',
  apdu: fromHex(apdu),
  npdu: fromHex(`0100${apdu}`),
  source: { network: 20, mac: macOf('0004d2') },
  port: 'hall',
  neighbour: macOf('c0a80101bac0'),
  destination: 'local-broadcast',
  expectingReply: false,
  priority: 'normal',
  dataOptions: [],
})

const through = <C extends ApduCarrier, Out>(carriers: readonly C[], operator: OperatorFunction<C, Out>): Out[] => {
  const heard: Out[] = []
  from(carriers)
    .pipe(operator)
    .subscribe(each => heard.push(each))
  return heard
}

const all = TYPES.map(type => withApdu(APDUS[type]))

/** Cut short, each of its type; of a type that is reserved; and of no type at all. */
const BAD = [...TYPES.map(type => (ApduType[type] << 4).toString(16).padStart(2, '0')), 'f001020304']

describe('selecting APDUs', () => {
  it.each(TYPES)('of the type %s leaves those, with what they mean', type => {
    const heard = through(all, apdusOf(type))
    expect(heard.map(({ pdu }) => pdu._tag)).toEqual([type])
    expect(heard[0]).toEqual({ ...withApdu(APDUS[type]), pdu: heard[0]?.pdu })
  })

  it('of all types leaves all, but no messages of the network layer', () => {
    const messages = ['018000', '018012', '01800007d1'].map(hex => receivedAndDecoded(hex))
    const heard = through([...messages, ...all, ...messages], apdus())
    expect(heard.map(({ pdu }) => pdu._tag)).toEqual(TYPES)
    for (const type of TYPES) expect(through(messages, apdusOf(type))).toEqual([])
  })

  it('counts bad ones of all types', () => {
    const bad = faultCounter<ApduErrorCode>()
    expect(through([...BAD.map(withApdu), withApdu('1008')], apdus(bad.note))).toHaveLength(1)
    expect(bad.counts()).toEqual({ TRUNCATED: 8, UNKNOWN_TYPE: 1 })
  })

  it('counts bad ones of its type only, so that several with one counter count each once', () => {
    const bad = faultCounter<ApduErrorCode>()
    const carriers = BAD.map(withApdu)
    TYPES.forEach((type, index) => {
      expect(through(carriers, apdusOf(type, bad.note))).toEqual([])
      expect(bad.counts()).toEqual({ TRUNCATED: index + 1 })
    })
  })

  it('tells a bad one with what it came in', () => {
    const told: unknown[] = []
    const carrier = withApdu('10')
    through(
      [carrier],
      whoIses((error, each) => told.push(error.reason, each)),
    )
    expect(told).toEqual(['needs 2 octets', carrier])
    expect(told[1]).toBe(carrier)
  })

  it('passes over bad ones without anybody to tell', () => {
    expect(through(BAD.map(withApdu), apdus())).toEqual([])
  })
})

describe('recognising', () => {
  const carriers = [...all, withApdu(WHO_IS_1234), withApdu(I_AM_1234), withApdu(I_HAVE), withApdu('100809ff')]

  it('a Who-Is leaves each Who-Is, with what it asks', () => {
    const heard = through(carriers, whoIses())
    expect(heard.map(({ whoIs }) => whoIs)).toEqual([{ range: undefined }, { range: { low: 1234, high: 1234 } }])
    expect(heard[1]).toMatchObject({ ...withApdu(WHO_IS_1234), pdu: { _tag: 'Unconfirmed-Request', service: 8 } })
  })

  it('an I-Am leaves each I-Am, with what it says', () => {
    const heard = through(carriers, iAms())
    expect(heard.map(({ iAm }) => iAm)).toEqual([
      { deviceInstance: 1234, maxApduLength: 1476, segmentation: 'segmented-both', vendorId: 15 },
    ])
    expect(heard[0]).toMatchObject({ ...withApdu(I_AM_1234), pdu: { _tag: 'Unconfirmed-Request', service: 0 } })
  })

  it('works with what the network layer hands on as well', () => {
    const events = [WHO_IS_1234, I_AM_1234, '10', APDUS['Confirmed-Request']].map(fromNetwork)
    const bad = faultCounter<ApduErrorCode>()
    expect(through(events, whoIses(bad.note)).map(({ port, whoIs }) => [port, whoIs.range?.low])).toEqual([
      ['hall', 1234],
    ])
    expect(through(events, iAms()).map(({ source }) => source)).toEqual([{ network: 20, mac: '0004d2' }])
    expect(through(events, apdusOf('Confirmed-Request')).map(({ pdu }) => pdu.service)).toEqual([12])
    expect(bad.counts()).toEqual({ TRUNCATED: 1 })
  })

  it('hands on all that the link said', () => {
    const npdu = received('0120ffff00ff1008', { destination: 'broadcast', via: 'hub' })
    const [heard] = through([receivedAndDecoded('0120ffff00ff1008', npdu)], whoIses())
    expect(heard).toMatchObject(npdu)
  })
})
