import { describe, expect, it } from 'vitest'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { writtenFates } from '../../support/fates.js'
import { runPort, type RunningPort } from '../../support/udp-port.js'

describe('a broadcast on a virtual internet', () => {
  it('is heard by those whose subnet it means, of whatever mask, the first to be bound first', () => {
    const clock = virtualClock()
    const internet = virtualInternet(clock)
    const portAt = (bind: string, options = {}): RunningPort => runPort(internet.port({ bind, ...options }))
    const wide = { mask: '255.255.0.0' }
    const sender = portAt('10.0.255.1:47808')
    portAt('10.0.7.2:47808', wide)
    portAt('10.0.255.3:47808')
    portAt('10.0.7.4:47808', wide)
    portAt('10.0.7.5:47808')
    portAt('10.0.255.6:47808', { mask: '255.255.255.254' })
    portAt('10.0.7.7:47810', { ...wide, broadcast: '255.255.255.255:47808' })
    clock.advance(ms(0))
    const fates = writtenFates(internet.fate$)
    sender.send('10.0.255.255:47808', 1)
    sender.send('255.255.255.255:47808', 2)
    clock.advance(ms(0))
    expect(fates.filter(line => line.startsWith('0 1')).map(line => line.split(' ')[2])).toEqual([
      '10.0.255.1',
      '10.0.7.2',
      '10.0.255.3',
      '10.0.7.4',
    ])
    expect(fates.filter(line => line.startsWith('0 2')).map(line => line.split(' ')[2])).toEqual([
      '10.0.255.1',
      '10.0.7.2',
      '10.0.255.3',
      '10.0.7.4',
      '10.0.7.7',
    ])
  })

  it('is not heard any more by who has gone, and by who has moved in his new subnet only', () => {
    const clock = virtualClock()
    const internet = virtualInternet(clock, { latency: ms(5) })
    const portAt = (bind: string): RunningPort => runPort(internet.port({ bind, isWildcard: true }))
    const [one, other, next] = ['10.0.1.1', '10.0.1.2', '10.0.2.3'].map(ip => portAt(`${ip}:47808`))
    const gone = portAt('10.0.1.4:47808')
    clock.advance(ms(0))
    one?.send('10.0.1.255:47808', 1)
    internet.move('10.0.1.2', '10.0.2.2')
    gone.subscription.unsubscribe()
    one?.send('10.0.1.255:47808', 2)
    next?.send('10.0.2.255:47808', 3)
    clock.advance(ms(5))
    expect([gone.heard(), other?.heard()]).toEqual([[], ['10.0.2.3:47808 unknown 3']])
  })
})
