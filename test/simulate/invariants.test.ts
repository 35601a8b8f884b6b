import {
  concatMap,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  type SchedulerLike,
  share,
  timer,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { NetworkEvent } from '../../src/network/event/network-event.js'
import { seconds } from '../../src/values/duration.js'
import { invariants } from './invariants/index.js'
import { smallPlan } from './plan/small-plan.js'
import { run } from './run.js'
import type { Application, Spoil } from './world/spoil.js'

/** An application whose events are changed on their way. */
const hearing =
  (change: (event$: Observable<NetworkEvent>) => Observable<NetworkEvent>) =>
  (_: string, application: Application): Application =>
  outbound$ =>
    change(application(outbound$))

/** Every so many APDUs, something else is heard. */
const everyApdu = (nth: number, change: (event: NetworkEvent & { _tag: 'Apdu' }) => readonly NetworkEvent[]) =>
  hearing(event$ => {
    let count = 0
    return event$.pipe(
      concatMap(event => (event._tag === 'Apdu' && ++count % nth === 0 ? of(...change(event)) : of(event))),
    )
  })

const on =
  (where: string, spoiled: NonNullable<Spoil['application']>): NonNullable<Spoil['application']> =>
  (host, application, scheduler) =>
    host === where ? spoiled(host, application, scheduler) : application

/** All that one station hears is heard by another as well. */
const sharedEar = (ear: string, other: string): NonNullable<Spoil['application']> => {
  let heard$: Observable<NetworkEvent> = EMPTY
  return (host, application) => {
    if (host === ear) {
      return outbound$ => {
        heard$ = application(outbound$).pipe(share())
        return heard$
      }
    }
    return host === other
      ? outbound$ => merge(application(outbound$), heard$.pipe(filter(event => event._tag === 'Apdu')))
      : application
  }
}

/** One in three is given back, with a reason, once it is late in the run. */
const lazyInTheCalm =
  (_: string, application: Application, scheduler: SchedulerLike): Application =>
  outbound$ => {
    let count = 0
    const isLazy = (): boolean => scheduler.now() > seconds(1100) && ++count % 3 === 0
    const said$ = outbound$.pipe(
      map(outbound => ({ outbound, isLost: outbound._tag === 'Apdu' && isLazy() })),
      share(),
    )
    return merge(
      application(
        said$.pipe(
          filter(({ isLost }) => !isLost),
          map(({ outbound }) => outbound),
        ),
      ),
      said$.pipe(
        filter(({ isLost }) => isLost),
        map(({ outbound }) => ({ _tag: 'Dropped', reason: 'lazy', outbound }) as const),
      ),
    )
  }

const losing =
  (_: string, application: Application): Application =>
  outbound$ => {
    let count = 0
    return application(outbound$.pipe(filter(({ _tag }) => _tag !== 'Apdu' || ++count % 5 !== 0)))
  }

const leavingTimers =
  (_: string, application: Application, scheduler: SchedulerLike): Application =>
  outbound$ => {
    interval(60_000, scheduler).subscribe()
    return application(outbound$)
  }

/** A defect, and the invariant that finds it. */
const DEFECTS: readonly (readonly [defect: string, finder: string, spoil: Spoil])[] = [
  [
    'a station that hears every ninth NPDU twice',
    'delivered once',
    {
      application: on(
        'node-1-1',
        everyApdu(9, event => [event, event]),
      ),
    },
  ],
  [
    'a station that hears an octet changed',
    'delivered once',
    {
      application: on(
        'ip-2-1-3',
        everyApdu(9, event => [{ ...event, apdu: event.apdu.map(octet => octet ^ 1) }]),
      ),
    },
  ],
  ['a box that forgets every fifth NPDU', 'accounted for', { application: on('box-2', losing) }],
  [
    'a node that does not say what it lost with its hub',
    'told of losses',
    { scLink: (_, link) => outbound$ => link(outbound$).pipe(filter(({ _tag }) => _tag !== 'LostConnection')) },
  ],
  [
    'a station that mistakes every ninth sender for itself',
    'true source',
    {
      application: on(
        'node-1-1',
        everyApdu(9, event => [
          { ...event, source: { ...event.source, mac: '020100000001' as typeof event.source.mac } },
        ]),
      ),
    },
  ],
  ['a station that hears what is for another', 'only for it', { application: sharedEar('node-1-1', 'node-1-2') }],
  ['a VMAC cache with another bound', 'bounded tables', { bounds: bounds => ({ ...bounds, vmacs: 4096 }) }],
  [
    'a hub with more nodes than its network has',
    'bounded tables',
    {
      bounds: bounds => ({ ...bounds, connections: 100 }),
      beside: network => NEVER.pipe(network.node('stranger', { primary: 'hub-1a' })).subscribe(),
    },
  ],
  [
    'a node that waits for an hour before it tries again',
    'reconnected',
    {
      node: (host, options) =>
        host === 'node-1-3'
          ? { ...options, timings: { ...options.timings, minReconnect: seconds(3600), maxReconnect: seconds(3600) } }
          : options,
    },
  ],
  ['a station that reports what it loses in the calm', 'calm', { application: on('ip6-3-1-1', lazyInTheCalm) }],
  [
    'a node that has a connection to each hub',
    'one hub connection',
    {
      // Before the calm the hubs would tell it of the collision, and it would draw another VMAC.
      beside: (network, scheduler) =>
        timer(seconds(1105), scheduler)
          .pipe(mergeMap(() => NEVER.pipe(network.node('node-1-1 again', { vmac: '020100000001', primary: 'hub-1b' }))))
          .subscribe(),
    },
  ],
  [
    'a foreign device whose renewals are lost',
    'registered',
    { beside: network => network.paths.block('ip-2-200-4', '*') },
  ],
  [
    'a station that leaves a timer behind',
    'nothing outlives its owner',
    { application: on('node-1-2', leavingTimers) },
  ],
  [
    'a node that does not wait between attempts',
    'paced',
    {
      node: (_, options) => ({
        ...options,
        timings: { ...options.timings, minReconnect: seconds(0.1), maxReconnect: seconds(0.1) },
      }),
    },
  ],
]

const brokenBy = (spoil: Spoil): readonly string[] =>
  run(smallPlan(), { spoil }).violations.map(({ invariant }) => invariant)

describe('the invariants', () => {
  it('hold for a plan with something of everything', () => {
    expect(run(smallPlan()).violations).toEqual([])
  })

  it.each(DEFECTS)('find %s: %s', (_, finder, spoil) => {
    expect(brokenBy(spoil)).toContain(finder)
  })

  it('each find a defect here', () => {
    expect(new Set(DEFECTS.map(([, finder]) => finder))).toEqual(new Set(invariants.map(({ name }) => name)))
  })
})
