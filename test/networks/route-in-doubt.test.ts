import { describe, expect, it } from 'vitest'
import { Subject } from 'rxjs'
import { overIp, overSc } from '../../src/index.js'
import { toStation } from '../../src/network/event/destination.js'
import type { NetworkEvent, NetworkOutbound } from '../../src/network/event/network-event.js'
import { bip, virtualClock, virtualInternetwork } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { macOf } from '../../src/values/mac.js'
import { fromHex, toHex } from '../support/vectors.js'

const HUBS = { primary: 'hub-a', failover: 'hub-b' }
const VMAC = '02:00:00:00:00:01'
const WHO_IS_ROUTER = '018000'
const WHO_IS_ROUTER_20 = '0180000014'
const I_AM_ROUTER_20 = '0180010014'

/** Two hubs; a router between their network and one of BACnet/IP, with a station there; and nodes that talk to it. */
const world = (nodes = 1) => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock, { everywhere: { latency: ms(1) } })
  for (const name of Object.values(HUBS)) new Subject<never>().pipe(network.hub(name)).subscribe()

  const run = (duplex: ReturnType<typeof network.entity>) => {
    const out$ = new Subject<NetworkOutbound>()
    const heard: NetworkEvent[] = []
    duplex(out$).subscribe(event => void heard.push(event))
    const news = <Tag extends NetworkEvent['_tag']>(tag: Tag) =>
      heard.filter((event): event is Extract<NetworkEvent, { _tag: Tag }> => event._tag === tag)
    return { news, submit: (outbound: NetworkOutbound) => out$.next(outbound) }
  }
  const onSc = { name: 'sc', network: 10 }
  const onIp = { name: 'ip', network: 20 }
  const boxSc = overSc(network.node('box', { ...HUBS, vmac: VMAC }))
  const boxIp = overIp(network.ip('box', { bind: '10.0.1.1' }))
  run(
    network.router('box', {
      ports: [
        { ...onSc, link: boxSc },
        { ...onIp, link: boxIp },
      ],
    }),
  )
  const stationIp = overIp(network.ip('station', { bind: '10.0.1.2' }))
  const station = run(network.entity('station', { ports: [{ ...onIp, link: stationIp }] }))
  const speakers = Array.from({ length: nodes }, (_, index) => {
    const name = `node-${index}`
    return run(
      network.entity(name, {
        ports: [{ ...onSc, link: overSc(network.node(name, { ...HUBS, timings: { heartbeat: seconds(30) } })) }],
      }),
    )
  })

  const say = (apdu: string): void => {
    const destination = toStation(macOf(bip('10.0.1.2')), 20)
    for (const speaker of speakers) speaker.submit({ _tag: 'Apdu', apdu: fromHex(apdu), destination })
  }
  /** Messages of the network layer that were said. */
  const said: { readonly node: string; readonly npdu: string }[] = []
  network.sc.tap$.subscribe(event => {
    if (event._tag === 'Closed' || event.direction === 'from hub') return
    const npdu = /0180.*/.exec(toHex(event.octets))?.[0]
    if (npdu !== undefined) said.push({ node: event.node, npdu })
  })
  return {
    clock,
    network,
    speakers,
    say,
    heard: (apdu: string) => station.news('Apdu').filter(heard => toHex(heard.apdu) === apdu).length,
    dropped: () => speakers.flatMap(({ news }) => news('Dropped')).map(({ reason }) => reason),
    /** How often something was said, by all or by one. */
    said: (npdu: string, by?: string) =>
      said.filter(each => each.npdu === npdu && each.node === (by ?? each.node)).length,
    takeVmac: () => void new Subject<never>().pipe(network.node('impostor', { ...HUBS, vmac: VMAC })).subscribe(),
    /** All know the way, and talk. */
    begin: () => {
      clock.advance('5s')
      say('1001')
      clock.advance('5s')
      said.length = 0
    },
  }
}

describe('a node that has not heard what was said at its hub for a while', () => {
  it('finds its router under another address, which that took while the node was at the other hub', () => {
    const { clock, network, begin, takeVmac, say, heard, speakers, dropped } = world()
    begin()
    network.at('20s').partition('hub-a', 'node-0').for('2min')
    network.at('50s').kill('box').for('10s')
    clock.advance('45s')
    takeVmac()
    clock.advance('10min')
    say('1002')
    clock.advance('1s')
    expect([heard('1002'), dropped()]).toEqual([1, []])
    const hops = speakers.flatMap(({ news }) => news('Route')).filter(({ network: number }) => number === 20)
    expect(new Set(hops.map(({ nextHop }) => nextHop)).size).toBe(2)
  })

  it('asks when it goes from one hub to the other without a moment in between', () => {
    const { clock, network, begin, said } = world()
    begin()
    network.at('20s').partition('hub-a', 'node-0').for('2min')
    clock.advance('130s')
    // At the failover, where no router answers, it has asked for all, and then for the one network.
    expect([said(WHO_IS_ROUTER), said(WHO_IS_ROUTER_20)]).toEqual([1, 1])
    clock.advance('15min')
    expect([said(WHO_IS_ROUTER), said(WHO_IS_ROUTER_20), said(I_AM_ROUTER_20)]).toEqual([2, 1, 1])
  })

  it('goes on to send as before meanwhile, in order, however much it is', () => {
    const { clock, network, begin, say, heard, dropped } = world()
    begin()
    network.at('20s').cut('hub-a')
    clock.advance('15s')
    for (let count = 0; count < 100; count++) say('1003')
    clock.advance('5s')
    expect([heard('1003'), dropped()]).toEqual([100, []])
  })

  it('keeps its route where nobody answers', () => {
    const { clock, network, speakers, begin, say, heard } = world()
    begin()
    network.at('20s').cut('hub-a')
    network.at('20s').powerOff('box').for('1min')
    clock.advance('2min')
    say('1004')
    clock.advance('5s')
    expect(heard('1004')).toBe(1)
    expect(speakers.flatMap(({ news }) => news('Route')).filter(({ state }) => state === 'forgotten')).toEqual([])
  })

  it('asks nothing where it has learned nothing', () => {
    const { clock, network, said } = world()
    network.at('20s').cut('hub-a')
    clock.advance('1min')
    expect([said(WHO_IS_ROUTER, 'node-0'), said(WHO_IS_ROUTER, 'box')]).toEqual([1, 0])
  })
})

describe('two hundred nodes that come back to their hub together', () => {
  it.each([
    ['their router does', false],
    ['their router does not', true],
  ])('ask a few times for all of them, where %s', (_, isRouterGone) => {
    const { clock, network, begin, said, say, heard } = world(200)
    begin()
    network.at('20s').kill('hub-a').for('2s')
    if (isRouterGone) network.at('20s').powerOff('box')
    clock.advance('2min')
    const questions = said(WHO_IS_ROUTER) + said(WHO_IS_ROUTER_20)
    expect(questions).toBeGreaterThan(0)
    expect(questions).toBeLessThan(60)
    expect(said(I_AM_ROUTER_20)).toBeLessThan(40)
    if (isRouterGone) return
    say('1005')
    clock.advance('5s')
    expect(heard('1005')).toBe(200)
  })
})
