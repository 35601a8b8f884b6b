import { describe, expect, it } from 'vitest'
import { interface6Table, type Interface6Table } from '../../src/io/interfaces6.js'
import {
  addresses6Of,
  areSameAddresses6,
  betterThan,
  hearing6Of,
  homeOf,
  hopsFor,
  isElsewhere,
  type Home,
} from '../../src/io/ip6-local.js'
import { printBip6Address } from '../../src/values/bip6-address.js'
import { BACNET_GROUP } from '../../src/values/bip6-group.js'
import { parseIpv6, printIpv6, type Ipv6 } from '../../src/values/ipv6.js'
import { right } from '../support/right.js'
import { at6 } from '../support/udp6-port.js'

const ip = (text: string): Ipv6 => right(parseIpv6(text))
const entry = (name: string, text: string, prefixLength: number, scope = 0): Interface6Table[number] => ({
  name,
  ip: ip(text),
  prefixLength,
  isInternal: name === 'lo',
  scope,
})

const TABLE: Interface6Table = [
  entry('lo', '::1', 128),
  entry('docker0', 'fe80::42', 64, 2),
  entry('eth0', 'fe80::5', 64, 3),
  entry('eth0', 'fd71:0:0:1::5', 64),
  entry('eth0', '2001:db8:1::5', 64),
  entry('eth1', '2001:db8:2::5', 64),
  entry('eth1', 'fe80::6', 64, 4),
  entry('eth1.10', 'fe80::6', 64, 5),
]
const SITE = ip('ff05::bac0')

const home = (bind: string, name?: string, table = TABLE, platform: NodeJS.Platform = 'linux'): Home =>
  right(homeOf(ip(bind), name, table, platform))

/** What goes wrong, in words. */
const wrong = (bind: string, name?: string, table = TABLE): unknown => homeOf(ip(bind), name, table, 'linux')

describe('the interface of a port', () => {
  it('is that of the address it is bound to', () => {
    expect(home('::1').name).toBe('lo')
    expect(home('fd71:0:0:1::5').name).toBe('eth0')
    expect(home('fe80::6', 'eth1.10').name).toBe('eth1.10')
  })

  it('is for all addresses the first that others reach, better from beyond its link', () => {
    expect(home('::').name).toBe('eth0')
    expect(home('::', undefined, TABLE.slice(0, 2)).name).toBe('docker0')
    expect(home('::', undefined, TABLE.slice(0, 1)).name).toBe('lo')
    expect(home('::', 'eth1').name).toBe('eth1')
  })

  it('is called by its name, and by its number on Windows', () => {
    expect(home('::').zone).toBe('eth0')
    expect(home('2001:db8:2::5', undefined, TABLE, 'win32').zone).toBe('4')
  })

  it('must be there, have the address, and be the only one that has it', () => {
    const left = (text: string): unknown => ({ _tag: 'Left', left: text })
    expect(wrong('::', 'eth7')).toEqual(
      left("there is no interface 'eth7' that is up and has an IPv6 address (lo, docker0, eth0, eth1, eth1.10)"),
    )
    expect(wrong('::', 'eth7', [])).toEqual(
      left("there is no interface 'eth7' that is up and has an IPv6 address (none has)"),
    )
    expect(wrong('::', undefined, [])).toEqual(left('no interface that is up has an IPv6 address'))
    expect(wrong('2001:db8:1::5', 'eth1')).toEqual(left('2001:db8:1::5 is not an address of eth1'))
    expect(wrong('2001:db8::9')).toEqual(left('2001:db8::9 is not an address of this host'))
    expect(wrong('fe80::6')).toEqual(
      left('fe80::6 is an address of several interfaces (eth1, eth1.10): one must be named'),
    )
  })

  it('must on Windows have a number, which the system tells with a link-local address only', () => {
    const table = TABLE.filter(({ scope }) => scope === 0)
    expect(homeOf(ip('2001:db8:1::5'), undefined, table, 'linux')).toMatchObject({ _tag: 'Right' })
    expect(homeOf(ip('2001:db8:1::5'), undefined, table, 'win32')).toEqual({
      _tag: 'Left',
      left: "the system does not tell the number of 'eth0', as it does with a link-local address",
    })
  })
})

describe('what a port knows of its addresses', () => {
  const shown = (bind: string, name?: string): unknown => {
    const bound = at6(`[${bind}]:47809`)
    const { address, own, group, isWildcard } = addresses6Of(bound, BACNET_GROUP, home(bind, name).entries)
    return [printBip6Address(address), [...own].map(printBip6Address), printBip6Address(group), isWildcard]
  }

  it('is the one it is bound to: what it sends is from no other', () => {
    expect(shown('fd71:0:0:1::5')).toEqual([
      '[fd71:0:0:1::5]:47809',
      ['[fd71:0:0:1::5]:47809'],
      '[ff02::bac0]:47809',
      false,
    ])
  })

  it('are all of its interface where it sends from any, with the one that the most hosts reach for its own', () => {
    expect(shown('::')).toEqual([
      '[2001:db8:1::5]:47809',
      ['[2001:db8:1::5]:47809', '[fd71:0:0:1::5]:47809', '[fe80::5]:47809'],
      '[ff02::bac0]:47809',
      true,
    ])
    expect(shown('::', 'docker0')).toContain('[fe80::42]:47809')
    expect(shown('::', 'lo')).toContain('[::1]:47809')
  })

  it('is the same at two looks that found the same, in whatever order', () => {
    const look = (entries: Interface6Table) => addresses6Of(at6('[::]:1'), BACNET_GROUP, entries)
    const { entries } = home('::')
    expect(areSameAddresses6(look(entries), look([...entries].reverse()))).toBe(true)
    expect(areSameAddresses6(look(entries), look(entries.slice(1)))).toBe(false)
    const renewed = entries.map(one => (one.ip === ip('fd71:0:0:1::5') ? { ...one, ip: ip('fd71:0:0:1::6') } : one))
    expect(areSameAddresses6(look(entries), look(renewed))).toBe(false)
  })
})

describe('the address that a port on all of them is bound to', () => {
  const [LINK, LOCAL, GLOBAL] = ['fe80::5', 'fd71:0:0:1::5', '2001:db8:1::5'] as const
  const eth0 = (...texts: readonly string[]): Interface6Table => texts.map(text => entry('eth0', text, 64))
  const better = (present: string | undefined, ...entries: readonly string[]): readonly string[] =>
    betterThan(present === undefined ? undefined : ip(present), eth0(...entries)).map(printIpv6)

  it('is at first the one that the most hosts reach, or else the next', () => {
    expect(better(undefined, LINK, LOCAL, GLOBAL)).toEqual([GLOBAL, LOCAL, LINK])
    expect(better(undefined, LINK, '2001:db8:1::6', GLOBAL)).toEqual(['2001:db8:1::6', GLOBAL, LINK])
    expect(better(undefined, LINK)).toEqual([LINK])
    expect(better(undefined, '::1', LINK)).toEqual([LINK, '::1'])
  })

  it('stays as long as it exists, whatever others come', () => {
    expect(better(GLOBAL, LINK, '2001:db8:1::1', GLOBAL)).toEqual([])
    expect(better(LOCAL, LINK, LOCAL, GLOBAL)).toEqual([])
    expect(better(LINK, 'fe80::6', LINK)).toEqual([])
    expect(better('::1', '::1')).toEqual([])
  })

  it('is left for one beyond its link where it is link-local, and for any when it is gone', () => {
    expect(better(LINK, LINK, LOCAL, GLOBAL)).toEqual([GLOBAL, LOCAL])
    expect(better(GLOBAL, LINK, LOCAL)).toEqual([LOCAL, LINK])
    expect(better(GLOBAL, LINK)).toEqual([LINK])
  })

  it('stays while there are none', () => {
    expect(better(GLOBAL)).toEqual([])
  })
})

describe('the sockets of a port', () => {
  const hearing = (bind: string, group = BACNET_GROUP, platform: NodeJS.Platform = 'linux'): unknown => {
    const home6 = home(bind, undefined, TABLE, platform)
    const { hosts, moves, arrival, ear } = hearing6Of(ip(bind), group, home6, platform)
    return [hosts.map(printIpv6), moves, arrival, ear]
  }

  it('are one for unicasts and one for the group', () => {
    expect(hearing('fd71:0:0:1::5')).toEqual([['fd71:0:0:1::5'], false, 'unicast', 'ff02::bac0%eth0'])
    expect(hearing('fe80::5', SITE)).toEqual([['fe80::5'], false, 'unicast', 'ff05::bac0'])
    expect(hearing('::1', ip('ff01::bac0'))).toEqual([['::1'], false, 'unicast', 'ff01::bac0%lo'])
    expect(hearing('fe80::5', SITE, 'darwin')).toEqual([['fe80::5'], false, 'unicast', 'ff05::bac0'])
  })

  it('are on one address at a time where it is bound to all', () => {
    const hosts = ['2001:db8:1::5', 'fd71:0:0:1::5', 'fe80::5']
    expect(hearing('::')).toEqual([hosts, true, 'unicast', 'ff02::bac0%eth0'])
    expect(hearing('::', SITE, 'darwin')).toEqual([hosts, true, 'unicast', 'ff05::bac0'])
  })

  it('are one for both on Windows, where none can be bound to a group', () => {
    expect(hearing('::', BACNET_GROUP, 'win32')).toEqual([['::'], false, 'unknown', undefined])
    expect(hearing('fe80::5', BACNET_GROUP, 'win32')).toEqual([['fe80::5'], false, 'unknown', undefined])
  })

  it('let multicasts go no farther than the scope of the group', () => {
    expect(['ff01::bac0', 'ff02::bac0', 'ff05::bac0', 'ff0e::bac0'].map(group => hopsFor(ip(group)))).toEqual([
      1, 1, 64, 64,
    ])
  })
})

describe('who multicasts to a wide group', () => {
  it('is elsewhere when he is next to other interfaces only', () => {
    const from = (text: string): boolean => isElsewhere(ip(text), home('::'), TABLE)
    expect(from('2001:db8:2::9')).toBe(true)
    expect(from('2001:db8:1::9')).toBe(false)
    expect(from('2001:db8:7::9'), 'beyond a router').toBe(false)
    expect(from('fe80::9'), 'on any link').toBe(false)
    expect(from('::1')).toBe(true)
  })
})

describe('the IPv6 addresses of this host', () => {
  it('have the loopback interface, if there is IPv6 at all', ({ skip }) => {
    const table = interface6Table()
    skip(table.length === 0, 'there is no IPv6 here')
    expect(table).toContainEqual(expect.objectContaining({ ip: ip('::1'), prefixLength: 128, isInternal: true }))
  })
})
