import fc from 'fast-check'
import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Transition } from '../../../src/machine/transition.js'
import { accepting } from '../../../src/sc/connection/accepting.js'
import { connection } from '../../../src/sc/connection/connection.js'
import { IDLE, type Idle } from '../../../src/sc/connection/disconnecting.js'
import { initiating } from '../../../src/sc/connection/initiating.js'
import type { ConnectionEvent, PeerEffect, PeerEvent } from '../../../src/sc/connection/peer.js'
import { understandsNone } from '../../../src/sc/connection/receive.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { connectionTimings } from '../../../src/sc/connection/timings.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { ScMessage } from '../../../src/wire/bvlc-sc.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd } from '../../support/fake-socket.js'
import { advertisement, bare, connectAccept, connectRequest, npdu, self } from '../../support/peer-events.js'

/** A heartbeat of 60 s, a wait of 30 s for the answer and an idle limit of 600 s: the defaults. */
const timings = connectionTimings()

/** A connection that is CONNECTED since 0 s; what it says and tells is noted with the time. */
const connected = <State extends { readonly _tag: string }>(
  transition: Transition<State | Idle, PeerEvent, PeerEffect>,
  hello: ScMessage,
) => {
  const { scheduler, advance } = clock()
  const far = farEnd()
  const told: ConnectionEvent[] = []
  let messageId = 0
  connection<State | Idle>({
    transition,
    initial: IDLE,
    socket: far.socket,
    receiver: { path: 'direct', maxBvlcLength: 100, understands: understandsNone },
    nextMessageId: () => messageId++,
    activity: { lastValid: 0, lastSent: 0 },
    admit: () => ({ _tag: 'Accept', self }),
    scheduler,
    random: chance(),
  })(NEVER).subscribe(event => told.push(event))
  far.opens()
  far.says(hello)
  const connectExchange = far.heard.length
  return {
    says: far.says,
    pass: (durationS: number) => advance(seconds(durationS)),
    passMs: (durationMs: number) => advance(ms(durationMs)),
    heard: () => far.heard.slice(connectExchange).map(what => (typeof what === 'number' ? what : what._tag)),
    lastHeard: () => far.heard.at(-1) as ScMessage,
    isOver: () => told.some(({ _tag }) => _tag === 'Disconnected'),
    told,
  }
}

const initiatingPeer = () => connected(initiating({ subprotocol: Subprotocol.HUB, self, timings }), connectAccept(0))
const acceptingPeer = () => connected(accepting(timings), connectRequest(0))

/** Messages of the peer that do not count: each fails a check. */
const discarded: readonly (readonly [string, Uint8Array])[] = [
  ['of fewer than 4 octets', Uint8Array.of(1, 0, 0)],
  ['of an unknown function', Uint8Array.of(0x42, 0, 0, 9)],
  ['without the payload it needs', Uint8Array.of(1, 0, 0, 9)],
  ['longer than we take', new Uint8Array(101)],
]

const valid: readonly (readonly [string, ScMessage])[] = [
  ['an NPDU', npdu(9)],
  ['an Advertisement', advertisement(9)],
  ['a Heartbeat-Request', bare('Heartbeat-Request', 9)],
  ['a Heartbeat-ACK that nobody waits for', bare('Heartbeat-ACK', 9)],
  ['an unexpected Connect-Accept', connectAccept(9)],
]

describe('the heartbeat of the initiating peer (5.4)', () => {
  it('asks when nothing came for the heartbeat timeout, not before and not again', () => {
    const { pass, heard } = initiatingPeer()
    pass(59.999)
    expect(heard()).toEqual([])
    pass(0.001)
    expect(heard()).toEqual(['Heartbeat-Request'])
    pass(29.999)
    expect(heard()).toEqual(['Heartbeat-Request'])
  })

  it.each(valid)('asks a heartbeat timeout after %s', (_, message) => {
    const { says, pass, heard } = initiatingPeer()
    const requests = () => heard().filter(name => name === 'Heartbeat-Request').length
    pass(29)
    says(message)
    pass(59.999)
    expect(requests()).toBe(0)
    pass(0.001)
    expect(requests()).toBe(1)
  })

  it.each(discarded)('does not take a message %s for a sign of life', (_, octets) => {
    const { says, pass, heard } = initiatingPeer()
    pass(40)
    says(octets)
    pass(20)
    expect(heard()).toContain('Heartbeat-Request')
  })

  it('goes on when the answer comes, and asks a heartbeat timeout after it', () => {
    const { says, pass, heard, lastHeard, isOver } = initiatingPeer()
    pass(60)
    pass(29.999)
    says(bare('Heartbeat-ACK', lastHeard().messageId))
    pass(59.999)
    expect(heard()).toEqual(['Heartbeat-Request'])
    pass(0.001)
    expect(heard()).toEqual(['Heartbeat-Request', 'Heartbeat-Request'])
    expect(isOver()).toBe(false)
  })

  it('gives up when nothing came since it asked: tells it, and disconnects', () => {
    const { pass, heard, told } = initiatingPeer()
    pass(60)
    pass(30)
    expect(heard()).toEqual(['Heartbeat-Request', 'Disconnect-Request'])
    expect(told.slice(1)).toEqual([
      { _tag: 'Disconnected', cause: { errorCode: 30, detail: 'the peer did not answer a Heartbeat-Request' } },
    ])
  })

  it.each(valid)('takes %s for life while it waits for the answer', (_, message) => {
    const { says, pass, isOver } = initiatingPeer()
    pass(60)
    says(message)
    pass(59)
    expect(isOver()).toBe(false)
  })

  it('does not take a discarded message for life while it waits for the answer', () => {
    const { says, pass, isOver } = initiatingPeer()
    pass(60)
    for (const [, octets] of discarded) says(octets)
    pass(30)
    expect(isOver()).toBe(true)
  })

  it('asks, too, when it has said nothing for half as long again, so that nobody takes it for dead that hears enough', () => {
    const { says, pass, heard, lastHeard } = initiatingPeer()
    const hears = (times: number): void => {
      for (; times > 0; times--) {
        pass(10)
        says(npdu(9))
      }
    }
    hears(8)
    expect(heard()).toEqual([])
    hears(1)
    expect(heard()).toEqual(['Heartbeat-Request'])
    says(bare('Heartbeat-ACK', lastHeard().messageId))
    hears(9)
    expect(heard()).toEqual(['Heartbeat-Request', 'Heartbeat-Request'])
  })

  it('asks one timeout after it last heard, or one and a half after it last spoke; and gives up a wait after that, always', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 30 }), gapsMs => {
        const { says, passMs, heard, isOver } = initiatingPeer()
        let [now, heardAt, spokeAt, asked] = [0, 0, 0, 0]
        let waitsUntil: number | undefined
        let isDead = false
        for (const gapMs of gapsMs) {
          now += gapMs
          for (;;) {
            const next: number = waitsUntil ?? Math.min(heardAt + 60_000, spokeAt + 90_000)
            if (next > now) break
            isDead = waitsUntil !== undefined && next - heardAt > 30_000
            if (isDead) break
            if (waitsUntil === undefined) [spokeAt, asked] = [next, asked + 1]
            waitsUntil = waitsUntil === undefined ? next + 30_000 : undefined
          }
          passMs(gapMs)
          expect(isOver()).toBe(isDead)
          if (isDead) return
          expect(heard()).toHaveLength(asked)
          heardAt = now
          says(npdu(9))
        }
      }),
    )
  })
})

describe('the idle limit of the accepting peer (5.4)', () => {
  it('answers, and does not ask who asks in time', () => {
    const { says, pass, heard } = acceptingPeer()
    for (const messageId of [7, 8, 9]) {
      pass(299)
      says(bare('Heartbeat-Request', messageId))
    }
    expect(heard()).toEqual(['Heartbeat-ACK', 'Heartbeat-ACK', 'Heartbeat-ACK'])
  })

  it('asks once when it has heard nothing for half of it, and is calmed by any answer', () => {
    const { says, pass, heard } = acceptingPeer()
    for (const messageId of [7, 8, 9]) {
      pass(599)
      says(bare('Heartbeat-ACK', messageId))
    }
    expect(heard()).toEqual(['Heartbeat-Request', 'Heartbeat-Request', 'Heartbeat-Request'])
  })

  it('gives up after the idle limit without a valid message: closes, and tells it', () => {
    const { says, pass, heard, told } = acceptingPeer()
    pass(500)
    says(npdu(9))
    pass(599.999)
    expect(heard()).toEqual(['Heartbeat-Request', 'Heartbeat-Request'])
    pass(0.001)
    expect(heard()).toEqual(['Heartbeat-Request', 'Heartbeat-Request', 1000])
    expect(told.at(-1)).toEqual({
      _tag: 'Disconnected',
      cause: { errorCode: 30, detail: 'nothing received within the idle limit' },
    })
  })

  it.each(valid)('takes %s for life', (_, message) => {
    const { says, pass, isOver } = acceptingPeer()
    pass(500)
    says(message)
    pass(599)
    expect(isOver()).toBe(false)
  })

  it.each(discarded)('does not take a message %s for life', (_, octets) => {
    const { says, pass, isOver } = acceptingPeer()
    pass(500)
    says(octets)
    pass(100)
    expect(isOver()).toBe(true)
  })
})

describe('the timings of a connection (5.1, 5.4)', () => {
  it('have the recommended defaults', () => {
    expect(connectionTimings()).toEqual({
      connectWait: 10_000,
      disconnectWait: 10_000,
      heartbeat: 60_000,
      heartbeatWait: 30_000,
      idleLimit: 600_000,
    })
  })

  it('wait for an answer as long as the heartbeat timeout, 30 s at most', () => {
    expect(connectionTimings({ heartbeat: seconds(5) }).heartbeatWait).toBe(5000)
    expect(connectionTimings({ heartbeat: seconds(300) }).heartbeatWait).toBe(30_000)
    expect(connectionTimings({ heartbeat: seconds(300), heartbeatWait: ms(1) }).heartbeatWait).toBe(1)
  })
})
