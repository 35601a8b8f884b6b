import { concat, from, NEVER, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ipLimits } from '../../src/ip/ip-limits.js'
import { ipLink } from '../../src/ip/port.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import { TWO_HOP_MASK } from '../../src/values/broadcast-mask.js'
import type { BdtEntry } from '../../src/wire/bvll.js'
import { clock } from '../machine/clock.js'
import { broadcast, unicast } from '../../src/link/link.js'
import type { IpOutbound } from '../../src/ip/ip-link.js'
import { seconds } from '../../src/values/duration.js'
import { bip } from '../support/bvll-vectors.js'
import { bbmdOf, foreignOf, playedPort, READ_PROPERTY, WHO_IS, type PlayedPort } from '../support/played-port.js'
import { localOf, playedUdp } from '../support/played-udp.js'
import { fromHex } from '../support/vectors.js'

const PEER = '192.168.1.50:47808'

const entriesOf = (count: number): readonly BdtEntry[] =>
  Array.from({ length: count }, (_, i) => ({ address: bip(`10.1.${i}.1:47808`), mask: TWO_HOP_MASK }))

describe('a B/IP port', () => {
  it('tells where it listens and how it stands, once its UDP port is bound', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: null })
    expect(port.told()).toEqual([])
    port.bind()
    expect(port.told()).toMatchObject([
      { _tag: 'Status', status: { role: 'OrdinaryNode', registration: undefined } },
      { _tag: 'Listening', address: bip('192.168.1.10:47808'), broadcast: bip('192.168.1.255:47808') },
    ])
  })

  it('keeps what it is given before that, in order, up to a bound', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: null, limits: { maxWaiting: 2 } })
    port.submit(unicast(WHO_IS, bip(PEER)), broadcast(WHO_IS), broadcast(WHO_IS))
    expect(port.told()).toMatchObject([{ _tag: 'Dropped', reason: 'too much waits until the port is bound' }])
    port.bind()
    expect(port.says()).toEqual([
      [PEER, { _tag: 'Original-Unicast-NPDU', npdu: WHO_IS }],
      ['192.168.1.255:47808', { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }],
    ])
  })

  it('sends what waited and ends in order, when its outbound stream ends before it is bound', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: null })
    port.submit(broadcast(WHO_IS))
    port.end()
    expect(port.hasCompleted()).toBe(false)
    port.bind()
    expect(port.says()).toHaveLength(1)
    expect(port.hasCompleted()).toBe(true)
  })

  it('hands on what it hears, with its true source', () => {
    const port = playedPort()
    port.told()
    port.hear(PEER, { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }, 'broadcast')
    port.hear(PEER, { _tag: 'Original-Unicast-NPDU', npdu: READ_PROPERTY })
    port.hear(PEER, { _tag: 'Forwarded-NPDU', originating: bip('10.9.8.7:47808'), npdu: WHO_IS })
    expect(port.told()).toEqual([
      { _tag: 'Npdu', npdu: WHO_IS, source: bip(PEER), destination: 'broadcast', via: 'original', dataOptions: [] },
      {
        _tag: 'Npdu',
        npdu: READ_PROPERTY,
        source: bip(PEER),
        destination: 'unicast',
        via: 'original',
        dataOptions: [],
      },
      {
        _tag: 'Npdu',
        npdu: WHO_IS,
        source: bip('10.9.8.7:47808'),
        destination: 'broadcast',
        via: 'forwarded',
        dataOptions: [],
      },
    ])
  })

  it('knows its own echo by address, not by content: a neighbour may say the same from another port', () => {
    const port = playedPort()
    port.told()
    const said = { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS } as const
    port.hear('192.168.1.10:47808', said, 'broadcast')
    expect(port.told()).toEqual([])
    port.hear('192.168.1.10:47809', said, 'broadcast')
    port.hear(PEER, said, 'broadcast')
    expect(port.toldOf('Npdu').map(({ source }) => source)).toEqual([bip('192.168.1.10:47809'), bip(PEER)])
  })

  it('knows all of its addresses where it is bound to 0.0.0.0', () => {
    const own = new Set([bip('192.168.1.10:47808'), bip('10.5.5.5:47808')])
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: localOf(undefined, { own, isWildcard: true }) })
    port.told()
    port.hear('10.5.5.5:47808', { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }, 'unknown')
    expect(port.toldOf('Npdu')).toEqual([])
  })

  it.each<readonly [string, IpOutbound]>([
    ['empty NPDU', unicast(new Uint8Array(), bip(PEER))],
    ['not an NPDU of version 1 and of at most 1497 octets', unicast(Uint8Array.of(2, 0), bip(PEER))],
    [
      'not an NPDU of version 1 and of at most 1497 octets',
      unicast(Uint8Array.of(1, ...Array<number>(1497)), bip(PEER)),
    ],
    ['a Confirmed-Request cannot be broadcast', broadcast(READ_PROPERTY)],
    ['to its own address', unicast(WHO_IS, bip('192.168.1.10:47808'))],
    ['to the broadcast address as to a station', unicast(WHO_IS, bip('192.168.1.255:47808'))],
    ['to what is no station', unicast(WHO_IS, bip('0.0.0.0:47808'))],
    ['to what is no station', unicast(WHO_IS, '10.0.1.5:47808' as BipAddress)],
    ['not a BBMD', { _tag: 'SetBdt', entries: [] }],
    ['to its own address', { _tag: 'ReadBdt', bbmd: bip('192.168.1.10:47808') }],
    ['to the broadcast address as to a station', { _tag: 'ReadFdt', bbmd: bip('192.168.1.255:47808') }],
    ['a table of too many entries', { _tag: 'WriteBdt', bbmd: bip(PEER), entries: entriesOf(129) }],
    ['a table of too many entries', { _tag: 'SetRole', role: { ...bbmdOf(), bdt: entriesOf(129) } }],
    [
      'a foreign device cannot register: to the broadcast address as to a station',
      { _tag: 'SetRole', role: foreignOf(60, '192.168.1.255:47808') },
    ],
    ['there is no such role', { _tag: 'SetRole', role: { _tag: 'Node' } as never }],
  ])('gives back what it must not send: %s', (reason, outbound) => {
    const port = playedPort()
    port.told()
    port.submit(outbound)
    expect(port.told()).toEqual([{ _tag: 'Dropped', reason, outbound }])
    expect(port.says()).toEqual([])
  })

  it('gives back a broadcast where its host has no broadcast address', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: localOf(undefined, { broadcast: undefined }) })
    port.submit(broadcast(WHO_IS))
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'the port has no broadcast address' }])
  })

  it('gives back what the system did not send, and goes on', () => {
    const port = playedPort()
    port.submit(unicast(WHO_IS, bip(PEER)))
    const [datagram] = port.sent()
    port.refuse(datagram ?? { to: bip(PEER), octets: WHO_IS }, 'the host cannot be reached')
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'the host cannot be reached', outbound: { npdu: WHO_IS } }])
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toHaveLength(1)
  })

  it('tells discards at once and then once a second, by reason and host, and counts each', () => {
    const port = playedPort()
    port.told()
    for (let i = 0; i < 1000; i++) port.hear(`203.0.113.9:${1024 + i}`, fromHex('81ff0004'))
    expect(port.told()).toMatchObject([{ _tag: 'Discarded', source: bip('203.0.113.9:1024'), count: 1 }])
    port.clock.advance(seconds(1))
    expect(port.told()).toMatchObject([{ _tag: 'Discarded', source: bip('203.0.113.9:2023'), count: 999 }])
    port.submit({ _tag: 'ReadCounters' })
    expect(port.toldOf('Counters')).toMatchObject([
      { counters: { received: 1000, discarded: { UNKNOWN_FUNCTION: 1000 } } },
    ])
  })

  it.each<readonly [string, (port: PlayedPort) => void, readonly number[]]>([
    ['tells discards of the last second before it ends in good order', port => port.end(), [1, 999]],
    ['tells nobody of them who has unsubscribed', port => port.unsubscribe(), [1]],
  ])('%s', (_, end, counts) => {
    const port = playedPort()
    for (let i = 0; i < 1000; i++) port.hear(PEER, fromHex('81ff0004'))
    end(port)
    port.clock.advance(seconds(2))
    expect(port.toldOf('Discarded').map(({ count }) => count)).toEqual(counts)
    expect(port.hasCompleted()).toBe(counts.length > 1)
  })

  it('refuses a malformed request by unicast, and keeps silent when it was broadcast', () => {
    const port = playedPort()
    port.hear(PEER, fromHex('8105000500'))
    expect(port.says()).toEqual([[PEER, { _tag: 'BVLC-Result', code: 0x0030 }]])
    port.hear(PEER, fromHex('8105000500'), 'broadcast')
    expect(port.says()).toEqual([])
  })

  it('answers one address no more than it may, whatever its UDP port, and the others as before', () => {
    const limits = { answersPerAddress: { burst: 60, perSecond: 6 } }
    const port = playedPort({ _tag: 'OrdinaryNode' }, { limits })
    for (let i = 0; i < 100; i++) port.hear(`203.0.113.9:${1024 + i}`, { _tag: 'Read-Foreign-Device-Table' })
    expect(port.says()).toHaveLength(10)
    port.hear('203.0.113.10:47808', { _tag: 'Read-Foreign-Device-Table' })
    expect(port.says()).toHaveLength(1)
    port.clock.advance(seconds(1))
    port.hear('203.0.113.9:9999', { _tag: 'Read-Foreign-Device-Table' })
    expect(port.says()).toHaveLength(1)
  })

  it('answers all together no more than it may', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { limits: { answersInTotal: { burst: 60, perSecond: 6 } } })
    for (let i = 1; i < 200; i++) port.hear(`203.0.113.${i}:47808`, { _tag: 'Read-Foreign-Device-Table' })
    expect(port.says()).toHaveLength(10)
  })

  it('becomes something else when it is told to', () => {
    const port = playedPort()
    port.submit({ _tag: 'SetRole', role: bbmdOf() })
    port.hear(PEER, { _tag: 'Register-Foreign-Device', ttl: 60 })
    expect(port.says()).toEqual([[PEER, { _tag: 'BVLC-Result', code: 0 }]])
    port.submit({ _tag: 'SetRole', role: { _tag: 'OrdinaryNode' } })
    port.hear(PEER, { _tag: 'Register-Foreign-Device', ttl: 60 })
    expect(port.says()).toEqual([[PEER, { _tag: 'BVLC-Result', code: 0x0030 }]])
    expect(port.toldOf('Status').map(({ status }) => status.role)).toEqual(['OrdinaryNode', 'Bbmd', 'OrdinaryNode'])
  })

  it.each([
    ['OrdinaryNode', { _tag: 'OrdinaryNode' } as const],
    ['ForeignDevice', foreignOf()],
    ['Bbmd', bbmdOf()],
  ])('leaves nothing running behind when it is dropped as %s', (_, role) => {
    const port = playedPort(role)
    port.hear(PEER, { _tag: 'Register-Foreign-Device', ttl: 60 })
    port.hear(PEER, fromHex('81ff0004'))
    port.submit({ _tag: 'ReadBdt', bbmd: bip(PEER) })
    port.unsubscribe()
    expect(port.clock.running()).toBe(0)
    expect(port.isOpen()).toBe(false)
  })

  it('errors when its role does not fit its address, which its user must mend', () => {
    const port = playedPort(foreignOf(60, '192.168.1.10:47808'))
    expect(port.error()).toMatchObject({ message: 'a foreign device cannot register: to its own address' })
  })

  it.each([
    ['OrdinaryNode', { _tag: 'OrdinaryNode' } as const],
    ['ForeignDevice', foreignOf()],
    ['Bbmd', bbmdOf()],
  ])('leaves nothing running behind as %s whichever event makes its user unsubscribe', (_, role) => {
    for (let count = 1; count <= 6; count++) {
      const played = playedUdp()
      const { scheduler, running } = clock()
      const link = ipLink({ udp: played.udp, role, limits: ipLimits(), scheduler, random: fixedRandom(1) })
      const asked: readonly IpOutbound[] = [
        { _tag: 'ReadBdt', bbmd: bip(PEER) },
        { _tag: 'SetRole', role: foreignOf() },
        { _tag: 'SetRole', role: bbmdOf() },
      ]
      concat(from(asked), NEVER).pipe(link, take(count)).subscribe()
      played.bind()
      if (!played.isOpen()) expect(running()).toBe(0)
    }
  })

  it('becomes what it was last told to be, also by somebody who hears that it becomes something else', () => {
    const port = playedPort()
    port.told()
    port.onEvent(event => {
      if (event._tag === 'Status' && event.status.role === 'ForeignDevice')
        port.submit({ _tag: 'SetRole', role: bbmdOf() })
    })
    port.submit({ _tag: 'SetRole', role: foreignOf() })
    expect(port.toldOf('Status').at(-1)?.status.role).toBe('Bbmd')
  })

  it('counts what it dropped before it was bound', () => {
    const port = playedPort({ _tag: 'OrdinaryNode' }, { local: null, limits: { maxWaiting: 1 } })
    port.submit(broadcast(WHO_IS), broadcast(WHO_IS), broadcast(WHO_IS))
    port.bind()
    port.submit({ _tag: 'ReadCounters' })
    expect(port.toldOf('Counters')).toMatchObject([
      { counters: { dropped: { 'too much waits until the port is bound': 2 } } },
    ])
  })

  it('tells and counts what it refuses, by kind and reason', () => {
    const port = playedPort()
    port.told()
    port.hear(PEER, { _tag: 'Read-Foreign-Device-Table' })
    expect(port.told()).toEqual([
      { _tag: 'Refused', reason: 'Read-Foreign-Device-Table: not a BBMD', source: bip(PEER), count: 1 },
    ])
    port.submit({ _tag: 'ReadCounters' })
    expect(port.toldOf('Counters')).toMatchObject([
      { counters: { refused: { 'Read-Foreign-Device-Table: not a BBMD': 1 } } },
    ])
  })

  it('takes nothing from what cannot be answered', () => {
    const port = playedPort()
    port.told()
    port.hear('192.168.1.50:0', { _tag: 'Original-Unicast-NPDU', npdu: WHO_IS })
    expect(port.told()).toMatchObject([{ _tag: 'Discarded', reason: 'the source is no station' }])
  })

  it('refuses a distributed Confirmed-Request as it refuses every broadcast to be distributed', () => {
    const port = playedPort()
    port.hear(PEER, { _tag: 'Distribute-Broadcast-To-Network', npdu: READ_PROPERTY })
    expect(port.says()).toEqual([[PEER, { _tag: 'BVLC-Result', code: 0x0060 }]])
  })

  it('goes on as somebody else when the addresses of its host change', () => {
    const port = playedPort(bbmdOf(['192.168.2.10:47808']))
    port.told()
    port.bind(localOf(bip('192.168.1.11:47808')))
    expect(port.told()).toMatchObject([
      { _tag: 'Listening' },
      { _tag: 'Status', status: { address: bip('192.168.1.11:47808') } },
    ])
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toContainEqual([
      '192.168.2.10:47808',
      { _tag: 'Forwarded-NPDU', originating: bip('192.168.1.11:47808'), npdu: WHO_IS },
    ])
  })
})
