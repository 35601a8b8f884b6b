import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorParameters, readError } from '../../src/wire/bacnet-error.js'
import { fromHex, toHex } from '../support/vectors.js'

const read = (hex: string) => readError({ parameters: fromHex(hex) })

describe('class and code of an Error', () => {
  it('are built and read', () => {
    expect(toHex(errorParameters({ errorClass: 2, errorCode: 32 }))).toBe('91029120')
    expect(read('91029120')).toEqual({ errorClass: 2, errorCode: 32 })
    expect(read('9202009201f4')).toEqual({ errorClass: 512, errorCode: 500 })
  })

  it('are read as they were built', () => {
    fc.assert(
      fc.property(fc.record({ errorClass: fc.nat(0xffffffff), errorCode: fc.nat(0xffffffff) }), error => {
        expect(readError({ parameters: errorParameters(error) })).toEqual(error)
      }),
    )
  })

  it.each([
    ['there is nothing', ''],
    ['there is a class alone', '9102'],
    ['the code is cut short', '910291'],
    ['there is more', '9102912000'],
    ['they are numbers', '21022120'],
    ['they are in brackets, as of a service that says more', '0e910291200f1901'],
  ])('are not there where %s', (_, hex) => {
    expect(read(hex)).toBeUndefined()
  })
})
