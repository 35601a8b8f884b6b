import { filter, map, NEVER } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { bbmd, broadcast, foreignDevice, ms, printBipAddress, type IpLinkEvent } from '../../src/index.js'
import { virtualIpNetwork } from '../../src/testing/index.js'
import { WHO_IS } from '../support/npdu.js'

/*
 * The public testing API in the hands of its user.
 */

const marbles = (): TestScheduler => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))

const sources = map((event: Extract<IpLinkEvent, { _tag: 'Npdu' }>) => printBipAddress(event.source))
const npdus = filter((event: IpLinkEvent) => event._tag === 'Npdu')

describe('a virtual B/IP network', () => {
  it('carries a broadcast over two BBMDs to another subnet', () => {
    const scheduler = marbles()
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      const bdt = ['10.0.1.1:47808', '10.0.2.1:47808']
      NEVER.pipe(network.port({ bind: '10.0.1.1', role: bbmd({ bdt }) })).subscribe()
      NEVER.pipe(network.port({ bind: '10.0.2.1', role: bbmd({ bdt }) })).subscribe()
      const hears = network.port({ bind: '10.0.2.7' })

      expectObservable(NEVER.pipe(hears, npdus, sources), '^ 1s !').toBe('--s', { s: '10.0.1.7:47808' })
      cold('--a|', { a: broadcast(WHO_IS) })
        .pipe(network.port({ bind: '10.0.1.7' }))
        .subscribe()
    })
  })

  it('has foreign devices, whose datagrams take their time', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualIpNetwork(scheduler, { latency: ms(10) })
      NEVER.pipe(network.port({ bind: '10.0.1.1', role: bbmd() })).subscribe()
      const device = network.port({ bind: '10.9.0.7', role: foreignDevice({ bbmd: '10.0.1.1:47808' }) })
      const state$ = NEVER.pipe(
        device,
        filter(event => event._tag === 'Status'),
        map(({ status }) => status.registration?.state),
      )
      expectObservable(state$, '^ 1s !').toBe('u 19ms r', { u: 'unregistered', r: 'registered' })
    })
  })

  it('takes a broadcast address and ports of its own, and a station that is not ours', () => {
    const scheduler = marbles()
    scheduler.run(({ expectObservable }) => {
      const network = virtualIpNetwork(scheduler)
      const port = network.port({ bind: '10.0.1.1:47809', mask: '255.255.0.0', broadcast: '10.0.255.255' })
      const broadcasts$ = NEVER.pipe(
        port,
        filter(event => event._tag === 'Listening'),
        map(event => event.broadcast && printBipAddress(event.broadcast)),
      )
      expectObservable(broadcasts$, '^ 1s !').toBe('b', { b: '10.0.255.255:47809' })
      expectObservable(NEVER.pipe(network.socket({ bind: '10.0.1.2:47809' })), '^ 1s !').toBe('b', {
        b: expect.objectContaining({ _tag: 'Bound' }) as unknown,
      })
    })
  })

  it('refuses an address that cannot be', () => {
    expect(() => virtualIpNetwork(marbles()).port({ bind: '10.0.1' })).toThrow('10.0.1')
  })
})
