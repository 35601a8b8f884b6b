import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { broadcast, unicast } from '../../src/link/link.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { READ_PROPERTY, WHO_IS } from '../support/played-port.js'
import { answerTo, itKeepsForeignDevices } from '../support/registrar-tests.js'
import { toHex } from '../support/vectors.js'
import { bbmd6Of, GROUP, OWN, playedPort6, type PlayedPort6 } from '../support/played-port6.js'

const SELF = '[2001:db8::10]:47808'
const PEER = '[2001:db8:2::1]:47808'
const OTHER_PEER = '[2001:db8:3::1]:47808'
const FOREIGN = '[2001:db8:4::40]:47808'
const OTHER_FOREIGN = '[2001:db8:4::41]:47808'
const NEIGHBOUR = '[2001:db8::50]:47808'
const STRANGER = '[2001:db8:f::5]:47808'
const FAR = '[2001:db8:2::77]:47808'

const ASKER = '0004d2' as Bip6Vmac
const TARGET = '000777' as Bip6Vmac

const whoIs: Bvll6Message = { _tag: 'Original-Broadcast-NPDU', source: ASKER, npdu: WHO_IS }
const distribute: Bvll6Message = { _tag: 'Distribute-Broadcast-To-Network', source: ASKER, npdu: WHO_IS }
const resolution: Bvll6Message = { _tag: 'Address-Resolution', source: ASKER, target: TARGET }
const forwardedFrom = (originating: string, source = ASKER): Bvll6Message => ({
  _tag: 'Forwarded-NPDU',
  source,
  originating: bip6(originating),
  npdu: WHO_IS,
})
const resolutionFrom = (originating: string, source = ASKER): Bvll6Message => ({
  _tag: 'Forwarded-Address-Resolution',
  source,
  target: TARGET,
  originating: bip6(originating),
})
const register = (ttl: number): Bvll6Message => ({ _tag: 'Register-Foreign-Device', source: ASKER, ttl })
const remove = (entry: string): Bvll6Message => ({
  _tag: 'Delete-Foreign-Device-Table-Entry',
  source: ASKER,
  address: bip6(entry),
})
const result = (code: number): Bvll6Message => ({ _tag: 'BVLC-Result', source: OWN, code })

/** A BBMD with two others in its BDT and two foreign devices. */
const busy = (): PlayedPort6 => {
  const port = playedPort6(bbmd6Of([PEER, OTHER_PEER]))
  for (const address of [FOREIGN, OTHER_FOREIGN]) port.hear(address, register(60))
  port.says()
  port.told()
  return port
}

const answer = answerTo<Bvll6Message>

const receivers = (port: PlayedPort6): readonly string[] => port.says().map(([to]) => to)

/** The same message to each of these. */
const all = (message: Bvll6Message, ...to: readonly string[]): readonly (readonly [string, Bvll6Message])[] =>
  to.map(address => [address, message] as const)

describe('a BBMD of BACnet/IPv6 relays an Address-Resolution', () => {
  it('of its domain: to other BBMDs and foreign devices, and not where it was heard', () => {
    const port = busy()
    port.hear(NEIGHBOUR, resolution, 'broadcast')
    expect(port.says()).toEqual(all(resolutionFrom(NEIGHBOUR), PEER, OTHER_PEER, FOREIGN, OTHER_FOREIGN))
  })

  it('of a foreign device: into its domain too, and not back', () => {
    const port = busy()
    port.hear(FOREIGN, resolution)
    expect(port.says()).toEqual(all(resolutionFrom(FOREIGN), GROUP, PEER, OTHER_PEER, OTHER_FOREIGN))
  })

  it('of a foreign device that its domain has heard by itself: not there again', () => {
    const port = busy()
    port.hear(FOREIGN, resolution, 'broadcast')
    expect(receivers(port)).toEqual([PEER, OTHER_PEER, OTHER_FOREIGN])
  })

  it('not of a stranger: that is refused', () => {
    const port = busy()
    port.hear(STRANGER, resolution)
    expect(port.says()).toEqual([[STRANGER, result(0x0030)]])
    expect(port.toldOf('Refused')).toMatchObject([{ reason: 'Address-Resolution: not registered' }])
  })

  it('not for its own VMAC: it answers, and says nothing for others whom it knows', () => {
    const port = busy()
    port.hear(NEIGHBOUR, { _tag: 'Address-Resolution', source: ASKER, target: OWN }, 'broadcast')
    expect(port.says()).toEqual([[NEIGHBOUR, { _tag: 'Address-Resolution-ACK', source: OWN, destination: ASKER }]])
    port.hear(FAR, { _tag: 'Virtual-Address-Resolution', source: TARGET })
    port.says()
    port.hear(NEIGHBOUR, resolution, 'broadcast')
    expect(port.says().map(([, { _tag }]) => _tag)).not.toContain('Address-Resolution-ACK')
  })

  it('of another BBMD: into its domain and to foreign devices as it is, and to no BBMD', () => {
    const port = busy()
    port.hear(PEER, resolutionFrom(FAR))
    expect(port.says()).toEqual(all(resolutionFrom(FAR), GROUP, FOREIGN, OTHER_FOREIGN))
  })

  it('of a BBMD that is not in its BDT: nowhere', () => {
    const port = busy()
    port.hear(STRANGER, resolutionFrom(FAR))
    expect(port.says()).toEqual([])
    expect(port.toldOf('Discarded')).toMatchObject([{ reason: 'not from a BBMD of its BDT' }])
  })
})

describe('a BBMD of BACnet/IPv6 asks for a VMAC', () => {
  it('in its domain by Address-Resolution, and everybody else as if it had relayed it', () => {
    const port = busy()
    port.submit(unicast(READ_PROPERTY, TARGET))
    expect(port.says()).toEqual([
      [GROUP, { _tag: 'Address-Resolution', source: OWN, target: TARGET }],
      ...all(resolutionFrom(SELF, OWN), PEER, OTHER_PEER, FOREIGN, OTHER_FOREIGN),
    ])
  })

  it('that it would like to have: as that VMAC, everywhere', () => {
    const vmac = '400001' as Bip6Vmac
    const port = playedPort6(bbmd6Of([PEER]), { vmac })
    expect(port.says()).toEqual([
      [GROUP, { _tag: 'Address-Resolution', source: vmac, target: vmac }],
      [PEER, { _tag: 'Forwarded-Address-Resolution', source: vmac, target: vmac, originating: bip6(SELF) }],
    ])
  })
})

describe('a BBMD of BACnet/IPv6 forwards', () => {
  it('its own broadcasts: to its domain, and copies with its own VMAC and address to everybody else', () => {
    const port = busy()
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([
      [GROUP, { ...whoIs, source: OWN }],
      ...all(forwardedFrom(SELF, OWN), PEER, OTHER_PEER, FOREIGN, OTHER_FOREIGN),
    ])
  })

  it('a broadcast of its domain, with the VMAC and the address of its sender', () => {
    const port = busy()
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(port.says()).toEqual(all(forwardedFrom(NEIGHBOUR), PEER, OTHER_PEER, FOREIGN, OTHER_FOREIGN))
    expect(port.toldOf('Npdu')).toMatchObject([{ source: ASKER, destination: 'broadcast', via: 'original' }])
  })

  it('a broadcast that a foreign device has distributed, and neither back nor with an answer', () => {
    const port = busy()
    port.hear(FOREIGN, distribute)
    expect(port.says()).toEqual(all(forwardedFrom(FOREIGN), GROUP, PEER, OTHER_PEER, OTHER_FOREIGN))
    expect(port.toldOf('Npdu')).toMatchObject([{ source: ASKER, via: 'distributed' }])
  })

  it('none that a stranger wants distributed', () => {
    const port = busy()
    port.hear(STRANGER, distribute)
    expect(port.says()).toEqual([[STRANGER, result(0x00c0)]])
    expect(port.toldOf('Npdu')).toEqual([])
  })

  it('what other BBMDs forward, octet for octet, and to no BBMD', () => {
    const port = busy()
    port.hear(PEER, forwardedFrom(FAR))
    expect(port.says()).toEqual(all(forwardedFrom(FAR), GROUP, FOREIGN, OTHER_FOREIGN))
    expect(port.toldOf('Npdu')).toMatchObject([{ source: ASKER, via: 'forwarded' }])
  })

  it.each([
    { peer: PEER, arrival: 'broadcast' as const, why: 'a BBMD has multicast in its own domain' },
    { peer: '[2001:db8::11]:47808', arrival: 'unknown' as const, why: 'a BBMD on its link may have multicast' },
  ])('not into its own domain what $why, and both would pass on for ever', ({ peer, arrival }) => {
    const port = playedPort6(bbmd6Of([peer]))
    port.hear(FOREIGN, register(60))
    port.says()
    port.hear(peer, forwardedFrom(FAR), arrival)
    port.hear(peer, resolutionFrom(FAR), arrival)
    expect(receivers(port)).toEqual([FOREIGN, FOREIGN])
  })

  it('what other BBMDs forward not to the foreign device that said it', () => {
    const port = busy()
    port.hear(PEER, forwardedFrom(FOREIGN))
    expect(receivers(port)).toEqual([GROUP, OTHER_FOREIGN])
  })

  it('nothing of a BBMD that is not in its BDT, and does not hear it', () => {
    const port = busy()
    port.hear(STRANGER, forwardedFrom(FAR))
    expect(port.says()).toEqual([])
    expect(port.toldOf('Npdu')).toEqual([])
  })

  it('nothing that comes back to it', () => {
    const port = busy()
    port.hear(PEER, forwardedFrom(SELF, OWN))
    port.hear(PEER, resolutionFrom(SELF, OWN))
    port.hear(SELF, whoIs, 'broadcast')
    expect(port.says()).toEqual([])
    expect(port.told()).toEqual([])
  })

  it('nothing twice to a BBMD that has registered as a foreign device, and nothing to itself', () => {
    const port = playedPort6(bbmd6Of([PEER, SELF, PEER]))
    answer(port, PEER, register(60))
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(receivers(port)).toEqual([PEER])
    port.submit(broadcast(WHO_IS))
    expect(receivers(port)).toEqual([GROUP, PEER])
    port.hear(PEER, forwardedFrom(FAR))
    expect(receivers(port)).toEqual([GROUP])
  })

  it('no Original-Broadcast-NPDU that came by unicast, but hears it', () => {
    const port = busy()
    port.hear(STRANGER, whoIs, 'unicast')
    expect(port.says()).toEqual([])
    expect(port.toldOf('Npdu')).toHaveLength(1)
    port.hear(NEIGHBOUR, whoIs, 'unknown')
    expect(receivers(port)).toHaveLength(4)
  })

  it('no Confirmed-Request; a foreign device is not told, as it would only register again', () => {
    const port = playedPort6(bbmd6Of([PEER]))
    const confirmed: Bvll6Message = { ...distribute, npdu: READ_PROPERTY }
    expect(answer(port, FOREIGN, confirmed)).toEqual(result(0x00c0))
    answer(port, FOREIGN, register(60))
    port.hear(FOREIGN, confirmed)
    port.hear(PEER, { ...forwardedFrom(FAR), npdu: READ_PROPERTY } as Bvll6Message)
    expect(port.says()).toEqual([])
    expect(port.toldOf('Npdu')).toEqual([])
  })

  it('at most so many copies for one IPv6 address and for all, and hears the rest itself', () => {
    const copies = { copiesPerAddress: { burst: 20, perSecond: 2 }, copiesInTotal: { burst: 30, perSecond: 2 } }
    const port = playedPort6(bbmd6Of([PEER, OTHER_PEER], copies))
    for (let i = 0; i < 100; i++) port.hear(`[2001:db8::50]:${1024 + i}`, whoIs, 'broadcast')
    expect(receivers(port)).toHaveLength(20)
    for (let i = 0; i < 100; i++) port.hear('[2001:db8::51]:47808', resolution, 'broadcast')
    expect(receivers(port)).toHaveLength(10)
    expect(port.toldOf('Npdu')).toHaveLength(100)
    port.clock.advance(seconds(1))
    port.hear('[2001:db8::52]:47808', whoIs, 'broadcast')
    expect(receivers(port)).toHaveLength(2)
  })
})

describe('a BBMD of BACnet/IPv6 and link-local addresses', () => {
  const NEAR = '[fe80::7]:47808'
  const NEAR_FOREIGN = '[fe80::40]:47808'

  it('are not told to BBMDs and foreign devices beyond the link, where they mean somebody else', () => {
    const port = busy()
    port.hear(NEAR_FOREIGN, register(60))
    port.says()
    for (const message of [whoIs, resolution]) {
      port.hear(NEAR, message, 'broadcast')
      expect(receivers(port)).toEqual([NEAR_FOREIGN])
    }
    port.hear(NEAR_FOREIGN, distribute)
    expect(receivers(port)).toEqual([GROUP])
    const [{ reason } = { reason: '' }] = port.toldOf('Discarded')
    expect(reason).toBe('a link-local address is not told beyond its link')
    port.submit({ _tag: 'ReadCounters' })
    expect(port.toldOf('Counters').map(({ counters }) => counters.discarded)).toEqual([{ [reason]: 3 }])
  })

  it('are not told there when they are its own', () => {
    const port = playedPort6(bbmd6Of([PEER]), { address: bip6(NEAR) })
    port.submit(broadcast(WHO_IS), unicast(WHO_IS, TARGET))
    expect(receivers(port)).toEqual([GROUP, GROUP])
    expect(port.toldOf('Discarded')).toHaveLength(1)
  })
})

describe('a BBMD of BACnet/IPv6 whose subscriber writes on what he is given', () => {
  it.each([
    ['Original-Broadcast-NPDU', NEIGHBOUR, whoIs, 'broadcast'],
    ['Forwarded-NPDU', PEER, forwardedFrom(FAR), 'unicast'],
    ['Distribute-Broadcast-To-Network', FOREIGN, distribute, 'unicast'],
  ] as const)('passes on what it was: %s', (_, source, message, arrival) => {
    const port = busy()
    port.onEvent(event => {
      if (event._tag === 'Npdu') event.npdu.fill(0xff)
    })
    port.hear(source, message, arrival)
    const copies = port.says().flatMap(([, copy]) => ('npdu' in copy ? [toHex(copy.npdu)] : []))
    expect(new Set(copies)).toEqual(new Set([toHex(WHO_IS)]))
  })
})

describe('a BBMD of BACnet/IPv6 and its foreign devices', () => {
  itKeepsForeignDevices<Bvll6Message, Bip6Address>({
    open: (policy, limits = {}) => playedPort6(bbmd6Of([], policy), { limits }),
    register,
    remove,
    distribute,
    result,
    naks: { register: 0x0090, remove: 0x00a0, distribute: 0x00c0 },
    at: (host, port = 47808) => `[2001:db8:${host}::1]:${port}`,
    addressOf: bip6,
  })

  it('refuses more of one network of 64 bits than it may have, from whichever of its addresses they come', () => {
    const port = playedPort6(bbmd6Of([], { maxPerAddress: 2 }))
    const codes = ['4::40', '4::41', '4::42', '5::40'].map(host =>
      answer(port, `[2001:db8:${host}]:47808`, register(60)),
    )
    expect(codes).toEqual([0, 0, 0x0090, 0].map(result))
  })

  it('knows the VMAC of one that comes back after its time, before a late timer has said that it is over', () => {
    const port = playedPort6(bbmd6Of())
    port.hear(FOREIGN, register(60))
    const { scheduler } = port.clock
    if (!(scheduler instanceof VirtualTimeScheduler)) throw new Error('no clock to put forward')
    scheduler.frame += seconds(91)
    port.hear(FOREIGN, { _tag: 'Register-Foreign-Device', source: TARGET, ttl: 60 })
    port.submit({ _tag: 'ReadTables' })
    const told = port.told()
    expect(told.filter(({ _tag }) => _tag === 'ForeignDevice')).toMatchObject([
      { vmac: ASKER, state: 'registered' },
      { vmac: ASKER, state: 'expired' },
      { vmac: TARGET, state: 'registered' },
    ])
    expect(told.at(-1)).toMatchObject({ _tag: 'Tables', fdt: [{ address: bip6(FOREIGN), vmac: TARGET }] })
  })

  it('knows the VMAC of each, as it registered the last time', () => {
    const port = busy()
    port.hear(FOREIGN, { _tag: 'Register-Foreign-Device', source: TARGET, ttl: 60 })
    port.hear(OTHER_FOREIGN, { _tag: 'Register-Foreign-Device', source: TARGET, ttl: 0 })
    port.submit({ _tag: 'ReadTables' })
    expect(port.toldOf('Tables').flatMap(({ fdt }) => fdt.map(({ vmac }) => vmac))).toEqual([TARGET, ASKER])
    port.hear(FOREIGN, remove(FOREIGN))
    expect(port.toldOf('ForeignDevice')).toEqual([
      { _tag: 'ForeignDevice', address: bip6(FOREIGN), vmac: TARGET, state: 'deleted' },
    ])
  })

  it('keeps them when its BDT is set', () => {
    const port = busy()
    port.submit({ _tag: 'SetBdt', entries: [bip6(STRANGER)] })
    port.hear(NEIGHBOUR, whoIs, 'broadcast')
    expect(receivers(port)).toEqual([STRANGER, FOREIGN, OTHER_FOREIGN])
    port.submit({ _tag: 'ReadTables' })
    const fdt = [FOREIGN, OTHER_FOREIGN].map(address => ({
      address: bip6(address),
      ttl: 60,
      remaining: 90,
      vmac: ASKER,
    }))
    expect(port.toldOf('Tables')).toEqual([{ _tag: 'Tables', bdt: [bip6(STRANGER)], fdt }])
  })
})
