import { filter, map, NEVER, type Observable, type Subscription } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import {
  answer,
  asksFor,
  decodeNpdus,
  encodeIAm,
  encodeWhoIs,
  faultCounter,
  forUs,
  globalBroadcast,
  iAms,
  open,
  printBipAddress,
  remoteBroadcast,
  sourceOf,
  station,
  unicast,
  whoIses,
  type Bip6Vmac,
  type BipAddress,
  type IAm,
  type Ip6Status,
  type IpStatus,
  type NotForUs,
  type NpduErrorCode,
  type OpenLink,
  type OutboundNpdu,
  type ReceivedNpdu,
  type ScStatus,
  type Vmac,
} from '../../../src/index.js'
import { virtualIp6Network, virtualIpNetwork, virtualNetwork } from '../../../src/testing/index.js'
import { macOf } from '../../support/mac.js'
import { fromHex, toHex } from '../../support/vectors.js'

/*
 * The operators in the hands of their user: an application that is found by Who-Is, on links of all kinds.
 */

const marbles = (): TestScheduler => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const me: IAm = { deviceInstance: 1234, maxApduLength: 1476, segmentation: 'no-segmentation', vendorId: 15 }

/** Answers whoever asks for it. */
const answering = <Address extends string>(
  npdu$: Observable<ReceivedNpdu<Address>>,
  mac: () => Address | undefined,
): Observable<OutboundNpdu<Address>> =>
  npdu$.pipe(
    decodeNpdus(),
    forUs({
      mac: () => {
        const own = mac()
        return own && macOf(own)
      },
    }),
    whoIses(),
    filter(({ whoIs }) => asksFor(whoIs, me.deviceInstance)),
    map(asked => answer(asked, encodeIAm(me))),
  )

/** The same on an open link, whose status says its address. */
const device = <Address extends string, Status, Request, Extra>(
  link: OpenLink<Address, Status, Request, Extra>,
  addressIn: (status: Status) => Address | undefined,
): OpenLink<Address, Status, Request, Extra> => {
  let own: Address | undefined
  link.status$.subscribe(status => (own = addressIn(status)))
  answering(link.npdu$, () => own).subscribe(link.submit)
  return link
}

/** Links that are kept up by timers must end, as virtual time would not. */
const closeIn = (
  milliseconds: number,
  link: { readonly close: () => Promise<void> },
  scheduler: TestScheduler,
): Subscription => scheduler.schedule(() => void link.close(), milliseconds)

const npdus = <Address extends string>(
  event$: Observable<ReceivedNpdu<Address> | { readonly _tag: string }>,
): Observable<ReceivedNpdu<Address>> =>
  event$.pipe(filter((event): event is ReceivedNpdu<Address> => event._tag === 'Npdu'))

const ask = globalBroadcast(encodeWhoIs({ low: 1000, high: 1999 }))
const askOthers = globalBroadcast(encodeWhoIs({ low: 2000, high: 2999 }))

describe('an application that answers Who-Is with I-Am', () => {
  it('is found over BACnet/IP, by who asks for it', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      device(open(network.port({ bind: '10.0.1.7' })), (status: IpStatus): BipAddress => status.address)

      const found$ = cold('--a--b--a--|', { a: ask, b: askOthers }).pipe(
        network.port({ bind: '10.0.1.8' }),
        filter(event => event._tag === 'Npdu'),
        decodeNpdus(),
        iAms(),
        map(({ iAm, source }) => `device ${iAm.deviceInstance} at ${printBipAddress(source)}`),
      )
      expectObservable(found$).toBe('--f-----f--|', { f: 'device 1234 at 10.0.1.7:47808' })
    })
  })

  it('is found over BACnet/IPv6', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIp6Network(scheduler)
      const link = open(network.port({ bind: '[2001:db8::7]', deviceInstance: 1234 }))
      closeIn(
        9,
        device(link, (status: Ip6Status): Bip6Vmac | undefined => status.vmac),
        scheduler,
      )
      const found$ = npdus<Bip6Vmac>(
        cold('--a--b--|', { a: ask, b: askOthers }).pipe(network.port({ bind: '[2001:db8::8]', deviceInstance: 8 })),
      ).pipe(
        decodeNpdus(),
        iAms(),
        map(({ source, iAm }) => [source, iAm]),
      )
      expectObservable(found$).toBe('--f-----|', { f: ['0004d2', me] })
    })
  })

  it('is found over BACnet/SC', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualNetwork(scheduler)
      cold<never>('20ms |').pipe(network.hub()).subscribe()
      const link = open(network.node({ vmac: '02:00:00:00:00:07' }))
      closeIn(
        9,
        device(link, (status: ScStatus): Vmac => status.vmac),
        scheduler,
      )
      const found$ = npdus<Vmac>(cold('--a--b--|', { a: ask, b: askOthers }).pipe(network.node())).pipe(
        decodeNpdus(),
        iAms(),
        map(({ source, iAm }) => [source, iAm]),
      )
      expectObservable(found$).toBe('--f-----|', { f: ['020000000007', me] })
    })
  })

  it('is found from behind a router, and answers through it', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      device(open(network.port({ bind: '10.0.1.7' })), (status: IpStatus): BipAddress => status.address)
      const routed = { _tag: 'Npdu', npdu: fromHex('0128ffff0007d10105fe1008'), destination: 'broadcast' } as const
      const heard$ = npdus<BipAddress>(cold('--r--|', { r: routed }).pipe(network.port({ bind: '10.0.1.1' }))).pipe(
        map(({ npdu }) => toHex(npdu)),
      )
      expectObservable(heard$).toBe('--a--|', { a: `012007d10105ff${toHex(encodeIAm(me))}` })
    })
  })

  it('hears who is behind a router by his own address', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      const hears = network.port({ bind: '10.0.1.7' })
      const sources$ = npdus<BipAddress>(NEVER.pipe(hears)).pipe(
        decodeNpdus(),
        iAms(),
        map(said => sourceOf(said, 10)),
      )
      expectObservable(sources$, '^ 9ms !').toBe('--r--l', {
        r: { network: 2001, mac: '05' },
        l: { network: 10, mac: '0a000101bac0' },
      })
      const routed = unicast(fromHex(`010807d10105${toHex(encodeIAm(me))}`), station('10.0.1.7:47808'))
      const local = unicast(fromHex(`0100${toHex(encodeIAm(me))}`), station('10.0.1.7:47808'))
      cold('--r--l--|', { r: routed, l: local })
        .pipe(network.port({ bind: '10.0.1.1' }))
        .subscribe()
    })
  })

  it('leaves what is bad, or for others, to be counted', () => {
    const scheduler = marbles()
    const bad = faultCounter<NpduErrorCode>()
    const others = faultCounter<NotForUs['code']>()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      const heard$ = npdus<BipAddress>(NEVER.pipe(network.port({ bind: '10.0.1.7' }))).pipe(
        decodeNpdus(bad.note),
        forUs({ network: () => 10, mac: () => macOf('0a000107bac0') }, others.note),
        whoIses(),
        map(({ whoIs }) => whoIs.range),
      )
      expectObservable(heard$, '^ 9ms !').toBe('-----w', { w: undefined })
      const empty = unicast(fromHex('0100'), station('10.0.1.7:47808'))
      cold('-eo-er--|', { e: empty, o: remoteBroadcast(encodeWhoIs(), 11), r: remoteBroadcast(encodeWhoIs(), 10) })
        .pipe(network.port({ bind: '10.0.1.1' }))
        .subscribe()
    })
    expect(bad.counts()).toEqual({ EMPTY_APDU: 2 })
    expect(others.counts()).toEqual({ OTHER_NETWORK: 1 })
  })
})
