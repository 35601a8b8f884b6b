import { describe, expect, it } from 'vitest'
import {
  initialNetworkNumber,
  networkNumberMachine,
  networkNumberTimings,
  type NetworkNumberEffect,
  type NetworkNumberEvent,
  type NetworkNumberState,
} from '../../../src/network/messages/network-number.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { testRows, type Row } from '../../machine/rows.js'

const timings = networkNumberTimings()
const node = networkNumberMachine({ isRouter: false, timings })
const router = networkNumberMachine({ isRouter: true, timings })

type Heard = Extract<NetworkNumberEvent, { _tag: 'Heard' }>
type NetworkNumberRow = Row<NetworkNumberState, NetworkNumberEvent, NetworkNumberEffect>

const started: NetworkNumberEvent = { _tag: 'Started' }
const stopped: NetworkNumberEvent = { _tag: 'Stopped' }
const fired: NetworkNumberEvent = { _tag: 'TimerFired', timer: 'ask' }
const due: NetworkNumberEvent = { _tag: 'TimerFired', timer: 'answer' }
const whatIs: Heard = {
  _tag: 'Heard',
  message: { _tag: 'What-Is-Network-Number' },
  isBroadcast: true,
  hasNetworks: false,
  isOfOtherPort: false,
}
const numberIs = (network: number, flag: 0 | 1): Heard => ({
  ...whatIs,
  message: { _tag: 'Network-Number-Is', network, isConfigured: flag === 1 },
})
const unicast = (heard: Heard): Heard => ({ ...heard, isBroadcast: false })
const ofOtherPort = (heard: Heard): Heard => ({ ...heard, isOfOtherPort: true })
const routed = (heard: Heard): Heard => ({ ...heard, hasNetworks: true })

const asks: NetworkNumberEffect = { _tag: 'Ask' }
const waits = (delayS: number): NetworkNumberEffect => ({
  _tag: 'SetTimer',
  timer: 'ask',
  delay: seconds(delayS),
  jitter: undefined,
})
const clears: NetworkNumberEffect = { _tag: 'ClearTimer', timer: 'ask' }
const waitsForOthers: NetworkNumberEffect = {
  _tag: 'SetTimer',
  timer: 'answer',
  delay: ms(250),
  jitter: { ratio: 1, least: ms(0), most: ms(500) },
}
const leavesItToThem: NetworkNumberEffect = { _tag: 'ClearTimer', timer: 'answer' }
const says = (network: number, flag: 0 | 1): NetworkNumberEffect => ({
  _tag: 'Say',
  network,
  isConfigured: flag === 1,
})
const knows = (network: number): NetworkNumberEffect => ({ _tag: 'Known', network })
const clashes = (network: number): NetworkNumberEffect => ({ _tag: 'Clash', network })
const conflicts = (network: number): NetworkNumberEffect => ({ _tag: 'Conflict', network })

const unknown = (asked = 0): NetworkNumberState => ({ _tag: 'Unknown', asked })
const learned = (network: number, flag: 0 | 1): NetworkNumberState => ({
  _tag: 'Learned',
  network,
  isConfiguredThere: flag === 1,
})
const CONFIGURED: NetworkNumberState = { _tag: 'Configured', network: 7 }
const OWING: NetworkNumberState = { _tag: 'Owing', network: 7 }

/** Nothing happens, and the state stays. */
const ignores = (state: NetworkNumberState, when: string, event: NetworkNumberEvent, why: string): NetworkNumberRow => [
  state,
  when,
  event,
  `ignored: ${why}`,
  [],
  state,
]

/** What is the same for a router and another node. */
const common: readonly NetworkNumberRow[] = [
  [unknown(), 'port up', started, 'ask; wait 10 s', [asks, waits(10)], unknown(1)],
  [unknown(1), 'nobody answered', fired, 'ask; wait twice as long', [asks, waits(20)], unknown(2)],
  [unknown(5), 'nobody answered', fired, 'ask; wait 300 s at most', [asks, waits(300)], unknown(6)],
  [unknown(900), 'nobody answered', fired, 'ask; wait 300 s at most', [asks, waits(300)], unknown(901)],
  [unknown(4), 'port up again', started, 'ask; wait 10 s', [asks, waits(10)], unknown(1)],
  [unknown(4), 'port down', stopped, 'ask no more', [clears], unknown(4)],
  [unknown(1), 'Network-Number-Is 7, learned', numberIs(7, 0), 'believed', [knows(7), clears], learned(7, 0)],
  [unknown(1), 'Network-Number-Is 7, configured', numberIs(7, 1), 'believed', [knows(7), clears], learned(7, 1)],
  [unknown(3), 'that of another port', ofOtherPort(numberIs(7, 1)), 'told; asked on', [clashes(7)], unknown(3)],
  ignores(unknown(1), 'What-Is-Network-Number', whatIs, 'it is not known'),
  ignores(unknown(1), 'Network-Number-Is by unicast', unicast(numberIs(7, 1)), 'an answer is for all'),
  ignores(unknown(1), 'Network-Number-Is with SNET', routed(numberIs(7, 1)), 'it is of another network'),
  ignores(unknown(1), 'Network-Number-Is 0', numberIs(0, 1), 'that is no number'),
  ignores(unknown(1), 'Network-Number-Is 65535', numberIs(65_535, 1), 'that is no number'),
  [learned(7, 0), 'another, configured', numberIs(8, 1), 'it counts more', [knows(8)], learned(8, 1)],
  [learned(7, 0), 'the same, configured', numberIs(7, 1), 'no news', [], learned(7, 1)],
  [
    learned(7, 1),
    'another, configured too',
    numberIs(8, 1),
    'the newest counts, and they contradict each other',
    [knows(8), conflicts(7)],
    learned(8, 1),
  ],
  ignores(learned(7, 0), 'another, learned', numberIs(8, 0), 'it only fills what is unknown'),
  [
    learned(7, 1),
    'that of another port',
    ofOtherPort(numberIs(8, 1)),
    'told; old one kept',
    [clashes(8)],
    learned(7, 1),
  ],
  ignores(learned(7, 0), 'that of another port, learned', ofOtherPort(numberIs(8, 0)), 'it only fills what is unknown'),
  ignores(learned(7, 1), 'the same, learned', numberIs(7, 0), 'no news'),
  ignores(learned(7, 1), 'another by unicast', unicast(numberIs(8, 1)), 'an answer is for all'),
  ignores(learned(7, 1), 'port up again', started, 'it is known'),
  ignores(learned(7, 1), 'port down', stopped, 'nothing runs'),
  ignores(learned(7, 1), 'a timer of before', fired, 'it is known'),
  [CONFIGURED, 'What-Is-Network-Number by unicast', unicast(whatIs), 'answer by broadcast', [says(7, 1)], CONFIGURED],
  ignores(CONFIGURED, 'What-Is-Network-Number with DNET', routed(whatIs), 'it is of another network'),
  [CONFIGURED, 'another, configured', numberIs(8, 1), 'conflict; own one kept', [conflicts(8)], CONFIGURED],
  [
    CONFIGURED,
    'that of another port',
    ofOtherPort(numberIs(8, 1)),
    'conflict; own one kept',
    [conflicts(8)],
    CONFIGURED,
  ],
  ignores(CONFIGURED, 'the same, configured', numberIs(7, 1), 'no conflict'),
  ignores(CONFIGURED, 'another, learned', numberIs(8, 0), 'whoever learned it will learn better'),
  ignores(CONFIGURED, 'another, routed', routed(numberIs(8, 1)), 'it is of another network'),
  ignores(CONFIGURED, 'a number that is none', numberIs(65_535, 1), 'that is no number'),
  ignores(CONFIGURED, 'port down', stopped, 'nothing runs'),
]

describe('the network number of a router (5)', () => {
  testRows(router, [
    ...common,
    [CONFIGURED, 'port up', started, 'say it', [says(7, 1)], CONFIGURED],
    [CONFIGURED, 'What-Is-Network-Number', whatIs, 'answer by broadcast', [says(7, 1)], CONFIGURED],
    [learned(7, 0), 'What-Is-Network-Number', whatIs, 'answer, as learned', [says(7, 0)], learned(7, 0)],
    [learned(7, 1), 'What-Is-Network-Number', whatIs, 'answer, as learned', [says(7, 0)], learned(7, 1)],
    ignores(learned(7, 0), 'What-Is-Network-Number with SNET', routed(whatIs), 'it is of another network'),
  ])
})

describe('the network number of a node that is no router (5)', () => {
  testRows(node, [
    ...common,
    ignores(CONFIGURED, 'port up', started, 'nobody asked'),
    [CONFIGURED, 'What-Is-Network-Number', whatIs, 'wait whether another answers', [waitsForOthers], OWING],
    [OWING, 'nobody answered', due, 'answer by broadcast', [says(7, 1)], CONFIGURED],
    [OWING, 'another answers the same', numberIs(7, 1), 'all know it', [leavesItToThem], CONFIGURED],
    [OWING, 'another answers otherwise', numberIs(8, 1), 'conflict; answer as well', [conflicts(8)], OWING],
    [
      OWING,
      'What-Is-Network-Number by unicast',
      unicast(whatIs),
      'answer by broadcast, which serves all',
      [leavesItToThem, says(7, 1)],
      CONFIGURED,
    ],
    [OWING, 'port down', stopped, 'answer nobody', [leavesItToThem], CONFIGURED],
    ignores(OWING, 'What-Is-Network-Number', whatIs, 'one answer serves all'),
    ignores(OWING, 'another, learned', numberIs(7, 0), 'what is configured counts more'),
    ignores(OWING, 'another by unicast', unicast(numberIs(7, 1)), 'an answer is for all'),
    ignores(learned(7, 1), 'What-Is-Network-Number', whatIs, 'routers answer'),
  ])
})

describe('a network number', () => {
  it('is known from the beginning where it is configured', () => {
    expect([initialNetworkNumber(7), initialNetworkNumber(undefined)]).toEqual([CONFIGURED, unknown()])
  })

  it('is never asked for less often than at first', () => {
    expect(networkNumberTimings({ ask: seconds(600) })).toMatchObject({ ask: seconds(600), longestAsk: seconds(600) })
    const slow = networkNumberMachine({ isRouter: true, timings: networkNumberTimings({ ask: seconds(600) }) })
    expect(slow(unknown(1), fired)[1]).toEqual([asks, waits(600)])
  })
})
