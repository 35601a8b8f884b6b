import type { ScriptedFault } from '../../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import { Control } from '../../../src/wire/npci.js'
import { everyApdu, hiding, lazyInTheCalm, losing, on, readingLate, sharedEar } from './applications.js'
import type { Vmac } from '../../../src/values/vmac.js'
import type { Spoil } from '../world/spoil.js'
import type { Defect } from './defect.js'
import {
  addingHops,
  carrying,
  deafAtFirst,
  hidingDrops,
  keepingViewsAt,
  silentOfDirectLosses,
  silentOfLosses,
  startingWith,
  tellingOfLosses,
} from './links.js'

/** What one station hears comes twice, as its path doubles all of it. */
const DOUBLING: readonly ScriptedFault[] = [
  {
    at: seconds(10),
    lasts: seconds(580),
    fault: { _tag: 'Impair', from: '*', to: 'ip6-3-1-2', impairment: { duplication: 1 } },
  },
]

/** All that two nodes have between them goes silent, time and again. */
const MUTED: readonly ScriptedFault[] = [100, 200, 300, 400, 500].map(at => ({
  at: seconds(at),
  fault: { _tag: 'Mute', hosts: 'node-1-2' },
}))

/** The nodes lose their hub time and again, and are soon back. */
const CUT: readonly ScriptedFault[] = Array.from({ length: 50 }, (_, index) => ({
  at: seconds(50 + 11 * index),
  fault: { _tag: 'Cut', hosts: 'hub-1a' },
}))

const of =
  (who: RegExp, spoilt: NonNullable<Spoil['scLink']>): NonNullable<Spoil['scLink']> =>
  (host, link, scheduler) =>
    who.test(host) ? spoilt(host, link, scheduler) : link

/** No hub is there, time and again. A network counts as gone when a port has been down for half a minute. */
const outages = (lasts: Duration): readonly ScriptedFault[] => {
  const period = lasts + seconds(30)
  return Array.from({ length: Math.floor(seconds(540) / period) }, (_, index) =>
    ['hub-1a', 'hub-1b'].map((host): ScriptedFault => ({
      at: ms(seconds(50) + period * index),
      lasts,
      fault: { _tag: 'Kill', hosts: host },
    })),
  ).flat()
}

/** What can be wrong with NPDUs, and what is said of them. */
export const DEFECTS_OF_NPDUS: readonly Defect[] = [
  {
    what: 'a station that hears every ninth NPDU twice',
    breaks: ['delivered once'],
    spoil: {
      application: on(
        'node-1-1',
        everyApdu(9, event => [event, event]),
      ),
    },
  },
  {
    what: 'a station that hears broadcasts twice, which a wire has doubled for another',
    breaks: ['delivered once'],
    script: DOUBLING,
    spoil: {
      application: on(
        'ip6-3-1-5',
        everyApdu(1, event => (event.destination === 'unicast' ? [event] : [event, event])),
      ),
    },
  },
  {
    what: 'a station that hears an octet changed',
    breaks: ['delivered once', 'accounted for', 'calm'],
    spoil: {
      application: on(
        'ip-2-1-3',
        everyApdu(9, event => [{ ...event, apdu: event.apdu.map(octet => octet ^ 1) }]),
      ),
    },
  },
  {
    what: 'a box that keeps NPDUs which wait in memory that is used for others then',
    breaks: ['calm'],
    spoil: { link: keepingViewsAt('box-3') },
  },
  {
    what: 'a station that reads later what it has heard, and has not copied it',
    breaks: ['delivered once', 'accounted for', 'calm'],
    spoil: { application: on('node-1-1', readingLate) },
  },
  {
    what: 'a box that leaves the hop count as it was',
    breaks: ['hops counted'],
    spoil: { link: carrying('box-2', addingHops(1)) },
  },
  {
    what: 'a box that counts each hop twice',
    breaks: ['hops counted'],
    spoil: { link: carrying('box-2', addingHops(-1)) },
  },
  {
    what: 'a box for which nothing is urgent',
    breaks: ['heard as sent'],
    spoil: { link: carrying('box-3', npdu => (npdu[1] = (npdu[1] ?? 0) & ~Control.PRIORITY)) },
  },
  {
    what: 'a box that takes the reply bit away',
    breaks: ['heard as sent'],
    spoil: { link: carrying('box-3', npdu => (npdu[1] = (npdu[1] ?? 0) & ~Control.EXPECTING_REPLY)) },
  },
  {
    what: 'a station that takes every ninth NPDU for a unicast',
    breaks: ['heard as sent'],
    spoil: {
      application: on(
        'ip6-3-1-5',
        everyApdu(9, event => [{ ...event, destination: 'unicast' }]),
      ),
    },
  },
  {
    what: 'a box that forgets every fifth NPDU',
    breaks: ['accounted for', 'calm'],
    spoil: { application: on('box-2', losing) },
  },
  {
    what: 'nodes that say nothing of what they could not send while they were not connected',
    breaks: ['accounted for'],
    script: outages(seconds(25)),
    spoil: { link: hidingDrops(reason => reason === 'not connected') },
  },
  {
    what: 'applications that hear of nothing that was dropped',
    breaks: ['accounted for'],
    script: outages(seconds(25)),
    spoil: { application: hiding(({ _tag }) => _tag === 'Dropped') },
  },
  {
    what: 'boxes that say nothing of the ports that a broadcast for all networks did not leave through',
    breaks: ['accounted for'],
    script: outages(seconds(100)),
    spoil: { application: hiding(({ reason }) => reason === 'its port is down') },
  },
  {
    what: 'a box that says nothing of what its link gave back',
    breaks: ['accounted for'],
    script: outages(seconds(2)),
    spoil: { link: hidingDrops(() => true, /^box-2$/) },
  },
  {
    what: 'nodes that lose what they hear in the first second after they have come to a hub',
    breaks: ['accounted for'],
    script: CUT,
    spoil: { scLink: deafAtFirst(seconds(1)) },
  },
  {
    what: 'a station that reports what it loses in the calm',
    breaks: ['calm'],
    spoil: { application: on('ip6-3-1-1', lazyInTheCalm) },
  },
  {
    what: 'a node that does not say what it lost with its hub',
    breaks: ['told of losses'],
    spoil: { scLink: tellingOfLosses(() => undefined) },
  },
  {
    what: 'a hub that does not say what it lost with its nodes',
    breaks: ['told of losses'],
    spoil: { hubFunction: silentOfLosses },
  },
  {
    what: 'nodes that do not say what they lost with direct connections that they have dialled',
    breaks: ['told of losses'],
    script: MUTED,
    spoil: { scLink: of(/^(node-1-[13]|box-2)$/, silentOfDirectLosses) },
  },
  {
    what: 'a node that does not say what it lost with direct connections that it has accepted',
    breaks: ['told of losses'],
    script: MUTED,
    spoil: { scLink: of(/^node-1-2$/, silentOfDirectLosses) },
  },
  {
    what: 'a node that says it lost a thousand messages more with its hub',
    breaks: ['told no more'],
    spoil: { scLink: tellingOfLosses(count => count + 1000) },
  },
  {
    what: 'a station that mistakes every ninth sender for itself',
    breaks: ['true source'],
    spoil: {
      application: on(
        'node-1-1',
        everyApdu(9, event => [
          { ...event, source: { ...event.source, mac: '020100000001' as typeof event.source.mac } },
        ]),
      ),
    },
  },
  {
    what: 'a station that hears what is for another',
    breaks: ['delivered once', 'only for it', 'nothing outlives its owner'],
    spoil: { application: sharedEar('node-1-1', 'node-1-2') },
  },
  {
    what: 'a station that hears what is for one whose VMAC it had before',
    breaks: ['delivered once', 'only for it', 'nothing outlives its owner'],
    spoil: {
      application: sharedEar('node-1-1', 'node-1-2'),
      scLink: of(/^node-1-2$/, startingWith('020100000001' as Vmac)),
    },
  },
]
