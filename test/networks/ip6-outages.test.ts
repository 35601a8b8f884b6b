import { filter } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { bbmd6, foreignDevice6, ordinaryNode } from '../../src/index.js'
import type { VirtualDatagram } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { BBMD1, registered, vmacOf } from '../support/ip6-domains.js'
import { inWords6, type RunningIp6Port } from '../support/ip6-lab.js'
import { numbered } from '../support/npdu.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'

const DEVICE = '[fd71:0:0:9::7]:47808'
const GROUP = '[ff02::bac0]:47808'

const states = (device: RunningIp6Port): readonly unknown[] =>
  device.told('Status').flatMap(({ status }) => (status.vmac === undefined ? [] : [status.registration?.state]))

const restart = (port: RunningIp6Port): void => {
  port.kill()
  port.start()
}

describe('a foreign device of BACnet/IPv6 whose BBMD was restarted', () => {
  it('is deaf until its renewal, which comes after half the TTL at the latest', () => {
    const { lab, bbmd1, a, device } = registered()
    restart(bbmd1)
    const speaks = (number: number): void => {
      a.broadcast(numbered(number))
      lab.advance(seconds(1))
    }
    speaks(1)
    lab.advance(seconds(24))
    speaks(2)
    lab.advance(seconds(3))
    speaks(3)
    expect([1, 2, 3].map(number => device.heard(numbered(number)).length)).toEqual([0, 0, 1])
    expect(states(device)).toEqual(['unregistered', 'registered'])
  })

  it('is heard all the same: the broadcast that was refused is sent again, once', () => {
    const { lab, bbmd1, ports, device } = registered()
    restart(bbmd1)
    device.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(lab.sent().map(inWords6)).toEqual([
      `${DEVICE} > ${BBMD1} Distribute-Broadcast-To-Network`,
      `${BBMD1} > ${DEVICE} BVLC-Result`,
      `${DEVICE} > ${BBMD1} Register-Foreign-Device`,
      `${BBMD1} > ${DEVICE} BVLC-Result`,
      `${DEVICE} > ${BBMD1} Distribute-Broadcast-To-Network`,
      `${BBMD1} > ${GROUP} Forwarded-NPDU`,
      `${BBMD1} > [fd71:0:0:2::1]:47808 Forwarded-NPDU`,
      `[fd71:0:0:2::1]:47808 > ${GROUP} Forwarded-NPDU`,
    ])
    expect(lab.hearers(numbered(1))).toEqual(Object.fromEntries(ports.map(({ name }) => [name, ['009007']])))
    expect(states(device)).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
  })

  it('finds a VMAC all the same: it registers when its question is refused, and then asks again at once', () => {
    const { lab, bbmd1, b, device } = registered()
    restart(bbmd1)
    device.unicast(numbered(1), vmacOf(b))
    lab.advance(ms(20))
    expect(b.heard(numbered(1))).toEqual(['009007'])
    expect(device.told('Dropped')).toEqual([])
  })

  it('goes on sending unicasts to whom it knows', () => {
    const { lab, bbmd1, b, device } = registered()
    b.broadcast(numbered(0))
    lab.advance(ms(20))
    bbmd1.kill()
    lab.sent()
    device.unicast(numbered(1), vmacOf(b))
    lab.advance(ms(20))
    expect(b.heard(numbered(1))).toEqual(['009007'])
    expect(lab.sent()).toHaveLength(1)
  })

  it('does not send a broadcast a third time', () => {
    const { lab, bbmd1, a, device } = registered()
    restart(bbmd1)
    // From now on it is restarted whenever it has taken a registration, so that it never knows the device.
    const isTaken = ({ from, octets }: VirtualDatagram<Bip6Address>): boolean =>
      from === bip6(BBMD1) && octets[1] === 0 && octets[8] === 0
    lab.network.tap$.pipe(filter(isTaken)).subscribe(() => restart(bbmd1))
    device.broadcast(numbered(1))
    lab.advance(seconds(20))
    expect(lab.sent().filter(({ octets }) => octets[1] === 0x0c)).toHaveLength(2)
    expect(a.heard(numbered(1))).toEqual([])
  })
})

describe('a foreign device of BACnet/IPv6 that loses its BBMD', () => {
  it('says so TTL + 30 s after the last answer, drops what it cannot send, and comes back by itself', () => {
    const { lab, a, b, device } = registered()
    const cable = lab.network.unplug('fd71:0:0:1::1')
    lab.advance(seconds(88))
    expect(states(device)).toEqual(['unregistered', 'registered'])
    lab.advance(seconds(2))
    expect(states(device).at(-1)).toBe('lost')
    device.broadcast(numbered(1))
    device.unicast(numbered(2), vmacOf(b))
    lab.advance(seconds(5))
    expect(device.told('Dropped').map(({ reason }) => reason)).toEqual([
      'not registered with its BBMD',
      'nobody answered for its VMAC',
    ])

    cable.unsubscribe()
    lab.advance(seconds(61))
    expect(states(device).at(-1)).toBe('registered')
    device.broadcast(numbered(3))
    device.unicast(numbered(4), vmacOf(b))
    a.broadcast(numbered(5))
    lab.advance(ms(20))
    expect(a.heard(numbered(3))).toEqual(['009007'])
    expect(b.heard(numbered(4))).toEqual(['009007'])
    expect(device.heard(numbered(5))).toEqual(['001007'])
    expect([a, b].flatMap(port => [...port.heard(numbered(1)), ...port.heard(numbered(2))])).toEqual([])
  })

  it('is sent nothing any more TTL + 30 s after it was pulled out itself', () => {
    const { lab, bbmd1, a } = registered()
    lab.network.unplug('fd71:0:0:9::7')
    const copies = (number: number): number => {
      lab.sent()
      a.broadcast(numbered(number))
      a.unicast(numbered(number), '003fff')
      lab.advance(ms(20))
      return lab.sent().filter(({ to }) => to === bip6(DEVICE)).length
    }
    lab.advance(seconds(88))
    expect(copies(1)).toBe(2)
    lab.advance(seconds(3))
    expect(copies(2)).toBe(0)
    expect(bbmd1.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered', 'expired'])
  })

  it('is forgotten at once when it leaves in good order', () => {
    const { lab, bbmd1, device } = registered()
    device.stop()
    lab.advance(seconds(4))
    expect(device.end()).toBe('completed')
    expect(bbmd1.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered', 'deleted'])
  })
})

describe('a port of BACnet/IPv6 that changes its role', () => {
  it('hears as what it is: foreign device, node, BBMD', () => {
    const { lab, a, bbmd1, device } = registered()
    const neighbour = lab.port('fd71:0:0:9::8', { deviceInstance: 0x9008 })
    lab.advance(ms(1))
    const hearsFrom = (number: number): readonly string[] => {
      neighbour.broadcast(numbered(number))
      a.broadcast(numbered(number))
      lab.advance(ms(20))
      return device.heard(numbered(number))
    }
    expect(hearsFrom(1)).toEqual(['001007'])
    device.submit({ _tag: 'SetRole', role: ordinaryNode() })
    lab.advance(ms(20))
    expect(hearsFrom(2)).toEqual(['009008'])
    device.submit({ _tag: 'SetRole', role: bbmd6({ bdt: [BBMD1] }) })
    expect(hearsFrom(3)).toEqual(['009008'])
    expect(a.heard(numbered(3)), 'as long as only one lists the other').toEqual([])
    bbmd1.submit({ _tag: 'SetBdt', entries: [bip6(DEVICE)] })
    expect([...hearsFrom(4)].sort()).toEqual(['001007', '009008'])
    expect(a.heard(numbered(4))).toEqual(['009008'])
    device.submit({ _tag: 'SetRole', role: foreignDevice6({ bbmd: BBMD1 }) })
    bbmd1.submit({ _tag: 'SetBdt', entries: [] })
    lab.advance(ms(20))
    expect(hearsFrom(5)).toEqual(['001007'])
  })

  it('forgets its foreign devices when it is a BBMD no more', () => {
    const { lab, bbmd1, device } = registered()
    bbmd1.submit({ _tag: 'SetRole', role: ordinaryNode() })
    bbmd1.submit({ _tag: 'SetRole', role: bbmd6() })
    bbmd1.submit({ _tag: 'ReadTables' })
    expect(bbmd1.told('Tables').at(-1)?.fdt).toEqual([])
    lab.advance(seconds(31))
    bbmd1.submit({ _tag: 'ReadTables' })
    expect(
      bbmd1
        .told('Tables')
        .at(-1)
        ?.fdt.map(({ address }) => address),
    ).toEqual([bip6(DEVICE)])
    expect(device.status()?.registration?.state).toBe('registered')
  })
})
