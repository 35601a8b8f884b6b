import { filter, map, NEVER } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { bbmd6, broadcast, foreignDevice6, ms, printBip6Vmac, type Ip6LinkEvent } from '../../src/index.js'
import { virtualIp6Network } from '../../src/testing/index.js'
import { WHO_IS } from '../support/npdu.js'

/*
 * The public testing API in the hands of its user.
 */

const marbles = (): TestScheduler => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const sources = map((event: Extract<Ip6LinkEvent, { _tag: 'Npdu' }>) => printBip6Vmac(event.source))
const npdus = filter((event: Ip6LinkEvent) => event._tag === 'Npdu')

describe('a virtual B/IPv6 network', () => {
  it('carries a broadcast over two BBMDs to another link', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIp6Network(scheduler)
      const [one, two] = ['[fd71:0:0:1::1]:47808', '[fd71:0:0:2::1]:47808']
      NEVER.pipe(network.port({ bind: one, deviceInstance: 1, role: bbmd6({ bdt: [two] }) })).subscribe()
      NEVER.pipe(network.port({ bind: two, deviceInstance: 2, role: bbmd6({ bdt: [one] }) })).subscribe()
      const hears = network.port({ bind: '[fd71:0:0:2::7]', deviceInstance: 207 })

      expectObservable(NEVER.pipe(hears, npdus, sources), '^ 1s !').toBe('--s', { s: '00006b' })
      cold('--a|', { a: broadcast(WHO_IS) })
        .pipe(network.port({ bind: '[fd71:0:0:1::7]', deviceInstance: 107 }))
        .subscribe()
    })
  })

  it('has foreign devices, whose datagrams take their time', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualIp6Network(scheduler, { latency: ms(10) })
      const bbmd = '[fd71:0:0:1::1]:47808'
      NEVER.pipe(network.port({ bind: bbmd, deviceInstance: 1, role: bbmd6() })).subscribe()
      const device = network.port({ bind: '[fd71:0:0:9::7]', deviceInstance: 907, role: foreignDevice6({ bbmd }) })
      const registered$ = NEVER.pipe(
        device,
        filter(event => event._tag === 'Status' && event.status.registration?.state === 'registered'),
        map(() => 'registered'),
      )
      expectObservable(registered$, '^ 1s !').toBe('20ms r', { r: 'registered' })
    })
  })

  it('refuses an address and a VMAC that cannot be', () => {
    const network = virtualIp6Network(marbles())
    expect(() => network.port({ bind: 'fd71::1' })).toThrow('fd71::1')
    expect(() => network.port({ bind: '[fd71::1]', vmac: 'ffffff' })).toThrow('ffffff')
    expect(() => network.port({ bind: '[fd71::1]', deviceInstance: -1 })).toThrow('-1')
  })
})
