import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  among6,
  bbmd6,
  ConfigurationError,
  foreignDevice6,
  printBip6Address,
  station6,
  vmac6,
} from '../../src/transport/ip6.js'

const HERE = station6('[2001:db8::10]:47808')

describe('a station of BACnet/IPv6', () => {
  it('is the address of one, from text', () => {
    expect(HERE).toBe('20010db8000000000000000000000010bac0')
    expect(printBip6Address(HERE)).toBe('[2001:db8::10]:47808')
  })

  it.each([
    ['[2001:db8::10]', `station6: '[2001:db8::10]' is not an address such as [2001:db8::1]:47808`],
    ['[2001:db8::10]:0', `station6: '[2001:db8::10]:0' cannot be the address of one station`],
    ['[ff02::bac0]:47808', `station6: '[ff02::bac0]:47808' cannot be the address of one station`],
  ])('is not %s', (text, message) => {
    expect(() => station6(text)).toThrow(new ConfigurationError(message))
  })
})

describe('the VMAC of a station of BACnet/IPv6', () => {
  it('is that of its device instance, or text', () => {
    expect([vmac6(602), vmac6('00025a'), vmac6('00:02:5A')]).toEqual(['00025a', '00025a', '00025a'])
  })

  it.each([
    [4194303, 'vmac6: 4194303 is not a device instance from 0 to 4194302'],
    ['25a', `vmac6: '25a' is not a VMAC such as 00025a`],
  ])('is not %j', (given, message) => {
    expect(() => vmac6(given)).toThrow(new ConfigurationError(message))
  })
})

describe('hosts of BACnet/IPv6', () => {
  it('are among those that are named, and those of prefixes', () => {
    const isOurs = among6('2001:db8::10', 'fd00:1::/32')
    expect(
      ['[2001:db8::10]:1', '[2001:db8::11]:1', '[fd00:1:2::3]:1', '[fd00:2::3]:1'].map(station6).map(isOurs),
    ).toEqual([true, false, true, false])
    expect(among6()(HERE)).toBe(false)
    expect(among6('::/0')(HERE)).toBe(true)
  })

  it.each(['2001:db8::/129', '2001:db8::/064', '2001:db8::/', 'fe80::1%eth0', '10.0.0.0/8', ''])('are not %j', text => {
    expect(() => among6('::1', text)).toThrow(
      new ConfigurationError(`prefixes[1]: '${text}' is not a prefix such as 2001:db8:1::/48`),
    )
  })
})

describe('a foreign device of BACnet/IPv6', () => {
  it('asks again as one of BACnet/IP, for 60 s where nothing else is said', () => {
    const { bbmd, ttl, timings } = foreignDevice6({ bbmd: '[2001:db8::10]:47808' })
    expect([bbmd, ttl, timings.retry]).toEqual([HERE, 60, 5000])
  })

  it.each([
    [{ bbmd: '[::]:47808' }, `bbmd: '[::]:47808' cannot be the address of one station`],
    [{ bbmd: '[2001:db8::10]:47808', ttl: 0 }, 'ttl: 0 is not a whole number from 1 to 65535'],
  ])('cannot be %j', (options, message) => {
    expect(() => foreignDevice6(options)).toThrow(new ConfigurationError(message))
  })
})

describe('a BBMD of BACnet/IPv6', () => {
  afterEach(() => vi.restoreAllMocks())

  it('has the BBMDs of its table, and refuses by number what is none, and what are too many', () => {
    const rows = Array.from({ length: 129 }, (_, index) => `[2001:db8::${index + 1}]:47808`)
    expect(bbmd6({ bdt: ['[2001:db8::10]:47808'] }).bdt).toEqual([HERE])
    expect(bbmd6({ bdt: rows.slice(1) }).bdt).toHaveLength(128)
    expect(() => bbmd6({ bdt: rows })).toThrow(new ConfigurationError('bdt: there are more than 128'))
    expect(() => bbmd6({ bdt: ['[2001:db8::10]:47808', '10.0.1.5:47808'] })).toThrow(
      new ConfigurationError(`bdt[1]: '10.0.1.5:47808' is not an address such as [2001:db8::1]:47808`),
    )
  })

  it('has the defaults of its policy where it says nothing, or undefined', () => {
    const { policy } = bbmd6({ policy: { maxTtl: undefined, mayRegister: undefined } as never })
    expect([policy.maxTtl, policy.mayRegister(HERE), policy.mayDelete(HERE, HERE)]).toEqual([65_535, true, true])
  })

  it.each(['mayRegister', 'mayDelete'] as const)('takes for no what %s throws, and says so once', name => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const predicate = (): boolean => {
      throw new Error('no such table')
    }
    const { policy } = bbmd6({ policy: { [name]: predicate } })
    expect([policy[name](HERE, HERE), policy[name](HERE, HERE)]).toEqual([false, false])
    const warning = `policy.${name} throws, which is taken for no: no such table`
    expect(warn).toHaveBeenCalledExactlyOnceWith(warning, 'PolicyWarning')
  })

  it.each([
    [{ maxPerAddress: 0 }, 'policy.maxPerAddress: 0 is not a whole number from 1 to 6000'],
    [{ mayDelete: 'everybody' as never }, 'policy.mayDelete: is not a function'],
    [
      { copiesInTotal: { burst: 1, perSecond: 0 } },
      'policy.copiesInTotal.perSecond: 0 is not a number above 0 and up to 1000000000000000',
    ],
  ])('cannot have the policy %j', (policy, message) => {
    expect(() => bbmd6({ policy })).toThrow(new ConfigurationError(message))
  })
})
