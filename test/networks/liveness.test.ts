import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from '../support/identities.js'
import { connectRequest, inWords, virtualLab, type VirtualLab } from '../support/virtual-network.js'
import { fromHex } from '../support/vectors.js'

const HOURS = 3600

const heartbeats = (lab: VirtualLab): number =>
  lab.tapped.filter(what => inWords(what).endsWith('Heartbeat-Request')).length

describe('heartbeats', () => {
  it('keep a connection over which nothing else goes', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node()
    lab.advance(seconds(6 * HOURS))
    expect(node.told('LostConnection')).toEqual([])
    expect(hub.told('NodeDisconnected')).toEqual([])
    expect(heartbeats(lab), 'one a minute').toBe(6 * 60 - 1)
  })

  it('are asked of the hub by who hears nothing, and by who says nothing; no hub needs to ask', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const hears = lab.node()
    const speaks = lab.node()
    lab.advance(seconds(1))
    for (let number = 0; number < 120; number++) {
      speaks.send(number, 'broadcast')
      lab.advance(seconds(30))
    }
    expect(hears.heard()).toHaveLength(120)
    const asked = new Set(lab.tapped.map(inWords).filter(words => words.endsWith('Heartbeat-Request')))
    expect(asked).toEqual(new Set([speaks, hears].map(({ name }) => `${name} > hub-a Heartbeat-Request`)))
    expect(hub.told('NodeDisconnected')).toEqual([])
  })

  it('are answered one by one, also a flood of them (field quirks, bac-py 3)', () => {
    const lab = virtualLab()
    lab.hub()
    const node = lab.node({ vmac: '02:00:00:00:00:02' })
    const flooding = lab.peer('bac-py')
    lab.advance(ms(10))
    flooding.send(connectRequest(identity(1)))
    lab.advance(ms(10))
    for (let round = 0; round < 100; round++) {
      for (let time = 0; time < 100; time++) flooding.send(fromHex('0a000000'))
      lab.advance(ms(1))
    }
    node.send(1, identity(1).vmac)
    lab.advance(ms(10))
    expect(flooding.heard.filter(hex => hex === '0b000000')).toHaveLength(10_000)
    expect(flooding.heard.filter(hex => hex.startsWith('01'))).toHaveLength(1)
    expect(flooding.closeCode()).toBeUndefined()
  })

  it('find out that a hub lost its power, and the node moves to the failover', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    lab.hub({ name: 'hub-b' })
    const node = lab.node({ failover: 'hub-b', timings: { heartbeat: seconds(60), heartbeatWait: seconds(20) } })
    lab.advance(seconds(1))
    const [connectedAt = 0] = node.times('Status').slice(-1)
    lab.mute('hub-a')
    hub.kill()
    lab.advance(seconds(100))
    expect(node.times('LostConnection')).toEqual([connectedAt + 60_000 + 20_000])
    expect(node.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([ErrorCode.TIMEOUT])
    expect(node.status()?.hubConnection).toBe('failover')
  })
})

describe('the hub', () => {
  it('lets go of a node that has been silent for the idle limit', () => {
    const lab = virtualLab()
    const hub = lab.hub({ timings: { idleLimit: seconds(600) } })
    const silent = lab.peer('silent')
    lab.advance(ms(10))
    silent.send(connectRequest(identity(1)))
    lab.advance(seconds(599))
    expect(silent.closeCode()).toBeUndefined()
    lab.advance(seconds(1.1))
    expect(silent.closeCode()).toBe(1000)
    expect(hub.told('NodeDisconnected')).toMatchObject([
      { vmac: identity(1).vmac, cause: { errorCode: ErrorCode.TIMEOUT } },
    ])
    expect(hub.counters().connected).toBe(0)
  })

  it('tells how many of the messages that it passed on to a node may be lost with it', () => {
    const lab = virtualLab()
    const hub = lab.hub({ timings: { idleLimit: seconds(600) } })
    const [reader, speaker] = [lab.node({ vmac: identity(1).vmac }), lab.node({ vmac: identity(2).vmac })]
    lab.advance(seconds(1))
    speaker.send(1, identity(1).vmac)
    lab.advance(seconds(10))
    reader.send(2, identity(2).vmac)
    lab.advance(seconds(10))
    lab.mute(reader.name)
    for (const number of [3, 4, 5]) speaker.send(number, identity(1).vmac)
    lab.advance(seconds(700))
    expect(hub.told('NodeDisconnected')).toMatchObject([{ vmac: identity(1).vmac, unconfirmed: 3 }])
  })

  it('tells of nothing lost with a node that it disconnected and that agreed', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const [reader, speaker] = [lab.node({ vmac: identity(1).vmac }), lab.node({ vmac: identity(2).vmac })]
    lab.advance(seconds(1))
    speaker.send(1, identity(1).vmac)
    lab.advance(ms(1))
    hub.submit({ _tag: 'DisconnectNode', vmac: identity(1).vmac })
    lab.advance(seconds(1))
    expect(reader.heard()).toEqual([1])
    expect(hub.told('NodeDisconnected')).toMatchObject([{ vmac: identity(1).vmac, unconfirmed: 0 }])
  })

  it('takes every valid message for a sign of life', () => {
    const lab = virtualLab()
    lab.hub({ timings: { idleLimit: seconds(600) } })
    const rare = lab.peer('rare')
    lab.advance(ms(10))
    rare.send(connectRequest(identity(1)))
    for (const message of ['0a000001', '0104000200ffffffffff0100', '01040003ffffffffffff0100']) {
      lab.advance(seconds(599))
      rare.send(fromHex(message))
    }
    lab.advance(seconds(599))
    expect(rare.closeCode()).toBeUndefined()
    lab.advance(seconds(2))
    expect(rare.closeCode()).toBe(1000)
  })

  it('takes no message that it refuses for one', () => {
    const lab = virtualLab()
    lab.hub({ timings: { idleLimit: seconds(600) } })
    const babbling = lab.peer('babbling')
    lab.advance(ms(10))
    babbling.send(connectRequest(identity(1)))
    lab.advance(seconds(599))
    babbling.send(fromHex('0a'))
    lab.advance(seconds(2))
    expect(babbling.closeCode()).toBe(1000)
  })

  it('lets go of a client that says nothing at all after the connect wait', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const mute = lab.peer('mute')
    lab.advance(seconds(9.9))
    expect(mute.closeCode()).toBeUndefined()
    expect(hub.counters().pending).toBe(1)
    lab.advance(seconds(0.2))
    expect(mute.closeCode()).toBe(1000)
    expect(hub.told('Refused')).toMatchObject([{ address: 'mute', reason: 'no Connect-Request in time', count: 1 }])
  })

  it('does not wait for a node whose cable was pulled', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node()
    lab.advance(seconds(1))
    lab.mute(node.name)
    lab.advance(seconds(599))
    expect(
      hub.nodes().map(({ address }) => address),
      'the node is back before the hub missed it',
    ).toEqual([node.name])
    expect(hub.told('NodeConnected')).toHaveLength(2)
    expect(node.status()?.hubConnection).toBe('primary')
  })
})

describe('a cut connection', () => {
  it('is found out by both ends at once, and made anew', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node()
    const other = lab.node()
    lab.advance(seconds(60))
    lab.cut(node.name)
    lab.advance(ms(10))
    expect(node.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([
      ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY,
    ])
    expect(hub.told('NodeDisconnected')).toHaveLength(1)
    expect(node.status()?.hubConnection).toBe('primary')
    expect(other.told('LostConnection')).toEqual([])
  })
})
