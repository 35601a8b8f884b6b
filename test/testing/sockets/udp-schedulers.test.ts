import { asyncScheduler, VirtualTimeScheduler, type SchedulerLike } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { closePorts, runPort } from '../../support/udp-port.js'
import { runPort6 } from '../../support/udp6-port.js'

/** A scheduler, and how so many of its milliseconds pass. */
interface Time {
  readonly scheduler: SchedulerLike
  readonly pass: (milliseconds: number) => Promise<void> | void
}

const flushing = (scheduler: VirtualTimeScheduler): Time => ({
  scheduler,
  pass: milliseconds => {
    scheduler.maxFrames = scheduler.frame + milliseconds
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  },
})

const TIMES: Readonly<Record<string, () => Time>> = {
  'a virtual clock': () => {
    const scheduler = virtualClock()
    return { scheduler, pass: milliseconds => scheduler.advance(ms(milliseconds)) }
  },
  'a VirtualTimeScheduler': () => flushing(new VirtualTimeScheduler()),
  'a TestScheduler': () => flushing(new TestScheduler((actual, expected) => expect(actual).toEqual(expected))),
  'real time': () => ({
    scheduler: asyncScheduler,
    pass: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds + 20)),
  }),
}

afterEach(closePorts)

describe.each(Object.entries(TIMES))('virtual UDP in the time of %s', (_, start) => {
  it('tells that it is bound, and carries unicasts, broadcasts and multicasts, later than the call', async () => {
    const { scheduler, pass } = start()
    const internet = virtualInternet(scheduler, { latency: ms(5) })
    const internet6 = virtualInternet6(scheduler, { latency: ms(5) })
    const [a, b] = [1, 2].map(host => runPort(internet.port({ bind: `10.0.1.${host}:47808` })))
    const [a6, b6] = [1, 2].map(host => runPort6(internet6.port({ bind: `[fd71:0:0:1::${host}]:47808` })))
    expect(a?.events).toEqual([])
    await pass(0)
    expect([a, b, a6, b6].map(port => port?.events[0]?._tag)).toEqual(['Bound', 'Bound', 'Bound', 'Bound'])
    a?.send('10.0.1.2:47808', 1)
    a?.send('10.0.1.255:47808', 2)
    a6?.send('[ff02::bac0]:47808', 3)
    expect([b?.heard(), b6?.heard()]).toEqual([[], []])
    await pass(5)
    expect(b?.heard()).toEqual(['10.0.1.1:47808 unicast 1', '10.0.1.1:47808 broadcast 2'])
    expect(a?.heard()).toEqual(['10.0.1.1:47808 broadcast 2'])
    expect(b6?.heard()).toEqual(['[fd71:0:0:1::1]:47808 broadcast 3'])
  })

  it('is late, doubled or lost there, and completes', async () => {
    const { scheduler, pass } = start()
    const paths = virtualPaths()
    paths.impair('10.0.1.1', '10.0.1.2', { latency: ms(2), jitter: ms(3), duplication: 1 })
    paths.block('10.0.1.2', '10.0.1.1')
    const internet = virtualInternet(scheduler, { paths, random: fixedRandom(3) })
    const [a, b] = [1, 2].map(host => runPort(internet.port({ bind: `10.0.1.${host}:47808` })))
    await pass(0)
    a?.send('10.0.1.2:47808', 1)
    b?.send('10.0.1.1:47808', 2)
    a?.complete()
    await pass(5)
    expect([a?.heard(), a?.end()]).toEqual([[], 'completed'])
    expect(b?.heard()).toEqual(['10.0.1.1:47808 unicast 1', '10.0.1.1:47808 unicast 1'])
  })
})
