import { concat, map, merge, mergeMap, NEVER, range, takeUntil, timer, type Observable, type SchedulerLike } from 'rxjs'
import { broadcast, unicast } from '../../../src/link/link.js'
import { foreignDevice } from '../../../src/transport/ip.js'
import type { Mac } from '../../../src/values/mac.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { Bounds } from '../world/bounds.js'
import type { Defect } from './defect.js'
import { sayingMore } from './links.js'

const bounded =
  (more: Partial<Bounds>) =>
  (bounds: Bounds): Bounds => ({ ...bounds, ...more })

/** Tables are looked at every two minutes. */
const BEFORE_A_LOOK = seconds(235)

const MASK = '255.255.252.0'

/** I-Am-Router-To-Network, for networks that are not there. */
const ANNOUNCEMENT = Uint8Array.of(0x01, 0x80, 0x01, 1, 0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5)

/** A message of the network layer that is for nobody, of a thousand octets. */
const CHATTER = Uint8Array.of(0x01, 0x80, 0x80, 0x03, 0xff, ...new Uint8Array(995))

const NODE_1_3 = '020100000003' as Mac

/** What fills the queue of a hub for a node, where there is room. */
const chatter$ = (scheduler: SchedulerLike): Observable<ReturnType<typeof unicast<Mac>>> =>
  timer(BEFORE_A_LOOK, scheduler).pipe(
    mergeMap(() => range(0, 40)),
    map(() => unicast(CHATTER, NODE_1_3)),
  )

/** For twenty networks that are not there, a dozen each. */
const astray$ = (scheduler: SchedulerLike): Observable<ReturnType<typeof broadcast>> =>
  timer(BEFORE_A_LOOK, scheduler).pipe(
    mergeMap(() => range(0, 240)),
    map(index => broadcast(Uint8Array.of(0x01, 0x20, 0x02, index % 20, 0x01, 0x05, 0xff, 0x10, 0x08))),
  )

/** Over when tables are looked at regularly; a fault begins within. */
const AROUND_A_FAULT = { from: seconds(249), lasts: seconds(2) }

/** Bounds that are not kept. */
export const DEFECTS_OF_BOUNDS: readonly Defect[] = [
  {
    what: 'a VMAC cache with another bound',
    breaks: ['bounded tables'],
    spoil: { bounds: bounded({ vmacs: 4096 }) },
  },
  {
    what: 'a hub with more nodes than its network has',
    breaks: ['bounded tables'],
    spoil: {
      bounds: bounded({ connections: 100 }),
      beside: network => NEVER.pipe(network.node('stranger', { primary: 'hub-1a' })).subscribe(),
    },
  },
  {
    what: 'a BBMD that takes more foreign devices than there are',
    breaks: ['bounded tables'],
    spoil: {
      bounds: bounded({ foreignDevices: 100 }),
      beside: network =>
        merge(
          ...['10.11.32.8', '10.11.32.9'].map(bind =>
            NEVER.pipe(
              network.ip(`stranger ${bind}`, {
                bind,
                mask: MASK,
                role: foreignDevice({ bbmd: '10.8.8.2:47808', ttl: 30 }),
              }),
            ),
          ),
        ).subscribe(),
    },
  },
  {
    what: 'routers that learn all routes which a stranger announces',
    breaks: ['bounded tables'],
    spoil: {
      bounds: bounded({ learnedRoutes: 4096 }),
      beside: (network, scheduler) =>
        concat(timer(BEFORE_A_LOOK, scheduler).pipe(map(() => broadcast(ANNOUNCEMENT))), NEVER)
          .pipe(network.ip('stranger', { bind: '10.8.4.99', mask: MASK }))
          .subscribe(),
    },
  },
  {
    what: 'a hub at which many wait that do not say who they are, for two seconds',
    breaks: ['bounded tables'],
    spoil: {
      bounds: bounded({ pending: 100 }),
      beside: (network, scheduler) =>
        timer(AROUND_A_FAULT.from, scheduler)
          .pipe(
            mergeMap(() => range(0, 20)),
            mergeMap(index => NEVER.pipe(network.sc.socket(`stranger-${index}`, 'hub-1a'))),
            takeUntil(timer(AROUND_A_FAULT.from + AROUND_A_FAULT.lasts, scheduler)),
          )
          .subscribe(),
    },
  },
  {
    what: 'boxes that keep all for which there is no route',
    breaks: ['bounded tables'],
    spoil: {
      bounds: bounded({ waiting: 4096 }),
      link: (seat, link, scheduler) => sayingMore('ip-2-1-3', 2, astray$(scheduler))(seat, link, scheduler),
    },
  },
  {
    what: 'a hub that keeps all that waits for a slow node',
    breaks: ['bounded tables'],
    script: [
      {
        at: ms(BEFORE_A_LOOK - 1),
        lasts: seconds(20),
        fault: { _tag: 'Impair', from: 'hub-1a', to: 'node-1-3', impairment: { rate: 100 } },
      },
    ],
    spoil: {
      bounds: bounded({ queued: 1_000_000 }),
      link: (seat, link, scheduler) => sayingMore('node-1-1', 1, chatter$(scheduler))(seat, link, scheduler),
    },
  },
]
