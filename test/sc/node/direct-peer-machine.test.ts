import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stop } from '../../../src/machine/drive.js'
import {
  directPeerMachine,
  type DirectPeerEffect,
  type DirectPeerEvent,
  type DirectPeerState,
  type DirectPeerTimer,
  type DirectPeerTimings,
} from '../../../src/sc/node/direct-peer-machine.js'
import { reconnectTimings } from '../../../src/sc/connection/timings.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import { anyChoices, play, type Turn } from '../../machine/play.js'
import { testRows, type Row } from '../../machine/rows.js'

const timings: DirectPeerTimings = { ...reconnectTimings(), directIdle: seconds(300) }
const transition = directPeerMachine(timings)

const [ONE, TWO, NEW] = ['wss://one', 'wss://two', 'wss://new'] as [ScUri, ScUri, ScUri]

const wanted: DirectPeerEvent = { _tag: 'Wanted' }
const resolved = (...uris: readonly ScUri[]): DirectPeerEvent => ({ _tag: 'Resolved', uris })
const unresolved: DirectPeerEvent = { _tag: 'Unresolved' }
const notAsked: DirectPeerEvent = { _tag: 'NotAsked' }
const connected: DirectPeerEvent = { _tag: 'Connected' }
const failed: DirectPeerEvent = { _tag: 'Failed' }
const lost = (brief = false): DirectPeerEvent => ({ _tag: 'Lost', brief })
const reached: DirectPeerEvent = { _tag: 'Reached' }
const givesUp: DirectPeerEvent = { _tag: 'GiveUp' }
const fires = (timer: DirectPeerTimer, quietS = 0): DirectPeerEvent => ({
  _tag: 'TimerFired',
  timer,
  quiet: seconds(quietS),
})

type Effect = DirectPeerEffect | Stop
const asks: Effect = { _tag: 'Resolve' }
const asksAnew: Effect = { _tag: 'Refresh' }
const hangsUp: Effect = { _tag: 'HangUp' }
const stops: Effect = { _tag: 'Stop' }
const dials = (uri: ScUri): Effect => ({ _tag: 'Dial', uri })
const waits = (delayS: number): Effect => ({
  _tag: 'SetTimer',
  timer: 'reconnect',
  delay: seconds(delayS),
  jitter: { ratio: 0.5, least: seconds(10), most: seconds(600) },
})
const watches = (delayMs: number): Effect => ({
  _tag: 'SetTimer',
  timer: 'idle',
  delay: ms(delayMs),
  jitter: undefined,
})

const IDLE: DirectPeerState = { _tag: 'IDLE' }
const resolving = (failures = 0): DirectPeerState => ({ _tag: 'RESOLVING', failures })
const both = [ONE, TWO]
const connecting = (at: number, failures = 0, told?: readonly ScUri[]): DirectPeerState => ({
  _tag: 'CONNECTING',
  uris: both,
  at,
  told,
  failures,
})
const up = (failures = 0, uris: readonly ScUri[] = both): DirectPeerState => ({ _tag: 'CONNECTED', uris, failures })
const delaying = (failures: number, uris: readonly ScUri[] = both): DirectPeerState => ({
  _tag: 'DELAYING',
  uris,
  failures,
})

type PeerRow = Row<DirectPeerState, DirectPeerEvent, Effect>

const atWork = [resolving(), connecting(0), up(), delaying(1)]

describe('a direct peer (6)', () => {
  testRows(transition, [
    [IDLE, 'an NPDU is sent', wanted, 'ask, start idle timer', [watches(300_000), asks], resolving()],
    [resolving(2), 'URIs', resolved(ONE, TWO), 'dial the first', [dials(ONE)], connecting(0, 2)],
    [resolving(), 'accepts none, or does not know where', resolved(), 'the hub it is', [stops], IDLE],
    [resolving(), 'no answer', unresolved, 'wait', [waits(10)], delaying(1, [])],
    [resolving(3), 'no answer, again', unresolved, 'wait longer', [waits(80)], delaying(4, [])],
    [resolving(), 'the question could not be sent', notAsked, 'forget', [stops], IDLE],
    [resolving(), 'the peer connected to us', reached, 'forget', [stops], IDLE],
    [connecting(0, 2), 'connected', connected, '', [], up(2)],
    [connecting(0, 0, [NEW]), 'connected, and it told other URIs', connected, 'keep them', [], up(0, [NEW])],
    [connecting(0), 'failed', failed, 'dial the next', [dials(TWO)], connecting(1)],
    [connecting(1, 0), 'the last one failed', failed, 'wait', [waits(10)], delaying(1)],
    [connecting(1, 2), 'the last one failed, again', failed, 'wait longer', [waits(40)], delaying(3)],
    [connecting(1, 0, [NEW]), 'the last one failed, told others', failed, 'wait', [waits(10)], delaying(1, [NEW])],
    [connecting(1), 'tells URIs', resolved(NEW), 'for the next round', [], connecting(1, 0, [NEW])],
    [connecting(1), 'tells that it accepts none', resolved(), 'give up', [hangsUp, stops], IDLE],
    [connecting(0), 'the peer connected to us', reached, 'go on', [], connecting(0)],
    [up(3), 'lost', lost(), 'dial at once, ask anew', [asksAnew, dials(ONE)], connecting(0)],
    [up(3), 'lost after a moment', lost(true), 'wait', [waits(80)], delaying(4)],
    [up(0, []), 'lost, no URI known', lost(), 'ask', [asks], resolving()],
    [up(), 'tells URIs', resolved(NEW), 'keep them', [], up(0, [NEW])],
    [up(), 'tells that it accepts none', resolved(), 'stay connected', [], up()],
    [up(), 'the peer connected to us', reached, '', [], up()],
    [delaying(2), 'timer', fires('reconnect'), 'dial, ask anew', [asksAnew, dials(ONE)], connecting(0, 2)],
    [delaying(2, []), 'timer, no URI known', fires('reconnect'), 'ask', [asks], resolving(2)],
    [delaying(2), 'tells URIs', resolved(NEW), 'keep them', [], delaying(2, [NEW])],
    [delaying(2), 'tells that it accepts none', resolved(), 'forget', [stops], IDLE],
    [delaying(2), 'the peer connected to us', reached, 'forget', [stops], IDLE],
    ...atWork.flatMap((state): PeerRow[] => [
      [state, 'end it', givesUp, 'end it', [hangsUp, stops], IDLE],
      [state, 'idle timer, quiet', fires('idle', 300), 'end it', [hangsUp, stops], IDLE],
      [state, 'idle timer, there was traffic', fires('idle', 100), 'wait for the rest', [watches(200_000)], state],
      [state, 'an NPDU is sent', wanted, '', [], state],
    ]),
  ] satisfies readonly PeerRow[])

  it('waits no longer than the maximum reconnect time', () => {
    expect(transition(connecting(1, 40), failed)).toEqual([delaying(41), [waits(600)]])
  })
})

/** What may happen: an attempt ends once, a connection is lost once. */
const possible = (past: readonly Turn<DirectPeerState, DirectPeerEvent, Effect>[], timers: ReadonlySet<string>) => {
  const state = past.at(-1)?.after ?? IDLE
  if (state._tag === 'IDLE') return past.length === 0 ? [[wanted]] : []
  const outcomes: Partial<Record<DirectPeerState['_tag'], readonly DirectPeerEvent[]>> = {
    RESOLVING: [resolved(ONE, TWO), resolved(ONE), unresolved],
    CONNECTING: [connected, failed],
    CONNECTED: [lost(), lost(true)],
  }
  const told = [resolved(NEW), reached, fires('idle', 1)]
  return [outcomes[state._tag] ?? [], told, timers.has('reconnect') ? [fires('reconnect')] : []]
}

describe('a direct peer, whatever happens', () => {
  const holds = (property: (turns: readonly Turn<DirectPeerState, DirectPeerEvent, Effect>[]) => void): void =>
    fc.assert(
      fc.property(anyChoices(), choices => property(play({ initial: IDLE, transition, possible }, choices))),
      {
        numRuns: 300,
      },
    )

  it('always watches for idleness, and waits for one thing at a time', () => {
    holds(turns => {
      for (const { after, timers } of turns) {
        if (after._tag === 'IDLE') continue
        expect(timers.has('idle')).toBe(true)
        expect(timers.has('reconnect')).toBe(after._tag === 'DELAYING')
      }
    })
  })

  it('dials only when no attempt and no connection is there', () => {
    holds(turns => {
      for (const { before, event, effects } of turns) {
        const dialled = effects.filter(({ _tag }) => _tag === 'Dial').length
        expect(dialled).toBeLessThanOrEqual(1)
        if (dialled === 0 || before._tag === 'RESOLVING' || before._tag === 'DELAYING') continue
        expect(event._tag).toBe(before._tag === 'CONNECTING' ? 'Failed' : 'Lost')
      }
    })
  })
})
