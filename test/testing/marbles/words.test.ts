import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  apduTo,
  broadcast,
  globalBroadcast,
  localBroadcast,
  remoteBroadcast,
  TO_ALL,
  unicast,
} from '../../../src/index.js'
import { encodeWhoIs } from '../../../src/index.js'
import { heard, iAm, npduOf, vmac } from '../../../src/testing/index.js'
import { describe as inWords } from '../../../src/testing/marbles/describe.js'
import { firstDifference } from '../../../src/testing/marbles/difference.js'
import { print } from '../../../src/testing/marbles/print.js'
import { encodeApdu } from '../../../src/wire/apdu-encode.js'

const PEER = '02:00:00:00:00:07'
const whoIs = encodeWhoIs({ low: 1, high: 10 })
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

describe('an NPDU in words', () => {
  it.each([
    [localBroadcast(whoIs), 'Who-Is 1 to 10, broadcast'],
    [globalBroadcast(encodeWhoIs()), 'Who-Is to all networks, broadcast'],
    [remoteBroadcast(whoIs, 5), 'Who-Is 1 to 10 to network 5, broadcast'],
    [unicast(npduOf(whoIs), vmac(PEER)), `Who-Is 1 to 10 to ${PEER}`],
    [heard(npduOf(whoIs), '10.0.1.7'), 'Who-Is 1 to 10 from 10.0.1.7:47808'],
    [heard(iAm(7), PEER), `I-Am 7 from ${PEER}, broadcast`],
    [heard(iAm(7), '000007'), 'I-Am 7 from 000007, broadcast'],
    [
      heard(hex('0128 0005 01 0a 0006 01 0b ff 1008'.replaceAll(' ', '')), PEER),
      `Who-Is of 0b on network 6 to 0a on network 5 from ${PEER}`,
    ],
    [broadcast(hex('018001 0001 0002'.replaceAll(' ', ''))), 'I-Am-Router-To-Network { networks: [1, 2] }, broadcast'],
    [broadcast(hex('0103')), 'octets 0103, broadcast'],
    [broadcast(hex('010310080900')), 'Who-Is with 0900 (life-safety), broadcast'],
    [
      heard(npduOf(encodeApdu({ _tag: 'Simple-ACK', invokeId: 3, service: 15 })), PEER),
      `Simple-ACK of WriteProperty 3 from ${PEER}`,
    ],
    [
      heard(npduOf(hex('300c0c0000000119553e443f3f')), PEER),
      `Complex-ACK of ReadProperty 12 with 0000000119553e443f3f from ${PEER}`,
    ],
    [heard(npduOf(hex('50030c91019120')), PEER), `Error of ReadProperty 3: class 1, code 32 from ${PEER}`],
    [heard(npduOf(hex('600305')), PEER), `Reject 3, reason 5 from ${PEER}`],
    [heard(npduOf(hex('f0')), PEER), `APDU f0 from ${PEER}`],
    [
      { _tag: 'Dropped', reason: 'not connected', outbound: localBroadcast(whoIs) },
      'dropped, not connected: Who-Is 1 to 10, broadcast',
    ],
    [{ _tag: 'Status', status: { isUp: true } }, 'status { isUp: true }'],
    [apduTo(whoIs, TO_ALL), 'Who-Is 1 to 10 to all networks'],
    [{ _tag: 'ReadRoutes' }, 'ReadRoutes'],
    [{ _tag: 'FindRouter', network: 5 }, 'FindRouter { network: 5 }'],
    [{ _tag: 'Npdu', npdu: 'none' }, "{ _tag: 'Npdu', npdu: 'none' }"],
  ])('%#', (value, words) => {
    expect(inWords(value)).toBe(words)
  })
})

describe('a value in words', () => {
  it('is printed as it is written', () => {
    const value = {
      text: "it's",
      list: [1, 2n, null, undefined],
      'a-b': new Map([[1, new Set(['x'])]]),
      octets: hex('0a'),
    }
    expect(print(value)).toBe(
      "{ text: 'it's', list: [1, 2n, null, undefined], 'a-b': Map { 1: Set { 'x' } }, octets: 0a }",
    )
    expect(print(new RangeError('no'))).toBe('RangeError: no')
    expect(print(() => 0)).toBe('a function')
  })

  it('is short, whatever it is', () => {
    const itself: unknown[] = []
    itself.push(itself)
    expect(print(itself)).toBe('[(itself)]')
    expect(print(new Uint8Array(5000))).toMatch(/^(00){48}… \(5000 octets\)$/)
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withDate: true, withBigInt: true }), value => {
        expect(print(value).length).toBeLessThanOrEqual(400)
        expect(inWords(value).length).toBeLessThanOrEqual(400)
      }),
    )
  })
})

describe('the first difference', () => {
  it('is none between a value and its copy', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withDate: true, withTypedArray: true }), value => {
        expect(firstDifference(value, structuredClone(value))).toBeUndefined()
      }),
    )
  })

  it('is none between octets in different arrays, and where undefined is left out', () => {
    expect(firstDifference(Uint8Array.of(1, 2), Buffer.of(1, 2))).toBeUndefined()
    expect(firstDifference({ a: 1, b: undefined }, { a: 1 })).toBeUndefined()
    expect(firstDifference({ [Symbol('s')]: 1 }, {})).toBeUndefined()
    const [one, other]: [unknown[], unknown[]] = [[], []]
    one.push(one)
    other.push(other)
    expect(firstDifference(one, other)).toBeUndefined()
  })

  it.each([
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, 'in a.b[1]: expected 2, got 3'],
    [{ a: [1] }, { a: [1, 2] }, 'in a.length: expected 1, got 2'],
    [hex('0102'), hex('0103'), 'in octet 1: expected 02, got 03'],
    [{ npdu: hex('01') }, { npdu: hex('0102') }, 'in npdu: expected 01, got 0102'],
    [{ npdu: hex('0102') }, { npdu: hex('01') }, 'in npdu: expected 0102, got 01'],
    [{ a: 1 }, { a: 1, b: 2 }, 'in b: expected undefined, got 2'],
    [new Map([[1, 2]]), new Map([[1, 3]]), 'in [0][1]: expected 2, got 3'],
    [new Set([1]), [1], 'expected Set { 1 }, got [1]'],
    [new Error('a'), new TypeError('a'), 'expected Error: a, got TypeError: a'],
    [new Date(0), new Date(1), 'expected 1970-01-01T00:00:00.000Z, got 1970-01-01T00:00:00.001Z'],
    [null, {}, 'expected null, got {}'],
    ['1', 1, "expected '1', got 1"],
  ])('%#', (expected, actual, words) => {
    expect(firstDifference(expected, actual)).toBe(words)
  })
})
