import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { severalAddresses } from '../../../src/cli/ip/address-check.js'
import { ipNews } from '../../../src/cli/ip/news.js'
import { reportIpNews } from '../../../src/cli/ip/report.js'
import type { IpLinkEvent, IpStatus } from '../../../src/transport/ip.js'
import { broadcastMask } from '../../../src/values/broadcast-mask.js'
import { ipv4 } from '../../../src/values/ipv4.js'
import { at } from '../../support/udp-port.js'

const NODE: IpStatus = {
  address: at('10.0.0.5:1'),
  broadcast: at('10.0.0.255:1'),
  role: 'OrdinaryNode',
  registration: undefined,
}
const BBMD = at('10.0.1.1:2')

const listening = ({ address, broadcast }: IpStatus): IpLinkEvent => ({
  _tag: 'Listening',
  address,
  broadcast,
  receiveBuffer: 7,
})
const status = (value: IpStatus): IpLinkEvent => ({ _tag: 'Status', status: value })
const foreign = (state: 'unregistered' | 'registered' | 'lost', bbmd = BBMD): IpStatus => ({
  ...NODE,
  role: 'ForeignDevice',
  registration: { bbmd, state },
})

/** What is printed of these events. */
const printed = async (...events: readonly IpLinkEvent[]): Promise<readonly string[]> =>
  (await lastValueFrom(from(events).pipe(ipNews(), toArray()))).map(news => reportIpNews(news).text)

describe('what a B/IP port says of its statuses', () => {
  it('is that it listens, once, and then only that its address is another', async () => {
    const moved = { ...NODE, address: at('10.0.0.6:1'), broadcast: undefined }
    expect(
      await printed(...[status(NODE), listening(NODE), listening(NODE), status(NODE), listening(moved), status(moved)]),
    ).toEqual([
      'node 10.0.0.5:1 listens, broadcasts go to 10.0.0.255:1',
      'the address is 10.0.0.6:1 now, and cannot broadcast: --broadcast is missing',
    ])
  })

  it('is how the registration stands, at first and when that changes', async () => {
    const opened = [status(foreign('unregistered')), listening(NODE)]
    const states = (['registered', 'lost'] as const).map(state => status(foreign(state)))
    const renewed = [listening(NODE), status(foreign('lost'))]
    expect(await printed(...opened, ...states, ...renewed, status(foreign('registered')))).toEqual([
      'foreign device 10.0.0.5:1 listens, broadcasts go to its BBMD',
      'not registered with BBMD 10.0.1.1:2',
      'registered with BBMD 10.0.1.1:2',
      'the registration has run out without an answer of BBMD 10.0.1.1:2',
      'registered with BBMD 10.0.1.1:2',
    ])
  })

  it('is every role that was asked for, also when it is the same', async () => {
    const other = foreign('unregistered', at('10.0.2.1:2'))
    const roles = [
      { ...NODE, role: 'Bbmd' as const },
      { ...NODE, role: 'Bbmd' as const },
      foreign('unregistered'),
      other,
    ]
    expect(await printed(status(NODE), listening(NODE), ...roles.map(status))).toEqual([
      'node 10.0.0.5:1 listens, broadcasts go to 10.0.0.255:1',
      'this port is a BBMD now',
      'this port is a BBMD now',
      'this port is a foreign device now',
      'not registered with BBMD 10.0.1.1:2',
      'this port is a foreign device now',
      'not registered with BBMD 10.0.2.1:2',
    ])
  })
})

describe('what a B/IP port says to people', () => {
  const entries = [{ address: BBMD, mask: broadcastMask(0xffffff00) }]

  it.each<readonly [event: IpLinkEvent, text: string]>([
    [{ _tag: 'Discarded', reason: 'EMPTY_NPDU', source: BBMD, count: 1 }, 'discarded, from 10.0.1.1:2: EMPTY_NPDU'],
    [
      { _tag: 'Discarded', reason: 'EMPTY_NPDU', source: undefined, count: 9 },
      'discarded, from several: EMPTY_NPDU (9 times)',
    ],
    [{ _tag: 'ForeignDevice', address: BBMD, state: 'expired' }, 'foreign device 10.0.1.1:2 has expired'],
    [{ _tag: 'Bdt', bbmd: BBMD, entries }, 'BDT of 10.0.1.1:2: 10.0.1.1:2/255.255.255.0'],
    [{ _tag: 'BdtWritten', source: BBMD, entries: [] }, '10.0.1.1:2 wrote the BDT: empty'],
    [
      { _tag: 'Failed', request: { _tag: 'ReadFdt', bbmd: BBMD }, reason: 'no answer', code: undefined },
      'error: read-fdt at 10.0.1.1:2: no answer',
    ],
    [
      { _tag: 'Failed', request: { _tag: 'ReadFdt', bbmd: BBMD }, reason: 'the BBMD refused', code: 0x77 },
      'error: read-fdt at 10.0.1.1:2: the BBMD refused with 0x0077',
    ],
    [
      { _tag: 'Dropped', reason: 'too many', outbound: { _tag: 'WriteBdt', bbmd: BBMD, entries } },
      'error: write-bdt at 10.0.1.1:2: too many',
    ],
  ])('%j', async (event, text) => {
    expect(await printed(event)).toEqual([text])
  })
})

describe('the addresses of a host that others reach', () => {
  const of = (...ips: readonly number[]) =>
    ips.map(ip => ({ ip: ipv4(ip), mask: broadcastMask(0xff000000), isInternal: ip >>> 24 === 127 }))

  it('are worth a warning when there are several', () => {
    expect(severalAddresses(of(0x7f000001, 0x0a000001))).toEqual([])
    expect(severalAddresses(of(0x7f000001, 0x0a000001, 0x0b000001))).toEqual(['10.0.0.1', '11.0.0.1'])
  })
})
