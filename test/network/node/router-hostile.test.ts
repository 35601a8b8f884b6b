import { describe, expect, it } from 'vitest'
import { seconds } from '../../../src/values/duration.js'
import { IP6_STATION, IP_STATION, NEXT_ROUTER, READ_PROPERTY, routerLab, SC_STATION } from '../../support/router-lab.js'

/** A router on the network of B/IPv6. */
const OTHER_ROUTER = '00abcd'

const hex16 = (number: number): string => number.toString(16).padStart(4, '0')

/** A station of B/IP: a host has as many addresses as it has UDP ports. */
const ipStation = (udpPort: number): string => `c0a80166${hex16(udpPort)}`

describe('Router-Busy-To-Network and Router-Available-To-Network', () => {
  it.each(['018004', '018005', '01800407d1', '018004001e', '01800507d1'])(
    '%s of somebody who is not the way there is not carried on, as others would take it for ours',
    npdu => {
      const { ports, sent } = routerLab()
      ports.ip.hear(npdu, IP_STATION, true)
      expect(sent()).toEqual([])
    },
  )

  it('about all of a router is carried on with its networks, as ours are others', () => {
    const { ports, sent, pass } = routerLab()
    ports.ip.hear('01800103e8', NEXT_ROUTER, true)
    pass(seconds(1))
    sent()
    ports.ip.hear('018004', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 01800403e807d1', 'sc broadcast 01800403e807d1'])
    ports.ip.hear('018005', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 01800503e807d1', 'sc broadcast 01800503e807d1'])
  })
})

describe('an I-Am-Router-To-Network that has passed a router', () => {
  it('is not believed: what that router leads to, it says itself', () => {
    const { ports, sent, told } = routerLab()
    ports.ip6.hear('0188138801050107d1', OTHER_ROUTER)
    ports.ip6.hear('0188138801050107d1', OTHER_ROUTER, true)
    expect(told('Route').filter(({ network }) => network === 2001)).toEqual([])
    expect(sent()).toEqual([])
  })
})

describe('a list that is longer than other links take', () => {
  it('is carried on in parts, each network once', () => {
    const { ports, sent } = routerLab()
    const networks = Array.from({ length: 250 }, (_, n) => hex16(3000 + n))
    ports.sc.hear(`018001${[...networks, ...Array<string>(1000).fill('0bb8')].join('')}`, SC_STATION, true)
    expect(sent().filter(line => line.startsWith('ip '))).toEqual([
      `ip broadcast 018001${networks.slice(0, 240).join('')}`,
      `ip broadcast 018001${networks.slice(240).join('')}`,
    ])
  })
})

describe('Initialize-Routing-Table of a long table', () => {
  it('is answered at a pace', () => {
    const { ports, sent, pass } = routerLab()
    for (const udpPort of [1, 2, 3, 4]) {
      const networks = Array.from({ length: 250 }, (_, n) => hex16(3000 + udpPort * 250 + n)).join('')
      ports.sc.hear(`018001${networks}`, `9a000000010${udpPort}`, true)
    }
    pass(seconds(60))
    sent()
    for (let asked = 0; asked < 100; asked++) ports.ip.hear('01840600', IP_STATION)
    expect(sent().length).toBeLessThanOrEqual(5 * 11)
  })
})

describe('a flood of Rejects', () => {
  it('is told at a bearable pace, and opens and closes routes no faster', () => {
    const { ports, told } = routerLab()
    for (let i = 0; i < 1000; i++) {
      ports.ip.hear(`018003010bb8`, IP_STATION)
      ports.ip.hear(`01880bb801051008`, i % 2 === 0 ? IP_STATION : NEXT_ROUTER)
    }
    expect(told('Rejected').length).toBeLessThanOrEqual(30)
    expect(told('Route').length).toBeLessThanOrEqual(60)
  })
})

describe('what one network does', () => {
  const flood = (act: (n: number) => void): void => {
    for (let n = 0; n < 5000; n++) act(n)
  }

  it('cannot have questions of others go unanswered', () => {
    const { ports, sent } = routerLab()
    flood(n => ports.ip.hear(`018000${hex16(3000 + n)}`, ipStation(n), true))
    sent()
    ports.sc.hear('018000000a', SC_STATION, true)
    expect(sent()).toEqual(['sc broadcast 018001000a'])
  })

  it('cannot stop broadcasts of others, be it with sources that it makes up', () => {
    const { ports, sent } = routerLab()
    flood(n => ports.ip.hear(`0128ffff000bb802${hex16(n)}ff1008`, IP_STATION, true))
    sent()
    ports.sc.hear('0120ffff00ff1008', SC_STATION, true)
    expect(sent()).toHaveLength(2)
  })

  it('cannot stop networks from being looked for by others', () => {
    const { ports, sent, pass } = routerLab()
    flood(n => ports.ip.hear(`0124${hex16(3000 + n)}0105ff${READ_PROPERTY}`, ipStation(n)))
    sent()
    ports.sc.hear(`0124f0000105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toHaveLength(2)
    pass(seconds(1))
    ports.ip6.hear('018001f000', IP6_STATION, true)
    expect(sent()).toContain(`ip6 ${IP6_STATION} 012cf0000105001e06${SC_STATION}fe${READ_PROPERTY}`)
  })

  it('cannot have others refused what is behind it', () => {
    const { ports, sent, pass } = routerLab()
    ports.ip.hear(`0124f0000105ff${READ_PROPERTY}`, IP_STATION)
    pass(seconds(1))
    sent()
    ports.sc.hear(`0124f0000105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toContain(`ip broadcast 0188001e06${SC_STATION}00f000`)
    pass(seconds(20))
    sent()
    ports.sc.hear(`0124f0000105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toEqual([`sc ${SC_STATION} 01800301f000`])
    ports.ip6.hear(`0124f0000105ff${READ_PROPERTY}`, IP6_STATION)
    expect(sent()).toContain('ip broadcast 01880014030004d200f000')
  })

  it('cannot fill the routing table for others', () => {
    const { ports, told } = routerLab()
    flood(n => {
      const first = 3000 + 10 * (n % 2000)
      ports.ip.hear(`018001${Array.from({ length: 10 }, (_, i) => hex16(first + i)).join('')}`, ipStation(n), true)
    })
    told('Route')
    ports.sc.hear('018001f000', SC_STATION, true)
    expect(told('Route')).toContainEqual(expect.objectContaining({ network: 0xf000, port: 'sc', state: 'reachable' }))
  })
})

describe('a port that learns the number of its network', () => {
  it('does not have another one with each message', () => {
    const { ports, told } = routerLab({ change: { ip6: { network: undefined } }, isNew: true })
    for (let n = 0; n < 1000; n++) ports.ip6.hear(`018013${hex16(100 + (n % 2))}01`, IP6_STATION, true)
    expect(told('Port').length).toBeLessThanOrEqual(20)
    expect(told('Route').length).toBeLessThanOrEqual(40)
  })
})
