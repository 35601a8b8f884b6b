import { describe, expect, it } from 'vitest'
import { CloseCode } from '../../src/sc/connection/socket.js'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from '../support/identities.js'
import { connectRequest, inWords, virtualLab, type VirtualLab } from '../support/virtual-network.js'

const [A, B, C] = [identity(1).vmac, identity(2).vmac, identity(3).vmac]

/** What is said from now on, in words. */
const listening = (lab: VirtualLab): (() => readonly string[]) => {
  const { length } = lab.tapped
  return () => lab.tapped.slice(length).map(inWords)
}

describe('the end of a hub in good order', () => {
  it('asks each node, hears it agree, and closes; then the hub is gone', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node()
    lab.advance(seconds(1))
    const said = listening(lab)
    hub.stop()
    expect(hub.end(), 'not before the nodes have agreed').toBeUndefined()
    lab.advance(ms(10))
    expect(said()).toEqual([
      'hub-a > node-1 Disconnect-Request',
      'node-1 > hub-a Disconnect-ACK',
      'node-1 - hub-a closed with 1000',
    ])
    expect(hub.end()).toBe('completed')
    expect(hub.told('NodeDisconnected')).toHaveLength(1)
    expect(node.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([
      ErrorCode.WEBSOCKET_CLOSED_BY_PEER,
    ])
  })

  it('tells of all that still comes from nodes which have not heard of it, before it is gone', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const [a, b] = [lab.node({ vmac: A }), lab.node({ vmac: B })]
    lab.advance(seconds(1))
    for (const number of [1, 2]) a.send(number, B)
    for (const number of [3, 4, 5]) a.send(number, 'broadcast')
    hub.stop()
    lab.advance(ms(10))
    expect(b.heard()).toEqual([])
    expect(hub.end()).toBe('completed')
    const dropped = hub.told('Dropped').map(({ reason, from, count }) => ({ reason, from, count }))
    expect(dropped).toEqual([
      { reason: 'unknown destination', from: A, count: 1 },
      { reason: 'sender not connected', from: A, count: 1 },
      { reason: 'unknown destination', from: A, count: 1 },
      { reason: 'sender not connected', from: A, count: 2 },
    ])
  })

  it('does not wait for ever for a node that does not agree', () => {
    const lab = virtualLab()
    const hub = lab.hub({ timings: { disconnectWait: seconds(10) } })
    const deaf = lab.peer('deaf')
    lab.advance(ms(10))
    deaf.send(connectRequest(identity(1)))
    lab.advance(ms(10))
    hub.stop()
    lab.advance(seconds(9))
    expect(hub.end()).toBeUndefined()
    lab.advance(seconds(2))
    expect(hub.end()).toBe('completed')
    expect(deaf.closeCode()).toBe(1006)
  })

  it('closes those who have not introduced themselves with 1001', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const shy = lab.peer('shy')
    lab.advance(ms(10))
    hub.stop()
    lab.advance(ms(10))
    expect(shy.closeCode()).toBe(CloseCode.GOING_AWAY)
    expect(hub.end()).toBe('completed')
  })

  it('without nodes comes at once', () => {
    const hub = virtualLab().hub()
    hub.stop()
    expect(hub.end()).toBe('completed')
  })
})

describe('the end of a node in good order', () => {
  it('is asked of the hub, which agrees and closes', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node()
    lab.advance(seconds(1))
    const said = listening(lab)
    node.stop()
    lab.advance(ms(10))
    expect(said()).toEqual([
      'node-1 > hub-a Disconnect-Request',
      'hub-a > node-1 Disconnect-ACK',
      'node-1 - hub-a closed with 1000',
    ])
    expect(node.end()).toBe('completed')
    expect(node.status()?.hubConnection).toBe('none')
    expect(hub.counters().connected).toBe(0)
  })

  it('comes after what it sent before', () => {
    const lab = virtualLab()
    lab.hub()
    const speaks = lab.node()
    const hears = lab.node()
    lab.advance(seconds(1))
    for (let number = 0; number < 10; number++) speaks.send(number, 'broadcast')
    speaks.stop()
    lab.advance(ms(10))
    expect(hears.heard()).toHaveLength(10)
  })

  it('comes at once while it is not connected', () => {
    const lab = virtualLab()
    const node = lab.node()
    lab.advance(seconds(5))
    node.stop()
    lab.advance(ms(1))
    expect(node.end()).toBe('completed')
  })
})

describe('a hub, asked', () => {
  it('tells who is connected', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const a = lab.node({ vmac: A, name: 'a', maxBvlcLength: 1500, maxNpduLength: 1400 })
    const b = lab.node({ vmac: B, name: 'b' })
    lab.advance(seconds(1))
    for (let number = 0; number < 5; number++) a.send(number, B)
    b.send(5, 'broadcast')
    b.send(6, C)
    lab.advance(seconds(1))
    expect(hub.nodes()).toEqual([
      expect.objectContaining({
        vmac: A,
        address: 'a',
        connectedAt: 2,
        maxBvlcLength: 1500,
        maxNpduLength: 1400,
        received: 5,
        sent: 1,
        dropped: 0,
        queued: 0,
      }),
      expect.objectContaining({ vmac: B, address: 'b', received: 2, sent: 5, dropped: 1 }),
    ])
    a.kill()
    lab.advance(ms(10))
    expect(hub.nodes().map(({ vmac }) => vmac)).toEqual([B])
  })

  it('tells what it has counted', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: { maxConnections: 2 } })
    const [a, b] = [lab.node({ vmac: A }), lab.node({ vmac: B })]
    lab.advance(seconds(1))
    const third = lab.peer('third')
    lab.advance(ms(10))
    expect(hub.counters()).toMatchObject({ connected: 2, pending: 1 })
    third.send(connectRequest(identity(3)))
    a.send(1, B)
    b.send(2, 'broadcast')
    b.send(3, C)
    b.stop()
    lab.advance(ms(10))
    expect(hub.counters()).toEqual({
      connected: 1,
      pending: 0,
      // Three Connect-Requests, three NPDUs and a Disconnect-Request.
      received: 7,
      sent: 2,
      accepted: 2,
      refused: 1,
      refusals: { 'no free connection': 1 },
      drops: { 'unknown destination': 1 },
    })
  })

  it('disconnects a node in good order, which then comes back', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const a = lab.node({ vmac: A })
    const b = lab.node({ vmac: B })
    lab.advance(seconds(50))
    const said = listening(lab)
    hub.submit({ _tag: 'DisconnectNode', vmac: A })
    expect(
      hub.nodes().map(({ vmac }) => vmac),
      'nothing goes to it any more',
    ).toEqual([B])
    lab.advance(seconds(1))
    expect(said()).toEqual([
      'hub-a > node-1 Disconnect-Request',
      'node-1 > hub-a Disconnect-ACK',
      'node-1 > hub-a Connect-Request',
      'node-1 - hub-a closed with 1000',
      'hub-a > node-1 Connect-Accept',
    ])
    expect(a.status()).toMatchObject({ hubConnection: 'primary', vmac: A })
    expect(b.told('LostConnection')).toEqual([])
    expect(hub.told('NodeDisconnected')).toHaveLength(1)
  })

  it('has nothing to disconnect where nobody is', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const a = lab.node({ vmac: A })
    lab.advance(seconds(1))
    hub.submit({ _tag: 'DisconnectNode', vmac: B })
    lab.advance(seconds(1))
    expect(a.told('LostConnection')).toEqual([])
  })
})

describe('a device that hosts a hub function', () => {
  const station = () => {
    const lab = virtualLab()
    const device = lab.node({ name: 'station', vmac: A, primary: 'hub-a', hubFunction: { name: 'hub-a' } })
    const other = lab.node({ vmac: B })
    lab.advance(seconds(1))
    return { lab, device, other }
  }

  it('is a node of its own hub: it reaches others, and others reach it', () => {
    const { lab, device, other } = station()
    device.send(1, B)
    device.send(2, 'broadcast')
    other.send(3, A)
    other.send(4, 'broadcast')
    lab.advance(seconds(1))
    expect(other.heard()).toEqual([1, 2])
    expect(device.heard()).toEqual([3, 4])
  })

  it('is one device: its hub has its VMAC and its UUID', () => {
    const { device, other } = station()
    expect(other.status()?.hub?.vmac).toBe(A)
    expect(device.status()?.hub).toEqual(other.status()?.hub)
    expect(device.told('Hub').map(({ event }) => event)).toMatchObject([
      { _tag: 'Listening', uri: 'wss://hub-a', vmac: A },
      { _tag: 'NodeConnected', vmac: A, address: 'station' },
      { _tag: 'NodeConnected', vmac: B, address: 'node-1' },
    ])
  })

  it('has one life: in good order its node leaves first, and then its hub sends the others away', () => {
    const { lab, device } = station()
    const said = listening(lab)
    device.stop()
    lab.advance(ms(100))
    expect(device.end()).toBe('completed')
    expect(said()).toEqual([
      'station > hub-a Disconnect-Request',
      'hub-a > station Disconnect-ACK',
      'station - hub-a closed with 1000',
      'hub-a > node-1 Disconnect-Request',
      'node-1 > hub-a Disconnect-ACK',
      'node-1 - hub-a closed with 1000',
    ])
  })

  it('has one death, too', () => {
    const { lab, device, other } = station()
    device.kill()
    lab.advance(seconds(1))
    expect(other.status()?.hubConnection).toBe('none')
    expect(other.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([
      ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY,
    ])
    device.start()
    lab.advance(seconds(30))
    expect(other.status()?.hubConnection).toBe('primary')
    expect(device.status()?.hubConnection).toBe('primary')
  })

  it('errors as a whole when its hub function cannot listen', () => {
    const lab = virtualLab()
    lab.hub({ name: 'hub-a' })
    const device = lab.node({ primary: 'hub-a', hubFunction: { name: 'hub-a' } })
    lab.advance(seconds(1))
    expect(device.end()).toEqual(new Error("'hub-a' is running already"))
  })
})
