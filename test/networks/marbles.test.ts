import { defer, filter, interval, map, NEVER, Subject, takeUntil, tap, timer, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { broadcast, ms, unicast, type OutboundNpdu, type ScLink, type ScLinkEvent, type Vmac } from '../../src/index.js'
import { fixedRandom, virtualNetwork, type TappedWebSocket } from '../../src/testing/index.js'

/*
 * The public testing API in the hands of its user: marble tests of his application, and of the link it runs on.
 */

const marbles = (): TestScheduler => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const whoIs = Uint8Array.of(0x01, 0x20, 0xff, 0xff, 0x00, 0xff, 0x10, 0x08)
const iAm = Uint8Array.of(
  0x01,
  0x00,
  0x10,
  0x00,
  0xc4,
  0x02,
  0x00,
  0x00,
  0x7c,
  0x22,
  0x01,
  0xe0,
  0x91,
  0x00,
  0x21,
  0x00,
)

const ONE = '02:00:00:00:00:01'
const TWO = '02:00:00:00:00:02'
const one = '020000000001' as Vmac
const two = '020000000002' as Vmac

const npdus = filter((event: ScLinkEvent) => event._tag === 'Npdu')

const hubConnection = (event$: Observable<ScLinkEvent>): Observable<string> =>
  event$.pipe(
    filter(event => event._tag === 'Status'),
    map(({ status }) => status.hubConnection),
  )

describe('an application on a virtual network', () => {
  /** The application under test: asks every 5 s who is there, and tells who answers. */
  const rollCall = (link: ScLink): Observable<Vmac> =>
    interval(5000).pipe(
      map(() => broadcast(whoIs)),
      link,
      npdus,
      map(({ source }) => source),
    )

  /** Another one: answers whoever asks. */
  const responder = (link: ScLink): Observable<unknown> =>
    defer(() => {
      const answer$ = new Subject<OutboundNpdu<Vmac>>()
      return answer$.pipe(
        link,
        npdus,
        tap(({ source }) => answer$.next(unicast(iAm, source))),
      )
    })

  it('finds the devices that are there, each at the time of its answer', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualNetwork(scheduler, { latency: ms(10) })
      NEVER.pipe(network.hub()).subscribe()

      responder(network.node({ vmac: ONE }))
        .pipe(takeUntil(timer(12_000)))
        .subscribe()
      responder(network.node({ vmac: TWO }))
        .pipe(takeUntil(timer(7000)))
        .subscribe()
      // A question and its answer take two hops each, and a hop takes 10 ms.
      expectObservable(rollCall(network.node()), '^ 12s !').toBe('5040ms (ab) 4996ms a', { a: one, b: two })
    })
  })
})

describe('a virtual network', () => {
  it('carries a broadcast to the others, and ends with its speaker', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const network = virtualNetwork(scheduler)
      NEVER.pipe(network.hub()).subscribe()
      const outbound$ = cold('--a--b|', { a: broadcast(whoIs), b: broadcast(iAm) })

      expectObservable(NEVER.pipe(network.node(), npdus), '^--------!').toBe('--a--b', {
        a: { _tag: 'Npdu', npdu: whoIs, source: one, destination: 'broadcast', via: 'hub', dataOptions: [] },
        b: { _tag: 'Npdu', npdu: iAm, source: one, destination: 'broadcast', via: 'hub', dataOptions: [] },
      })
      expectObservable(outbound$.pipe(network.node({ vmac: ONE }), npdus)).toBe('------|')
      expectSubscriptions(outbound$.subscriptions).toBe('^-----!')
    })
  })

  it('has hubs that live as long as they are subscribed: a node moves to the failover and comes back', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualNetwork(scheduler)
      const primary = NEVER.pipe(network.hub({ name: 'hub-a' }))
      const node = network.node({ primary: 'hub-a', failover: 'hub-b', timings: { jitter: 0 } })
      NEVER.pipe(network.hub({ name: 'hub-b' })).subscribe()

      expectObservable(primary, '        ^ 4s !                ')
      expectObservable(primary, '        8s ^ 20s !            ')
      expectObservable(NEVER.pipe(node, hubConnection), '^ 20s !').toBe('(np) 3997ms (nf) 9996ms p', {
        n: 'none',
        p: 'primary',
        f: 'failover',
      })
    })
  })

  it('is cut where the test cuts it, and the node comes back at once', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable, hot }) => {
      const network = virtualNetwork(scheduler)
      NEVER.pipe(network.hub()).subscribe()
      hot('------x').subscribe(() => network.cut('a node'))

      const node = network.node({ name: 'a node' })
      expectObservable(NEVER.pipe(node, hubConnection), '^ 1s !').toBe('(np)--(np)', { n: 'none', p: 'primary' })
    })
  })

  it('loses nothing silently: without a hub, NPDUs come back', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualNetwork(scheduler)
      const outbound = { a: broadcast(whoIs), b: broadcast(iAm) }
      const dropped = filter((event: ScLinkEvent) => event._tag === 'Dropped')

      expectObservable(cold('--a--b|', outbound).pipe(network.node(), dropped)).toBe('--a--b|', {
        a: { _tag: 'Dropped', reason: 'not connected', outbound: outbound.a },
        b: { _tag: 'Dropped', reason: 'not connected', outbound: outbound.b },
      })
    })
  })

  it('lets a tap see every message, and the end of every connection', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualNetwork(scheduler)
      const seen = map((tapped: TappedWebSocket) => (tapped._tag === 'Message' ? tapped.octets[0] : tapped.code))
      NEVER.pipe(network.hub()).subscribe()

      expectObservable(network.tap$.pipe(seen), '^ 1s !').toBe('(ra)--n--(dke)', {
        r: 0x06, // Connect-Request
        a: 0x07, // Connect-Accept
        n: 0x01, // Encapsulated-NPDU
        d: 0x08, // Disconnect-Request
        k: 0x09, // Disconnect-ACK
        e: 1000,
      })
      expectObservable(cold('------a--|', { a: broadcast(whoIs) }).pipe(network.node(), npdus)).toBe('---------|')
    })
  })

  it('has one hub to a name', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualNetwork(scheduler)
      const hub = NEVER.pipe(network.hub({ name: 'hub-a' }))
      hub.subscribe()
      expectObservable(hub).toBe('#', undefined, new Error("'hub-a' is running already"))
    })
  })

  it('refuses a name or a VMAC that cannot be', () => {
    const network = virtualNetwork(marbles())
    expect(() => network.node({ vmac: 'ff:ff:ff:ff:ff:ff' })).toThrow('reserved')
    expect(() => network.node({ primary: 'hub a' })).toThrow('hub a')
  })
})

describe('fixed chance', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(fixedRandom(7).octets(6)).toEqual(fixedRandom(7).octets(6))
    expect(fixedRandom(7).octets(6)).not.toEqual(fixedRandom(8).octets(6))
  })

  it('spreads over [0, 1)', () => {
    const { fraction } = fixedRandom(1)
    const drawn = Array.from({ length: 10_000 }, fraction)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    expect(drawn.reduce((sum, each) => sum + each) / drawn.length).toBeCloseTo(0.5, 1)
  })
})
