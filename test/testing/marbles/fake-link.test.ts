import { concat, filter, map, NEVER, of, retry, Subject, tap, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  apduTo,
  broadcast,
  encodeWhoIs,
  globalBroadcast,
  iAms,
  localBroadcast,
  networkEntity,
  router,
  TO_ALL,
  trace,
  unicast,
  type BipAddress,
  type LinkEvent,
  type LinkStanding,
  type Mac,
  type Npdu,
  type OutboundNpdu,
  type Vmac,
} from '../../../src/index.js'
import {
  fakeLinkOf,
  fixedRandom,
  heard,
  iAm,
  mac,
  marbles,
  npduOf,
  overFake,
  standing,
  vmac,
} from '../../../src/testing/index.js'
import { ALL_STATIONS } from '../../../src/values/mac.js'
import { encodeNpdu } from '../../../src/wire/npdu.js'

const PEER = '02:00:00:00:00:07'
const whoIs = localBroadcast(encodeWhoIs())
const toPeer = unicast(npduOf(encodeWhoIs({ low: 7, high: 7 })), vmac(PEER))

describe('a fake link', () => {
  it('hears what its marbles say while it is open, and keeps what is sent', () => {
    marbles(({ cold, fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
      const i = heard<Vmac>(iAm(7), PEER)
      const link = fakeLink<Vmac>('i--i--i--i', { i })
      expectMarbles(cold('-w-u', { w: whoIs, u: toPeer }).pipe(link), '--^---!').toBe('---i--', { i })
      expectSent(link).toBe('---w-u', { w: whoIs, u: toPeer })
      expectSubscriptions(link).toBe('--^---!')
    })
  })

  it('ends in good order when what is sent completes, at once or after a time', () => {
    marbles(({ cold, fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
      const [prompt, slow] = [fakeLink(), fakeLink('-----i--i', { i: heard(iAm(7), PEER) }, { endsAfter: '3 s' })]
      expectMarbles(cold('w--|', { w: whoIs }).pipe(prompt)).toBe('---|')
      expectMarbles(cold('w--|', { w: whoIs }).pipe(slow)).toBe('-----i|', { i: heard(iAm(7), PEER) })
      expectSent(slow).toBe('w--|', { w: whoIs })
      expectSubscriptions(prompt).toBe('^--!')
      expectSubscriptions(slow).toBe('^-----!')
    })
  })

  it('tells how it stands whenever it is opened, and when that changes', () => {
    marbles(({ fakeLink, expectMarbles }) => {
      const link = fakeLink<Vmac, string>('--d', { d: { _tag: 'Status', status: 'down' } }, { status: 'up' })
      const status$ = NEVER.pipe(
        link,
        filter(event => event._tag === 'Status'),
        map(({ status }) => status),
      )
      expectMarbles(status$).toBe('u-d', { u: 'up', d: 'down' })
      expectMarbles(status$, '-^').toBe('-ud', { u: 'up', d: 'down' })
    })
  })

  it('drops what is sent at some times, or what the test says, and not within the call that sends it', () => {
    marbles(({ cold, fakeLink, expectMarbles, expectSent }) => {
      const sent = { w: whoIs, u: toPeer }
      const dropped = (reason: string, outbound: OutboundNpdu<Vmac>) => ({ _tag: 'Dropped', reason, outbound })
      const down = fakeLink<Vmac>('', {}, { drops: { '-^--!': 'not connected', '-----^': 'busy' } })
      const values = { n: dropped('not connected', toPeer), b: dropped('busy', whoIs) }
      expectMarbles(cold('w--uwb', { ...sent, b: whoIs }).pipe(down)).toBe('---n-b', values)
      expectSent(down).toBe('w--uwb', { ...sent, b: whoIs })

      const deaf = fakeLink<Vmac>(
        '',
        {},
        { drops: ({ destination }) => (destination === 'broadcast' ? undefined : 'no') },
      )
      expectMarbles(cold('w-u', sent).pipe(deaf)).toBe('--x', { x: dropped('no', toPeer) })
    })
  })

  it('keeps what is sent as it was then, and does not drop it within the call that sends it', () => {
    marbles(({ scheduler, fakeLink, start, expectMarbles, expectSent }) => {
      const link = fakeLink<Vmac>('', {}, { drops: () => 'no' })
      const happens$ = new Subject<string>()
      const sent$ = new Subject<OutboundNpdu<Vmac>>()
      start(
        sent$.pipe(
          link,
          tap(({ _tag }) => happens$.next(_tag)),
        ),
      )
      scheduler.schedule(() => {
        const npdu = Uint8Array.of(1, 0, 16, 8)
        sent$.next(broadcast(npdu))
        npdu.fill(0)
        happens$.next('sent')
      }, 1000)
      expectMarbles(happens$).toBe('-(sd)', { s: 'sent', d: 'Dropped' })
      expectSent(link).toBe('-w', { w: whoIs })
    })
  })

  it('fails when its marbles do, and when what is sent does', () => {
    marbles(({ cold, fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
      const inUse = new Error('EADDRINUSE')
      const link = fakeLink<Vmac>('--#', {}, { error: inUse })
      expectMarbles(NEVER.pipe(link)).toBe('--#', {}, inUse)
      const other = fakeLink<Vmac>()
      const again$ = concat(of(whoIs), cold<typeof whoIs>('-#')).pipe(
        other,
        retry({ count: 2, delay: () => timer(2000) }),
      )
      expectMarbles(again$).toBe('-------#')
      expectSent(other).toBe('w#-w#-w#', { w: whoIs })
      expectSubscriptions(other).toBe('^!', '---^!', '------^!')
    })
  })

  it('is for addresses of any kind', () => {
    expect(heard<BipAddress>(whoIs, '10.0.1.7')).toMatchObject({ source: '0a000107bac0', destination: 'broadcast' })
    expect(heard(toPeer, '02-00-00-00-00-07')).toMatchObject({ source: '020000000007', destination: 'unicast' })
    expect(heard(Uint8Array.of(1, 0), '000007')).toMatchObject({ source: '000007', destination: 'unicast' })
    expect(heard<Mac>(whoIs, '05').source).toBe(mac('05'))
    expect([heard(whoIs, '05').via, heard(whoIs, PEER, 'direct').via]).toEqual(['test', 'direct'])
    expect(() => heard(whoIs, 'somebody')).toThrow("'somebody' is not an address such as")
    expect(() => vmac('7')).toThrow("'7' is not a VMAC")
  })

  it('plays any stream of events, for pictures and for other schedulers', () => {
    marbles(({ cold, scheduler, expectMarbles }) => {
      const sent: unknown[] = []
      const event$ = cold<LinkEvent<Vmac, unknown>>('--i', { i: heard<Vmac>(iAm(7), PEER) })
      const link = trace(fakeLinkOf(event$, scheduler), { outbound: outbound => sent.push(outbound) })
      expectMarbles(cold('w--|', { w: whoIs }).pipe(link)).toBe('--i|', { i: heard(iAm(7), PEER) })
      expectMarbles(timer(9000).pipe(map(() => sent))).toBe('---------(s|)', { s: [whoIs] })
    })
  })
})

describe('the network layer over fake links', () => {
  const whoIsThere = apduTo(encodeWhoIs(), TO_ALL)

  it('has an entity hear and answer', () => {
    marbles(({ cold, fakeLink, scheduler, expectMarbles, expectSent }) => {
      const link = fakeLink<Mac, LinkStanding>(
        '---i',
        { i: heard(iAm(7), '10.0.1.7') },
        { status: standing('10.0.1.1'), title: 'floor' },
      )
      const entity = networkEntity({
        ports: [{ name: 'floor', network: 1, link: overFake(link) }],
        scheduler,
        random: fixedRandom(1),
      })
      const found$ = cold('-w', { w: whoIsThere }).pipe(
        entity,
        filter(event => event._tag === 'Apdu'),
        iAms(),
        map(({ iAm: { deviceInstance }, source }) => `${deviceInstance} is ${source.mac}`),
      )
      expectMarbles(found$, '^-----!').toBe('---7', { 7: '7 is 0a000107bac0' })
      expectSent(link).toBe('-w', {
        w: globalBroadcast(encodeWhoIs()),
      })
    })
  })

  it('has a router carry on what comes in, also when a port comes up later', () => {
    marbles(
      ({ fakeLink, scheduler, start, expectSent }) => {
        const [up, down] = [standing('05'), standing('05', { isUp: false })]
        const w = heard<Mac>(globalBroadcast(encodeWhoIs()), '10.0.1.7')
        const u: LinkEvent<Mac, LinkStanding> = { _tag: 'Status', status: up }
        const floor = fakeLink<Mac, LinkStanding>('--w---w', { w }, { status: standing('10.0.1.1') })
        const field = fakeLink<Mac, LinkStanding>('---u', { u }, { status: down })
        const box = router({
          ports: [
            { name: 'floor', network: 1, link: overFake(floor) },
            { name: 'field', network: 2, link: overFake(field, 1) },
          ],
          scheduler,
          random: fixedRandom(1),
        })
        start(NEVER.pipe(box))
        const source = { network: 1, mac: mac('10.0.1.7') }
        const destination = { network: 0xffff, mac: ALL_STATIONS }
        expectSent(field).toBe('---nr-w', {
          n: broadcast(messageOf({ _tag: 'Network-Number-Is', network: 2, isConfigured: true })),
          r: broadcast(messageOf({ _tag: 'I-Am-Router-To-Network', networks: [1] })),
          w: broadcast(messageOf({ _tag: 'Apdu', apdu: encodeWhoIs() }, { source, destination, hopCount: 254 })),
        })
      },
      { column: '100 ms' },
    )
  })
})

/** An NPDU with that in it. */
const messageOf = (content: Npdu['content'], header: Partial<Npdu> = {}): Uint8Array =>
  encodeNpdu({
    priority: 'normal',
    expectingReply: false,
    destination: undefined,
    source: undefined,
    hopCount: 0,
    ...header,
    content,
  })
