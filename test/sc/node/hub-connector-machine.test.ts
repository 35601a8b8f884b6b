import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hubConnectorMachine,
  MAX_RESTARTS,
  type ConnectorEffect,
  type ConnectorEvent,
  type ConnectorOptions,
  type ConnectorState,
  type ConnectorTimer,
} from '../../../src/sc/node/hub-connector-machine.js'
import type { HubRole } from '../../../src/sc/connection/hub-role.js'
import { reconnectTimings } from '../../../src/sc/connection/timings.js'
import { seconds } from '../../../src/values/duration.js'
import type { HubConnectionStatus } from '../../../src/wire/bvlc-sc.js'
import { anyChoices, play, type Turn } from '../../machine/play.js'
import { testRows, type Row } from '../../machine/rows.js'

const timings = reconnectTimings()
const machineFor = (hubs: Pick<ConnectorOptions, 'hasPrimary' | 'hasFailover'>) =>
  hubConnectorMachine({ ...hubs, timings })

const start: ConnectorEvent = { _tag: 'Start' }
const stop: ConnectorEvent = { _tag: 'Stop' }
const reconnect: ConnectorEvent = { _tag: 'Reconnect' }
const connected = (hub: HubRole): ConnectorEvent => ({ _tag: 'Connected', hub })
const failed = (hub: HubRole): ConnectorEvent => ({ _tag: 'Failed', hub })
const duplicateVmac = (hub: HubRole): ConnectorEvent => ({ _tag: 'DuplicateVmac', hub })
const lost = (hub: HubRole, brief = false): ConnectorEvent => ({ _tag: 'Lost', hub, brief })
const fires = (timer: ConnectorTimer): ConnectorEvent => ({ _tag: 'TimerFired', timer })

const dials = (hub: HubRole): ConnectorEffect => ({ _tag: 'Dial', hub })
const hangsUp = (hub: HubRole): ConnectorEffect => ({ _tag: 'HangUp', hub })
const uses = (status: HubConnectionStatus): ConnectorEffect => ({ _tag: 'Use', status })
const clears = (timer: ConnectorTimer): ConnectorEffect => ({ _tag: 'ClearTimer', timer })
const waits = (timer: ConnectorTimer, delayS: number): ConnectorEffect => ({
  _tag: 'SetTimer',
  timer,
  delay: seconds(delayS),
  jitter: { ratio: 0.5, least: seconds(10), most: seconds(600) },
})
const dropsAll = [clears('delay'), clears('retry primary'), hangsUp('primary'), hangsUp('failover'), uses('none')]

const at = (
  _tag: Exclude<ConnectorState['_tag'], 'IDLE' | 'STOPPING'>,
  failures = 0,
  restarts = 0,
): ConnectorState => ({
  _tag,
  failures,
  restarts,
})
const IDLE: ConnectorState = { _tag: 'IDLE' }
const STOPPING: ConnectorState = { _tag: 'STOPPING' }

type ConnectorRow = Row<ConnectorState, ConnectorEvent, ConnectorEffect>

/** Every state in which the connector is at work. */
const atWork = [
  at('WAIT_PRIMARY'),
  at('CONNECTED_PRIMARY'),
  at('WAIT_FAILOVER'),
  at('CONNECTED_FAILOVER'),
  at('REWAIT_PRIMARY'),
  at('DELAYING', 1),
]

describe('the hub connector (4.2)', () => {
  testRows(machineFor({ hasPrimary: true, hasFailover: true }), [
    [
      IDLE,
      'start; TRY_PRIMARY, primary URI configured',
      start,
      'start primary connection',
      [dials('primary')],
      at('WAIT_PRIMARY'),
    ],
  ])
  testRows(machineFor({ hasPrimary: false, hasFailover: true }), [
    [
      IDLE,
      'start; TRY_PRIMARY, no primary URI; TRY_FAILOVER, failover URI configured',
      start,
      'start failover connection',
      [dials('failover')],
      at('WAIT_FAILOVER'),
    ],
  ])
  testRows(machineFor({ hasPrimary: true, hasFailover: false }), [
    [
      at('WAIT_PRIMARY', 1),
      'primary failed; TRY_FAILOVER, no failover URI; DELAY',
      failed('primary'),
      'start timer = next backoff value',
      [waits('delay', 20)],
      at('DELAYING', 2),
    ],
  ])
  testRows(machineFor({ hasPrimary: true, hasFailover: true }), [
    [
      at('WAIT_PRIMARY', 4),
      'primary connected',
      connected('primary'),
      'reset backoff; notify',
      [uses('primary')],
      at('CONNECTED_PRIMARY'),
    ],
    [
      at('WAIT_PRIMARY', 4),
      'primary failed; TRY_FAILOVER, failover URI configured',
      failed('primary'),
      'start failover connection',
      [dials('failover')],
      at('WAIT_FAILOVER', 4),
    ],
    [
      at('WAIT_FAILOVER', 4),
      'failover connected',
      connected('failover'),
      'reset backoff; notify; start retry timer',
      [uses('failover'), waits('retry primary', 10)],
      at('CONNECTED_FAILOVER'),
    ],
  ])
  testRows(machineFor({ hasPrimary: false, hasFailover: true }), [
    [
      at('WAIT_FAILOVER'),
      'failover connected, no primary URI',
      connected('failover'),
      'notify; nothing to retry',
      [uses('failover')],
      at('CONNECTED_FAILOVER'),
    ],
  ])
  testRows(machineFor({ hasPrimary: true, hasFailover: true }), [
    [
      at('WAIT_FAILOVER'),
      'failover failed; DELAY',
      failed('failover'),
      'start timer = next backoff value',
      [waits('delay', 10)],
      at('DELAYING', 1),
    ],
    [
      at('CONNECTED_PRIMARY'),
      'primary closed/lost; TRY_PRIMARY',
      lost('primary'),
      'notify; start primary connection',
      [uses('none'), dials('primary')],
      at('WAIT_PRIMARY'),
    ],
    [at('CONNECTED_PRIMARY'), 'old failover socket closes', lost('failover'), 'ignore', [], at('CONNECTED_PRIMARY')],
    [
      at('CONNECTED_FAILOVER'),
      'retry timer',
      fires('retry primary'),
      'start a primary connection, failover stays in use',
      [dials('primary')],
      at('REWAIT_PRIMARY'),
    ],
    [
      at('CONNECTED_FAILOVER', 3),
      'failover lost; TRY_PRIMARY',
      lost('failover'),
      'notify; start primary connection',
      [clears('retry primary'), uses('none'), dials('primary')],
      at('WAIT_PRIMARY'),
    ],
    [
      at('REWAIT_PRIMARY', 3),
      'primary connected',
      connected('primary'),
      'switch sending to primary, then Disconnect-Request on failover',
      [uses('primary'), hangsUp('failover')],
      at('CONNECTED_PRIMARY'),
    ],
    [
      at('REWAIT_PRIMARY', 1),
      'primary failed',
      failed('primary'),
      'restart retry timer (grown backoff)',
      [waits('retry primary', 40)],
      at('CONNECTED_FAILOVER', 2),
    ],
    [
      at('REWAIT_PRIMARY', 1),
      'failover lost',
      lost('failover'),
      'notify; the pending primary attempt continues',
      [uses('none')],
      at('WAIT_PRIMARY'),
    ],
    [
      at('DELAYING', 2),
      'timer; TRY_PRIMARY',
      fires('delay'),
      'start primary connection',
      [dials('primary')],
      at('WAIT_PRIMARY', 2),
    ],
    ...atWork.map((state): ConnectorRow => [
      state,
      'NODE_DUPLICATE_VMAC from a hub; TRY_PRIMARY',
      duplicateVmac('primary'),
      'draw new VMAC; close all connections; start again',
      [{ _tag: 'DrawVmac' }, ...dropsAll, dials('primary')],
      { ...state, _tag: 'WAIT_PRIMARY', restarts: 1 } as ConnectorState,
    ]),
    ...atWork.map((state): ConnectorRow => [
      state,
      'local: reconnect; TRY_PRIMARY',
      reconnect,
      'close all connections; start again as if nothing had failed',
      [...dropsAll, dials('primary')],
      at('WAIT_PRIMARY'),
    ]),
    ...[IDLE, ...atWork].map((state): ConnectorRow => [state, 'stop', stop, 'disconnect all', dropsAll, STOPPING]),
  ])
})

describe('the hub connector, where waits are due though the table has none', () => {
  testRows(machineFor({ hasPrimary: true, hasFailover: true }), [
    [
      at('CONNECTED_PRIMARY', 0, MAX_RESTARTS - 1),
      'primary lost soon after it was connected',
      lost('primary', true),
      'notify; start primary connection, the last time without a wait',
      [uses('none'), dials('primary')],
      at('WAIT_PRIMARY', 0, MAX_RESTARTS),
    ],
    [
      at('CONNECTED_PRIMARY', 0, MAX_RESTARTS),
      'primary lost soon after it was connected, once too often',
      lost('primary', true),
      'notify; start timer = next backoff value',
      [uses('none'), waits('delay', 10)],
      at('DELAYING', 1),
    ],
    [
      at('WAIT_PRIMARY', 2, MAX_RESTARTS),
      'NODE_DUPLICATE_VMAC once too often',
      duplicateVmac('primary'),
      'draw new VMAC; close all connections; start timer = next backoff value',
      [{ _tag: 'DrawVmac' }, ...dropsAll, waits('delay', 40)],
      at('DELAYING', 3),
    ],
  ])
})

type ConnectorTurn = Turn<ConnectorState, ConnectorEvent, ConnectorEffect>

/** What hubs do: what is dialled connects or fails, what is connected gets lost, nothing else is heard of. */
type Lines = Readonly<Record<HubRole, 'none' | 'dialled' | 'connected'>>

const ROLES: readonly HubRole[] = ['primary', 'failover']
const NO_LINES: Lines = { primary: 'none', failover: 'none' }

const afterEvent = (lines: Lines, event: ConnectorEvent): Lines =>
  'hub' in event ? { ...lines, [event.hub]: event._tag === 'Connected' ? 'connected' : 'none' } : lines

const afterEffect = (lines: Lines, effect: ConnectorEffect): Lines => {
  if (effect._tag === 'HangUp') return { ...lines, [effect.hub]: 'none' }
  return effect._tag === 'Dial' ? { ...lines, [effect.hub]: 'dialled' } : lines
}

/** The lines after each turn. */
const linesAfter = (turns: readonly ConnectorTurn[]): readonly Lines[] => {
  let lines = NO_LINES
  return turns.map(({ event, effects }) => (lines = effects.reduce(afterEffect, afterEvent(lines, event))))
}

const possible = (
  past: readonly ConnectorTurn[],
  timers: ReadonlySet<string>,
): readonly (readonly ConnectorEvent[])[] => {
  if (past.length === 0) return [[start]]
  const lines = linesAfter(past).at(-1) ?? NO_LINES
  const news = ROLES.flatMap((hub): readonly (readonly ConnectorEvent[])[] => {
    if (lines[hub] === 'none') return []
    return lines[hub] === 'dialled'
      ? [[connected(hub)], [failed(hub)], [duplicateVmac(hub)]]
      : [[lost(hub, true)], [lost(hub, false)]]
  })
  const fired = [...timers].map(timer => [fires(timer as ConnectorTimer)])
  return past.length < 25 ? [...news, ...news, ...fired, ...fired, [reconnect]] : [...news, ...fired, [stop]]
}

const isImmediateRestart = ({ event, effects }: ConnectorTurn): boolean =>
  (event._tag === 'DuplicateVmac' || (event._tag === 'Lost' && event.brief)) &&
  effects.some(({ _tag }) => _tag === 'Dial')

const isWaitOrSuccess = ({ event }: ConnectorTurn): boolean =>
  event._tag === 'TimerFired' || event._tag === 'Reconnect' || (event._tag === 'Lost' && !event.brief)

describe.each([
  ['both hubs', { hasPrimary: true, hasFailover: true }],
  ['a primary hub only', { hasPrimary: true, hasFailover: false }],
  ['a failover hub only', { hasPrimary: false, hasFailover: true }],
])('the hub connector with %s, whatever happens', (_, hubs) => {
  const transition = machineFor(hubs)
  const holds = (claim: (turns: readonly ConnectorTurn[]) => void): void => {
    fc.assert(
      fc.property(anyChoices(), choices => claim(play({ initial: IDLE, transition, possible }, choices))),
      { numRuns: 300 },
    )
  }

  it('never dials a hub twice at once, nor one that it does not have', () => {
    holds(turns => {
      let lines = NO_LINES
      for (const { event, effects } of turns) {
        lines = afterEvent(lines, event)
        for (const effect of effects) {
          const line = effect._tag === 'Dial' ? lines[effect.hub] : 'none'
          if (line !== 'none') expect.fail(`${JSON.stringify(effect)} while it is ${line}`)
          lines = afterEffect(lines, effect)
        }
      }
      const dialled = turns.flatMap(({ effects }) =>
        effects.flatMap(effect => (effect._tag === 'Dial' ? [effect.hub] : [])),
      )
      expect(dialled.includes('primary') && !hubs.hasPrimary).toBe(false)
      expect(dialled.includes('failover') && !hubs.hasFailover).toBe(false)
    })
  })

  it('never waits for nothing: in each state, hubs and timers are what must lead on', () => {
    const expected: Record<ConnectorState['_tag'], string> = {
      IDLE: 'none none ',
      WAIT_PRIMARY: 'dialled none ',
      CONNECTED_PRIMARY: 'connected none ',
      WAIT_FAILOVER: 'none dialled ',
      CONNECTED_FAILOVER: `none connected ${hubs.hasPrimary ? 'retry primary' : ''}`,
      REWAIT_PRIMARY: 'dialled connected ',
      DELAYING: 'none none delay',
      STOPPING: 'none none ',
    }
    holds(turns => {
      const lines = linesAfter(turns)
      const seen = turns.map(({ after, timers }, index) => {
        const { primary, failover } = lines[index] ?? NO_LINES
        return `${after._tag}: ${primary} ${failover} ${[...timers].join(', ')}`
      })
      expect(seen).toEqual(turns.map(({ after: { _tag } }) => `${_tag}: ${expected[_tag]}`))
    })
  })

  it('uses the hub that it is connected to, and none otherwise', () => {
    const expected: Partial<Record<ConnectorState['_tag'], HubConnectionStatus>> = {
      CONNECTED_PRIMARY: 'primary',
      CONNECTED_FAILOVER: 'failover',
      REWAIT_PRIMARY: 'failover',
    }
    holds(turns => {
      let status: HubConnectionStatus = 'none'
      const used = turns.map(({ effects }) => {
        for (const effect of effects) if (effect._tag === 'Use') ({ status } = effect)
        return status
      })
      expect(used).toEqual(turns.map(({ after }) => expected[after._tag] ?? 'none'))
    })
  })

  it('starts again without a wait at most so often in a row', () => {
    holds(turns => {
      let inARow = 0
      const counts = turns.map(turn => {
        if (isWaitOrSuccess(turn)) inARow = 0
        return isImmediateRestart(turn) ? ++inARow : inARow
      })
      expect(Math.max(...counts)).toBeLessThanOrEqual(MAX_RESTARTS)
    })
  })

  it('waits between the minimum and the maximum, jitter included', () => {
    holds(turns => {
      for (const effect of turns.flatMap(({ effects }) => effects).filter(effect => effect._tag === 'SetTimer')) {
        expect(effect.delay).toBeGreaterThanOrEqual(timings.minReconnect)
        expect(effect.delay).toBeLessThanOrEqual(timings.maxReconnect)
        expect(effect.jitter).toEqual({ ratio: 0.5, least: timings.minReconnect, most: timings.maxReconnect })
      }
    })
  })

  it('does nothing more once it is STOPPING', () => {
    const late = [
      ...ROLES.flatMap(hub => [connected(hub), failed(hub), duplicateVmac(hub), lost(hub)]),
      fires('delay'),
      fires('retry primary'),
      start,
      stop,
    ]
    for (const event of late) expect(transition(STOPPING, event)).toEqual([STOPPING, []])
  })
})
