import { NEVER, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ip6Limits } from '../../src/ip6/ip6-limits.js'
import type { Ip6Outbound } from '../../src/ip6/ip6-link.js'
import { ip6Link } from '../../src/ip6/port6.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { isRandomBip6Vmac, type Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { clock } from '../machine/clock.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { I_AM } from '../support/npdu.js'
import { READ_PROPERTY, WHO_IS } from '../support/played-port.js'
import { bbmd6Of, foreign6Of, GROUP, OWN, playedPort6, type PlayedPort6 } from '../support/played-port6.js'
import { fromHex } from '../support/vectors.js'

const SELF = '[2001:db8::10]:47808'
const PEER = '[2001:db8::50]:47808'
const OTHER = '[2001:db8::51]:47808'

const PEER_VMAC = '0004d2' as Bip6Vmac
const NEW_VMAC = '000009' as Bip6Vmac
const CHANCE = '400001' as Bip6Vmac

const node = { _tag: 'OrdinaryNode' } as const
const byChance = (): PlayedPort6 => playedPort6(node, { vmac: CHANCE })

const ask = (target: Bip6Vmac, source = OWN): Bvll6Message => ({ _tag: 'Address-Resolution', source, target })
const ack = (source: Bip6Vmac, destination = OWN): Bvll6Message => ({
  _tag: 'Address-Resolution-ACK',
  source,
  destination,
})
const heardFrom = (source: Bip6Vmac): Bvll6Message => ({ _tag: 'Original-Broadcast-NPDU', source, npdu: WHO_IS })
const toPeer = (npdu: Uint8Array, source = OWN): Bvll6Message => ({
  _tag: 'Original-Unicast-NPDU',
  source,
  destination: PEER_VMAC,
  npdu,
})

const vmacs = (port: PlayedPort6): readonly (Bip6Vmac | undefined)[] =>
  port.toldOf('Status').map(({ status }) => status.vmac)

const known = (port: PlayedPort6): Readonly<Record<string, string>> => {
  port.submit({ _tag: 'ReadVmacCache' })
  const entries = port.toldOf('VmacCache').flatMap(cache => cache.entries)
  return Object.fromEntries(entries.map(({ vmac, address }) => [vmac, address]))
}

describe('a B/IPv6 port and its own VMAC', () => {
  it('has that of its device instance at once, and asks nobody', () => {
    const port = playedPort6()
    expect(port.says()).toEqual([])
    expect(vmacs(port).at(-1)).toBe(OWN)
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([[GROUP, heardFrom(OWN)]])
  })

  it('asks for a second who has a random one, while NPDUs wait, and then has it', () => {
    const port = byChance()
    expect(port.says()).toEqual([[GROUP, ask(CHANCE, CHANCE)]])
    port.submit(broadcast(WHO_IS), unicast(READ_PROPERTY, PEER_VMAC))
    port.clock.advance(ms(999))
    expect(port.says()).toEqual([])
    expect(vmacs(port)).toEqual([undefined])
    port.clock.advance(ms(1))
    expect(vmacs(port)).toEqual([CHANCE])
    expect(port.says()).toEqual([
      [GROUP, heardFrom(CHANCE)],
      [GROUP, ask(PEER_VMAC, CHANCE)],
    ])
  })

  it('keeps no more than it may until then, also for the device instance 0', () => {
    const port = playedPort6(node, { vmac: CHANCE, limits: { maxWaiting: 1 } })
    port.submit(unicast(WHO_IS, '000000' as Bip6Vmac), broadcast(I_AM))
    expect(port.toldOf('Dropped')).toMatchObject([
      { reason: 'too much waits for an own VMAC', outbound: { npdu: I_AM } },
    ])
  })

  it('takes another one when somebody has it', () => {
    const port = byChance()
    port.says()
    port.hear(PEER, ack(CHANCE, CHANCE))
    const [[to, message] = []] = port.says()
    const second = message?._tag === 'Address-Resolution' ? message.target : OWN
    expect([to, message]).toEqual([GROUP, ask(second, second)])
    expect(second).not.toBe(CHANCE)
    expect(isRandomBip6Vmac(second)).toBe(true)
    port.clock.advance(seconds(1))
    expect(vmacs(port).at(-1)).toBe(second)
  })

  it('gives a random one up when somebody else has it, too, and has it until it has another', () => {
    const port = byChance()
    port.clock.advance(seconds(1))
    port.says()
    port.told()
    port.hear(PEER, heardFrom(CHANCE), 'broadcast')
    expect(port.toldOf('VmacConflict')).toEqual([{ _tag: 'VmacConflict', vmac: CHANCE, source: bip6(PEER), count: 1 }])
    port.submit(broadcast(I_AM))
    expect(port.says().map(([, { _tag }]) => _tag)).toEqual(['Address-Resolution', 'Original-Broadcast-NPDU'])
    port.clock.advance(seconds(1))
    const [next] = vmacs(port)
    expect(next).not.toBe(CHANCE)
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([[GROUP, heardFrom(next as Bip6Vmac)]])
  })

  it('keeps that of its device instance whoever else has it, tells of it, and does not learn where that is', () => {
    const port = playedPort6()
    port.told()
    port.hear(PEER, heardFrom(OWN), 'broadcast')
    port.hear(PEER, ack(OWN, PEER_VMAC))
    expect(port.toldOf('VmacConflict')).toHaveLength(1)
    expect(port.says()).toEqual([])
    expect(known(port)).toEqual({})
    port.clock.advance(seconds(1))
    expect(port.toldOf('VmacConflict')).toEqual([{ _tag: 'VmacConflict', vmac: OWN, source: bip6(PEER), count: 1 }])
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([[GROUP, heardFrom(OWN)]])
  })

  it('tells of conflicts with many hosts together', () => {
    const port = playedPort6()
    port.told()
    for (let host = 1; host <= 1000; host++) port.hear(`[2001:db8:1::${host.toString(16)}]:47808`, heardFrom(OWN))
    expect(port.toldOf('VmacConflict')).toHaveLength(257)
    port.clock.advance(seconds(1))
    expect(port.toldOf('VmacConflict')).toEqual([
      { _tag: 'VmacConflict', vmac: OWN, source: undefined, count: 1000 - 257 },
    ])
  })

  it.each<readonly [string, (port: PlayedPort6) => void, readonly number[]]>([
    ['tells conflicts and discards of the last second before it ends in good order', port => port.end(), [1, 2]],
    ['tells nobody of them who has unsubscribed', port => port.unsubscribe(), [1]],
  ])('%s', (_, end, counts) => {
    const port = playedPort6()
    for (let i = 0; i < 3; i++) {
      port.hear(PEER, heardFrom(OWN), 'broadcast')
      port.hear(PEER, Uint8Array.of(0x82, 0xff, 0, 4))
    }
    end(port)
    port.clock.advance(seconds(2))
    const told = port.told()
    const countsOf = (tag: 'VmacConflict' | 'Discarded'): readonly number[] =>
      told.flatMap(event => (event._tag === tag ? [event.count] : []))
    expect(countsOf('VmacConflict')).toEqual(counts)
    expect(countsOf('Discarded')).toEqual(counts)
  })

  it.each<readonly [string, (port: PlayedPort6) => void]>([
    ['it becomes a BBMD', port => port.submit({ _tag: 'SetRole', role: bbmd6Of() })],
    ['its address is another', port => port.bind({ address: bip6(OTHER) })],
    [
      'it has other BBMDs',
      port => {
        port.submit({ _tag: 'SetRole', role: bbmd6Of() })
        port.clock.advance(seconds(2))
        port.says()
        port.submit({ _tag: 'SetBdt', entries: [bip6(PEER)] })
      },
    ],
  ])('asks for a random one anew, twice, when others may hear it: %s', (_, change) => {
    const port = byChance()
    port.clock.advance(seconds(1))
    port.says()
    change(port)
    const probes = (): number =>
      port.says().filter(([to, message]) => to === GROUP && 'target' in message && message.target === CHANCE).length
    expect(probes()).toBe(1)
    port.clock.advance(seconds(1))
    expect(probes()).toBe(1)
  })

  it('asks for nobody when its address is another, so that all learn where it is', () => {
    const port = playedPort6()
    const question = ask('3fffff' as Bip6Vmac)
    port.bind({ address: bip6(OTHER) })
    expect(port.says()).toEqual([[GROUP, question]])
    port.bind({ address: bip6(OTHER) })
    expect(port.says()).toEqual([])
  })

  it('tells when all that it draws are taken', () => {
    const port = byChance()
    const candidates = (): readonly Bip6Vmac[] =>
      port.says().flatMap(([, message]) => (message._tag === 'Address-Resolution' ? [message.target] : []))
    for (let drawn = candidates(); drawn.length > 0; drawn = candidates()) {
      for (const candidate of drawn) port.hear(PEER, ack(candidate, candidate))
    }
    expect(port.toldOf('VmacsTaken')).toEqual([{ _tag: 'VmacsTaken', tried: 8, kept: undefined }])
  })

  it('defends it against somebody who would like to have it', () => {
    const port = playedPort6()
    port.told()
    port.hear(PEER, ask(OWN, OWN), 'broadcast')
    expect(port.says()).toEqual([[PEER, ack(OWN, OWN)]])
    expect(port.told()).toEqual([])
  })

  it('has another one from the moment that its device instance is set', () => {
    const port = playedPort6()
    port.hear(PEER, heardFrom(NEW_VMAC), 'broadcast')
    port.submit({ _tag: 'SetVmac', vmac: NEW_VMAC })
    expect(vmacs(port).at(-1)).toBe(NEW_VMAC)
    expect(known(port)).toEqual({})
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([[GROUP, heardFrom(NEW_VMAC)]])
  })

  it('need not look any further when its device instance is set meanwhile', () => {
    const port = byChance()
    port.submit(broadcast(WHO_IS), { _tag: 'SetVmac', vmac: NEW_VMAC })
    expect(port.says().at(-1)).toEqual([GROUP, heardFrom(NEW_VMAC)])
    expect(port.clock.running()).toBe(0)
  })

  it.each(['3fffff', '400001', '800000', '00162E', '9'])('is not set to %s, which is no device instance', vmac => {
    const port = playedPort6()
    port.submit({ _tag: 'SetVmac', vmac: vmac as Bip6Vmac })
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'not the VMAC of a device instance' }])
  })

  it.each(['3fffff', '800000', '00162E', '9'])('is no port with the VMAC %s, which nobody may have', vmac => {
    const errors: unknown[] = []
    const { scheduler } = clock()
    const local = { address: bip6(SELF), own: new Set([bip6(SELF)]), group: bip6(GROUP), isWildcard: false }
    const udp = () => of({ _tag: 'Bound' as const, local: { ...local, receiveBuffer: 1 } })
    const random = fixedRandom(1)
    NEVER.pipe(ip6Link({ udp, role: node, vmac: vmac as Bip6Vmac, limits: ip6Limits(), scheduler, random })).subscribe({
      error: (error: unknown) => errors.push(error),
    })
    expect(errors).toEqual([new Error('its VMAC is neither that of a device instance nor a random one')])
  })

  it('says nothing in the name of nobody when its addresses change while it looks', () => {
    const port = playedPort6(foreign6Of(), { vmac: CHANCE })
    port.says()
    port.bind({ address: bip6(OTHER) })
    port.hear(PEER, { _tag: 'Virtual-Address-Resolution', source: PEER_VMAC })
    expect(port.says()).toEqual([])
  })
})

describe('a B/IPv6 port and the VMACs of others', () => {
  it('asks for one that it does not know, and then sends what waits in its order', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC), unicast(I_AM, PEER_VMAC))
    expect(port.says()).toEqual([[GROUP, ask(PEER_VMAC)]])
    port.hear(PEER, ack(PEER_VMAC))
    port.submit(unicast(READ_PROPERTY, PEER_VMAC))
    expect(port.says()).toEqual([WHO_IS, I_AM, READ_PROPERTY].map(npdu => [PEER, toPeer(npdu)]))
  })

  it('asks three times in all, and gives back what waits after 4 s, with a reason', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC), unicast(I_AM, PEER_VMAC))
    port.clock.advance(ms(3999))
    expect(port.says()).toEqual([1, 2, 3].map(() => [GROUP, ask(PEER_VMAC)]))
    expect(port.toldOf('Dropped')).toEqual([])
    port.clock.advance(ms(1))
    const reason = 'nobody answered for its VMAC'
    expect(port.toldOf('Dropped')).toMatchObject([
      { reason, outbound: { npdu: WHO_IS } },
      { reason, outbound: { npdu: I_AM } },
    ])
  })

  it('gives back the oldest when too much waits for one VMAC', () => {
    const port = playedPort6(node, { limits: { maxPerVmac: 1 } })
    port.submit(unicast(WHO_IS, PEER_VMAC), unicast(I_AM, PEER_VMAC))
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'too many wait for its VMAC', outbound: { npdu: WHO_IS } }])
  })

  it('sends what waits also when it hears the VMAC otherwise', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC))
    port.says()
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    expect(port.says()).toEqual([[PEER, toPeer(WHO_IS)]])
  })

  it('believes no answer that nobody waits for, unless it knows the VMAC', () => {
    const port = playedPort6()
    port.hear(PEER, ack(PEER_VMAC))
    port.hear(PEER, { _tag: 'Virtual-Address-Resolution-ACK', source: PEER_VMAC, destination: OWN })
    expect(known(port)).toEqual({})
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    port.hear(OTHER, ack(PEER_VMAC))
    expect(known(port)).toEqual({ [PEER_VMAC]: bip6(OTHER) })
  })

  it('believes who would like to have a VMAC only where nobody is known to have it', () => {
    const port = playedPort6()
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    port.hear(OTHER, ask(PEER_VMAC, PEER_VMAC), 'broadcast')
    port.hear(OTHER, ask(CHANCE, CHANCE), 'broadcast')
    expect(known(port)).toEqual({ [PEER_VMAC]: bip6(PEER), [CHANCE]: bip6(OTHER) })
    expect(port.toldOf('Discarded')).toEqual([])
  })

  it('does not take the answer to another node for its own', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC))
    port.says()
    port.hear(OTHER, ack(PEER_VMAC, NEW_VMAC))
    expect(port.says()).toEqual([])
    port.hear(PEER, ack(PEER_VMAC))
    expect(port.says()).toEqual([[PEER, toPeer(WHO_IS)]])
  })

  it.each<readonly [string, Bvll6Message, string]>([
    ['Original-Unicast-NPDU', { ...toPeer(WHO_IS), source: PEER_VMAC, destination: OWN } as Bvll6Message, PEER],
    ['Original-Broadcast-NPDU', heardFrom(PEER_VMAC), PEER],
    ['Distribute', { _tag: 'Distribute-Broadcast-To-Network', source: PEER_VMAC, npdu: WHO_IS }, PEER],
    ['Register', { _tag: 'Register-Foreign-Device', source: PEER_VMAC, ttl: 60 }, PEER],
    ['Delete', { _tag: 'Delete-Foreign-Device-Table-Entry', source: PEER_VMAC, address: bip6(OTHER) }, PEER],
    ['Address-Resolution', ask(NEW_VMAC, PEER_VMAC), PEER],
    ['Virtual-Address-Resolution', { _tag: 'Virtual-Address-Resolution', source: PEER_VMAC }, PEER],
    ['Result', { _tag: 'BVLC-Result', source: PEER_VMAC, code: 0 }, PEER],
    ['Forwarded-NPDU', { _tag: 'Forwarded-NPDU', source: PEER_VMAC, originating: bip6(OTHER), npdu: WHO_IS }, OTHER],
    [
      'Forwarded-Address-Resolution',
      { ...ask(NEW_VMAC, PEER_VMAC), _tag: 'Forwarded-Address-Resolution', originating: bip6(OTHER) } as Bvll6Message,
      OTHER,
    ],
  ])('learns from %s, of what was forwarded the first address', (_, message, address) => {
    const port = playedPort6()
    port.hear(PEER, message)
    expect(known(port)).toEqual({ [PEER_VMAC]: bip6(address) })
  })

  it('learns nothing of ::1, nor from what it discards', () => {
    const port = playedPort6()
    port.hear('[::1]:47808', heardFrom(PEER_VMAC))
    port.hear(PEER, { ...toPeer(WHO_IS), source: PEER_VMAC } as Bvll6Message)
    port.hear(PEER, fromHex('8201000b0004d200162e02'))
    expect(known(port)).toEqual({})
  })

  it('forgets where a VMAC is when nothing can be sent there', () => {
    const port = playedPort6()
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    port.submit(unicast(WHO_IS, PEER_VMAC))
    const [datagram] = port.sent()
    port.refuse(datagram ?? { to: bip6(PEER), octets: WHO_IS }, 'the host cannot be reached')
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'the host cannot be reached' }])
    expect(known(port)).toEqual({})
  })

  it('keeps it when it was this host that could not send', () => {
    const port = playedPort6()
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    port.submit(unicast(WHO_IS, PEER_VMAC))
    const [datagram] = port.sent()
    port.refuse(datagram ?? { to: bip6(PEER), octets: WHO_IS }, 'too much waits to be sent', false)
    expect(known(port)).toEqual({ [PEER_VMAC]: bip6(PEER) })
  })

  it('forgets where all of them are when its role is another, and with it its domain', () => {
    const port = playedPort6()
    port.hear(PEER, heardFrom(PEER_VMAC), 'broadcast')
    port.submit({ _tag: 'SetRole', role: foreign6Of() })
    expect(known(port)).toEqual({})
  })
})

describe('a B/IPv6 port', () => {
  it('knows its own echo by address, not by VMAC', () => {
    const port = playedPort6()
    port.told()
    port.hear(SELF, heardFrom(OWN), 'broadcast')
    expect(port.told()).toEqual([])
    port.hear('[2001:db8::10]:47809', heardFrom(PEER_VMAC), 'broadcast')
    expect(port.toldOf('Npdu')).toMatchObject([{ source: PEER_VMAC }])
  })

  it.each<readonly [string, Ip6Outbound]>([
    ['empty NPDU', unicast(new Uint8Array(), PEER_VMAC)],
    ['not an NPDU of version 1 and of at most 1497 octets', broadcast(Uint8Array.of(1, ...Array<number>(1497)))],
    ['a Confirmed-Request cannot be broadcast', broadcast(READ_PROPERTY)],
    ['to its own VMAC', unicast(WHO_IS, OWN)],
    ['to what is no VMAC', unicast(WHO_IS, bip6(PEER) as never)],
    ['not a BBMD', { _tag: 'SetBdt', entries: [] }],
    ['a table with what is no station', { _tag: 'SetRole', role: bbmd6Of([GROUP]) }],
    ['a foreign device cannot register there', { _tag: 'SetRole', role: foreign6Of(60, SELF) }],
    ['there is no such role', { _tag: 'SetRole', role: { _tag: 'Node' } as never }],
  ])('gives back what it must not do: %s', (reason, outbound) => {
    const port = playedPort6()
    port.told()
    port.submit(outbound)
    expect(port.told()).toEqual([{ _tag: 'Dropped', reason, outbound }])
    expect(port.says()).toEqual([])
  })

  it('counts what its UDP port has dropped, and tells nobody', () => {
    const port = playedPort6()
    port.told()
    port.stray('from another interface')
    expect(port.told()).toEqual([])
    port.submit({ _tag: 'ReadCounters' })
    expect(port.told()).toMatchObject([{ counters: { received: 1, discarded: { 'from another interface': 1 } } }])
  })

  it('becomes something else when it is told to', () => {
    const port = playedPort6()
    const register: Bvll6Message = { _tag: 'Register-Foreign-Device', source: PEER_VMAC, ttl: 60 }
    for (const [role, code] of [
      [bbmd6Of(), 0],
      [node, 0x0090],
    ] as const) {
      port.submit({ _tag: 'SetRole', role })
      port.hear(PEER, register)
      expect(port.says()).toEqual([[PEER, { _tag: 'BVLC-Result', source: OWN, code }]])
    }
  })

  it('gives back the very NPDU that it was given', () => {
    const port = playedPort6()
    const outbound = unicast(WHO_IS, PEER_VMAC)
    port.submit(outbound)
    port.clock.advance(seconds(4))
    expect(port.toldOf('Dropped')[0]?.outbound).toBe(outbound)
  })

  it('gives back what still waits when it ends', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC))
    port.end()
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'the port is closing' }])
    expect(port.clock.running()).toBe(0)
  })
})
