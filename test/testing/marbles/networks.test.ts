import { concat, defer, filter, interval, map, NEVER, Subject, tap, timer } from 'rxjs'
import { describe, it } from 'vitest'
import {
  answer,
  decodeNpdus,
  encodeIAm,
  encodeWhoIs,
  globalBroadcast,
  iAms,
  ms,
  whoIses,
  type BipAddress,
  type IpLink,
  type OutboundNpdu,
} from '../../../src/index.js'
import { iAm, mac, marbles, virtualIpNetwork, virtualNetwork, vmac } from '../../../src/testing/index.js'

/*
 * The same expectations as on a fake link, with a whole network in between: what is said and heard are marbles at both ends,
 * and the time in between is that of the network.
 */

const whoIs = globalBroadcast(encodeWhoIs())

/** A program on BACnet/IP: answers each Who-Is. */
const responder = (link: IpLink) =>
  defer(() => {
    const answer$ = new Subject<OutboundNpdu<BipAddress>>()
    return answer$.pipe(
      link,
      filter(event => event._tag === 'Npdu'),
      decodeNpdus(),
      whoIses(),
      map(asked =>
        answer(
          asked,
          encodeIAm({ deviceInstance: 7, maxApduLength: 1476, segmentation: 'no-segmentation', vendorId: 0 }),
        ),
      ),
      tap(answer$),
    )
  })

describe('marbles on a virtual network', () => {
  it('go in at one node of BACnet/SC and come out at another, after the latency of the network', () => {
    marbles(
      ({ scheduler, cold, start, recorded, expectMarbles, expectSent, expectSubscriptions }) => {
        const network = virtualNetwork(scheduler, { latency: ms(10) })
        start(NEVER.pipe(network.hub()))
        const peer = network.node({ vmac: '02:00:00:00:00:07' })
        const link = recorded(network.node({ vmac: '02:00:00:00:00:01' }), 'node')

        start(cold('----------i', { i: iAm(7) }).pipe(peer))
        const said$ = concat(timer(150).pipe(map(() => whoIs)), NEVER)
        const npdu$ = said$.pipe(
          link,
          filter(event => event._tag === 'Npdu'),
          map(({ source, npdu }) => ({ source, npdu })),
        )
        // Two hops of 10 ms each.
        const i = { source: vmac('02:00:00:00:00:07'), npdu: iAm(7).npdu }
        expectMarbles(npdu$, '^-------------------!').toBe('------------i', { i })
        expectSent(link).toBe('---------------w----', { w: whoIs })
        expectSubscriptions(link).toBe('^-------------------!')
      },
      { column: '10 ms' },
    )
  })

  it('go in at one port of BACnet/IP and come out at another, until the cable of one is pulled', () => {
    marbles(({ scheduler, start, recorded, expectMarbles, expectSent }) => {
      const network = virtualIpNetwork(scheduler, { latency: ms(1000) })
      const device = recorded(network.port({ bind: '10.0.1.7' }), 'device')
      start(responder(device))
      start(timer(4500).pipe(tap(() => network.unplug('10.0.1.7'))))

      const found$ = interval(2000).pipe(
        map(() => whoIs),
        network.port({ bind: '10.0.1.1' }),
        filter(event => event._tag === 'Npdu'),
        decodeNpdus(),
        iAms(),
        map(({ iAm: { deviceInstance } }) => deviceInstance),
      )
      const i = { ...iAm(7), destination: mac('10.0.1.1') }
      expectMarbles(found$, '^---------!').toBe('----7-----', { 7: 7 })
      expectSent(device).toBe('---i------', { i })
    })
  })
})
