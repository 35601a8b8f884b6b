import { describe, expect, it } from 'vitest'
import { TO_ALL, toLocalNetwork, toNetwork, toStation } from '../../../src/network/event/destination.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { Mac } from '../../../src/values/mac.js'
import { ConfigurationError } from '../../../src/transport/configuration-error.js'
import { SECURE_PATH } from '../../../src/wire/header-option.js'
import {
  apdu,
  I_AM,
  IP6_STATION,
  IP_STATION,
  NEXT_ROUTER,
  READ_PROPERTY,
  routerLab,
  SC_STATION,
  WHO_IS,
} from '../../support/router-lab.js'
import { toHex } from '../../support/vectors.js'
import { macOf } from '../../support/mac.js'

describe('the application of a router, at home on the network of BACnet/SC', () => {
  it('sends to a station at home without addresses, and with its own elsewhere', () => {
    const { submit, sent } = routerLab()
    submit(apdu(I_AM, toStation(macOf(SC_STATION))))
    submit(apdu(I_AM, toStation(macOf(SC_STATION), 30)))
    submit(apdu(READ_PROPERTY, toStation(macOf(IP_STATION), 10), { expectingReply: true, priority: 'urgent' }))
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 2001)))
    expect(sent()).toEqual([
      `sc ${SC_STATION} 0100${I_AM}`,
      `sc ${SC_STATION} 0100${I_AM}`,
      `ip ${IP_STATION} 010d001e069a0000000001${READ_PROPERTY}`,
      `ip ${NEXT_ROUTER} 012807d10105001e069a0000000001ff${READ_PROPERTY}`,
    ])
  })

  it('broadcasts to one network, here or behind a router, and to all', () => {
    const { submit, sent } = routerLab()
    submit(apdu(WHO_IS, toLocalNetwork()))
    submit(apdu(WHO_IS, toLocalNetwork('ip')))
    submit(apdu(WHO_IS, toNetwork(20)))
    submit(apdu(WHO_IS, toNetwork(2001)))
    submit(apdu(WHO_IS, TO_ALL))
    expect(sent()).toEqual([
      `sc broadcast 0100${WHO_IS}`,
      `ip broadcast 0108001e069a0000000001${WHO_IS}`,
      `ip6 broadcast 0108001e069a0000000001${WHO_IS}`,
      `ip ${NEXT_ROUTER} 012807d100001e069a0000000001ff${WHO_IS}`,
      `ip broadcast 0128ffff00001e069a0000000001ff${WHO_IS}`,
      `ip6 broadcast 0128ffff00001e069a0000000001ff${WHO_IS}`,
      `sc broadcast 0120ffff00ff${WHO_IS}`,
    ])
  })

  it('hears who asked through which routers, and answers there', () => {
    const { ports, told, submit, sent } = routerLab()
    ports.ip.hear(`012effff0007d10105fe${WHO_IS}`, NEXT_ROUTER, true)
    const [heard] = told('Apdu')
    expect(heard).toMatchObject({
      source: { network: 2001, mac: '05' },
      port: 'ip',
      neighbour: NEXT_ROUTER,
      destination: 'global-broadcast',
      priority: 'critical-equipment',
    })
    expect(heard && toHex(heard.apdu)).toBe(WHO_IS)
    submit(apdu(I_AM, { _tag: 'Station', network: 2001, mac: macOf('05') }))
    expect(sent().at(-1)).toBe(`ip ${NEXT_ROUTER} 012807d10105001e069a0000000001ff${I_AM}`)
  })

  it('waits with what it has to say to a network that nobody is known to route to, and is told when nobody does', () => {
    const { ports, submit, sent, told, pass } = routerLab()
    const outbound = apdu(READ_PROPERTY, toStation(macOf('05'), 3000))
    submit(outbound)
    expect(sent()).toEqual(['ip broadcast 0180000bb8', 'ip6 broadcast 0180000bb8', 'sc broadcast 0180000bb8'])
    pass(seconds(2))
    ports.ip6.hear('0180010bb8', IP6_STATION, true)
    expect(sent().at(-1)).toBe(`ip6 ${IP6_STATION} 01280bb80105001e069a0000000001ff${READ_PROPERTY}`)
    const other = apdu(READ_PROPERTY, toStation(macOf('05'), 3001))
    submit(other)
    pass(seconds(6))
    expect(told('Dropped')).toEqual([{ _tag: 'Dropped', reason: 'no route to that network', outbound: other }])
  })

  it.each([
    ['router busy', '01800407d1'],
    ['no route to that network', '0180030107d1'],
  ])('is told: %s', (reason, npdu) => {
    const { ports, submit, told } = routerLab()
    ports.ip.hear(npdu, NEXT_ROUTER)
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 2001)))
    expect(told('Dropped')).toMatchObject([{ reason }])
  })

  it.each([
    ['empty APDU', apdu('', toStation(macOf(SC_STATION)))],
    ['Confirmed-Request to many', apdu(READ_PROPERTY, TO_ALL)],
    ['not an address of that network', apdu(I_AM, toStation(macOf('05')))],
    ['not an address of that network', apdu(I_AM, toStation(macOf('')))],
    ['not an address of that network', apdu(I_AM, toStation(macOf('05'), 10))],
    ['not a network number', apdu(I_AM, toStation(macOf('05'), 65535))],
    ['not a network number', apdu(I_AM, toNetwork(0))],
    ['there is no port attic', apdu(I_AM, toLocalNetwork('attic'))],
    ['too long for the link', apdu('10'.repeat(1500), toLocalNetwork())],
  ])('gets back what cannot be: %s', (reason, outbound) => {
    const { submit, told, sent } = routerLab()
    submit(outbound)
    expect(told('Dropped')).toEqual([{ _tag: 'Dropped', reason, outbound }])
    expect(sent()).toEqual([])
  })

  it.each(['', '10.0.1.7:47808', 'abc', 'FF', 'ff'.repeat(19), 'ff'.repeat(300)])(
    'gets back what is for a station beyond a router whose address cannot be: %j',
    text => {
      const { submit, told, sent } = routerLab()
      const outbound = apdu(I_AM, toStation(text as Mac, 2001))
      submit(outbound)
      expect(sent()).toEqual([])
      expect(told('Dropped')).toEqual([{ _tag: 'Dropped', reason: 'not an address of that network', outbound }])
    },
  )

  it('gets back what a link did not send, and what would go to all when no network is there', () => {
    const { ports, submit, told, pass } = routerLab()
    const outbound = apdu(I_AM, toStation(macOf(SC_STATION)), { dataOptions: [SECURE_PATH] })
    submit(outbound)
    expect(ports.sc.latest()?.dataOptions).toEqual([SECURE_PATH])
    expect(Object.keys(ports.sc.latest() ?? {})).toEqual(['_tag', 'npdu', 'headroom', 'destination', 'dataOptions'])
    ports.sc.giveBack('queue full')
    expect(told('Dropped')).toEqual([{ _tag: 'Dropped', reason: 'queue full', outbound, port: 'sc' }])
    for (const port of Object.values(ports)) port.stand({ isUp: false })
    pass(seconds(10))
    submit(apdu(WHO_IS, TO_ALL))
    expect(told('Dropped')).toMatchObject([{ reason: 'no network is there' }])
  })
})

describe('a router', () => {
  it('tells its routes, and what it has counted', () => {
    const { submit, told, ports } = routerLab()
    submit({ _tag: 'ReadRoutes' })
    expect(
      told('Routes')[0]?.routes.map(({ network, port, nextHop, state }) => [network, port, nextHop, state]),
    ).toEqual([
      [10, 'ip', undefined, 'reachable'],
      [20, 'ip6', undefined, 'reachable'],
      [30, 'sc', undefined, 'reachable'],
      [2001, 'ip', NEXT_ROUTER, 'reachable'],
    ])
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    submit({ _tag: 'ReadCounters' })
    expect(told('Counters')).toMatchObject([
      { counters: { routes: 4, waiting: 0, ports: { ip: { received: 2, delivered: 2 }, ip6: { forwarded: 1 } } } },
    ])
  })

  it('asks who routes to a network, or to any', () => {
    const { submit, sent } = routerLab()
    submit({ _tag: 'FindRouter', network: 7 })
    submit({ _tag: 'FindRouter', network: undefined })
    expect(sent().map(line => line.split(' ')[2])).toEqual([
      ...Array<string>(3).fill('0180000007'),
      ...Array<string>(3).fill('018000'),
    ])
  })

  it('has another port, and ends one, while it runs', () => {
    const { ports, submit, told, sent, pass } = routerLab()
    submit({ _tag: 'RemovePort', port: 'ip' })
    expect(told('PortRemoved')).toEqual([{ _tag: 'PortRemoved', port: 'ip', error: undefined }])
    expect(ports.ip.isOpen()).toBe(false)
    expect(told('Route').map(({ network, state }) => [network, state])).toEqual([
      [10, 'forgotten'],
      [2001, 'forgotten'],
    ])
    submit({ _tag: 'AddPort', port: { ...ports.ip.options, network: 11 } })
    expect(told('Port')).toMatchObject([{ port: 'ip', network: 11, isUp: true }])
    expect(sent()).toEqual(['ip broadcast 018013000b01'])
    pass(seconds(1))
    expect(sent()).toEqual([
      'ip6 broadcast 018001000b001e',
      'sc broadcast 018001000b0014',
      'ip broadcast 0180010014001e',
    ])
  })

  it('has other configured routes while it runs', () => {
    const { submit, told } = routerLab()
    const nextHop = macOf(NEXT_ROUTER)
    submit({ _tag: 'SetRoutes', routes: [{ network: 77, port: 'ip', nextHop }] })
    expect(told('Route')).toMatchObject([{ network: 77, origin: 'configured', state: 'reachable' }])
    submit({ _tag: 'SetRoutes', routes: [{ network: 78, port: 'attic', nextHop }] })
    submit({ _tag: 'SetRoutes', routes: [{ network: 0, port: 'ip', nextHop }] })
    submit({ _tag: 'SetRoutes', routes: [{ network: 79, port: 'ip6', nextHop }] })
    expect(told('Dropped').map(({ reason }) => reason)).toEqual([
      'route to 78: there is no port attic',
      '0 is not a network number',
      'route to 79: not an address of the network of ip6',
    ])
    expect(told('Route')).toEqual([])
  })

  it('goes on when the link of a port fails', () => {
    const { ports, told, sent } = routerLab()
    const error = new Error('the interface is gone')
    ports.ip6.fail(error)
    expect(told('PortRemoved')).toEqual([{ _tag: 'PortRemoved', port: 'ip6', error }])
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toHaveLength(1)
  })

  it('ends all ports in good order, and leaves no timer', () => {
    const { ports, submit, end, hasEnded, told, running } = routerLab()
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 3000)))
    ports.ip.hear('01800407d1', NEXT_ROUTER, true)
    end()
    expect(hasEnded()).toBe(true)
    expect(Object.values(ports).some(port => port.isOpen())).toBe(false)
    expect(told('Dropped')).toMatchObject([{ reason: 'the network layer ends' }])
    expect(running()).toBe(0)
  })

  it('that is dropped says nothing more, and leaves no timer', () => {
    const { ports, submit, close, running, sent } = routerLab()
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 3000)))
    ports.ip.hear('01800407d1', NEXT_ROUTER, true)
    ports.sc.stand({ isUp: false })
    sent()
    close()
    expect(sent()).toEqual([])
    expect(running()).toBe(0)
  })
})

describe('ports that come and go', () => {
  it('are not announced when they were down for a moment', () => {
    const { ports, sent, pass, told } = routerLab()
    ports.sc.stand({ isUp: false })
    pass(seconds(9))
    ports.sc.stand({ isUp: true })
    pass(seconds(60))
    expect(told('Port')).toEqual([])
    expect(sent()).toEqual([])
  })

  it('are announced at a bearable pace', () => {
    const { ports, sent, pass } = routerLab({ limits: { outage: ms(100) } })
    for (let i = 0; i < 20; i++) {
      ports.sc.stand({ isUp: false })
      pass(ms(100))
      ports.sc.stand({ isUp: true })
      pass(ms(200))
    }
    expect(sent().filter(line => line.startsWith('ip ')).length).toBe(5)
    pass(seconds(10))
    expect(sent().filter(line => line.startsWith('ip ')).length).toBe(1)
  })

  it('have their networks unreachable while they are down', () => {
    const { ports, sent, pass, told } = routerLab()
    ports.ip.stand({ isUp: false })
    pass(seconds(10))
    expect(told('Route').map(({ network, state }) => [network, state])).toEqual([
      [10, 'unreachable'],
      [2001, 'unreachable'],
    ])
    ports.sc.hear(`012407d10105ff${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toEqual([`sc ${SC_STATION} 0180030107d1`])
  })
})

describe('options that cannot be', () => {
  it.each([
    [{ ip6: { network: 10 } }, 'port ip6: 10 is the network of port ip already'],
    [{ ip6: { network: 0 } }, 'port ip6: 0 is not a network number'],
    [{ ip6: { network: 65535 } }, 'port ip6: 65535 is not a network number'],
    [{ ip6: { name: 'ip' } }, 'port ip: there is a port ip already'],
    [{ ip6: { id: 256 } }, 'port ip6: 256 is not a port id'],
    [{ ip6: { id: 1 } }, 'port ip6: there is a port with id 1 already'],
  ])('%j are a ConfigurationError', (change, message) => {
    expect(routerLab({ change }).failure()).toEqual(new ConfigurationError(message))
  })
})
