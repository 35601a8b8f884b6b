import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../../src/values/duration.js'
import {
  IP6_STATION,
  IP_STATION,
  mac,
  NEXT_ROUTER,
  READ_PROPERTY,
  routerLab,
  SC_STATION,
} from '../../support/router-lab.js'

const OTHER_ROUTER = '00abcd'

describe('Who-Is-Router-To-Network', () => {
  it('is answered for a busy network, and asked on for one that is unreachable', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear('01800407d1', NEXT_ROUTER, true)
    sent()
    ports.ip6.hear('01800007d1', IP6_STATION, true)
    expect(sent()).toEqual(['ip6 broadcast 01800107d1'])
    ports.ip.hear('0180030107d1', NEXT_ROUTER)
    ports.ip6.hear('01800007d1', IP6_STATION, true)
    expect(sent()).toEqual(['ip broadcast 01880014030004d20007d1', 'sc broadcast 01880014030004d20007d1'])
  })

  it('keeps the source of whoever asked beyond another router', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear('018807d101050003e7', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 018807d101050003e7', 'sc broadcast 018807d101050003e7'])
  })

  it('for all networks is answered with what is beyond, without what is unreachable', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear('0180030107d1', NEXT_ROUTER)
    ports.sc.hear('018000', SC_STATION, true)
    expect(sent()).toEqual(['sc broadcast 018001000a0014'])
  })

  it('is answered at a bearable pace, however many ask', () => {
    const { ports, sent, pass } = routerLab()
    for (let i = 0; i < 1000; i++) ports.ip6.hear('018000', `0000${(i % 100).toString(16).padStart(2, '0')}`, true)
    expect(sent()).toHaveLength(5)
    pass(seconds(1))
    ports.ip6.hear('018000', IP6_STATION, true)
    expect(sent()).toHaveLength(1)
  })

  it('for ever new networks is asked on at a bearable pace', () => {
    const { ports, sent } = routerLab()
    for (let network = 3000; network < 4000; network++) {
      ports.ip6.hear(`018000${network.toString(16).padStart(4, '0')}`, IP6_STATION, true)
    }
    expect(sent()).toHaveLength(2 * 30)
  })
})

describe('I-Am-Router-To-Network', () => {
  it('moves a route to whoever said it last, and is carried on', () => {
    const { ports, sent, told } = routerLab()
    ports.ip6.hear('01800107d1', OTHER_ROUTER, true)
    expect(sent()).toEqual(['ip broadcast 01800107d1', 'sc broadcast 01800107d1'])
    expect(told('Route')).toMatchObject([{ network: 2001, port: 'ip6', nextHop: OTHER_ROUTER, state: 'reachable' }])
  })

  it('that says nothing new is carried on every 30 s at most', () => {
    const { ports, sent, pass } = routerLab()
    const again = (): number => {
      ports.ip.hear('01800107d1', NEXT_ROUTER, true)
      return sent().length
    }
    const counts = [again(), again()]
    pass(seconds(29))
    counts.push(again())
    pass(seconds(1))
    counts.push(again(), again())
    expect(counts).toEqual([2, 0, 0, 2, 0])
  })

  it('that answers a question for all, and says nothing new, is carried on only 5 s after that', () => {
    const { ports, sent, submit, pass } = routerLab()
    submit({ _tag: 'FindRouter', network: 99 })
    sent()
    ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    expect(sent()).toHaveLength(2)
    pass(seconds(30))
    submit({ _tag: 'FindRouter', network: undefined })
    expect(sent()).toEqual(['ip broadcast 018000', 'ip6 broadcast 018000', 'sc broadcast 018000'])
    ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    expect(sent()).toEqual([])
    ports.ip.hear('01800107d207d1', NEXT_ROUTER, true)
    expect(sent()).toHaveLength(2)
    pass(seconds(5))
    ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    expect(sent()).toHaveLength(2)
  })

  it('about a network that is here is told, teaches only the rest, and makes nothing of that router be carried on', () => {
    const { ports, sent, told, pass } = routerLab()
    ports.ip.hear('0180010014022b', NEXT_ROUTER, true)
    expect(sent()).toEqual([])
    expect(told('Conflict')).toMatchObject([
      { conflict: 'other router to a network that is here', network: 20, port: 'ip', neighbour: NEXT_ROUTER, count: 1 },
    ])
    expect(told('Route')).toMatchObject([{ network: 555, port: 'ip' }])
    ports.ip.hear('018001022c', NEXT_ROUTER, true)
    expect(sent()).toEqual([])
    pass(seconds(60))
    ports.ip.hear('018001022d', NEXT_ROUTER, true)
    expect(sent()).toHaveLength(2)
  })

  it('of a router side by side with this one takes no route from another while that leads there', () => {
    const { ports, told, pass } = routerLab()
    // What this router carries on of the next router comes back from the one at its side.
    ports.ip6.hear('01800107d1000a', OTHER_ROUTER, true)
    ports.ip6.hear('01800107d1', OTHER_ROUTER, true)
    expect(told('Route')).toEqual([])
    ports.ip.hear('0180030107d1', NEXT_ROUTER)
    told('Route')
    pass(seconds(1))
    ports.ip6.hear('01800107d1', OTHER_ROUTER, true)
    expect(told('Route')).toMatchObject([{ network: 2001, port: 'ip6', nextHop: OTHER_ROUTER, state: 'reachable' }])
  })

  it('about 0 and 65535 is not believed', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear('0180010000ffff', NEXT_ROUTER, true)
    expect(sent()).toEqual([])
    expect(told('Route')).toEqual([])
  })

  it('of somebody whom the policy does not believe changes nothing', () => {
    const { ports, sent, told } = routerLab({ policy: { mayAnnounce: (_, { source }) => source.mac !== OTHER_ROUTER } })
    ports.ip6.hear('01800107d1022b', OTHER_ROUTER, true)
    expect(sent()).toEqual([])
    expect(told('Route')).toEqual([])
  })

  it('of a route that changes to and fro is not believed for a while, and told', () => {
    const { ports, sent, told } = routerLab()
    for (let i = 0; i < 10; i++) {
      ports.ip6.hear('01800107d1', OTHER_ROUTER, true)
      ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    }
    expect(told('Conflict')[0]).toMatchObject({ conflict: 'route changes to and fro', network: 2001 })
    sent()
    ports.ip6.hear('01800107d1', OTHER_ROUTER, true)
    ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    expect(sent()).toEqual([])
  })

  it('of one router that lists ever other networks is carried on at a bearable pace', () => {
    const { ports, sent } = routerLab()
    for (let network = 3000; network < 4000; network++) {
      ports.ip.hear(`018001${network.toString(16).padStart(4, '0')}`, NEXT_ROUTER, true)
    }
    expect(sent()).toHaveLength(2 * 30)
  })
})

describe('Router-Busy-To-Network and Router-Available-To-Network', () => {
  it('close and open routes through whoever says so, and are carried on', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear('018004', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 01800407d1', 'sc broadcast 01800407d1'])
    ports.sc.hear(`012407d10105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toEqual([`sc ${SC_STATION} 0180030207d1`])
    ports.ip.hear('018005', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 01800507d1', 'sc broadcast 01800507d1'])
    expect(told('Route').map(({ state }) => state)).toEqual(['busy', 'reachable'])
    ports.sc.hear(`012407d10105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toHaveLength(1)
  })

  it.each(['01880005010204', '0188000501020407d1'])('of somebody of another network change nothing: %s', npdu => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(npdu, NEXT_ROUTER, true)
    expect(told('Route').filter(({ network }) => network === 2001)).toEqual([])
    expect(sent()).toEqual([])
  })

  it.each(['01800407d1', '018004', '018005'])('of somebody else change nothing, and go no further: %s', npdu => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(npdu, IP_STATION, true)
    expect(told('Route')).toEqual([])
    expect(sent()).toEqual([])
  })
})

describe('Reject-Message-To-Network', () => {
  it.each([
    ['01', 'unreachable'],
    ['02', 'busy'],
  ])('with reason %s from the next router makes its network %s', (reason, state) => {
    const { ports, told } = routerLab()
    ports.ip.hear(`018003${reason}07d1`, IP_STATION)
    expect(told('Route')).toEqual([])
    ports.ip.hear(`018003${reason}07d1`, NEXT_ROUTER)
    expect(told('Route')).toMatchObject([{ network: 2001, state }])
    expect(told('Rejected').map(({ source: { mac: from } }) => from)).toEqual([IP_STATION, NEXT_ROUTER])
  })

  it('with reason 1 is believed for half a minute, and then it is asked for the network again', () => {
    const { ports, sent, told, pass } = routerLab()
    const ask = (): readonly string[] => {
      ports.sc.hear(`012407d10105ff${READ_PROPERTY}`, SC_STATION)
      return sent()
    }
    ports.ip.hear('0180030107d1', NEXT_ROUTER)
    pass(seconds(29))
    expect(ask()).toEqual([`sc ${SC_STATION} 0180030107d1`])
    pass(seconds(1))
    expect(told('Route').map(({ state }) => state)).toEqual(['unreachable', 'forgotten'])
    expect(ask()).toEqual([`ip broadcast 0188001e06${SC_STATION}0007d1`, `ip6 broadcast 0188001e06${SC_STATION}0007d1`])
  })

  it('is told at once, and then once a second with how many there were', () => {
    const { ports, told, pass } = routerLab()
    for (let i = 0; i < 1000; i++) ports.ip.hear('0180030107d1', IP_STATION)
    pass(seconds(1))
    expect(told('Rejected').map(({ count }) => count)).toEqual([1, 29])
    expect(told('Discarded').map(({ count }) => count)).toEqual([1, 969])
  })

  it('is never rejected itself', () => {
    const { ports, sent, pass } = routerLab()
    ports.ip.hear('01a00bb80105ff03010014', IP_STATION)
    pass(seconds(10))
    expect(sent().filter(line => line.startsWith('ip '))).toEqual([])
  })
})

describe('rejects', () => {
  it('go back through the router that it came through, with the priority of what they are about', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`012e001405010203040507d10105fe${READ_PROPERTY}`, NEXT_ROUTER)
    expect(sent()).toEqual([`ip ${NEXT_ROUTER} 01a207d10105ff03060014`])
  })

  it('are said once a second to each station for each network', () => {
    const { ports, sent, pass } = routerLab()
    const ask = (network: string, from: string): void => ports.ip.hear(`0124${network}0105ff${READ_PROPERTY}`, from)
    for (let i = 0; i < 5; i++) ask('0014', IP_STATION)
    ask('001e', IP_STATION)
    ask('0014', 'c0a80133bac0')
    expect(sent()).toHaveLength(3)
    pass(seconds(1))
    ask('0014', IP_STATION)
    expect(sent()).toHaveLength(1)
  })

  it.each([
    ['was broadcast on its own network', `012400140105ff${READ_PROPERTY}`, true],
    ['is for all of a network', `01200bb800ff1008`, false],
  ])('are not said about what %s', (_, npdu, isBroadcast) => {
    const { ports, sent, pass } = routerLab()
    ports.ip.hear(npdu, IP_STATION, isBroadcast)
    pass(seconds(10))
    expect(sent().filter(line => line.includes(IP_STATION) && line.startsWith('ip '))).toEqual([])
  })
})

describe('messages that a router does not know', () => {
  it.each([
    ['withdrawn', '01800a', '018003030000'],
    ['reserved', '018014', '018003030000'],
    ['proprietary', '01808003e7', '018003030000'],
    ['Establish-Connection', '0180080bb805', '018003000bb8'],
  ])('%s is refused to whoever sent it to us, and not when it was broadcast', (_, npdu, reject) => {
    const { ports, sent } = routerLab()
    ports.ip.hear(npdu, IP_STATION)
    expect(sent()).toEqual([`ip ${IP_STATION} ${reject}`])
    ports.ip.hear(npdu, NEXT_ROUTER, true)
    expect(sent()).toEqual([])
  })

  it.each(['0180020bb801', '0180090bb8', '01800700'])('%s is taken without a word', npdu => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(npdu, IP_STATION)
    expect(sent()).toEqual([])
    expect(told('Discarded')).toEqual([])
  })
})

describe('Initialize-Routing-Table', () => {
  it('without rows is answered with all routes', () => {
    const { ports, sent } = routerLab()
    ports.ip6.hear('01840600', IP6_STATION)
    expect(sent()).toEqual([`ip6 ${IP6_STATION} 01800704000a010000140200001e030007d10100`])
  })

  it('with rows is acknowledged, and changes nothing where that is not allowed', () => {
    const { ports, sent, told } = routerLab()
    ports.ip6.hear('0184060107d10000', IP6_STATION)
    expect(sent()).toEqual([`ip6 ${IP6_STATION} 01800700`])
    expect(told('Route')).toEqual([])
    expect(told('Discarded')).toMatchObject([{ reason: 'may not write the routing table', neighbour: IP6_STATION }])
  })

  it('removes what was learned where that is allowed, and never what is direct', () => {
    const { ports, sent, told } = routerLab({ policy: { mayWrite: ({ source }) => source.mac === IP6_STATION } })
    ports.ip6.hear('0184060207d10000000a0000', IP6_STATION)
    expect(sent()).toEqual([`ip6 ${IP6_STATION} 01800700`])
    expect(told('Route')).toMatchObject([{ network: 2001, state: 'forgotten' }])
  })

  it('that puts a network behind a port has it asked for there', () => {
    const { ports, sent } = routerLab({ policy: { mayWrite: () => true } })
    ports.ip6.hear('0184060107d10300', IP6_STATION)
    expect(sent()).toEqual(['sc broadcast 01800007d1', `ip6 ${IP6_STATION} 01800700`])
  })

  it('that was broadcast, or is not allowed to read, is not answered', () => {
    const { ports, sent, told } = routerLab({ policy: { mayRead: () => false } })
    ports.ip6.hear('01840600', IP6_STATION, true)
    ports.ip6.hear('01840600', IP6_STATION)
    expect(sent()).toEqual([])
    expect(told('Discarded')).toMatchObject([{ reason: 'may not read the routing table' }])
  })

  it('is answered to us only when we asked', () => {
    const { ports, submit, told, sent } = routerLab()
    const table = '018007010bb80100'
    ports.ip.hear(table, NEXT_ROUTER)
    expect(told('RoutingTableOf')).toEqual([])
    submit({ _tag: 'ReadRoutingTable', port: 'ip', router: mac(NEXT_ROUTER) })
    expect(sent()).toEqual([`ip ${NEXT_ROUTER} 01840600`])
    ports.ip.hear(table, IP_STATION)
    ports.ip.hear(table, NEXT_ROUTER)
    expect(told('RoutingTableOf')).toMatchObject([
      { port: 'ip', router: NEXT_ROUTER, rows: [{ network: 3000, portId: 1 }] },
    ])
    expect(told('Route')).toEqual([])
  })
})

describe('a network that is not known', () => {
  it('is asked for while NPDUs wait, which go on in order when a router says that it is there', () => {
    const { ports, sent, pass } = routerLab()
    ports.ip.hear(`01240bb80105ff${READ_PROPERTY}`, IP_STATION)
    ports.ip.hear('01200bb80106ff1008', IP_STATION)
    expect(sent()).toEqual(['ip6 broadcast 0188000a06c0a80132bac0000bb8', 'sc broadcast 0188000a06c0a80132bac0000bb8'])
    pass(ms(2500))
    expect(sent()).toHaveLength(2)
    ports.sc.hear('0180010bb8', SC_STATION, true)
    expect(sent()).toEqual([
      'ip broadcast 0180010bb8',
      'ip6 broadcast 0180010bb8',
      `sc ${SC_STATION} 012c0bb80105000a06c0a80132bac0fe${READ_PROPERTY}`,
      `sc ${SC_STATION} 01280bb80106000a06c0a80132bac0fe1008`,
    ])
  })

  it('behind the network that it came from has them dropped', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`01240bb80105ff${READ_PROPERTY}`, IP_STATION, true)
    sent()
    ports.ip.hear('0180010bb8', NEXT_ROUTER, true)
    expect(sent()).toEqual(['ip6 broadcast 0180010bb8', 'sc broadcast 0180010bb8'])
    expect(told('RejectSent')).toEqual([])
  })

  it('that nobody routes to is refused at once for 30 s after that was found out', () => {
    const { ports, sent, pass } = routerLab()
    const ask = (): readonly string[] => {
      ports.ip.hear(`01240bb80105ff${READ_PROPERTY}`, IP_STATION)
      return sent()
    }
    expect(ask()).toHaveLength(2)
    pass(seconds(6))
    expect(sent().at(-1)).toBe(`ip ${IP_STATION} 018003010bb8`)
    pass(seconds(2))
    expect(ask()).toEqual([`ip ${IP_STATION} 018003010bb8`])
    pass(seconds(28))
    expect(ask()).toHaveLength(2)
  })
})
