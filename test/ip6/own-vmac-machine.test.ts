import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ownVmacMachine,
  ownVmacTimings,
  type OwnVmacEffect,
  type OwnVmacEvent,
  type OwnVmacMachineState,
  type OwnVmacNews,
  type OwnVmacTimer,
} from '../../src/ip6/own-vmac-machine.js'
import type { VmacClaim } from '../../src/ip6/vmac-binding.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import { anyChoices, play, type Turn } from '../machine/play.js'
import { testRows, type Row } from '../machine/rows.js'

const TRIES = 3
const transition = ownVmacMachine(ownVmacTimings({ tries: TRIES }))

const X = '400001' as Bip6Vmac
const Y = '400002' as Bip6Vmac
const DEVICE = '0004d2' as Bip6Vmac
const OTHER_DEVICE = '00162e' as Bip6Vmac

const start: OwnVmacEvent = { _tag: 'Start' }
const drawn = (candidate: Bip6Vmac): OwnVmacEvent => ({ _tag: 'Drawn', candidate })
const claimed = (vmac: Bip6Vmac, claim: VmacClaim = 'conflict'): OwnVmacEvent => ({ _tag: 'Claimed', vmac, claim })
const configured = (vmac: Bip6Vmac): OwnVmacEvent => ({ _tag: 'Configured', vmac })
const fires = (timer: OwnVmacTimer): OwnVmacEvent => ({ _tag: 'TimerFired', timer })

const VERIFY: OwnVmacEvent = { _tag: 'Verify' }

const draws: OwnVmacEffect = { _tag: 'Draw' }
const asks = (candidate: Bip6Vmac): OwnVmacEffect => ({ _tag: 'Ask', candidate })
const tells = (news: OwnVmacNews): OwnVmacEffect => ({ _tag: 'Tell', news })
const owns = (vmac: Bip6Vmac): OwnVmacEffect => tells({ _tag: 'Own', vmac })
const noneFree = (kept?: Bip6Vmac): OwnVmacEffect => tells({ _tag: 'NoneFree', tried: TRIES, kept })
const waits = (timer: OwnVmacTimer): OwnVmacEffect => ({
  _tag: 'SetTimer',
  timer,
  delay: seconds(timer === 'rest' ? 60 : 1),
  jitter: undefined,
})
const clears = (timer: OwnVmacTimer): OwnVmacEffect => ({ _tag: 'ClearTimer', timer })
const clearsAll = [clears('wait'), clears('rest'), clears('verify')]

const IDLE: OwnVmacMachineState = { _tag: 'Idle' }
const RESTING: OwnVmacMachineState = { _tag: 'Resting' }
const drawing = (count: number, held?: Bip6Vmac): OwnVmacMachineState => ({ _tag: 'Drawing', drawn: count, held })
const probing = (candidate: Bip6Vmac, count: number, held?: Bip6Vmac): OwnVmacMachineState => ({
  _tag: 'Probing',
  candidate,
  drawn: count,
  held,
})
const random = (vmac: Bip6Vmac, count: number): OwnVmacMachineState => ({ _tag: 'Random', vmac, drawn: count })
const instance = (vmac: Bip6Vmac): OwnVmacMachineState => ({ _tag: 'Instance', vmac })

type OwnVmacRow = Row<OwnVmacMachineState, OwnVmacEvent, OwnVmacEffect>

const nothing = (state: OwnVmacMachineState, when: string, event: OwnVmacEvent, why: string): OwnVmacRow => [
  state,
  when,
  event,
  why,
  [],
  state,
]

describe('the own VMAC of a node without device instance', () => {
  testRows(transition, [
    [IDLE, 'start', start, 'draw a candidate', [draws], drawing(1)],
    [drawing(1), 'drawn', drawn(X), 'ask for it as itself', [asks(X), waits('wait')], probing(X, 1)],
    [probing(X, 1), 'nobody answers', fires('wait'), 'use it', [waits('rest'), owns(X)], random(X, 1)],
    [probing(X, 1), 'somebody has it', claimed(X), 'draw another', [clears('wait'), draws], drawing(2)],
    [
      probing(X, 1),
      'somebody probes it, too',
      claimed(X, 'probe'),
      'draw another',
      [clears('wait'), draws],
      drawing(2),
    ],
    nothing(probing(X, 1), 'another VMAC is claimed', claimed(Y), 'nothing to do with it'),
    [
      probing(X, TRIES),
      'the last of a row is taken',
      claimed(X),
      'report it; rest',
      [clears('wait'), waits('rest'), noneFree()],
      RESTING,
    ],
    [RESTING, 'rest is over', fires('rest'), 'begin another row', [draws], drawing(1)],
    nothing(RESTING, 'the last candidate is claimed again', claimed(X), 'it is not used'),
    nothing(IDLE, 'a VMAC is claimed', claimed(X), 'not started'),
  ])
})

describe('the random VMAC of a node that somebody else has, too', () => {
  testRows(transition, [
    [random(X, 1), 'conflict', claimed(X), 'draw another', [clears('rest'), clears('verify'), draws], drawing(2, X)],
    [drawing(2, X), 'drawn', drawn(Y), 'ask for it as itself', [asks(Y), waits('wait')], probing(Y, 2, X)],
    nothing(probing(Y, 2, X), 'the old one is claimed again', claimed(X), 'it is being replaced'),
    [probing(Y, 2, X), 'nobody answers', fires('wait'), 'use the new one', [waits('rest'), owns(Y)], random(Y, 2)],
    [probing(Y, 2, X), 'somebody has it', claimed(Y), 'draw another', [clears('wait'), draws], drawing(3, X)],
    [
      probing(Y, TRIES, X),
      'the last of a row is taken',
      claimed(Y),
      'report it; keep the old one',
      [clears('wait'), waits('rest'), noneFree(X)],
      random(X, TRIES),
    ],
    nothing(random(X, TRIES), 'conflict', claimed(X), 'the row is used up'),
    [random(X, TRIES), 'rest is over', fires('rest'), 'another row may begin', [], random(X, 0)],
    nothing(random(X, 1), 'somebody probes it', claimed(X, 'probe'), 'whoever asks will draw another'),
    nothing(random(X, 1), 'another VMAC is claimed', claimed(Y), 'nothing to do with it'),
  ])
})

describe('the random VMAC of a node that others hear now who did not before', () => {
  testRows(transition, [
    [random(X, 1), 'verify', VERIFY, 'ask again', [asks(X), waits('verify')], random(X, 1)],
    [random(X, 1), 'nobody answers', fires('verify'), 'ask a last time', [asks(X)], random(X, 1)],
    nothing(probing(X, 1), 'verify', VERIFY, 'it is being asked for'),
    nothing(instance(DEVICE), 'verify', VERIFY, 'it gives way to nobody'),
  ])
})

describe('the own VMAC of a node whose device instance is configured', () => {
  testRows(transition, [
    ...[IDLE, drawing(1), probing(X, 2), RESTING, random(X, 1), instance(OTHER_DEVICE)].map((state): OwnVmacRow => [
      state,
      'configured',
      configured(DEVICE),
      'use it at once',
      [...clearsAll, owns(DEVICE)],
      instance(DEVICE),
    ]),
    nothing(instance(DEVICE), 'configured as before', configured(DEVICE), 'no news'),
    nothing(instance(DEVICE), 'conflict', claimed(DEVICE), 'it gives way to nobody'),
    nothing(instance(DEVICE), 'drawn', drawn(X), 'too late'),
  ])
})

type OwnVmacTurn = Turn<OwnVmacMachineState, OwnVmacEvent, OwnVmacEffect>

const ALL: readonly Bip6Vmac[] = [X, Y]

const possible = (past: readonly OwnVmacTurn[], timers: ReadonlySet<string>): readonly (readonly OwnVmacEvent[])[] => {
  if (past.length === 0) return [[start]]
  if (past.at(-1)?.after._tag === 'Drawing') return [ALL.map(drawn)]
  return [
    [...timers].map(timer => fires(timer as OwnVmacTimer)),
    ALL.flatMap(vmac => [claimed(vmac), claimed(vmac, 'probe')]),
    [VERIFY],
    past.length > 40 ? [configured(DEVICE), configured(OTHER_DEVICE)] : [],
  ]
}

describe('the own VMAC, whatever happens', () => {
  const holds = (claim: (turns: readonly OwnVmacTurn[]) => void): void => {
    fc.assert(
      fc.property(anyChoices(), choices => claim(play({ initial: IDLE, transition, possible }, choices))),
      { numRuns: 300 },
    )
  }

  it('never waits for nothing: in each state, timers are what must lead on', () => {
    const expected = ({ _tag }: OwnVmacMachineState): readonly string[] => {
      if (_tag === 'Probing') return ['wait']
      return _tag === 'Resting' ? ['rest'] : []
    }
    holds(turns => {
      for (const { after, timers } of turns) {
        const running = [...timers].filter(timer => after._tag !== 'Random' || timer !== 'verify')
        // A random VMAC needs none once its row is forgotten.
        if (after._tag === 'Random') expect(running).toEqual(after.drawn === 0 ? [] : ['rest'])
        else expect(running).toEqual(expected(after))
      }
    })
  })

  it('draws no more than a row of candidates between two rests', () => {
    holds(turns => {
      let inRow = 0
      for (const { event, effects } of turns) {
        if (event._tag === 'TimerFired' && event.timer === 'rest') inRow = 0
        inRow += effects.filter(({ _tag }) => _tag === 'Draw').length
        expect(inRow).toBeLessThanOrEqual(TRIES)
      }
    })
  })

  it('tells each VMAC that it comes to have, and is never without one again', () => {
    holds(turns => {
      let told: Bip6Vmac | undefined
      for (const { after, effects } of turns) {
        for (const effect of effects) if (effect._tag === 'Tell' && effect.news._tag === 'Own') told = effect.news.vmac
        const has = 'vmac' in after ? after.vmac : 'held' in after ? after.held : undefined
        expect(has).toBe(told)
      }
    })
  })
})
