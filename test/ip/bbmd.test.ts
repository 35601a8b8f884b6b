import { describe, expect, it } from 'vitest'
import { broadcast } from '../../src/link/link.js'
import { parseBdtEntry } from '../../src/ip/bdt-text.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { BroadcastMask } from '../../src/values/broadcast-mask.js'
import { seconds } from '../../src/values/duration.js'
import type { BdtEntry, BvllMessage } from '../../src/wire/bvll.js'
import { bip } from '../support/bvll-vectors.js'
import { bbmdOf, playedPort, READ_PROPERTY, WHO_IS, type PlayedPort } from '../support/played-port.js'
import { localOf } from '../support/played-udp.js'
import { answerTo, itKeepsForeignDevices } from '../support/registrar-tests.js'
import { right } from '../support/right.js'

const SELF = '192.168.1.10:47808'
const SUBNET = '192.168.1.255:47808'
const PEER = '192.168.2.10:47808'
const FOREIGN = '10.20.30.40:47808'
const NEIGHBOUR = '192.168.1.50:47808'
const STRANGER = '203.0.113.5:47808'

const whoIs: BvllMessage = { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }
const distribute: BvllMessage = { _tag: 'Distribute-Broadcast-To-Network', npdu: WHO_IS }
const forwardedFrom = (originating: string): BvllMessage => ({
  _tag: 'Forwarded-NPDU',
  originating: bip(originating),
  npdu: WHO_IS,
})
const register = (ttl: number): BvllMessage => ({ _tag: 'Register-Foreign-Device', ttl })
const result = (code: number): BvllMessage => ({ _tag: 'BVLC-Result', code })
const entries = (...bdt: readonly string[]): readonly BdtEntry[] => bdt.map(text => right(parseBdtEntry(text)))

const answer = answerTo<BvllMessage>

const receivers = (port: PlayedPort): readonly string[] => port.says().map(([to]) => to)

describe('a BBMD forwards', () => {
  it('its own broadcasts: to its subnet, and copies with its own address to everybody else', () => {
    const port = playedPort(bbmdOf([PEER]))
    answer(port, FOREIGN, register(60))
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([
      [SUBNET, whoIs],
      [PEER, forwardedFrom(SELF)],
      [FOREIGN, forwardedFrom(SELF)],
    ])
  })

  it('its own broadcasts also from a host that has no broadcast address', () => {
    const port = playedPort(bbmdOf([PEER]), { local: localOf(undefined, { broadcast: undefined }) })
    port.submit(broadcast(WHO_IS))
    expect(receivers(port)).toEqual([PEER])
  })

  it('under its global address what starts on its own subnet, and nothing else', () => {
    const port = playedPort(bbmdOf([PEER], {}, '203.0.113.7:47809'))
    answer(port, FOREIGN, register(60))
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(port.says()).toContainEqual([PEER, forwardedFrom('203.0.113.7:47809')])
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toContainEqual([FOREIGN, forwardedFrom('203.0.113.7:47809')])
    port.hear(FOREIGN, distribute)
    expect(port.says()).toEqual([
      [SUBNET, forwardedFrom(FOREIGN)],
      [PEER, forwardedFrom(FOREIGN)],
    ])
    port.hear(PEER, forwardedFrom('192.168.2.77:47808'))
    expect(port.says()).toContainEqual([FOREIGN, forwardedFrom('192.168.2.77:47808')])
  })

  it('nothing that comes back under its global address', () => {
    const port = playedPort(bbmdOf([PEER], {}, '203.0.113.7:47809'))
    port.told()
    port.hear(PEER, forwardedFrom('203.0.113.7:47809'))
    expect(port.says()).toEqual([])
    expect(port.told()).toEqual([])
  })

  it('nothing from a BBMD that it does not know, unless it is told to', () => {
    const port = playedPort(bbmdOf([PEER]))
    port.hear(STRANGER, forwardedFrom('192.168.9.9:47808'))
    expect(port.says()).toEqual([])
    expect(port.toldOf('Npdu')).toEqual([])
    const open = playedPort(bbmdOf([PEER], { forwardsOfStrangers: true }))
    open.hear(STRANGER, forwardedFrom('192.168.9.9:47808'))
    expect(receivers(open)).toEqual([SUBNET])
    expect(open.toldOf('Npdu')).toHaveLength(1)
  })

  it('no Original-Broadcast-NPDU that somebody outside its subnet sent it by unicast, but hears it', () => {
    const port = playedPort(bbmdOf([PEER]))
    port.hear(STRANGER, whoIs, 'unicast')
    expect(port.says()).toEqual([])
    expect(port.toldOf('Npdu')).toHaveLength(1)
    port.hear(NEIGHBOUR, whoIs, 'unknown')
    expect(receivers(port)).toEqual([PEER])
  })

  it('no Original-Broadcast-NPDU that came by unicast where it does not know its subnet', () => {
    const port = playedPort(bbmdOf([PEER]), { local: localOf(undefined, { mask: undefined }) })
    port.hear(NEIGHBOUR, whoIs, 'unicast')
    expect(port.says()).toEqual([])
    port.hear(NEIGHBOUR, whoIs, 'unknown')
    expect(receivers(port)).toEqual([PEER])
  })

  it('no Confirmed-Request; a foreign device is not told, as it would only register again', () => {
    const port = playedPort(bbmdOf([PEER]))
    const confirmed: BvllMessage = { _tag: 'Distribute-Broadcast-To-Network', npdu: READ_PROPERTY }
    expect(answer(port, FOREIGN, confirmed)).toEqual(result(0x0060))
    answer(port, FOREIGN, register(60))
    port.hear(FOREIGN, confirmed)
    expect(port.says()).toEqual([])
  })

  it('at most so many copies for one IP address and for all, and hears the rest itself', () => {
    const port = playedPort(
      bbmdOf([PEER, '192.168.3.10:47808'], {
        copiesPerAddress: { burst: 20, perSecond: 2 },
        copiesInTotal: { burst: 30, perSecond: 2 },
      }),
    )
    for (let i = 0; i < 100; i++) port.hear(`192.168.1.50:${47808 + i}`, whoIs, 'broadcast')
    expect(receivers(port)).toHaveLength(20)
    for (let i = 0; i < 100; i++) port.hear('192.168.1.51:47808', whoIs, 'broadcast')
    expect(receivers(port)).toHaveLength(10)
    expect(port.toldOf('Npdu')).toHaveLength(200)
    port.clock.advance(seconds(1))
    port.hear('192.168.1.52:47808', whoIs, 'broadcast')
    expect(receivers(port)).toHaveLength(2)
  })
})

describe('a BBMD and its foreign devices', () => {
  itKeepsForeignDevices<BvllMessage, BipAddress>({
    open: (policy, limits = {}) => playedPort(bbmdOf([], policy), { limits }),
    register,
    remove: entry => ({ _tag: 'Delete-Foreign-Device-Table-Entry', address: bip(entry) }),
    distribute,
    result,
    naks: { register: 0x0030, remove: 0x0050, distribute: 0x0060 },
    at: (host, port = 47808) => `10.20.30.${host}:${port}`,
    addressOf: bip,
  })
})

describe('the tables of a BBMD', () => {
  it('are read by unicast, with its own entry and the seconds that are left', () => {
    const port = playedPort(bbmdOf([PEER]))
    answer(port, FOREIGN, register(60))
    port.clock.advance(seconds(30))
    expect(answer(port, NEIGHBOUR, { _tag: 'Read-Broadcast-Distribution-Table' })).toEqual({
      _tag: 'Read-Broadcast-Distribution-Table-Ack',
      entries: entries(PEER, SELF),
    })
    expect(answer(port, NEIGHBOUR, { _tag: 'Read-Foreign-Device-Table' })).toEqual({
      _tag: 'Read-Foreign-Device-Table-Ack',
      entries: [{ address: bip(FOREIGN), ttl: 60, remaining: 60 }],
    })
    port.submit({ _tag: 'ReadTables' })
    expect(port.toldOf('Tables')).toEqual([
      { _tag: 'Tables', bdt: entries(PEER, SELF), fdt: [{ address: bip(FOREIGN), ttl: 60, remaining: 60 }] },
    ])
  })

  it('are not read by those who may not', () => {
    const port = playedPort(bbmdOf([PEER], { mayRead: () => false }))
    expect(answer(port, NEIGHBOUR, { _tag: 'Read-Broadcast-Distribution-Table' })).toEqual(result(0x0020))
    expect(answer(port, NEIGHBOUR, { _tag: 'Read-Foreign-Device-Table' })).toEqual(result(0x0040))
  })

  it('are never told by one address more often than its budget allows: a forged request hits somebody else', () => {
    const port = playedPort(bbmdOf([PEER]))
    for (let i = 0; i < 100; i++) answer(port, `10.7.${i}.1:47808`, register(60))
    port.says()
    for (let i = 0; i < 1000; i++) port.hear(`203.0.113.9:${1024 + i}`, { _tag: 'Read-Foreign-Device-Table' })
    const octets = port.sent().reduce((sum, datagram) => sum + datagram.octets.length, 0)
    expect(octets).toBeLessThanOrEqual(20_000)
    expect(octets).toBeGreaterThan(10_000)
  })

  it('are not written by anybody, as long as nobody is allowed to', () => {
    const port = playedPort(bbmdOf([PEER]))
    const write: BvllMessage = { _tag: 'Write-Broadcast-Distribution-Table', entries: entries('10.1.1.1:47808') }
    expect(answer(port, PEER, write)).toEqual(result(0x0010))
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(receivers(port)).toEqual([PEER])
  })

  it('are written by those who may: the whole table, with its own entry', () => {
    const port = playedPort(bbmdOf([PEER], { mayWriteBdt: source => source === bip(PEER) }))
    const write: BvllMessage = { _tag: 'Write-Broadcast-Distribution-Table', entries: entries('10.1.1.1:47808') }
    expect(answer(port, STRANGER, write)).toEqual(result(0x0010))
    expect(answer(port, PEER, write)).toEqual(result(0))
    expect(port.toldOf('BdtWritten')).toEqual([
      { _tag: 'BdtWritten', source: bip(PEER), entries: entries('10.1.1.1:47808', SELF) },
    ])
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(receivers(port)).toEqual(['10.1.1.1:47808'])
  })

  it('are not written with more than 128 entries, nor with what is no station', () => {
    const port = playedPort(bbmdOf([PEER], { mayWriteBdt: () => true }))
    const many = Array.from({ length: 128 }, (_, i) => `10.1.${i}.1:47808`)
    const write = (bdt: readonly BdtEntry[]): BvllMessage => ({
      _tag: 'Write-Broadcast-Distribution-Table',
      entries: bdt,
    })
    expect(answer(port, PEER, write(entries(...many, PEER)))).toEqual(result(0x0010))
    expect(answer(port, PEER, write(entries(...many)))).toEqual(result(0))
    const [entry] = entries(PEER)
    expect(answer(port, PEER, write([{ mask: entry?.mask ?? (0 as never), address: bip('224.0.0.1:47808') }]))).toEqual(
      result(0x0010),
    )
  })

  it.each([0, 0x00ffffff, 0xff00ff00])('are not written with the mask %i, which is that of no subnet', mask => {
    const port = playedPort(bbmdOf([PEER], { mayWriteBdt: () => true }))
    const row = { address: bip('10.1.1.1:47808'), mask: mask as BroadcastMask }
    const write: BvllMessage = { _tag: 'Write-Broadcast-Distribution-Table', entries: [row] }
    expect(answer(port, PEER, write)).toEqual(result(0x0010))
    port.submit({ _tag: 'SetBdt', entries: [row] })
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'a table with what is no mask' }])
  })

  it('are set by the user of the port, while foreign devices stay', () => {
    const port = playedPort(bbmdOf([PEER]))
    answer(port, FOREIGN, register(60))
    port.submit({ _tag: 'SetBdt', entries: entries('10.1.1.1:47808') })
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(receivers(port)).toEqual(['10.1.1.1:47808', FOREIGN])
  })
})
