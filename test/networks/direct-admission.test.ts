import { describe, expect, it } from 'vitest'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import { ms, seconds } from '../../src/values/duration.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { A, AT_B, B, connectedLab, directLab, heardBy, waysOf, type DirectLab } from '../support/direct-lab.js'
import { identity } from '../support/identities.js'
import { bare, npdu as npduMessage } from '../support/peer-events.js'
import { connectRequest, npdu, type RawPeer } from '../support/virtual-network.js'

/** A bare WebSocket to where `b` accepts direct connections. */
const knock = (lab: DirectLab, name: string): RawPeer => {
  const peer = lab.peer(name, AT_B, Subprotocol.DIRECT)
  lab.advance(ms(5))
  return peer
}

/** The same, with a Connect-Request. */
const visit = (lab: DirectLab, name: string, who = identity(9)): RawPeer => {
  const peer = knock(lab, name)
  peer.send(connectRequest(who))
  lab.advance(ms(5))
  return peer
}

const ACCEPT = /^0700/u
const nak = (errorClass: number, errorCode: number): RegExp =>
  new RegExp(`^00000001060100000${errorClass}00${errorCode.toString(16).padStart(2, '0')}`, 'u')

describe('a direct peer that is not ours', () => {
  it('is accepted, and its NPDUs have its VMAC as their source', () => {
    const lab = directLab()
    const peer = visit(lab, 'guest')
    expect(peer.heard[0]).toMatch(ACCEPT)
    peer.send(encodeBvlcSc(npduMessage(5, { npdu: npdu(5) })))
    lab.advance(ms(5))
    expect(lab.b.told('Npdu')).toMatchObject([{ source: identity(9).vmac, via: 'direct', destination: 'unicast' }])
    expect(heardBy(lab.b)).toEqual(['5 from 020000000009 via direct'])
  })

  it('is sent unicasts directly, without VMACs', () => {
    const lab = directLab()
    const peer = visit(lab, 'guest')
    lab.b.send(3, identity(9).vmac)
    lab.advance(ms(5))
    expect(peer.heard[1]).toMatch(/^0100....01000003$/u)
  })

  it('may not say who its NPDUs are from, or whom they are for: NAK 145 and nothing more', () => {
    const lab = directLab()
    const peer = visit(lab, 'liar')
    for (const change of [{ originating: A }, { destination: B }, { originating: A, destination: B }]) {
      peer.send(encodeBvlcSc(npduMessage(5, { npdu: npdu(5), ...change })))
      lab.advance(ms(5))
    }
    expect(lab.b.heard()).toEqual([])
    expect(peer.heard.slice(1).map(hex => hex.slice(0, 22))).toEqual(Array(3).fill('0000000501010000070091'))
    expect(lab.b.told('Discarded')).toHaveLength(3)
  })

  it('that broadcasts is not heard, and not answered', () => {
    const lab = directLab()
    const peer = visit(lab, 'loud')
    peer.send(encodeBvlcSc(npduMessage(5, { npdu: npdu(5), destination: 'ffffffffffff' as typeof A })))
    lab.advance(ms(5))
    expect(lab.b.heard()).toEqual([])
    expect(peer.heard).toHaveLength(1)
  })

  it('that says nothing is closed after the connect wait', () => {
    const lab = directLab()
    const peer = knock(lab, 'shy')
    lab.advance(seconds(11))
    expect(peer.closeCode()).toBe(1000)
    expect(lab.b.told('DirectRefused')).toEqual([
      { _tag: 'DirectRefused', address: 'shy', reason: 'no Connect-Request in time', count: 1 },
    ])
  })

  it('that sends before it is connected is not heard', () => {
    const lab = directLab()
    const peer = knock(lab, 'hasty')
    peer.send(encodeBvlcSc(npduMessage(5, { npdu: npdu(5) })))
    lab.advance(ms(5))
    expect(lab.b.heard()).toEqual([])
    expect(peer.heard).toEqual([])
  })

  it('that disconnects is agreed with', () => {
    const lab = directLab()
    const peer = visit(lab, 'guest')
    peer.send(encodeBvlcSc(bare('Disconnect-Request', 8)))
    lab.advance(ms(5))
    expect(peer.heard[1]).toBe('09000008')
    expect(peer.closeCode()).toBe(1000)
    expect(waysOf(lab.b)).toEqual(['up 020000000009', 'down 020000000009'])
  })
})

describe('a Connect-Request to a direct listener', () => {
  it('with the VMAC of another direct peer is refused with 7/151, and that peer stays', () => {
    const lab = connectedLab()
    const thief = visit(lab, 'thief', { ...identity(9), vmac: A })
    expect(thief.heard[0]).toMatch(nak(7, 151))
    expect(thief.closeCode()).toBe(1000)
    lab.a.send(1, B)
    lab.advance(ms(5))
    expect(heardBy(lab.b).at(-1)).toBe('1 from a via direct')
    expect(lab.b.told('DirectRefused')).toMatchObject([{ address: 'thief' }])
  })

  it('with the VMAC of a peer that the node itself connected to is refused with 7/151', () => {
    const lab = connectedLab({ directConnections: { initiate: true } })
    const thief = lab.peer('thief', 'a-direct', Subprotocol.DIRECT)
    lab.advance(ms(5))
    thief.send(connectRequest({ ...identity(9), vmac: B }))
    lab.advance(ms(5))
    expect(thief.heard[0]).toMatch(nak(7, 151))
  })

  it('with the VMAC of the node itself is refused with 7/151', () => {
    const lab = directLab()
    expect(visit(lab, 'mirror', { ...identity(9), vmac: B }).heard[0]).toMatch(nak(7, 151))
  })

  it('with the Device UUID of a peer replaces its older connection', () => {
    const lab = directLab()
    const old = visit(lab, 'old')
    const young = visit(lab, 'young')
    expect(young.heard[0]).toMatch(ACCEPT)
    expect(old.heard[1], 'Disconnect-Request').toMatch(/^0800/u)
    lab.b.send(1, identity(9).vmac)
    lab.advance(ms(5))
    expect(young.heard).toHaveLength(2)
    expect(waysOf(lab.b), 'never down in between').toEqual(['up 020000000009'])
    lab.advance(seconds(30))
    expect(old.closeCode()).toBe(1006)
    expect(young.closeCode()).toBeUndefined()
  })

  it('with the Device UUID of a peer and another VMAC takes the peer there: the old VMAC is told to be down', () => {
    const lab = directLab()
    visit(lab, 'before')
    visit(lab, 'after', { ...identity(9), vmac: identity(8).vmac })
    expect(waysOf(lab.b)).toEqual(['up 020000000009', 'up 020000000008', 'down 020000000009'])
  })

  it('is refused with 3/0 when there are as many as may be, and only a known device still comes in', () => {
    const lab = directLab({}, { directConnections: { limits: { maxAccepted: 2, maxPending: 5 } } })
    for (const n of [11, 12]) expect(visit(lab, `peer-${n}`, identity(n)).heard[0]).toMatch(ACCEPT)
    expect(visit(lab, 'too-many', identity(13)).heard[0]).toMatch(nak(3, 0))
    expect(visit(lab, 'again', identity(12)).heard[0]).toMatch(ACCEPT)
    expect(lab.b.told('DirectRefused')).toEqual([
      { _tag: 'DirectRefused', address: 'too-many', reason: 'no free connection', count: 1 },
    ])
  })
})

describe('sockets that did not introduce themselves', () => {
  it('are no more than the limit', () => {
    const lab = directLab({}, { directConnections: { limits: { maxPending: 3 } } })
    const silent = [1, 2, 3, 4, 5].map(n => knock(lab, `silent-${n}`))
    expect(silent.map(peer => peer.closeCode())).toEqual([undefined, undefined, undefined, 1006, 1006])
    expect(lab.b.told('DirectRefused').map(({ reason }) => reason)).toEqual([
      'too many are pending',
      'too many are pending',
    ])
    lab.advance(seconds(11))
    expect(visit(lab, 'guest').heard[0]).toMatch(ACCEPT)
  })

  it('and those that were replaced and do not go count together', () => {
    const lab = directLab({}, { directConnections: { limits: { maxPending: 3 } } })
    const same = [1, 2, 3, 4, 5, 6].map(n => visit(lab, `same-${n}`))
    expect(same.map(peer => peer.closeCode())).toEqual([...Array<undefined>(4).fill(undefined), 1006, 1006])
  })
})

describe('a flood of refusals', () => {
  it('is told at once, and then once a second with the number of them', () => {
    const lab = directLab({}, { directConnections: { limits: { maxPending: 1 } } })
    knock(lab, 'silent')
    for (let n = 1; n <= 50; n++) knock(lab, 'flood')
    lab.advance(seconds(3))
    const told = lab.b.told('DirectRefused')
    expect(told.map(({ count }) => count)).toEqual([1, 49])
  })

  it('of Connect-Requests is told once a second for each peer', () => {
    const lab = directLab({}, { directConnections: { limits: { maxAccepted: 1, maxPending: 50 } } })
    visit(lab, 'guest')
    for (let n = 1; n <= 20; n++) visit(lab, 'flood', identity(10))
    expect(lab.b.told('FailedRequest')).toHaveLength(1)
    lab.advance(seconds(3))
    expect(lab.b.told('FailedRequest')).toHaveLength(2)
  })
})

describe('a slow direct peer', () => {
  it('has no more octets waiting for it than the limit; the rest is dropped, and told', () => {
    const lab = connectedLab({}, { directConnections: { limits: { maxQueued: 40 } } })
    for (let number = 1; number <= 10; number++) lab.b.send(number, A)
    lab.advance(seconds(1))
    const dropped = lab.b.told('Dropped')
    expect(new Set(dropped.map(({ reason }) => reason))).toEqual(new Set(['send queue full']))
    expect(lab.a.heard().length + dropped.length).toBe(10)
    expect(lab.a.heard().length).toBeGreaterThan(1)
  })
})

describe('when the node goes', () => {
  it('peers are disconnected, and those who come meanwhile are sent away', () => {
    const lab = directLab()
    const peer = visit(lab, 'guest')
    const silent = knock(lab, 'silent')
    lab.b.stop()
    lab.advance(ms(5))
    expect(peer.heard[1]).toMatch(/^0800/u)
    expect(silent.closeCode()).toBe(1001)
    const late = knock(lab, 'late')
    expect(late.closeCode()).toBe(1006)
    expect(lab.b.end()).toBeUndefined()
    lab.advance(seconds(11))
    expect(lab.b.end()).toBe('completed')
  })
})
