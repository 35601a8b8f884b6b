import { describe, expect, it } from 'vitest'
import { reportRouterEvent } from '../../../src/cli/box/router-report.js'
import { PORT_KINDS } from '../../../src/cli/box/port-kinds.js'
import type { NetworkEvent } from '../../../src/network/event/network-event.js'
import { macOf } from '../../support/mac.js'

const notations = { floor: PORT_KINDS.ip, campus: PORT_KINDS['sc-node'], lab: PORT_KINDS.ip6 }
const report = (event: NetworkEvent) =>
  reportRouterEvent(event, name => notations[name as keyof typeof notations].notation)

const MAC = { floor: macOf('0a000263bac0'), campus: macOf('02aabbccddee'), lab: macOf('00025a') }

describe('what a router tells', () => {
  it.each([
    ['floor', '10.0.2.99:47808', '10.0.2.99:47808'],
    ['campus', '02aabbccddee', '02:aa:bb:cc:dd:ee'],
    ['lab', '00025a', '00025a'],
  ] as const)('writes the stations of %s as %s in routes, and %s in events', (port, via, station) => {
    const route = { network: 7, port, nextHop: MAC[port], state: 'busy', origin: 'announced' } as const
    expect(report({ _tag: 'Route', ...route })).toEqual({
      json: { event: 'route', network: 7, port, via, state: 'busy' },
      text: `network 7 is busy through ${via} on ${port}`,
    })
    expect(
      report({
        _tag: 'Conflict',
        conflict: 'route changes to and fro',
        network: 7,
        port,
        neighbour: MAC[port],
        count: 2,
      }),
    ).toEqual({
      json: { event: 'conflict', conflict: 'route changes to and fro', network: 7, port, neighbour: station, count: 2 },
      text: `${port}: CONFLICT, from ${station}: route changes to and fro: 7 (2 times)`,
    })
  })

  it('has no via for the network of a port', () => {
    const route = { network: 7, port: 'floor', nextHop: undefined, state: 'reachable', origin: 'direct' } as const
    expect(JSON.stringify(report({ _tag: 'Route', ...route })?.json)).toBe(
      '{"event":"route","network":7,"port":"floor","state":"reachable"}',
    )
  })

  it('says to people where a network was that is not known any more', () => {
    const route = { network: 7, port: 'floor', state: 'forgotten', origin: 'announced' } as const
    const text = (nextHop: typeof MAC.floor | undefined) => report({ _tag: 'Route', ...route, nextHop })?.text
    expect(text(MAC.floor)).toBe('network 7 is not known any more; it was through 10.0.2.99:47808 on floor')
    expect(text(undefined)).toBe('network 7 is not known any more; it was on floor')
  })

  it('says to people to whom and from whom a reject is, wherever that is', () => {
    const far = { network: 20, mac: MAC.lab }
    const reject = { _tag: 'RejectSent', network: 999, reason: 1, to: far, port: 'floor' } as const
    expect(report(reject)?.text).toBe('floor: reject to 00025a of network 20, for network 999: there is no route to it')
    expect(report({ ...reject, network: 0, reason: 3 })?.text).toBe(
      'floor: reject to 00025a of network 20: a message of the network layer that is not known',
    )
    const source = { ...far, network: undefined }
    const rejected = { _tag: 'Rejected', network: 999, reason: 2, source, count: 1 } as const
    expect(report({ ...rejected, port: 'lab' })?.text).toBe(
      'lab: rejected by 00025a, for network 999: the router to it is busy',
    )
  })

  it('says a reason as its number and in words, one that is not known as well', () => {
    const to = { network: 2, mac: MAC.floor }
    expect(report({ _tag: 'RejectSent', network: 7, reason: 1, to, port: 'floor' })?.json).toEqual({
      event: 'reject',
      network: 7,
      reason: 1,
      message: 'there is no route to it',
      port: 'floor',
      to,
    })
    expect(
      report({ _tag: 'Rejected', network: 7, reason: 99, source: to, port: 'floor', count: 2 })?.json,
    ).toMatchObject({
      event: 'rejected',
      reason: 99,
      message: 'another reason',
      count: 2,
    })
  })
})
