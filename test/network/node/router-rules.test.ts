import { describe, expect, it } from 'vitest'
import { TO_ALL } from '../../../src/network/event/destination.js'
import { seconds } from '../../../src/values/duration.js'
import {
  IP6_STATION,
  IP_STATION,
  NEXT_ROUTER,
  READ_PROPERTY,
  routerLab,
  SC_STATION,
  WHO_IS,
} from '../../support/router-lab.js'
import { fromHex } from '../../support/vectors.js'

describe('a Reject that passes to somebody else', () => {
  it.each([
    ['01', 'unreachable'],
    ['02', 'busy'],
  ])('with reason %s makes the network %s here, and is not told', (reason, state) => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`01a0001e06${SC_STATION}ff03${reason}07d1`, NEXT_ROUTER)
    expect(sent()).toEqual([`sc ${SC_STATION} 0188000a06${NEXT_ROUTER}03${reason}07d1`])
    expect(told('Route')).toMatchObject([{ network: 2001, state }])
    expect(told('Rejected')).toEqual([])
  })

  it('of somebody who does not route there changes nothing', () => {
    const { ports, told } = routerLab()
    ports.ip.hear(`01a0001e06${SC_STATION}ff030107d1`, IP_STATION)
    expect(told('Route')).toEqual([])
  })
})

describe('Router-Busy-To-Network', () => {
  it('that is said again is carried on again, once a second', () => {
    const { ports, sent, pass } = routerLab()
    const again = (): number => {
      ports.ip.hear('01800407d1', NEXT_ROUTER, true)
      return sent().length
    }
    expect([again(), again()]).toEqual([2, 0])
    pass(seconds(1))
    expect(again()).toBe(2)
  })
})

describe('I-Am-Router-To-Network', () => {
  it('that names the network it is said on is no reason to suspect anybody', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear('018001000a022b', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 018001022b', 'sc broadcast 018001022b'])
    expect(told('Conflict')).toEqual([])
  })
})

describe('what waits for a router', () => {
  it('that is found on the network it came from does not go back there', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`01240bb80105ff${READ_PROPERTY}`, IP_STATION)
    sent()
    ports.ip.hear('0180010bb8', NEXT_ROUTER, true)
    expect(sent().filter(line => line.startsWith('ip '))).toEqual([])
  })

  it('pays for its pace once', () => {
    const { ports, sent, told } = routerLab({ limits: { broadcastsOfStation: { burst: 2, perSecond: 0.001 } } })
    for (let i = 0; i < 2; i++) ports.ip.hear(`01200bb800ff${WHO_IS}`, IP_STATION)
    sent()
    ports.sc.hear('0180010bb8', SC_STATION, true)
    expect(sent().filter(line => line.startsWith(`sc ${SC_STATION}`))).toHaveLength(2)
    expect(told('Discarded')).toEqual([])
  })

  it('has its own memory', () => {
    const { ports, sent } = routerLab()
    const octets = fromHex(`01240bb80105ff${READ_PROPERTY}`)
    ports.ip.hearOctets(octets, IP_STATION)
    octets.fill(0)
    sent()
    ports.sc.hear('0180010bb8', SC_STATION, true)
    expect(sent().at(-1)).toBe(`sc ${SC_STATION} 012c0bb80105000a06${IP_STATION}fe${READ_PROPERTY}`)
  })

  it('is refused as busy, and not as unreachable, where too many networks are searched for', () => {
    const { ports, sent, submit, told } = routerLab({ limits: { discovery: { pace: { burst: 1, perSecond: 0.001 } } } })
    ports.ip.hear(`01240bb80105ff${READ_PROPERTY}`, IP_STATION)
    sent()
    ports.ip.hear(`01240bb90105ff${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([`ip ${IP_STATION} 018003020bb9`])
    submit({ _tag: 'ReadCounters' })
    expect(told('Counters')[0]?.counters.ports['ip']?.discarded).toEqual({ 'too much waits for routers': 1 })
  })
})

describe('a source', () => {
  it('teaches its route before what it sends is decided about', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`012c0bb801050bb80106fe${READ_PROPERTY}`, NEXT_ROUTER, true)
    expect(told('Route')).toMatchObject([{ network: 3000, port: 'ip', nextHop: NEXT_ROUTER }])
    expect(sent()).toEqual([])
  })

  it('teaches nothing where the policy says so', () => {
    const { ports, told } = routerLab({ policy: { learnsFromTraffic: false } })
    ports.ip.hear(`0128ffff000bb80105fe${WHO_IS}`, NEXT_ROUTER, true)
    expect(told('Route')).toEqual([])
  })
})

describe('a message of the network layer for all of another network here', () => {
  it('is heard by the router, as it is there, too', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear('01a0001400ff00', IP_STATION)
    expect(sent()).toEqual(['ip6 broadcast 0188000a06c0a80132bac000', 'ip broadcast 0180010014001e'])
  })
})

describe('Initialize-Routing-Table', () => {
  it('of somebody beyond another router is answered through that, with his priority', () => {
    const { ports, sent } = routerLab({ policy: { mayWrite: () => true } })
    ports.ip.hear('018e07d1010506010bb8ff00', NEXT_ROUTER)
    expect(sent()).toEqual([`ip ${NEXT_ROUTER} 01a207d10105ff0700`])
  })

  it('to all networks is not answered, and one with a port that is not there changes nothing', () => {
    const { ports, sent, told } = routerLab({ policy: { mayWrite: () => true } })
    ports.ip.hear('01a4ffff00ff0600', IP_STATION)
    expect(sent().filter(line => line.startsWith('ip '))).toEqual([])
    ports.ip.hear('0184060107d1c800', IP_STATION)
    expect(told('Route')).toEqual([])
  })
})

describe('messages about networks that are too many', () => {
  it('are counted and told', () => {
    const { ports, told, submit } = routerLab()
    for (let i = 0; i < 100; i++) ports.ip6.hear('018000', IP6_STATION, true)
    submit({ _tag: 'ReadCounters' })
    expect(told('Counters')[0]?.counters.ports['ip6']).toMatchObject({
      delivered: 5,
      discarded: { 'asked again too soon': 25, 'too many messages about networks': 70 },
    })
    expect(told('Discarded').map(({ reason }) => reason)).toEqual([
      'asked again too soon',
      'too many messages about networks',
    ])
  })
})

describe('a global broadcast of the application', () => {
  it('that leaves through some of the ports is told, and counted, for each that it does not leave through', () => {
    const { submit, sent, told } = routerLab({ change: { ip6: { maxNpduLength: 12 } } })
    submit({ _tag: 'Apdu', apdu: fromHex('1008'), destination: TO_ALL })
    expect(sent().map(line => line.split(' ')[0])).toEqual(['ip', 'sc'])
    expect(told('Dropped')).toMatchObject([{ reason: 'too long for the link', port: 'ip6' }])
    submit({ _tag: 'ReadCounters' })
    expect(told('Counters')[0]?.counters.ports['ip6']?.unsent).toEqual({ 'too long for the link': 1 })
  })
})
