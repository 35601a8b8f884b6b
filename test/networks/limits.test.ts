import { describe, expect, it } from 'vitest'
import { printDeviceUuid } from '../../src/values/device-uuid.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { identity } from '../support/identities.js'
import { connectRequest, virtualLab, type RawPeer, type VirtualLab } from '../support/virtual-network.js'

const [ONE, TWO] = [identity(1), identity(2)]

/** A peer that opened a WebSocket and asked to connect. */
const knock = (lab: VirtualLab, name: string, who: PeerIdentity): RawPeer => {
  const peer = lab.peer(name)
  lab.advance(ms(2))
  peer.send(connectRequest(who))
  lab.advance(ms(2))
  return peer
}

const isIn = ({ heard }: RawPeer): boolean => heard[0]?.startsWith('07') === true
const NAK_RESOURCES_OTHER = /^0000000106010000030000/

describe('two peers with one Device UUID', () => {
  const REPLACED = 'connections with this Device UUID replace each other too often'

  it('replace each other a few times at once and then slowly; the one that is in stays in', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const came = Array.from({ length: 100 }, (_, n) => knock(lab, `twin-${n}`, ONE))
    expect(came.filter(isIn)).toHaveLength(9)
    expect(came[9]?.heard[0]).toMatch(NAK_RESOURCES_OTHER)
    expect(hub.nodes().map(({ address }) => address)).toEqual(['twin-8'])
    expect(hub.counters()).toMatchObject({ accepted: 9, refused: 91, refusals: { [REPLACED]: 91 } })
    expect(hub.told('Refused')).toMatchObject(
      came.slice(9).map((_, n) => ({ address: `twin-${n + 9}`, reason: REPLACED })),
    )

    lab.advance(seconds(10))
    expect(isIn(knock(lab, 'later', ONE))).toBe(true)
    expect(isIn(knock(lab, 'too soon', ONE))).toBe(false)
  })

  it('do not use up what others may', () => {
    const lab = virtualLab()
    lab.hub()
    for (let n = 0; n < 100; n++) knock(lab, `twin-${n}`, ONE)
    expect(isIn(knock(lab, 'old', TWO))).toBe(true)
    expect(isIn(knock(lab, 'anew', TWO))).toBe(true)
  })

  it('cannot be used up by somebody who only asks: neither by refused ones nor on a connection that is there', () => {
    const lab = virtualLab()
    lab.hub()
    expect(isIn(knock(lab, 'owner', ONE))).toBe(true)
    const envious = knock(lab, 'envious', TWO)
    for (let n = 0; n < 100; n++) envious.send(connectRequest(ONE))
    for (let n = 0; n < 20; n++) expect(isIn(knock(lab, `thief-${n}`, { ...ONE, vmac: TWO.vmac }))).toBe(false)
    expect(isIn(knock(lab, 'owner again', ONE))).toBe(true)
  })

  it('a device that leaves before it comes again comes as often as it likes', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    for (let n = 0; n < 100; n++) {
      const restless = knock(lab, `restless-${n}`, ONE)
      expect(isIn(restless)).toBe(true)
      restless.close(1000)
      lab.advance(ms(2))
    }
    expect(hub.counters().refused).toBe(0)
  })
})

describe('a node that broadcasts too much', () => {
  const budget = { broadcastsPerSender: { burst: 20, perSecond: 2 }, broadcastsInTotal: { burst: 30, perSecond: 2 } }

  it('loses what is above its budget, which is counted and told; the unicasts of all and the broadcasts of others pass', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: budget })
    const [loud, quiet, hears] = [ONE, TWO, identity(3)].map(({ vmac, uuid }) =>
      lab.node({ vmac, uuid: printDeviceUuid(uuid) }),
    )
    lab.advance(seconds(1))
    for (let n = 0; n < 50; n++) loud?.send(n, 'broadcast')
    loud?.send(100, identity(3).vmac)
    quiet?.send(200, 'broadcast')
    lab.advance(ms(100))
    expect(hears?.heard()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 200])
    lab.advance(seconds(1))
    const reason = 'sender broadcasts too much'
    const who = { reason, from: ONE.vmac, to: undefined, address: 'node-1' }
    expect(hub.told('Dropped')).toMatchObject([
      { ...who, count: 1 },
      { ...who, count: 39 },
    ])
    expect(hub.counters().drops).toEqual({ [reason]: 40 })
    loud?.send(101, 'broadcast')
    lab.advance(ms(100))
    expect(hears?.heard().at(-1)).toBe(101)
  })

  it('takes from all others only what all have together', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: budget })
    const nodes = [1, 2, 3, 4].map(n => lab.node({ vmac: identity(n).vmac }))
    lab.advance(seconds(1))
    for (const node of nodes.slice(0, 3)) for (let n = 0; n < 9; n++) node.send(n, 'broadcast')
    lab.advance(ms(100))
    expect(nodes[3]?.heard()).toHaveLength(10)
    expect(hub.counters().drops).toEqual({ 'sender broadcasts too much': 3, 'too many broadcasts in total': 14 })
  })
})

describe('a hub with as many on the way to a Connect-Accept as it takes', () => {
  it('makes room for somebody from elsewhere, at the cost of whoever has most of them', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: { maxPending: 4 } })
    const crowd = [1, 2, 3].map(port => lab.peer(`10.0.0.6:${port}`))
    lab.peer('10.0.0.7:1')
    lab.advance(ms(2))
    const node = knock(lab, '10.0.0.8:1', ONE)
    expect(isIn(node)).toBe(true)
    expect(crowd.map(({ closeCode }) => closeCode())).toEqual([1006, undefined, undefined])
    expect(hub.told('Refused')).toMatchObject([
      { address: '10.0.0.6:1', reason: 'WebSocket closed with 1006: too many connections are pending', count: 1 },
    ])
    lab.peer('10.0.0.6:4')
    const fifth = lab.peer('10.0.0.6:5')
    lab.advance(ms(2))
    expect(fifth.closeCode()).toBe(1006)
    expect(hub.counters()).toMatchObject({ connected: 1, pending: 4, refused: 2 })
  })
})
