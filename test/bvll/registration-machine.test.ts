import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  registrationMachine,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationMachineState,
  type RegistrationTimer,
} from '../../src/bvll/registration-machine.js'
import type { RegistrationState } from '../../src/bvll/registration-state.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { ms, seconds } from '../../src/values/duration.js'
import { anyChoices, play, type Turn } from '../machine/play.js'
import { testRows, type Row } from '../machine/rows.js'

const TTL = 600
const transition = registrationMachine({ ttl: TTL, timings: registrationTimings(TTL) })

const start: RegistrationEvent = { _tag: 'Start' }
const accepted: RegistrationEvent = { _tag: 'Accepted' }
const refused: RegistrationEvent = { _tag: 'Refused' }
const unknown: RegistrationEvent = { _tag: 'Unknown' }
const addressChanged: RegistrationEvent = { _tag: 'AddressChanged' }
const stop: RegistrationEvent = { _tag: 'Stop' }
const fires = (timer: RegistrationTimer): RegistrationEvent => ({ _tag: 'TimerFired', timer })

const registers: RegistrationEffect = { _tag: 'Register' }
const tells = (state: RegistrationState): RegistrationEffect => ({ _tag: 'Tell', state })
const clears = (timer: RegistrationTimer): RegistrationEffect => ({ _tag: 'ClearTimer', timer })
const waits = (timer: RegistrationTimer, delayS: number): RegistrationEffect => ({
  _tag: 'SetTimer',
  timer,
  delay: seconds(delayS),
  jitter: timer === 'renew' ? { ratio: 0.1, least: ms(0), most: seconds(delayS) } : undefined,
})
const clearsAll = [clears('retry'), clears('renew'), clears('back-off'), clears('expiry')]
const succeeds = [clears('retry'), waits('renew', 300), waits('expiry', 630), tells('registered')]

const IDLE: RegistrationMachineState = { _tag: 'Idle' }
const registering = (asked: number, refusals = 0): RegistrationMachineState => ({
  _tag: 'Registering',
  asked,
  refusals,
})
const backOff = (refusals: number): RegistrationMachineState => ({ _tag: 'BackOff', refusals })
const REGISTERED: RegistrationMachineState = { _tag: 'Registered', asked: 0 }
const renewing = (asked: number): RegistrationMachineState => ({ _tag: 'Registered', asked })

type RegistrationRow = Row<RegistrationMachineState, RegistrationEvent, RegistrationEffect>

const nothing = (
  state: RegistrationMachineState,
  when: string,
  event: RegistrationEvent,
  why: string,
): RegistrationRow => [state, when, event, why, [], state]

const renewal: readonly RegistrationRow[] = [
  [
    REGISTERED,
    'renew timer',
    fires('renew'),
    'send Register; start retry timer; stay usable',
    [registers, waits('retry', 5)],
    renewing(1),
  ],
  [
    renewing(3),
    'Result 0x0000 while renewal pending',
    accepted,
    'restart renew and expiry timers',
    succeeds,
    REGISTERED,
  ],
  [
    renewing(3),
    'Result 0x0030 while renewal pending',
    refused,
    'registration refused',
    [...clearsAll, waits('back-off', 30), tells('refused')],
    backOff(1),
  ],
  [
    renewing(2),
    'retry timer while renewal pending',
    fires('retry'),
    'send Register again',
    [registers, waits('retry', 20)],
    renewing(3),
  ],
]

describe('a foreign device (7.1)', () => {
  testRows(transition, [
    [IDLE, 'start', start, 'send Register(TTL); start retry timer', [registers, waits('retry', 5)], registering(1)],
    [registering(3, 2), 'Result 0x0000', accepted, 'start renew and expiry timers', succeeds, REGISTERED],
    [
      registering(3),
      'Result 0x0030',
      refused,
      'record; back-off timer',
      [...clearsAll, waits('back-off', 30), tells('refused')],
      backOff(1),
    ],
    [
      registering(1),
      'retry timer',
      fires('retry'),
      'send Register again',
      [registers, waits('retry', 10)],
      registering(2),
    ],
    [backOff(1), 'timer', fires('back-off'), 'send Register', [registers, waits('retry', 5)], registering(1, 1)],
    ...renewal,
    ...[REGISTERED, renewing(2)].map((state): RegistrationRow => [
      state,
      'Result 0x0060',
      unknown,
      'the BBMD does not know us: send Register now',
      [...clearsAll, tells('unregistered'), registers, waits('retry', 5)],
      registering(1),
    ]),
    [
      renewing(4),
      'expiry timer',
      fires('expiry'),
      'report loss; ask again as at the beginning',
      [waits('retry', 5), tells('lost')],
      registering(0),
    ],
    ...[IDLE, registering(2, 1), backOff(2), REGISTERED, renewing(2)].map((state): RegistrationRow => [
      state,
      'stop',
      stop,
      'cancel timers',
      clearsAll,
      IDLE,
    ]),
  ])
})

describe('the waits of a foreign device (7.2)', () => {
  testRows(transition, [
    ...[
      [2, 20],
      [3, 40],
      [4, 60],
      [5, 60],
      [5000, 60],
    ].map(([asked = 0, wait = 0]): RegistrationRow => [
      registering(asked),
      `retry timer after ${asked} in vain`,
      fires('retry'),
      `wait ${wait} s`,
      [registers, waits('retry', wait)],
      registering(asked + 1),
    ]),
    ...[
      [1, 60],
      [3, 240],
      [4, 300],
      [5000, 300],
    ].map(([refusals = 0, wait = 0]): RegistrationRow => [
      registering(1, refusals),
      `Result 0x0030 after ${refusals} refusals`,
      refused,
      `wait ${wait} s`,
      [...clearsAll, waits('back-off', wait), tells('refused')],
      backOff(refusals + 1),
    ]),
    [
      registering(1, 3),
      'retry timer after refusals',
      fires('retry'),
      'remember the refusals',
      [registers, waits('retry', 10)],
      registering(2, 3),
    ],
  ])
})

describe('what means nothing to a foreign device (7.3)', () => {
  testRows(transition, [
    nothing(REGISTERED, 'Result 0x0000', accepted, 'no Register is outstanding'),
    nothing(REGISTERED, 'Result 0x0030', refused, 'no Register is outstanding'),
    nothing(backOff(1), 'Result 0x0000', accepted, 'no Register is outstanding'),
    nothing(backOff(1), 'Result 0x0030', refused, 'no Register is outstanding'),
    nothing(backOff(1), 'Result 0x0060', unknown, 'the BBMD refused us'),
    nothing(registering(2), 'Result 0x0060', unknown, 'Register is outstanding as it is'),
    ...[accepted, refused, unknown, addressChanged, fires('retry')].map(event =>
      nothing(IDLE, event._tag, event, 'not started'),
    ),
    ...[registering(1), backOff(1), REGISTERED].map(state => nothing(state, 'start', start, 'started already')),
  ])
})

describe('a foreign device whose own address has changed (7.5)', () => {
  testRows(transition, [
    [
      REGISTERED,
      'address changed',
      addressChanged,
      'renew at once',
      [clears('renew'), registers, waits('retry', 5)],
      renewing(1),
    ],
    [
      renewing(3),
      'address changed',
      addressChanged,
      'renew at once, with short waits',
      [clears('renew'), registers, waits('retry', 5)],
      renewing(1),
    ],
    [
      registering(4, 2),
      'address changed',
      addressChanged,
      'ask at once, with short waits',
      [registers, waits('retry', 5)],
      registering(1, 2),
    ],
    [
      backOff(2),
      'address changed',
      addressChanged,
      'ask at once, remember the refusals',
      [clears('back-off'), registers, waits('retry', 5)],
      registering(1, 2),
    ],
  ])
})

type RegistrationTurn = Turn<RegistrationMachineState, RegistrationEvent, RegistrationEffect>

const possible = (
  past: readonly RegistrationTurn[],
  timers: ReadonlySet<string>,
): readonly (readonly RegistrationEvent[])[] => {
  if (past.length === 0) return [[start]]
  // The wait until renewal is shorter than that until expiry, and both begin at once.
  const next = [...timers].filter(timer => timer !== 'expiry' || !timers.has('renew'))
  const fired = next.map(timer => [fires(timer as RegistrationTimer)])
  return [...fired, ...fired, [accepted], [refused], [unknown], past.length < 25 ? [addressChanged] : [stop]]
}

describe('a foreign device, whatever happens', () => {
  const holds = (claim: (turns: readonly RegistrationTurn[]) => void): void => {
    fc.assert(
      fc.property(anyChoices(), choices => claim(play({ initial: IDLE, transition, possible }, choices))),
      { numRuns: 300 },
    )
  }

  it('never waits for nothing: in each state, timers are what must lead on', () => {
    const expected = (state: RegistrationMachineState): string => {
      switch (state._tag) {
        case 'Idle':
          return ''
        case 'Registering':
          return 'retry'
        case 'BackOff':
          return 'back-off'
        case 'Registered':
          return state.asked > 0 ? 'expiry, retry' : 'expiry, renew'
      }
    }
    holds(turns => {
      const seen = turns.map(({ after, timers }) => `${after._tag}: ${[...timers].sort().join(', ')}`)
      expect(seen).toEqual(turns.map(({ after }) => `${after._tag}: ${expected(after)}`))
    })
  })

  it('sends one Register for each retry wait, but for the first after a loss, which was preceded by one', () => {
    holds(turns => {
      for (const { effects } of turns) {
        const sent = effects.filter(({ _tag }) => _tag === 'Register')
        const retries = effects.filter(effect => effect._tag === 'SetTimer' && effect.timer === 'retry')
        expect(sent.length).toBeLessThanOrEqual(1)
        const isLost = effects.some(effect => effect._tag === 'Tell' && effect.state === 'lost')
        expect(retries).toHaveLength(isLost ? 1 : sent.length)
      }
    })
  })

  it('tells how it stands', () => {
    holds(turns => {
      let told: RegistrationState = 'unregistered'
      for (const { after, effects } of turns) {
        for (const effect of effects) if (effect._tag === 'Tell') told = effect.state
        if (after._tag === 'Idle') return
        expect(told === 'registered').toBe(after._tag === 'Registered')
        if (after._tag === 'BackOff') expect(told).toBe('refused')
      }
    })
  })
})
