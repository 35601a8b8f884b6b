import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { virtualInternet } from '../../src/testing/index.js'
import { runPort } from '../support/udp-port.js'

describe('a virtual internet', () => {
  it('carries unicasts between subnets, and broadcasts within one, back to who sent them as well', () => {
    const scheduler = new VirtualTimeScheduler()
    const internet = virtualInternet(scheduler)
    const a = runPort(internet.port({ bind: '10.0.1.1:47808' }))
    const b = runPort(internet.port({ bind: '10.0.1.2:47808' }))
    const c = runPort(internet.port({ bind: '10.0.2.3:47808' }))
    a.send('10.0.2.3:47808', 1)
    a.send('10.0.1.255:47808', 2)
    expect(c.heard()).toEqual([])
    scheduler.flush()
    expect(c.heard()).toEqual(['10.0.1.1:47808 unicast 1'])
    expect(b.heard()).toEqual(['10.0.1.1:47808 broadcast 2'])
    expect(a.heard()).toEqual(['10.0.1.1:47808 broadcast 2'])
  })
})
