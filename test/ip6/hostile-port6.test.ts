import { describe, expect, it } from 'vitest'
import { unicast } from '../../src/link/link.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { bbmd6Of, foreign6Of, OWN, playedPort6 } from '../support/played-port6.js'
import { WHO_IS } from '../support/npdu.js'

const BBMD = '[2001:db8:1::1]:47808'
const SOMEBODY = '0004d2' as Bip6Vmac

describe('a B/IPv6 port', () => {
  const originating = bip6('[::1]:47808')
  const forwarded: readonly Bvll6Message[] = [
    { _tag: 'Forwarded-NPDU', source: SOMEBODY, originating, npdu: WHO_IS },
    { _tag: 'Forwarded-Address-Resolution', source: SOMEBODY, target: OWN, originating },
    { _tag: 'Forwarded-Address-Resolution', source: SOMEBODY, target: SOMEBODY, originating },
    { _tag: 'Forwarded-Address-Resolution', source: OWN, target: OWN, originating },
  ]

  it.each([
    ['an ordinary node', { _tag: 'OrdinaryNode' } as const],
    ['a foreign device', foreign6Of()],
    ['a BBMD', bbmd6Of([BBMD])],
  ])('as %s is not sent by others to programs of its own host', (_, role) => {
    const port = playedPort6(role)
    port.hear(BBMD, { _tag: 'BVLC-Result', source: '000001' as Bip6Vmac, code: 0 })
    port.sent()
    port.told()
    for (const message of forwarded) port.hear(BBMD, message)
    expect(port.says()).toEqual([])
    expect(port.told().map(event => (event._tag === 'Discarded' ? event.reason : event._tag))).toEqual([
      'the originating address is not that of a station',
    ])
  })

  it('bound to ::1 takes what was forwarded from there', () => {
    const port = playedPort6(bbmd6Of(['[::1]:1']), { address: bip6('[::1]:47810') })
    port.hear('[::1]:1', forwarded[1] as Bvll6Message)
    expect(port.says()).toEqual([
      ['[::1]:47808', { _tag: 'Address-Resolution-ACK', source: OWN, destination: SOMEBODY }],
    ])
  })

  it('counts the answers that nobody asked for, and tells of them', () => {
    const port = playedPort6()
    for (const _tag of ['Address-Resolution-ACK', 'Virtual-Address-Resolution-ACK'] as const) {
      port.hear('[2001:db8::66]:47808', { _tag, source: SOMEBODY, destination: OWN })
    }
    const reason = 'an answer that nobody asked for'
    expect(port.toldOf('Discarded')).toEqual([
      { _tag: 'Discarded', reason, source: bip6('[2001:db8::66]:47808'), count: 1 },
    ])
    port.submit({ _tag: 'ReadCounters' }, { _tag: 'ReadVmacCache' })
    expect(port.told()).toMatchObject([{ counters: { discarded: { [reason]: 2 } } }, { entries: [] }])
  })

  it('takes the answer that tells it that its VMAC is taken for what it is', () => {
    const port = playedPort6({ _tag: 'OrdinaryNode' }, { vmac: '5a1234' as Bip6Vmac })
    const [[, probe] = []] = port.says()
    const candidate = probe?._tag === 'Address-Resolution' ? probe.source : OWN
    port.hear('[2001:db8::66]:47808', { _tag: 'Address-Resolution-ACK', source: candidate, destination: candidate })
    expect(port.toldOf('Discarded')).toEqual([])
    expect(port.says()).toHaveLength(1)
  })

  it.each([
    ['one address', 1, 1],
    ['as many addresses', 100_000, 4096],
  ])('knows no more than it may when 100000 VMACs speak from %s, and finds the next at once', (_, addresses, most) => {
    const port = playedPort6()
    for (let n = 0; n < 100_000; n++) {
      const source = (n + 0x10000).toString(16).padStart(6, '0') as Bip6Vmac
      const host = n % addresses
      port.hear(`[2001:db8:9::${(host >> 8).toString(16)}:${((host & 255) + 1).toString(16)}]:47808`, {
        _tag: 'BVLC-Result',
        source,
        code: 0,
      })
    }
    port.told()
    port.submit({ _tag: 'ReadVmacCache' }, unicast(WHO_IS, SOMEBODY))
    expect(port.toldOf('VmacCache')[0]?.entries).toHaveLength(most)
    port.hear('[2001:db8::66]:47808', { _tag: 'Address-Resolution-ACK', source: SOMEBODY, destination: OWN })
    expect(port.says().map(([, { _tag }]) => _tag)).toEqual(['Address-Resolution', 'Original-Unicast-NPDU'])
  })
})
