import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { A, AT_B, B, connectedLab, DEAF, directLab, heardBy, labNode, waysOf } from '../support/direct-lab.js'
import { identity } from '../support/identities.js'
import { inWords } from '../support/virtual-network.js'

describe('NPDUs between two nodes', () => {
  it('go through the hub until there is a direct connection, and directly from then on, both ways', () => {
    const { a, b, advance } = directLab()
    a.send(1, B)
    expect(a.told('Direct')).toEqual([])
    advance(seconds(1))
    expect(waysOf(a)).toEqual(['up b'])
    expect(waysOf(b)).toEqual(['up a'])
    a.send(2, B)
    b.send(3, A)
    advance(ms(10))
    expect(heardBy(b)).toEqual(['1 from a via hub', '2 from a via direct'])
    expect(heardBy(a)).toEqual(['3 from b via direct'])
  })

  it('carry no VMACs on the direct connection', () => {
    const { a, advance, tapped } = connectedLab()
    const { length } = tapped
    a.send(7, B)
    advance(ms(10))
    const [direct] = tapped.slice(length)
    expect.assert(direct?._tag === 'Message')
    expect(direct.hub).toBe(AT_B)
    expect(direct.octets[1], 'control flags').toBe(0)
  })

  it('are not the affair of a node that only accepts: it answers over the connection of its peer', () => {
    const { a, b, advance } = directLab()
    b.send(1, A)
    advance(seconds(60))
    expect(heardBy(a)).toEqual(['1 from b via hub'])
    expect(b.told('FailedConnection')).toEqual([])
    expect(waysOf(b)).toEqual([])
  })

  it('go through the hub for good when nobody initiates, or nobody accepts', () => {
    for (const lab of [directLab({ directConnections: { initiate: false } }), directLab({}, DEAF)]) {
      const { a, b, advance } = lab
      for (let number = 0; number < 3; number++) {
        a.send(number, B)
        advance(seconds(10))
      }
      expect(heardBy(b)).toEqual(['0 from a via hub', '1 from a via hub', '2 from a via hub'])
      expect(waysOf(a)).toEqual([])
      a.stop()
      b.stop()
    }
  })

  it('to everybody go through the hub, also to direct peers', () => {
    const { a, b, advance } = connectedLab()
    a.send(1, 'broadcast')
    b.send(2, 'broadcast')
    advance(ms(10))
    expect(heardBy(b).at(-1)).toBe('1 to all from a via hub')
    expect(heardBy(a).at(-1)).toBe('2 to all from b via hub')
  })

  it('to nobody known go through the hub, and ask nobody twice at once', () => {
    const { a, advance, tapped } = directLab()
    const { length } = tapped
    for (let number = 0; number < 5; number++) a.send(number, identity(9).vmac)
    advance(ms(10))
    const said = tapped.slice(length).map(inWords)
    expect(said.filter(what => what.endsWith('Address-Resolution'))).toHaveLength(1)
    expect(said.filter(what => what.endsWith('Encapsulated-NPDU'))).toHaveLength(5)
  })

  it('that are sent the moment a peer is up come after the Connect-Accept, and arrive', () => {
    const { a, b, advance, tapped } = directLab()
    const { length } = tapped
    const sendAtOnce = b.on(event => {
      if (event._tag === 'Direct' && event.state === 'up') b.send(5, A)
    })
    a.send(1, B)
    advance(seconds(1))
    sendAtOnce.unsubscribe()
    expect(heardBy(a)).toEqual(['5 from b via direct'])
    const toA = tapped.slice(length).map(inWords)
    expect(toA.indexOf('b-direct > a Connect-Accept')).toBeLessThan(toA.indexOf('b-direct > a Encapsulated-NPDU'))
  })
})

describe('a node without a hub', () => {
  it('still reaches its direct peers, and says so of the others', () => {
    const { a, b, theHub, advance } = connectedLab()
    theHub.kill()
    advance(seconds(1))
    a.send(1, B)
    a.send(2, identity(9).vmac)
    advance(ms(10))
    expect(heardBy(b).at(-1)).toBe('1 from a via direct')
    expect(a.told('Dropped').map(({ reason }) => reason)).toEqual(['not connected'])
  })
})

describe('when a direct connection fails', () => {
  it('by a cut, the next NPDU goes through the hub, and the peer is dialled again at once', () => {
    const { a, b, cut, advance } = connectedLab({ timings: { minReconnect: ms(500) } })
    advance(seconds(1))
    cut(AT_B)
    a.send(1, B)
    b.send(2, A)
    advance(seconds(1))
    a.send(3, B)
    advance(ms(10))
    expect(heardBy(b)).toEqual(['0 from a via hub', '1 from a via hub', '3 from a via direct'])
    expect(heardBy(a)).toEqual(['2 from b via hub'])
    expect(waysOf(a)).toEqual(['up b', 'down b', 'up b'])
    expect(a.told('DirectDisconnected').map(({ cause }) => cause.errorCode)).toEqual([
      ErrorCode.WEBSOCKET_CLOSED_ABNORMALLY,
    ])
  })

  it('by the death of the peer, NPDUs go to the hub', () => {
    const { a, b, advance } = connectedLab()
    b.kill()
    advance(ms(10))
    a.send(1, B)
    advance(seconds(30))
    b.start()
    advance(seconds(60))
    a.send(2, B)
    advance(seconds(1))
    expect(heardBy(b)).toEqual(['0 from a via hub', '2 from a via direct'])
    expect(a.told('FailedConnection').length, 'it looked while the peer was away').toBeGreaterThan(0)
  })

  it('by silence, it is found dead after the heartbeat, and the hub takes over', () => {
    const { a, b, mute, advance } = connectedLab({
      timings: { heartbeat: seconds(10), heartbeatWait: seconds(5), disconnectWait: seconds(5) },
    })
    mute(AT_B)
    advance(seconds(20))
    a.send(1, B)
    advance(seconds(1))
    expect(heardBy(b).at(-1)).toMatch(/^1 from a/u)
    expect(a.told('DirectDisconnected').map(({ cause }) => cause.errorCode)).toEqual([ErrorCode.TIMEOUT])
  })

  it('long before the old one is gone, a new one is up, and the end of the old one does it no harm', () => {
    const { a, b, mute, advance } = connectedLab({
      timings: { heartbeat: seconds(10), heartbeatWait: seconds(5), disconnectWait: seconds(60) },
    })
    advance(seconds(20))
    mute(AT_B)
    advance(seconds(20))
    a.send(1, B)
    advance(seconds(120))
    a.send(2, B)
    advance(ms(10))
    expect(heardBy(b).at(-1)).toBe('2 from a via direct')
    expect(waysOf(a)).toEqual(['up b', 'down b', 'up b'])
    expect(waysOf(b)).toEqual(['up a'])
  })
})

describe('a direct connection that nobody uses', () => {
  const idle = {
    directConnections: { idle: seconds(60), initiate: true },
    timings: { heartbeat: seconds(300), disconnectWait: seconds(30) },
  }

  it('is ended by the node that initiated it, after the idle time', () => {
    const { a, b, advance, tapped } = connectedLab(idle, { timings: { heartbeat: seconds(300) } })
    advance(seconds(58))
    expect(waysOf(a)).toEqual(['up b'])
    const { length } = tapped
    advance(seconds(2))
    expect(waysOf(a)).toEqual(['up b', 'down b'])
    expect(waysOf(b)).toEqual(['up a', 'down a'])
    expect(tapped.slice(length).map(inWords)).toEqual([
      'a > b-direct Disconnect-Request',
      'b-direct > a Disconnect-ACK',
      'a - b-direct closed with 1000',
    ])
  })

  it('is kept while NPDUs go over it, whoever sends them', () => {
    const { a, b, advance } = connectedLab(idle)
    for (let number = 1; number < 10; number++) {
      advance(seconds(50))
      if (number % 2 === 0) a.send(number, B)
      else b.send(number, A)
    }
    expect(waysOf(a)).toEqual(['up b'])
  })

  it('comes back with the next NPDU', () => {
    const { a, b, advance } = connectedLab(idle)
    advance(seconds(100))
    a.send(1, B)
    advance(seconds(1))
    a.send(2, B)
    advance(ms(10))
    expect(heardBy(b)).toEqual(['0 from a via hub', '1 from a via hub', '2 from a via direct'])
  })

  it('that ended while its peer was silent does no harm to its successor', () => {
    const { a, b, mute, advance } = connectedLab(idle)
    mute(AT_B)
    advance(ms(59_100))
    expect(waysOf(a)).toEqual(['up b', 'down b'])
    a.send(1, B)
    advance(seconds(20))
    a.send(2, B)
    advance(seconds(20))
    a.send(3, B)
    advance(ms(10))
    expect(heardBy(b).slice(1)).toEqual(['1 from a via hub', '2 from a via direct', '3 from a via direct'])
    expect(waysOf(a)).toEqual(['up b', 'down b', 'up b'])
    expect(a.told('DirectConnected')).toHaveLength(2)
  })
})

describe('the graceful end of a node', () => {
  it('ends its direct connections and its hub connection, and then completes', () => {
    const { a, b, advance, tapped } = connectedLab()
    const { length } = tapped
    a.send(9, B)
    a.stop()
    advance(ms(20))
    expect(a.end()).toBe('completed')
    expect(heardBy(b).at(-1), 'what was sent before').toBe('9 from a via direct')
    expect(
      tapped
        .slice(length)
        .filter(({ _tag }) => _tag === 'Closed')
        .map(inWords)
        .sort(),
    ).toEqual(['a - b-direct closed with 1000', 'a - hub-a closed with 1000'])
    b.stop()
    advance(ms(20))
    expect(b.end()).toBe('completed')
  })

  it('comes while a peer is being asked for its URIs, or dialled', () => {
    for (const wait of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const { a, b, advance } = directLab()
      a.send(1, B)
      advance(ms(wait))
      a.stop()
      advance(seconds(11))
      expect(a.end(), `stopped after ${wait} ms`).toBe('completed')
      expect(a.told('FailedConnection'), 'giving up is no failure').toEqual([])
      expect(heardBy(b)).toEqual(['1 from a via hub'])
      b.stop()
    }
  })

  it('leaves nothing behind: no timer, no connection', () => {
    const { a, b, theHub, advance, timers } = connectedLab({ directConnections: { initiate: true } })
    const third = identity(9).vmac
    a.send(1, third)
    advance(seconds(3))
    a.stop()
    b.stop()
    advance(seconds(15))
    theHub.stop()
    advance(seconds(15))
    expect([a.end(), b.end(), theHub.end()]).toEqual(['completed', 'completed', 'completed'])
    expect(timers()).toBe(0)
  })

  it('leaves no timer behind when it is killed', () => {
    const { a, b, theHub, advance, timers } = connectedLab()
    a.send(1, identity(9).vmac)
    advance(seconds(3))
    a.kill()
    b.kill()
    theHub.kill()
    advance(ms(10))
    expect(timers()).toBe(0)
  })
})

describe('a node that restarts', () => {
  it('is reached directly again by those who talk to it', () => {
    const lab = connectedLab()
    const c = lab.node(labNode(3, 'c', { directConnections: { initiate: true } }))
    lab.advance(seconds(1))
    c.send(1, B)
    lab.advance(seconds(20))
    lab.b.stop()
    lab.advance(seconds(1))
    lab.b.start()
    lab.advance(seconds(30))
    lab.a.send(2, B)
    c.send(3, B)
    lab.advance(ms(10))
    expect(heardBy(lab.b).slice(-2)).toEqual(['2 from a via direct', '3 from c via direct'])
  })
})
