import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transition } from '../../../src/machine/transition.js'
import { accepting, type AcceptingState } from '../../../src/sc/connection/accepting.js'
import { IDLE } from '../../../src/sc/connection/disconnecting.js'
import { initiating, type InitiatingState } from '../../../src/sc/connection/initiating.js'
import type { Admission, PeerEffect, PeerEvent, PeerTimer } from '../../../src/sc/connection/peer.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { ms } from '../../../src/values/duration.js'
import type { ScMessage } from '../../../src/wire/bvlc-sc.js'
import { anyChoices, play, type Turn } from '../../machine/play.js'
import {
  advertisement,
  bare,
  broken,
  connectAccept,
  connectRequest,
  disconnect,
  fault,
  fired,
  malformed,
  nak,
  npdu,
  opened,
  received,
  refusedByNetwork,
  self,
  start,
  text,
  timings,
} from '../../support/peer-events.js'

type PeerState = InitiatingState | AcceptingState
type PeerTurn = Turn<PeerState, PeerEvent, PeerEffect>

const asks = (id: number, admission: Admission): PeerEvent => ({
  _tag: 'ConnectRequested',
  message: connectRequest(id),
  admission,
})

/** So few ids that answers often match, and often do not. */
const IDS = [0, 1, 2]
/** Quiet for so long that every timer is early, or late, or late for some. */
const QUIET = [0, 30_000, 30_001, 59_999, 60_000, 90_000, 600_000].map(ms)

const talk: readonly PeerEvent[] = [
  received(npdu(0)),
  received(advertisement(0)),
  malformed(fault()),
  malformed(fault(nak('Connect-Request', 0, 7, 147)), true),
  ...IDS.flatMap(id => [
    received(bare('Heartbeat-Request', id)),
    received(bare('Heartbeat-ACK', id)),
    received(connectAccept(id)),
    asks(id, { _tag: 'Accept', self }),
  ]),
]

const endings: readonly PeerEvent[] = [
  text,
  broken,
  refusedByNetwork,
  ...IDS.flatMap(id => [
    disconnect(id),
    received(bare('Disconnect-Request', id)),
    received(bare('Disconnect-ACK', id)),
    received(nak('Connect-Request', id, 7, 151)),
    received(nak('Disconnect-Request', id, 7, 143)),
    asks(id, { _tag: 'Refuse', errorClass: 3, errorCode: 0, reason: 'full' }),
  ]),
]

const opens = IDS.map(id => opened(id))

/** What leads on from a state. */
const stepOn = (state: PeerState): readonly PeerEvent[] => {
  switch (state._tag) {
    case 'AWAITING_WEBSOCKET':
      return opens
    case 'AWAITING_ACCEPT':
      return [received(connectAccept(state.requestId))]
    case 'AWAITING_REQUEST':
      return [asks(0, { _tag: 'Accept', self })]
    default:
      return []
  }
}

/** The WebSocket opens once, and that comes first at the accepting peer; timers fire only where they run. */
const possible = (past: readonly PeerTurn[], timers: ReadonlySet<string>): readonly (readonly PeerEvent[])[] => {
  const last = past.at(-1)
  if (last === undefined) return [[start]]
  if (last.event === start && last.after._tag === 'IDLE') return [opens]
  const fires = [...timers].flatMap(timer =>
    QUIET.flatMap(quiet => IDS.map(id => fired(timer as PeerTimer, quiet, id))),
  )
  const on = stepOn(last.after)
  return [on, on, on, on, talk, talk, talk, talk, fires, endings]
}

const machines: readonly ['initiating' | 'accepting', Transition<PeerState, PeerEvent, PeerEffect>][] = [
  [
    'initiating',
    initiating({ subprotocol: Subprotocol.HUB, self, timings }) as Transition<PeerState, PeerEvent, PeerEffect>,
  ],
  ['accepting', accepting(timings) as Transition<PeerState, PeerEvent, PeerEffect>],
]

const sent = ({ effects }: PeerTurn): readonly ScMessage[] =>
  effects.flatMap(effect => (effect._tag === 'Send' ? [effect.message] : []))

const told = ({ effects }: PeerTurn): readonly string[] =>
  effects.flatMap(effect => (effect._tag === 'Tell' ? [effect.event._tag] : []))

const isEnd = (tag: string): boolean => tag === 'Failed' || tag === 'Disconnected'

describe.each(machines)('the %s peer, whatever happens', (role, transition) => {
  const holds = (claim: (turns: readonly PeerTurn[]) => void): void => {
    fc.assert(
      fc.property(anyChoices(), choices => claim(play({ initial: IDLE, transition, possible }, choices))),
      { numRuns: 500 },
    )
  }

  it('tells one end, Failed before it was CONNECTED or Disconnected after', () => {
    holds(turns => {
      const ends = turns.flatMap(told).filter(tag => isEnd(tag) || tag === 'Connected')
      expect(['', 'Failed', 'Connected', 'Connected Disconnected']).toContain(ends.join(' '))
    })
  })

  it('has told its end when it is IDLE again', () => {
    holds(turns => {
      if (hasEnded(turns)) expect(turns.flatMap(told).filter(isEnd)).toHaveLength(1)
    })
  })

  it('does nothing more when it is IDLE again', () => {
    holds(turns => {
      const rest = turns.slice(turns.findIndex(isLast) + 1)
      expect(hasEnded(turns) && rest.some(({ after, effects }) => after !== IDLE || effects.length > 0)).toBe(false)
    })
  })

  it('has one timer that runs in each state, and none in IDLE', () => {
    const expected: Record<PeerState['_tag'], readonly string[]> = {
      IDLE: [''],
      AWAITING_WEBSOCKET: ['connect wait'],
      AWAITING_ACCEPT: ['connect wait'],
      AWAITING_REQUEST: ['connect wait'],
      CONNECTED: role === 'initiating' ? ['heartbeat', 'heartbeat wait'] : ['idle limit'],
      DISCONNECTING: ['disconnect wait'],
    }
    holds(turns => {
      const wrong = turns.filter(({ after, timers }) => !expected[after._tag].includes([...timers].join(', ')))
      expect(wrong).toEqual([])
    })
  })

  it('never has two Heartbeat-Requests outstanding', () => {
    holds(turns => {
      let outstanding: number | undefined
      for (const turn of turns) {
        const { event } = turn
        if (event._tag === 'TimerFired' && event.timer === 'heartbeat wait') outstanding = undefined
        if (event._tag === 'Received' && event.message._tag === 'Heartbeat-ACK') {
          if (event.message.messageId === outstanding) outstanding = undefined
        }
        for (const message of sent(turn).filter(({ _tag }) => _tag === 'Heartbeat-Request')) {
          expect(outstanding).toBeUndefined()
          outstanding = message.messageId
        }
      }
    })
  })

  it('answers a request, and nothing else, with the id of the request', () => {
    holds(turns => {
      for (const turn of turns) {
        const answers = sent(turn).filter(({ _tag }) => _tag === 'Heartbeat-ACK' || _tag === 'Disconnect-ACK')
        if (answers.length > 0) expect(answers).toEqual([answerTo(turn.event)])
      }
    })
  })
})

const isLast = ({ before, after }: PeerTurn): boolean => before._tag !== 'IDLE' && after._tag === 'IDLE'
const hasEnded = (turns: readonly PeerTurn[]): boolean => turns.some(isLast)

const answerTo = (event: PeerEvent): ScMessage | undefined => {
  if (event._tag !== 'Received') return undefined
  const { _tag, messageId } = event.message
  if (_tag === 'Heartbeat-Request') return bare('Heartbeat-ACK', messageId)
  return _tag === 'Disconnect-Request' ? bare('Disconnect-ACK', messageId) : undefined
}
