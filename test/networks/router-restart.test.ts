import { describe, expect, it } from 'vitest'
import { Subject } from 'rxjs'
import { overIp, overSc } from '../../src/index.js'
import { toStation } from '../../src/network/event/destination.js'
import type { NetworkEvent, NetworkOutbound } from '../../src/network/event/network-event.js'
import { bip, virtualClock, virtualInternetwork } from '../../src/testing/index.js'
import { ms } from '../../src/values/duration.js'
import { macOf } from '../../src/values/mac.js'
import { fromHex, toHex } from '../support/vectors.js'

const HUB = { primary: 'hub' }
const VMAC = '02:00:00:00:00:01'
const WHO_IS_ROUTER = '018000'
const WHO_IS_ROUTER_30 = '018000001e'

/** Nodes on a BACnet/SC network 10; a router to network 20, with a VMAC that somebody else may take; one more from there to 30. */
const world = (nodes: number, boxes: readonly string[] = ['box']) => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock, { everywhere: { latency: ms(1) } })
  new Subject<never>().pipe(network.hub('hub')).subscribe()
  const run = (duplex: ReturnType<typeof network.entity>) => {
    const out$ = new Subject<NetworkOutbound>()
    const heard: NetworkEvent[] = []
    duplex(out$).subscribe(event => void heard.push(event))
    return { heard, submit: (outbound: NetworkOutbound) => out$.next(outbound) }
  }
  const sc = (name: string, vmac?: string) => ({
    ...{ name: 'sc', network: 10 },
    link: overSc(network.node(name, vmac === undefined ? HUB : { ...HUB, vmac })),
  })
  const ip = (name: string, number: number, bind: string) => ({
    ...{ name: `ip-${number}`, network: number },
    link: overIp(network.ip(name, { bind })),
  })
  boxes.forEach((name, index) => {
    run(
      network.router(name, { ports: [sc(name, index === 0 ? VMAC : undefined), ip(name, 20, `10.0.2.${index + 1}`)] }),
    )
  })
  run(network.router('far-box', { ports: [ip('far-box', 20, '10.0.2.9'), ip('far-box', 30, '10.0.3.9')] }))
  const station = run(network.entity('station', { ports: [ip('station', 30, '10.0.3.1')] }))
  const speakers = Array.from({ length: nodes }, (_, index) => `node-${index}`).map(name =>
    run(network.entity(name, { ports: [sc(name)] })),
  )

  const questions: string[] = []
  network.sc.tap$.subscribe(event => {
    if (event._tag === 'Closed' || event.direction === 'from hub') return
    const npdu = /0180.*/.exec(toHex(event.octets))?.[0]
    if (npdu?.startsWith('018000') === true) questions.push(npdu)
  })
  const say = (apdu: string): void => {
    const destination = toStation(macOf(bip('10.0.3.1')), 30)
    for (const speaker of speakers) speaker.submit({ _tag: 'Apdu', apdu: fromHex(apdu), destination })
  }
  clock.advance('5s')
  say('1001')
  clock.advance('1min')
  return {
    clock,
    network,
    say,
    heard: (apdu: string) => station.heard.filter(event => event._tag === 'Apdu' && toHex(event.apdu) === apdu).length,
    questionsSince: (): readonly string[] => questions.splice(0),
    /** The router starts again, knows nothing of network 30, and has to take another VMAC. */
    restart: () => {
      network.at('66s').kill('box').for('2s')
      clock.advance('2s')
      new Subject<never>().pipe(network.node('impostor', { ...HUB, vmac: VMAC })).subscribe()
    },
  }
}

describe('a router that comes back with another address and has yet to learn what was reached through it', () => {
  it('is asked for that by a node that stayed', () => {
    const { clock, say, heard, restart, questionsSince } = world(1)
    expect(heard('1001')).toBe(1)
    questionsSince()
    restart()
    clock.advance('30s')
    say('1002')
    clock.advance('5s')
    expect([heard('1002'), questionsSince()]).toEqual([1, [WHO_IS_ROUTER_30]])
  })

  it('is asked a few times where two hundred stayed', () => {
    const { clock, say, heard, restart, questionsSince } = world(200)
    questionsSince()
    restart()
    clock.advance('30s')
    expect(questionsSince().length).toBeLessThan(5)
    say('1002')
    clock.advance('5s')
    expect(heard('1002')).toBe(200)
  })

  it('is not asked for ever where nobody routes there any more, and the route stays', () => {
    const { clock, network, restart, questionsSince } = world(1)
    questionsSince()
    network.at('66s').powerOff('far-box')
    restart()
    clock.advance('10min')
    expect(questionsSince()).toEqual([WHO_IS_ROUTER_30, WHO_IS_ROUTER, WHO_IS_ROUTER_30])
  })
})

describe('a router that lost a network to another one', () => {
  it('is asked for one of the others once, and keeps them as it is still there', () => {
    const { clock, network, say, heard, questionsSince } = world(1, ['box', 'other'])
    network.at('66s').kill('other').for('2s')
    clock.advance('1min')
    expect(questionsSince().filter(npdu => npdu === WHO_IS_ROUTER_30).length).toBeLessThanOrEqual(2)
    say('1002')
    clock.advance('10min')
    expect([heard('1002'), questionsSince()]).toEqual([1, []])
  })
})
