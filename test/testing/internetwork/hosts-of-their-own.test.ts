import { NEVER, Subject, Subscription, timer, type SchedulerAction, type SchedulerLike } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { virtualClock, virtualInternetwork } from '../../../src/testing/index.js'
import { foreignDevice } from '../../../src/transport/ip.js'
import { seconds } from '../../../src/values/duration.js'
import { BvllFunction } from '../../../src/wire/bvll-function.js'

/** A clock on which all waits are longer. */
const slowed = (clock: SchedulerLike, times: number): SchedulerLike => ({
  now: () => clock.now() / times,
  schedule: <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State) =>
    clock.schedule(work, delay * times, state),
})

describe('a host of a virtual internetwork', () => {
  it('waits on a clock of its own, where it has one', () => {
    const clock = virtualClock()
    const network = virtualInternetwork(clock, { clockOf: host => (host === 'slow' ? slowed(clock, 10) : clock) })
    const asked: string[] = []
    network.ipv4.tap$.subscribe(({ at, from, octets }) => {
      if (octets[1] === BvllFunction['Register-Foreign-Device']) asked.push(`${from.slice(6, 8)} at ${at / 1000} s`)
    })
    const role = foreignDevice({ bbmd: '10.0.1.1:47808', ttl: 10 })
    const life = new Subscription()
    life.add(NEVER.pipe(network.ip('slow', { bind: '10.0.2.5', role })).subscribe())
    life.add(NEVER.pipe(network.ip('other', { bind: '10.0.2.6', role })).subscribe())
    clock.advance('16s')
    expect(asked).toEqual(['05 at 0 s', '06 at 0 s', '06 at 5 s', '06 at 15 s'])
    clock.advance('35s')
    expect(asked.filter(one => one.startsWith('05'))).toEqual(['05 at 0 s', '05 at 50 s'])
    life.unsubscribe()
  })

  it('has open what runs there, and nothing once that has ended', () => {
    const clock = virtualClock()
    const network = virtualInternetwork(clock)
    const all = () => [network.open('hub-a'), network.open('box'), network.open()]
    const commands$ = new Subject<never>()
    const outbound$ = new Subject<never>()
    commands$.pipe(network.hub('hub-a')).subscribe()
    outbound$.pipe(network.node('box')).subscribe()
    const port = NEVER.pipe(network.ip('box', { bind: '10.0.1.5' })).subscribe()
    const port6 = NEVER.pipe(network.ip6('box', { bind: '[fd71::5]' })).subscribe()
    expect(all()).toEqual([1, 3, 4])
    clock.advance('1s')
    // The hub listens, and has one end of the connection.
    expect(all()).toEqual([2, 3, 5])

    port.unsubscribe()
    port6.unsubscribe()
    expect(all()).toEqual([2, 1, 3])
    outbound$.complete()
    clock.advance('1s')
    expect(all()).toEqual([1, 0, 1])
    commands$.complete()
    clock.advance('1s')
    expect(all()).toEqual([0, 0, 0])
  })

  it('has nothing open while it is down, though others do not know yet', () => {
    const clock = virtualClock()
    const network = virtualInternetwork(clock)
    const life = new Subscription()
    life.add(NEVER.pipe(network.hub('hub-a')).subscribe())
    life.add(NEVER.pipe(network.node('node-1')).subscribe())
    clock.advance('1s')
    network.at('2s').powerOff('node-1').for('5s')
    const down = timer(seconds(1.5), clock).subscribe(() => {
      expect([network.open('hub-a'), network.open('node-1')]).toEqual([2, 0])
    })
    clock.advance('2s')
    expect(down.closed).toBe(true)
    life.unsubscribe()
    expect(network.open()).toBe(0)
  })
})
