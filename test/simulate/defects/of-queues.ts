import { filter } from 'rxjs'
import { ms, seconds } from '../../../src/values/duration.js'
import { NO_ROOM } from '../../../src/network/node/search.js'
import type { Burst } from '../plan/plan.js'
import type { Spoil } from '../world/spoil.js'
import { hiding } from './applications.js'
import type { Defect } from './defect.js'
import { hidingDrops } from './links.js'

const toOne = (at: number, by: string, whom: string, count = 200): Burst => ({
  at: ms(at),
  by,
  addressing: 'unicast',
  whom,
  network: 1,
  count,
})

const toAll = (at: number, by: string, count = 200): Burst => ({
  ...toOne(at, by, by, count),
  addressing: 'global',
})

const SLOW_AT = seconds(249)

/** What a hub dropped it does not tell. */
const hubHiding =
  (hidden: string): NonNullable<Spoil['hubFunction']> =>
  (_, hub) =>
  command$ =>
    hub(command$).pipe(filter(event => event._tag !== 'Dropped' || event.reason !== hidden))

/** Queues that are full, and paces that are not kept, of which is not told: a burst in which they are shows it. */
export const DEFECTS_OF_QUEUES: readonly Defect[] = [
  {
    what: 'a hub that says nothing of what a slow node has no room for',
    breaks: ['accounted for'],
    script: [
      {
        at: SLOW_AT,
        lasts: seconds(40),
        fault: { _tag: 'Impair', from: 'hub-1a', to: 'node-1-3', impairment: { rate: 1000 } },
      },
    ],
    bursts: ['node-1-1', 'box-2'].map(by => toOne(SLOW_AT + 1000, by, 'node-1-3')),
    spoil: { hubFunction: hubHiding('receiver queue full') },
  },
  {
    what: 'boxes that say nothing of broadcasts which are too many',
    breaks: ['accounted for'],
    script: [],
    bursts: [toAll(seconds(200), 'ip-2-1-3'), toAll(seconds(200), 'ip-2-1-3')],
    spoil: { application: hiding(({ reason }) => reason === 'too many broadcasts') },
  },
  {
    what: 'B/IPv6 ports that say nothing of what has no room to wait for a VMAC',
    breaks: ['accounted for'],
    script: [],
    bursts: [toOne(seconds(5), 'ip6-3-1-2', 'ip6-3-1-7')],
    spoil: { link: hidingDrops(reason => reason === 'too many wait for its VMAC') },
  },
  {
    what: 'stations that say nothing of what has no room to wait for a router',
    breaks: ['accounted for'],
    script: [{ at: seconds(100), lasts: seconds(10), fault: { _tag: 'Kill', hosts: 'node-1-1' } }],
    bursts: [toOne(seconds(114), 'node-1-1', 'ip-2-1-3')],
    spoil: { application: hiding(({ _tag, reason }) => _tag === 'Dropped' && reason === NO_ROOM) },
  },
  {
    what: 'a box that says nothing of what has no room to wait for a VMAC',
    breaks: ['accounted for'],
    script: [],
    bursts: [toOne(seconds(2), 'node-1-1', 'ip6-3-1-1')],
    spoil: { application: hiding(({ reason }) => reason === 'too many wait for its VMAC') },
  },
]
