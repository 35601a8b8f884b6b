import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { DataOptionsFromJson, dataOptionJson } from '../../../src/cli/sc/data-options.js'
import { proprietaryOption, SECURE_PATH } from '../../../src/wire/header-option.js'

const read = (value: unknown) => DataOptionsFromJson.decode(value)

describe('data options of a command', () => {
  it('are what reports show', () => {
    const options = [SECURE_PATH, proprietaryOption(555, 1, Uint8Array.of(0xaa), false)]
    expect(options.map(dataOptionJson)).toEqual([
      { type: 1, everySegment: true },
      { type: 31, everySegment: false, data: '022b01aa' },
    ])
    expect(read(options.map(dataOptionJson))).toEqual(E.right(options))
  })

  it('may be left out, and Secure Path needs no more than its type', () => {
    expect(read(undefined)).toEqual(E.right([]))
    expect(read([{ type: 1 }])).toEqual(E.right([SECURE_PATH]))
  })

  it.each([
    ['not a list', {}, /list/],
    ['not objects', ['1'], /objects/],
    ['without a type', [{ data: '00' }], /"type"/],
    ['of type 0', [{ type: 0 }], /type 0/],
    ['with a wrong word', [{ type: 3, mustUnderstand: true }], /"mustUnderstand"/],
    ['with half an octet', [{ type: 3, data: '0' }], /./],
    ['with a wrong switch', [{ type: 3, everySegment: 1 }], /true or false/],
  ])('are refused when they are %s', (_, value, reason) => {
    const refused = read(value)
    expect(E.isLeft(refused) && refused.left[0]?.message).toMatch(reason)
  })
})
