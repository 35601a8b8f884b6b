import { filter } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { bbmd, foreignDevice, ordinaryNode } from '../../src/index.js'
import type { VirtualDatagram } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { bip } from '../support/bvll-vectors.js'
import { inWords, ipLab, type RunningIpPort } from '../support/ip-lab.js'
import { numbered } from '../support/npdu.js'
import type { BipAddress } from '../../src/values/bip-address.js'

const BBMD = '10.0.1.1:47808'

/** A BBMD with a node, and a foreign device elsewhere, which is registered. */
const registered = (ttl = 60) => {
  const lab = ipLab()
  const hub = lab.port('10.0.1.1', { role: bbmd() })
  const node = lab.port('10.0.1.7')
  const device = lab.port('10.0.3.7', { role: foreignDevice({ bbmd: BBMD, ttl }) })
  lab.advance(seconds(1))
  lab.sent()
  return { lab, hub, node, device }
}

const states = (device: RunningIpPort): readonly unknown[] =>
  device.told('Status').map(({ status }) => status.registration?.state)

const restart = (port: RunningIpPort): void => {
  port.kill()
  port.start()
}

describe('a foreign device whose BBMD was restarted', () => {
  it('is deaf until its renewal, which comes after half the TTL at the latest', () => {
    const { lab, hub, node, device } = registered()
    restart(hub)
    node.broadcast(numbered(1))
    lab.advance(seconds(25))
    node.broadcast(numbered(2))
    lab.advance(seconds(4))
    node.broadcast(numbered(3))
    lab.advance(seconds(1))
    expect([1, 2, 3].map(number => device.heard(numbered(number)).length)).toEqual([0, 0, 1])
    expect(states(device)).toEqual(['unregistered', 'registered'])
  })

  it('is heard all the same: the broadcast that was refused is sent again, once', () => {
    const { lab, hub, node, device } = registered()
    restart(hub)
    device.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(lab.sent().map(inWords)).toEqual([
      '10.0.3.7:47808 > 10.0.1.1:47808 Distribute-Broadcast-To-Network',
      '10.0.1.1:47808 > 10.0.3.7:47808 BVLC-Result',
      '10.0.3.7:47808 > 10.0.1.1:47808 Register-Foreign-Device',
      '10.0.1.1:47808 > 10.0.3.7:47808 BVLC-Result',
      '10.0.3.7:47808 > 10.0.1.1:47808 Distribute-Broadcast-To-Network',
      '10.0.1.1:47808 > 10.0.1.255:47808 Forwarded-NPDU',
    ])
    expect(lab.hearers(numbered(1))).toEqual({ '10.0.1.1': ['10.0.3.7:47808'], '10.0.1.7': ['10.0.3.7:47808'] })
    expect(states(device)).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
    node.broadcast(numbered(2))
    lab.advance(ms(20))
    expect(device.heard(numbered(2))).toEqual(['10.0.1.7:47808'])
  })

  it('has several that were refused sent again in their order', () => {
    const { lab, hub, node, device } = registered()
    restart(hub)
    for (const number of [1, 2, 3]) device.broadcast(numbered(number))
    lab.advance(ms(20))
    expect(node.told('Npdu').map(({ npdu }) => npdu)).toEqual([1, 2, 3].map(numbered))
  })

  it('does not send a broadcast a third time', () => {
    const { lab, hub, node, device } = registered()
    restart(hub)
    // From now on it is restarted whenever it has taken a registration, so that it never knows the device.
    const isTaken = ({ from, octets }: VirtualDatagram<BipAddress>): boolean =>
      from === bip(BBMD) && octets[1] === 0 && octets[5] === 0
    lab.network.tap$.pipe(filter(isTaken)).subscribe(() => restart(hub))
    device.broadcast(numbered(1))
    lab.advance(seconds(20))
    expect(lab.sent().filter(({ octets }) => octets[1] === 0x09)).toHaveLength(2)
    expect(node.heard(numbered(1))).toEqual([])
  })
})

describe('a foreign device that loses its BBMD', () => {
  it('says so TTL + 30 s after the last answer, drops its broadcasts with a reason, and comes back by itself', () => {
    const { lab, node, device } = registered()
    const cable = lab.network.unplug('10.0.1.1')
    lab.advance(seconds(89))
    expect(states(device)).toEqual(['unregistered', 'registered'])
    lab.advance(seconds(1))
    expect(states(device).at(-1)).toBe('lost')
    expect(device.times('Status').at(-1)).toBe(90_002)
    device.broadcast(numbered(1))
    expect(device.told('Dropped').map(({ reason }) => reason)).toEqual(['not registered with its BBMD'])

    cable.unsubscribe()
    lab.advance(seconds(61))
    expect(states(device).at(-1)).toBe('registered')
    device.broadcast(numbered(2))
    node.broadcast(numbered(3))
    lab.advance(ms(20))
    expect(node.heard(numbered(2))).toEqual(['10.0.3.7:47808'])
    expect(device.heard(numbered(3))).toEqual(['10.0.1.7:47808'])
    expect(node.heard(numbered(1))).toEqual([])
  })

  it('outlasts a shorter outage without a word', () => {
    const { lab, node, device } = registered()
    const cable = lab.network.unplug('10.0.1.1')
    lab.advance(seconds(60))
    cable.unsubscribe()
    lab.advance(seconds(30))
    node.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(states(device)).toEqual(['unregistered', 'registered'])
    expect(device.heard(numbered(1))).toEqual(['10.0.1.7:47808'])
  })

  it('is sent nothing any more TTL + 30 s after it was pulled out itself', () => {
    const { lab, hub, node } = registered()
    lab.network.unplug('10.0.3.7')
    lab.advance(seconds(91))
    lab.sent()
    node.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(lab.sent().map(inWords)).toEqual(['10.0.1.7:47808 > 10.0.1.255:47808 Original-Broadcast-NPDU'])
    expect(hub.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered', 'expired'])
  })

  it('is forgotten at once when it leaves in good order', () => {
    const { lab, hub, device } = registered()
    device.stop()
    lab.advance(ms(20))
    expect(device.end()).toBe('completed')
    expect(hub.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered', 'deleted'])
  })
})

describe('a port that changes its role', () => {
  const setRole = (port: RunningIpPort, role: Parameters<typeof foreignDevice>[0] | 'node' | 'BBMD'): void =>
    port.submit({
      _tag: 'SetRole',
      role: role === 'node' ? ordinaryNode() : role === 'BBMD' ? bbmd({ bdt: [BBMD] }) : foreignDevice(role),
    })

  it('hears as what it is: foreign device, node, BBMD', () => {
    const { lab, node, device } = registered()
    const neighbour = lab.port('10.0.3.8')
    lab.advance(ms(1))
    const hearsFrom = (number: number): readonly string[] => {
      neighbour.broadcast(numbered(number))
      node.broadcast(numbered(number))
      lab.advance(ms(20))
      return device.heard(numbered(number))
    }
    expect(hearsFrom(1)).toEqual(['10.0.1.7:47808'])
    setRole(device, 'node')
    lab.advance(ms(20))
    expect(hearsFrom(2)).toEqual(['10.0.3.8:47808'])
    setRole(device, 'BBMD')
    expect(hearsFrom(3)).toEqual(['10.0.3.8:47808'])
    expect(node.heard(numbered(3))).toEqual([])
    setRole(device, { bbmd: BBMD })
    lab.advance(ms(20))
    expect(hearsFrom(4)).toEqual(['10.0.1.7:47808'])
    expect(device.told('Status').map(({ status }) => [status.role, status.registration?.state])).toEqual([
      ['ForeignDevice', 'unregistered'],
      ['ForeignDevice', 'registered'],
      ['ForeignDevice', 'unregistered'],
      ['OrdinaryNode', undefined],
      ['Bbmd', undefined],
      ['ForeignDevice', 'unregistered'],
      ['ForeignDevice', 'registered'],
    ])
  })

  it('joins two subnets as soon as both have a BBMD, and parts them when one has none', () => {
    const { lab, hub, node, device } = registered()
    const neighbour = lab.port('10.0.3.8')
    lab.advance(ms(1))
    const reaches = (number: number): boolean => {
      neighbour.broadcast(numbered(number))
      lab.advance(ms(20))
      return node.heard(numbered(number)).length === 1
    }
    setRole(device, 'BBMD')
    hub.submit({ _tag: 'SetBdt', entries: bbmd({ bdt: [BBMD, '10.0.3.7:47808'] }).bdt })
    expect(reaches(1)).toBe(true)
    setRole(hub, 'node')
    expect(reaches(2)).toBe(false)
    hub.submit({ _tag: 'SetRole', role: bbmd({ bdt: ['10.0.3.7:47808'] }) })
    expect(reaches(3)).toBe(true)
  })

  it('forgets its foreign devices when it is a BBMD no more', () => {
    const { lab, hub, device } = registered()
    setRole(hub, 'node')
    setRole(hub, 'BBMD')
    hub.submit({ _tag: 'ReadTables' })
    expect(hub.told('Tables').at(-1)?.fdt).toEqual([])
    lab.advance(seconds(31))
    expect(device.status()?.registration?.state).toBe('registered')
  })
})
