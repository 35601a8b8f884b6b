import { map, timer, type Observable, type SchedulerLike } from 'rxjs'
import type { ScriptedFault } from '../../../src/testing/index.js'
import { broadcast, type OutboundNpdu } from '../../../src/link/link.js'
import type { Mac } from '../../../src/values/mac.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { clockAt, slowed } from './clocks.js'
import type { Defect } from './defect.js'
import { sayingMore } from './links.js'

/** Who-Is-Router-To-Network, for any. */
const WHO_IS_ROUTER = Uint8Array.of(0x01, 0x80, 0x00)

/** All in the same moment. */
const whoIsRouter$ = (scheduler: SchedulerLike): Observable<OutboundNpdu<Mac>> =>
  timer(seconds(230), scheduler).pipe(map(() => broadcast(WHO_IS_ROUTER)))

const restart = (host: string): ScriptedFault => ({
  at: seconds(100),
  lasts: seconds(5),
  fault: { _tag: 'Kill', hosts: host },
})

/** A host comes back while nobody is there who could tell it anything. */
const alone = (host: string): readonly ScriptedFault[] => [
  { at: seconds(90), lasts: seconds(300), fault: { _tag: 'Partition', ones: host } },
  restart(host),
]

/** A box comes back while the other one is not there. */
const WITHOUT_THE_OTHER: readonly ScriptedFault[] = [
  { at: seconds(90), lasts: seconds(300), fault: { _tag: 'PowerOff', hosts: 'box-3' } },
  restart('box-2'),
]

/** What can be wrong with questions that all of a network hear. */
export const DEFECTS_OF_QUESTIONS: readonly Defect[] = [
  {
    what: 'a station that asks sixty times for a router where nobody answers',
    breaks: ['searched calmly'],
    script: alone('ip-2-1-3'),
    spoil: { discovery: host => (host === 'ip-2-1-3' ? { tries: 60, wait: ms(100) } : {}) },
  },
  {
    what: 'a box that asks sixty times for a router on behalf of who sends to it',
    breaks: ['searched calmly'],
    script: WITHOUT_THE_OTHER,
    spoil: { discovery: host => (host === 'box-2' ? { tries: 60, wait: ms(100) } : {}) },
  },
  {
    what: 'a station that asks every few seconds for the number of its network',
    breaks: ['searched calmly'],
    script: alone('ip6-3-1-3'),
    spoil: { clock: clockAt('ip6-3-1-3', clock => slowed(clock, 0.01)) },
  },
  {
    what: 'stations that all ask for routers in the same moment',
    breaks: ['searched calmly'],
    spoil: {
      link: (seat, link, scheduler) => sayingMore(seat.host, 3, whoIsRouter$(scheduler))(seat, link, scheduler),
    },
  },
]
