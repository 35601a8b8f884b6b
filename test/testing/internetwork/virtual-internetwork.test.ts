import { NEVER, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { broadcast, type OutboundNpdu } from '../../../src/link/link.js'
import { TO_ALL } from '../../../src/network/event/destination.js'
import type { NetworkEvent, NetworkOutbound } from '../../../src/network/event/network-event.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { overIp6 } from '../../../src/network/link/over-ip6.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import type { ScLinkEvent, ScOutbound } from '../../../src/sc/node/sc-link.js'
import {
  virtualClock,
  virtualInternetwork,
  type ScriptedFault,
  type VirtualInternetworkOptions,
} from '../../../src/testing/index.js'
import { bbmd, foreignDevice } from '../../../src/transport/ip.js'
import { seconds, type Duration } from '../../../src/values/duration.js'
import type { Vmac } from '../../../src/values/vmac.js'
import { toHex } from '../../support/vectors.js'

const WHO_IS = Uint8Array.of(0x10, 0x08)
const NPDU = Uint8Array.of(0x01, 0x00, 0x10, 0x08)
const NODE_3 = '020000000003' as Vmac

/** Two hubs and a node with both of them, whose life is written down in seconds. */
const campus = (options?: VirtualInternetworkOptions) => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock, options)
  for (const hub of ['hub-a', 'hub-b']) NEVER.pipe(network.hub(hub)).subscribe()
  const outbound$ = new Subject<ScOutbound>()
  const diary: string[] = []
  const told: ScLinkEvent[] = []
  const note = (what: string): void => void diary.push(`${Math.floor(clock.now() / 1000)} s ${what}`)
  outbound$
    .pipe(
      network.node('node-3', {
        vmac: NODE_3,
        primary: 'hub-a',
        failover: 'hub-b',
        timings: { heartbeat: seconds(30), minReconnect: seconds(5), maxReconnect: seconds(5) },
      }),
    )
    .subscribe(event => {
      told.push(event)
      if (event._tag === 'Status') note(event.status.hubConnection)
      if (event._tag === 'Dropped') note(`dropped: ${event.reason}`)
    })
  return { clock, network, outbound$, diary, told }
}

describe('a virtual internetwork', () => {
  it('is broken by a script that reads as what happens', () => {
    const { clock, network, diary } = campus()
    network.at('10s').partition('hub-a', 'node-3').for('3min')
    clock.advance(seconds(400))
    // A partition tells nobody: a heartbeat, and the wait for its answer, do. Then come the failover and the return.
    expect(diary.map(line => line.replace(/^\d+ s /, ''))).toEqual(['none', 'primary', 'none', 'failover', 'primary'])
  })

  it('is not broken in the past, nor at what is no time', () => {
    const { clock, network } = campus()
    clock.advance('20s')
    expect(() => network.at('10s')).toThrow('nothing can go wrong at 10s: it is 20000 ms already')
    expect(() => network.at('700h')).toThrow('700h is not a duration')
    expect(() => network.play([{ at: seconds(19), fault: { _tag: 'Cut', hosts: 'hub-a' } }])).toThrow('at 19s')
    network.at('20s').kill('hub-a').for('5s')
    clock.advance('1s')
    expect(network.isDown('hub-a')).toBe(true)
  })

  it.each<readonly [string, Partial<ScriptedFault>]>([
    ['NaN is not a duration', { lasts: NaN as Duration }],
    ['-5 is not a duration', { lasts: -5 as Duration }],
    ['1.5 is not a duration', { lasts: 1.5 as Duration }],
    ['Infinity is not a duration', { at: Infinity as Duration }],
    ['the loss of a path is not 2', { fault: { _tag: 'Impair', from: '*', to: '*', impairment: { loss: 2 } } }],
  ])('plays nothing of a script in which something is none: %s', (message, wrong) => {
    const { clock, network } = campus()
    const right: ScriptedFault = { at: seconds(5), fault: { _tag: 'Kill', hosts: 'hub-a' } }
    expect(() => network.play([right, { ...right, ...wrong }])).toThrow(message)
    clock.advance('10s')
    expect(network.isDown('hub-a')).toBe(false)
  })

  it('is told how long before it is broken', () => {
    const { clock, network } = campus()
    const kill = network.at('10s').kill('hub-a')
    clock.advance('5s')
    const partition = network.at('10s').partition('hub-b')
    kill.until('20s')
    clock.advance('10s')
    expect(() => partition.for('5s')).toThrow('is to be said before it begins')
    clock.advance('10s')
    expect(network.isDown('hub-a')).toBe(false)
  })

  it('starts what was killed anew, with its user still there', () => {
    const { clock, network, diary, outbound$ } = campus()
    network.at('10s').kill('node-3').for('20s')
    clock.advance(seconds(15))
    outbound$.next(broadcast(NPDU))
    clock.advance(seconds(30))
    expect(diary).toEqual(['0 s none', '0 s primary', '15 s dropped: its host is down', '30 s none', '30 s primary'])
  })

  it('goes over to the other hub when connections are refused, and when nobody answers', () => {
    const { clock, network, diary } = campus()
    network.at('10s').cut('node-3')
    network.at('9s').refuse('hub-a').for('60s')
    network.at('100s').hang('hub-a').for('60s')
    network.at('101s').cut('node-3')
    clock.advance(seconds(300))
    expect(diary.map(line => line.replace(/^\d+ s /, ''))).toEqual([
      ...['none', 'primary', 'none', 'failover', 'primary'],
      ...['none', 'failover', 'primary'],
    ])
  })

  it('does not tell of a host that has lost its power', () => {
    const { clock, network, diary } = campus()
    network.at('10s').powerOff('hub-a').for('1h')
    clock.advance(seconds(100))
    expect(diary).toEqual([
      '0 s none',
      '0 s primary',
      expect.stringMatching(/^[4-7]\d s none/),
      expect.stringMatching(/failover$/),
    ])
  })

  it('has its faults as data, too, which it plays', () => {
    const { clock, network, diary } = campus()
    network.play([{ at: seconds(10), lasts: seconds(5), fault: { _tag: 'Kill', hosts: 'hub-a' } }])
    clock.advance(seconds(60))
    expect(diary.slice(0, 4)).toEqual(['0 s none', '0 s primary', '10 s none', '10 s failover'])
  })

  it('is the same octet for octet in each run of a seed', () => {
    const story = (): readonly string[] => {
      const { clock, network } = campus({ everywhere: { latency: seconds(0.02), jitter: seconds(0.1), loss: 0.1 } })
      const seen: string[] = []
      network.sc.tap$.subscribe(what =>
        seen.push(`${what.at} ${what.node} ${what._tag === 'Message' ? toHex(what.octets) : what.code}`),
      )
      network.at('20s').partition('node-3').for('100s')
      clock.advance(seconds(600))
      return seen
    }
    expect(story().length).toBeGreaterThan(20)
    expect(story()).toEqual(story())
  })

  it('runs on a TestScheduler of RxJS as well', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run(({ cold, expectObservable }) => {
      const network = virtualInternetwork(scheduler)
      cold<never>('5s |').pipe(network.hub('hub-a')).subscribe()
      const status$ = cold<ScOutbound>('4s |').pipe(network.node('node-1', { primary: 'hub-a' }))
      expectObservable(status$, '^ 3s !').toBe('(st)', {
        s: expect.objectContaining({ _tag: 'Status' }) as never,
        t: expect.objectContaining({ _tag: 'Status' }) as never,
      })
    })
  })

  it('has networks of all kinds with a router between them', () => {
    const clock = virtualClock()
    const network = virtualInternetwork(clock)
    const heard: string[] = []
    const hear = (who: string) => (event: NetworkEvent) => {
      if (event._tag === 'Apdu') heard.push(`${who} heard ${event.source.network ?? 'here'} ${event.source.mac}`)
    }
    NEVER.pipe(network.hub('hub-a')).subscribe()
    NEVER.pipe(
      network.router('box', {
        ports: [
          { name: 'campus', network: 1, link: overSc(network.node('box', { vmac: '020000000001' })) },
          { name: 'floor', network: 2, link: overIp(network.ip('box', { bind: '10.0.1.1', role: bbmd() })) },
          { name: 'lab', network: 3, link: overIp6(network.ip6('box', { bind: '[fd71::1]', deviceInstance: 1 })) },
        ],
      }),
    ).subscribe(hear('box'))
    const station = (name: string, link: Parameters<typeof network.entity>[1]['ports'][number]['link']) => {
      const outbound$ = new Subject<NetworkOutbound>()
      outbound$.pipe(network.entity(name, { ports: [{ name: 'port', link }] })).subscribe(hear(name))
      return outbound$
    }
    const away = station(
      'away',
      overIp(network.ip('away', { bind: '10.0.2.7', role: foreignDevice({ bbmd: '10.0.1.1:47808' }) })),
    )
    void station('node', overSc(network.node('node', { vmac: NODE_3 })))
    void station('lab', overIp6(network.ip6('lab', { bind: '[fd71::7]', deviceInstance: 7 })))
    clock.advance(seconds(5))
    away.next({ _tag: 'Apdu', apdu: WHO_IS, destination: TO_ALL })
    clock.advance(seconds(5))
    expect(heard.toSorted()).toEqual([
      'box heard 2 0a000207bac0',
      'lab heard 2 0a000207bac0',
      'node heard 2 0a000207bac0',
    ])
  })

  it('knows hosts by their names wherever they are', () => {
    const clock = virtualClock()
    const network = virtualInternetwork(clock)
    const heard: string[] = []
    NEVER.pipe(network.ip('hears', { bind: '10.0.1.2' })).subscribe(event => {
      if (event._tag === 'Npdu') heard.push(toHex(event.npdu))
    })
    const outbound$ = new Subject<OutboundNpdu<never>>()
    outbound$.pipe(network.ip('speaks', { bind: '10.0.1.1' })).subscribe()
    network.at('10s').block('speaks', 'hears').for('10s')
    for (const at of [5, 15, 25])
      clock.schedule(() => outbound$.next(broadcast(Uint8Array.of(1, 0, 0x10, at))), seconds(at))
    clock.advance(seconds(30))
    expect(heard).toEqual(['01001005', '01001019'])
  })
})
