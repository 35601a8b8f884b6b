import { interval, merge, mergeMap, NEVER, Subscription, switchMap, takeUntil, timer } from 'rxjs'
import type { VirtualNodeOptions } from '../../../src/testing/index.js'
import { seconds, type Duration } from '../../../src/values/duration.js'
import { CALM_FROM } from '../plan/small-plan.js'
import type { Spoil } from '../world/spoil.js'
import { leavingEar, leavingShortTimers, leavingTimer, on } from './applications.js'
import { clockAt, slowed, undoubled } from './clocks.js'
import type { Defect } from './defect.js'
import { leavingEarAt } from './links.js'

/** Nodes that wait otherwise between their attempts. */
const waiting =
  (minReconnect: Duration, maxReconnect: Duration, who = /^/): NonNullable<Spoil['node']> =>
  (host, options) =>
    who.test(host) ? { ...options, timings: { ...options.timings, minReconnect, maxReconnect } } : options

/** After the tables were looked at, as a fault had begun, and before they are again, as another has ended. */
const BETWEEN_LOOKS = seconds(251)

const UUID = '01020304-0506-4708-890a-0b0c0d0e0f10'
const TWIN: Omit<VirtualNodeOptions, 'name'> = {
  primary: 'hub-1a',
  vmac: '0201000000ee',
  uuid: UUID,
  timings: { minReconnect: seconds(2), maxReconnect: seconds(2) },
}

/** Hubs that let in whoever comes. */
const openHubs: NonNullable<Spoil['hub']> = (_, options) => ({
  ...options,
  limits: { ...options.limits, maxConnections: 1000, replacementsPerUuid: { burst: 1000, perSecond: 1000 } },
})

/** What can be wrong with hosts: how they come back, how often they ask, what they leave behind. */
export const DEFECTS_OF_HOSTS: readonly Defect[] = [
  {
    what: 'a node that waits for an hour before it tries again',
    breaks: ['reconnected', 'calm'],
    spoil: { node: waiting(seconds(3600), seconds(3600), /^node-1-3$/) },
  },
  {
    what: 'nodes that do not wait between attempts',
    breaks: ['paced'],
    spoil: { node: waiting(seconds(0.1), seconds(0.1)) },
  },
  {
    what: 'nodes whose waits do not grow',
    breaks: ['paced'],
    spoil: { node: waiting(seconds(5), seconds(5)) },
  },
  {
    what: 'nodes whose waits grow beyond the maximum',
    breaks: ['paced'],
    script: [{ at: seconds(60), lasts: seconds(400), fault: { _tag: 'Kill', hosts: 'hub-1a' } }],
    spoil: { node: waiting(seconds(5), seconds(160)) },
  },
  {
    what: 'two devices with one UUID that take the place of each other',
    breaks: ['no storms'],
    spoil: {
      hub: openHubs,
      beside: (network, scheduler) =>
        timer(BETWEEN_LOOKS, scheduler)
          .pipe(
            mergeMap(() => merge(...['twin-1', 'twin-2'].map(twin => NEVER.pipe(network.node(twin, TWIN))))),
            takeUntil(timer(BETWEEN_LOOKS + seconds(36), scheduler)),
          )
          .subscribe(),
    },
  },
  {
    what: 'nodes that come anew every few milliseconds',
    breaks: ['no storms'],
    spoil: {
      hub: openHubs,
      beside: (network, scheduler) =>
        merge(
          ...[1, 2, 3, 4, 5, 6].map(index => {
            const flapper = network.node(`flapper-${index}`, { primary: 'hub-1a' })
            return timer(BETWEEN_LOOKS, scheduler).pipe(
              mergeMap(() => interval(30, scheduler)),
              switchMap(() => NEVER.pipe(flapper)),
            )
          }),
        )
          .pipe(takeUntil(timer(BETWEEN_LOOKS + seconds(3), scheduler)))
          .subscribe(),
    },
  },
  {
    what: 'a node that has a connection to each hub',
    breaks: ['one hub connection'],
    spoil: {
      // Before the calm the hubs would tell it of the collision, and it would draw another VMAC.
      beside: (network, scheduler) =>
        timer(CALM_FROM + seconds(5), scheduler)
          .pipe(mergeMap(() => NEVER.pipe(network.node('node-1-1 again', { vmac: '020100000001', primary: 'hub-1b' }))))
          .subscribe(),
    },
  },
  {
    what: 'a foreign device whose renewals are lost',
    breaks: ['reconnected', 'calm', 'registered'],
    spoil: { beside: network => network.paths.block('ip-2-200-4', '*') },
  },
  {
    what: 'a foreign device that renews its registration when its time to live is over',
    breaks: ['renewed'],
    spoil: { clock: clockAt('ip-2-200-4', clock => slowed(clock, 2)) },
  },
  {
    what: 'a foreign device whose waits are a hundred times too short',
    breaks: ['asked calmly'],
    spoil: { clock: clockAt('ip-2-200-4', clock => slowed(clock, 0.01)) },
  },
  {
    what: 'a foreign device whose waits for an answer do not grow',
    breaks: ['asked calmly'],
    script: [{ at: seconds(100), lasts: seconds(100), fault: { _tag: 'Partition', ones: 'ip-2-200-4', others: '*' } }],
    spoil: { clock: clockAt('ip-2-200-4', undoubled) },
  },
  {
    what: 'a station that leaves a timer behind',
    breaks: ['nothing outlives its owner'],
    spoil: { application: on('node-1-2', leavingTimer) },
  },
  {
    what: 'a box that leaves timers of half a minute behind when it goes down',
    breaks: ['nothing outlives its owner'],
    spoil: { application: on('box-2', leavingShortTimers) },
  },
  {
    what: 'a station that listens on when it has ended',
    breaks: ['nothing outlives its owner'],
    spoil: { application: on('node-1-1', leavingEar) },
  },
  {
    what: 'a link that listens on to the network layer when its host has gone down',
    breaks: ['nothing outlives its owner'],
    spoil: { link: leavingEarAt('box-2') },
  },
  {
    what: 'a UDP port that nobody closes',
    breaks: ['nothing outlives its owner'],
    spoil: {
      beside: network => {
        NEVER.pipe(network.ipv4.socket({ bind: '10.8.4.77:47808' })).subscribe()
        return Subscription.EMPTY
      },
    },
  },
]
