import { describe, expect, it } from 'vitest'
import { Subject } from 'rxjs'
import { toStation } from '../../src/network/event/destination.js'
import type { NetworkEvent, NetworkOutbound } from '../../src/network/event/network-event.js'
import { overIp, overSc } from '../../src/index.js'
import { bip, virtualClock, virtualInternetwork } from '../../src/testing/index.js'
import { macOf } from '../../src/values/mac.js'
import { ms, seconds } from '../../src/values/duration.js'
import { fromHex, toHex } from '../support/vectors.js'

/** Two hubs; a router between their network and one of BACnet/IP; a node, and a station behind the router. */
const world = () => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock, { everywhere: { latency: ms(1) } })
  const hubs = { primary: 'hub-a', failover: 'hub-b' }
  for (const name of Object.values(hubs)) new Subject<never>().pipe(network.hub(name)).subscribe()

  const run = (name: string, duplex: ReturnType<typeof network.entity>) => {
    const out$ = new Subject<NetworkOutbound>()
    const heard: NetworkEvent[] = []
    duplex(out$).subscribe(event => void heard.push(event))
    const news = <Tag extends NetworkEvent['_tag']>(tag: Tag) =>
      heard.filter((event): event is Extract<NetworkEvent, { _tag: Tag }> => event._tag === tag)
    return { name, news, submit: (outbound: NetworkOutbound) => out$.next(outbound) }
  }
  const vmac = '02:00:00:00:00:01'
  const onSc = { name: 'sc', network: 10 }
  const onIp = { name: 'ip', network: 20 }
  run(
    'box',
    network.router('box', {
      ports: [
        { ...onSc, link: overSc(network.node('box', { ...hubs, vmac })) },
        { ...onIp, link: overIp(network.ip('box', { bind: '10.0.1.1' })) },
      ],
    }),
  )
  const station = run(
    'station',
    network.entity('station', { ports: [{ ...onIp, link: overIp(network.ip('station', { bind: '10.0.1.2' })) }] }),
  )
  const node = run('node', network.entity('node', { ports: [{ ...onSc, link: overSc(network.node('node', hubs)) }] }))
  clock.advance('5s')

  const say = (apdu: string): void => {
    const destination = toStation(macOf(bip('10.0.1.2')), 20)
    node.submit({ _tag: 'Apdu', apdu: fromHex(apdu), destination })
  }
  const heard = () => station.news('Apdu').map(({ apdu }) => toHex(apdu))
  const takeVmac = (): void => void new Subject<never>().pipe(network.node('impostor', { ...hubs, vmac })).subscribe()
  return { clock, network, node, say, heard, takeVmac }
}

describe('a node that has not heard what was said at its hub for a while', () => {
  /** It goes to the failover, and comes back when somebody else has the VMAC of the router, which has another. */
  const away = () => {
    const lab = world()
    const { clock, network, say } = lab
    say('1001')
    clock.advance('5s')
    network.at('20s').partition('hub-a', 'node').for('2min')
    network.at('50s').kill('box').for('10s')
    clock.advance('45s')
    lab.takeVmac()
    clock.advance('10min')
    return lab
  }

  it('finds its router under another address before it sends anything there', () => {
    const { clock, node, say, heard } = away()
    say('1002')
    clock.advance('1s')
    expect(heard()).toEqual(['1001', '1002'])
    expect(node.news('Dropped')).toEqual([])
    const hops = new Set(node.news('Route').flatMap(({ network, nextHop = [] }) => (network === 20 ? nextHop : [])))
    expect(hops.size).toBe(2)
  })

  it('asks once for each time that it was away, however much it sends, and forgets nothing of which it has an answer', () => {
    const { clock, network, node, say, heard } = away()
    let questions = 0
    network.sc.tap$.subscribe(event => {
      if (event._tag === 'Message' && toHex(event.octets).endsWith('0180000014')) questions++
    })
    for (let n = 0; n < 20; n++) {
      say('1003')
      clock.advance('10s')
    }
    expect(heard().filter(apdu => apdu === '1003')).toHaveLength(20)
    // To the hub, and from there to the router and to the impostor.
    expect(questions).toBe(3)
    expect(node.news('Route').filter(({ state }) => state === 'forgotten')).toEqual([])
  })

  it('forgets the way where nobody answers, and tells what it had to send', () => {
    const { clock, network, node, say } = away()
    network.at(seconds(750)).powerOff('box')
    clock.advance('2min')
    say('1004')
    clock.advance('10s')
    expect(node.news('Dropped').map(({ reason }) => reason)).toEqual(['no route to that network'])
    expect(node.news('Route').slice(-1)).toMatchObject([{ network: 20, state: 'forgotten' }])
  })
})
