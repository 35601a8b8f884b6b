import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { checkedInterface, doubtsAbout, type Chosen6 } from '../../../src/cli/ip6/address-check.js'
import { ip6News } from '../../../src/cli/ip6/news.js'
import { reportIp6News } from '../../../src/cli/ip6/report.js'
import type { Interface6Table } from '../../../src/io/interfaces6.js'
import type { Bip6Vmac, Ip6LinkEvent, Ip6Status } from '../../../src/transport/ip6.js'
import { seconds } from '../../../src/values/duration.js'
import { parseIpv6 } from '../../../src/values/ipv6.js'
import { right } from '../../support/right.js'
import { at6 } from '../../support/udp6-port.js'

const VMAC = '00025a' as Bip6Vmac
const CHANCE = '7abcde' as Bip6Vmac
const BBMD = at6('[2001:db8::1]:2')
const PEER = at6('[2001:db8::5]:1')

const NODE: Ip6Status = {
  address: at6('[2001:db8::10]:1'),
  group: at6('[ff02::bac0]:1'),
  vmac: undefined,
  role: 'OrdinaryNode',
  registration: undefined,
}

const OWN: Ip6Status = { ...NODE, vmac: VMAC }

const listening = ({ address, group }: Ip6Status): Ip6LinkEvent => ({
  _tag: 'Listening',
  address,
  group,
  receiveBuffer: 7,
})
const status = (value: Ip6Status): Ip6LinkEvent => ({ _tag: 'Status', status: value })

const reported = async (events: readonly Ip6LinkEvent[]) =>
  (await lastValueFrom(from(events).pipe(ip6News(), toArray()))).map(reportIp6News)

/** What is printed for people of these events. */
const printed = async (events: readonly Ip6LinkEvent[]): Promise<readonly string[]> =>
  (await reported(events)).flatMap(report => (report === undefined ? [] : [report.text]))

describe('what a B/IPv6 port says of its statuses', () => {
  it('is that it listens once it has a VMAC, and each other VMAC after that', async () => {
    expect(await printed([status(NODE), listening(NODE)])).toEqual([])
    const other = { ...NODE, vmac: CHANCE }
    expect(await printed([status(NODE), listening(NODE), status(OWN), status(other), status(OWN)])).toEqual([
      'node 00025a listens at [2001:db8::10]:1, broadcasts go to [ff02::bac0]:1',
      'the VMAC is 7abcde now',
      'the VMAC is 00025a now',
    ])
  })

  it('is that it listens without one where all that it drew are taken', async () => {
    const taken: Ip6LinkEvent = { _tag: 'VmacsTaken', tried: 8, kept: undefined }
    expect(await reported([status(NODE), listening(NODE), taken, status({ ...NODE, vmac: CHANCE })])).toMatchObject([
      { json: { event: 'listening', vmac: undefined } },
      { json: { event: 'vmacs-taken' } },
      { json: { event: 'vmac', vmac: '7abcde' } },
    ])
  })

  it('is another address, the registration, and every role that was asked for', async () => {
    const moved = { ...OWN, address: PEER }
    const foreign: Ip6Status = {
      ...moved,
      role: 'ForeignDevice',
      registration: { bbmd: BBMD, state: 'unregistered' },
    }
    const registered: Ip6Status = { ...foreign, registration: { bbmd: BBMD, state: 'registered' } }
    const first = [status(OWN), listening(OWN), status(OWN)]
    const events = [...first, listening(OWN), status(OWN), listening(moved), status(moved)]
    expect(await printed([...events, status(moved), ...[foreign, registered].map(status)])).toEqual([
      'node 00025a listens at [2001:db8::10]:1, broadcasts go to [ff02::bac0]:1',
      'the address is [2001:db8::5]:1 now',
      'this port is an ordinary node now',
      'this port is a foreign device now',
      'not registered with BBMD [2001:db8::1]:2',
      'registered with BBMD [2001:db8::1]:2',
    ])
  })
})

describe('what a B/IPv6 port says to programs and to people', () => {
  const entries = [{ vmac: VMAC, address: PEER, age: seconds(1.5) }]

  it.each<readonly [event: Ip6LinkEvent, json: unknown, text: string]>([
    [
      { _tag: 'VmacConflict', vmac: VMAC, source: PEER, count: 1 },
      { event: 'vmac-conflict', vmac: '00025a', source: '[2001:db8::5]:1', count: 1 },
      'CONFLICT: the VMAC 00025a, which this port has or would like to have, is that of [2001:db8::5]:1',
    ],
    [
      { _tag: 'VmacConflict', vmac: VMAC, source: undefined, count: 9 },
      { event: 'vmac-conflict', vmac: '00025a', count: 9 },
      'CONFLICT: the VMAC 00025a, which this port has or would like to have, is that of several (9 times)',
    ],
    [
      { _tag: 'VmacsTaken', tried: 8, kept: CHANCE },
      { event: 'vmacs-taken', tried: 8, kept: '7abcde' },
      '8 VMACs in a row are claimed by others: it stays with 7abcde',
    ],
    [
      { _tag: 'VmacsTaken', tried: 8, kept: undefined },
      { event: 'vmacs-taken', tried: 8 },
      '8 VMACs in a row are claimed by others: it tries again in a while',
    ],
    [
      { _tag: 'VmacCache', entries },
      { event: 'cache', entries: [{ vmac: '00025a', address: '[2001:db8::5]:1', ageSeconds: 1.5 }] },
      'known: 00025a at [2001:db8::5]:1, seen 1.5 s ago',
    ],
    [
      { _tag: 'Tables', bdt: [BBMD], fdt: [{ address: PEER, vmac: VMAC, ttl: 60, remaining: 80 }] },
      {
        event: 'tables',
        bdt: [{ address: '[2001:db8::1]:2' }],
        fdt: [{ address: '[2001:db8::5]:1', vmac: '00025a', ttl: 60, remaining: 80 }],
      },
      'BDT: [2001:db8::1]:2; FDT: [2001:db8::5]:1 for 80 s',
    ],
    [
      { _tag: 'Dropped', reason: 'no', outbound: { _tag: 'Resolve', vmac: VMAC } },
      { event: 'resolved', vmac: '00025a', error: 'no' },
      '00025a was not resolved: no',
    ],
    [
      { _tag: 'Dropped', reason: 'no', outbound: { _tag: 'ResolveVirtual', address: PEER } },
      { event: 'resolved', address: '[2001:db8::5]:1', error: 'no' },
      '[2001:db8::5]:1 was not resolved: no',
    ],
    [
      { _tag: 'Dropped', reason: 'no', outbound: { _tag: 'SetVmac', vmac: VMAC } },
      { event: 'error', message: 'no' },
      'error: no',
    ],
  ])('%j', async (event, json, text) => {
    const [report] = await reported([event])
    expect([JSON.parse(JSON.stringify(report?.json)), report?.text]).toEqual([json, text])
  })

  it('is nothing where its cache changes', async () => {
    const change = { vmac: VMAC, address: PEER, state: 'learned' } as const
    expect(await printed([{ _tag: 'VmacCacheChanged', change }])).toEqual([])
  })
})

const entry = (name: string, address: string, isInternal = false): Interface6Table[number] => ({
  name,
  ip: right(parseIpv6(address)),
  prefixLength: 64,
  isInternal,
  scope: 0,
})
const HOST = [
  entry('lo', '::1', true),
  entry('eth0', '2001:db8::10'),
  entry('eth0', 'fe80::1'),
  entry('eth1', 'fe80::2'),
]

describe('what people should know of the addresses of a port', () => {
  const CHOSEN: Chosen6 = { address: at6('[2001:db8::10]:1'), role: 'Bbmd', isWildcard: true, isNamed: false }
  const LINK = at6('[fe80::1]:1')

  it.each<readonly [what: string, chosen: Partial<Chosen6>, table: Interface6Table, doubts: readonly string[]]>([
    ['one address', {}, HOST.slice(0, 3), []],
    [
      'several interfaces',
      {},
      HOST,
      ['this host has eth0 and eth1; multicasts go by eth0: name the right one with --interface'],
    ],
    ['one that was named', { isNamed: true }, HOST, []],
    ['one address that it is bound to', { isWildcard: false }, HOST, []],
    [
      'several addresses of its interface',
      { isNamed: true },
      [...HOST, entry('eth0', 'fd00::1')],
      [
        'this host is 2001:db8::10 and fd00::1; as B/IPv6 address it takes [2001:db8::10]:1: name the right one with --bind',
      ],
    ],
    [
      'an address of one link',
      { address: LINK, isWildcard: false },
      HOST,
      ['[fe80::1]:1 is an address of one link: nobody beyond it, such as behind another BBMD, can be told of it'],
    ],
    ['one that nobody forwards', { address: LINK, isWildcard: false, role: 'OrdinaryNode' }, HOST, []],
  ])('%s', (_, chosen, table, doubts) => {
    expect(doubtsAbout({ ...CHOSEN, ...chosen }, table)).toEqual(doubts)
  })
})

describe('the interface of a port', () => {
  it('is the one that is named, or that of its address', () => {
    const bind = { address: at6('[fe80::1]:1'), zone: 'eth0' }
    const named = { bind, interface: 'eth0', foreign: undefined }
    expect(checkedInterface(named, HOST)).toBe('eth0')
    expect(checkedInterface({ ...named, interface: undefined }, HOST)).toBe('eth0')
    expect(checkedInterface({ ...named, bind: { ...bind, zone: undefined } }, HOST)).toBe('eth0')
  })
})
