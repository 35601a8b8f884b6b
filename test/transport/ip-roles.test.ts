import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  bbmd,
  bdtEntries,
  ConfigurationError,
  printBipAddress,
  station,
  type BbmdPolicy,
} from '../../src/transport/ip.js'

describe('a station', () => {
  it('is the address of one, from text', () => {
    expect(station('10.0.1.5:47808')).toBe('0a000105bac0')
    expect(printBipAddress(station('10.0.1.5:47808'))).toBe('10.0.1.5:47808')
  })

  it.each([
    ['10.0.1.5', `station: '10.0.1.5' is not an address such as 192.168.1.10:47808`],
    ['10.0.1.5:0', `station: '10.0.1.5:0' cannot be the address of one station`],
    ['255.255.255.255:47808', `station: '255.255.255.255:47808' cannot be the address of one station`],
  ])('is not %s', (text, message) => {
    expect(() => station(text)).toThrow(new ConfigurationError(message))
  })
})

describe('the rows of a BDT', () => {
  const rows = Array.from({ length: 129 }, (_, index) => `10.0.${index}.5:47808`)

  it('come from text', () => {
    expect(bdtEntries()).toEqual([])
    expect(bdtEntries('10.0.1.5:47808', '10.0.2.5:47808/255.255.255.0')).toEqual([
      { address: '0a000105bac0', mask: 0xffffffff },
      { address: '0a000205bac0', mask: 0xffffff00 },
    ])
    expect(bdtEntries(...rows.slice(1))).toHaveLength(128)
  })

  it('are refused by number, and where they are too many', () => {
    expect(() => bdtEntries('10.0.1.5:47808', '10.0.1.5:47808/24')).toThrow(
      new ConfigurationError(`bdtEntries[1]: '24' is not a mask such as 255.255.255.0`),
    )
    expect(() => bdtEntries(...rows)).toThrow(new ConfigurationError('bdtEntries: there are more than 128'))
    expect(() => bbmd({ bdt: rows })).toThrow(new ConfigurationError('bdt: there are more than 128'))
  })
})

const HERE = station('10.0.1.5:47808')

describe('the policy of a BBMD', () => {
  afterEach(() => vi.restoreAllMocks())

  it('has the defaults where it says nothing, or undefined', () => {
    const { maxTtl, copiesInTotal, mayRegister, mayWriteBdt, forwardsOfStrangers } = bbmd({
      policy: { maxTtl: undefined, copiesInTotal: undefined, mayRegister: undefined, mayWriteBdt: undefined } as never,
    }).policy
    expect({ maxTtl, copiesInTotal, forwardsOfStrangers }).toEqual({
      maxTtl: 65_535,
      copiesInTotal: { burst: 40_000, perSecond: 20_000 },
      forwardsOfStrangers: false,
    })
    expect([mayRegister(HERE), mayWriteBdt(HERE)]).toEqual([true, false])
  })

  it.each(['mayRegister', 'mayRead', 'mayDelete', 'mayWriteBdt'] as const)(
    'takes for no what %s throws, and says so once',
    name => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const predicate = vi.fn(() => {
        throw new Error('no such table')
      })
      const { policy } = bbmd({ policy: { [name]: predicate } })
      expect([policy[name](HERE, HERE), policy[name](HERE, HERE)]).toEqual([false, false])
      expect(predicate).toHaveBeenLastCalledWith(HERE, HERE)
      const warning = `policy.${name} throws, which is taken for no: no such table`
      expect(warn).toHaveBeenCalledExactlyOnceWith(warning, 'PolicyWarning')
    },
  )

  it('takes for no what is not true, as is a promise', () => {
    const policyOf = (answer: unknown): BbmdPolicy => bbmd({ policy: { mayWriteBdt: () => answer as boolean } }).policy
    expect([Promise.resolve(true), 1, undefined, true].map(answer => policyOf(answer).mayWriteBdt(HERE))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  it.each([true, 'everybody', null])('cannot have %s in the place of a predicate', given => {
    expect(() => bbmd({ policy: { mayRegister: given as never } })).toThrow(
      new ConfigurationError('policy.mayRegister: is not a function'),
    )
  })
})
