import { describe, expect, it } from 'vitest'
import { TO_ALL, toLocalNetwork, toNetwork, toStation } from '../../../src/network/event/destination.js'
import { seconds } from '../../../src/values/duration.js'
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
import { macOf } from '../../support/mac.js'

const entityLab = (options: Parameters<typeof routerLab>[0] = {}): ReturnType<typeof routerLab> =>
  routerLab({ isRouter: false, ...options })

describe('a node that is no router', () => {
  it('carries nothing on, rejects nothing, and announces nothing', () => {
    const { ports, sent, pass, told } = entityLab()
    ports.ip.hear(`01240014030004d2ff${READ_PROPERTY}`, IP_STATION)
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    ports.ip.hear('018000', IP_STATION, true)
    ports.ip.hear('0180000014', IP_STATION, true)
    ports.ip.hear('01840600', IP_STATION)
    ports.ip.hear('01800a', IP_STATION)
    pass(seconds(60))
    expect(sent()).toEqual([])
    expect(told('Apdu')).toHaveLength(1)
    expect(told('Discarded')).toEqual([])
  })

  it.each([
    ['to it, without networks', '0100', false, 'unicast'],
    ['to all of its network', '0100', true, 'local-broadcast'],
    ['to all networks', '0120ffff00ff', true, 'global-broadcast'],
    ['to all of its network, by number', '0120000a00ff', false, 'remote-broadcast'],
    ['to it, by number', '0120000a06c0a80101bac0ff', false, 'unicast'],
  ])('hears what is %s', (_, header, isBroadcast, destination) => {
    const { ports, told } = entityLab()
    ports.ip.hear(`${header}${WHO_IS}`, IP_STATION, isBroadcast)
    expect(told('Apdu')).toMatchObject([{ destination, source: { network: 10, mac: IP_STATION }, port: 'ip' }])
  })

  it.each([
    ['for another network', `0120001400ff${WHO_IS}`],
    ['for another station of its network', `0120000a06c0a80199bac0ff${WHO_IS}`],
    ['a Confirmed-Request to all', `0120ffff00ff${READ_PROPERTY}`],
  ])('does not hear what is %s', (_, npdu) => {
    const { ports, told, submit } = entityLab()
    ports.ip.hear(npdu, IP_STATION, true)
    expect(told('Apdu')).toEqual([])
    submit({ _tag: 'ReadCounters' })
    expect(Object.values(told('Counters')[0]?.counters.ports['ip']?.discarded ?? {})).toEqual([1])
  })

  it('works without knowing the number of its network, for which it asks', () => {
    const { ports, told, sent, submit, pass } = entityLab({ isNew: true, change: { ip: { network: undefined } } })
    expect(sent()).toEqual(['ip broadcast 018012'])
    ports.ip.hear(`0100${WHO_IS}`, IP_STATION, true)
    expect(told('Apdu')).toMatchObject([{ source: { network: undefined, mac: IP_STATION } }])
    submit(apdu(I_AM, toStation(macOf(IP_STATION), undefined, 'ip')))
    expect(sent()).toEqual([`ip ${IP_STATION} 0100${I_AM}`])
    pass(seconds(10))
    expect(sent()).toEqual(['ip broadcast 018012'])
    told('Port')
    ports.ip.hear('018013000a00', NEXT_ROUTER, true)
    expect(told('Port')).toMatchObject([{ port: 'ip', network: 10 }])
    ports.ip.hear(`0100${WHO_IS}`, IP_STATION, true)
    expect(told('Apdu')).toMatchObject([{ source: { network: 10, mac: IP_STATION } }])
    ports.ip.hear('018012', IP_STATION, true)
    expect(sent()).toEqual([])
  })

  it('says the number of its network when it is configured, and told that others have another one', () => {
    const { ports, sent, told } = entityLab()
    ports.ip6.hear('018012', IP6_STATION)
    expect(sent()).toEqual(['ip6 broadcast 018013001401'])
    ports.ip6.hear('018013001501', IP6_STATION, true)
    expect(told('Conflict')).toMatchObject([
      { conflict: 'other number for a network', network: 21, port: 'ip6', neighbour: IP6_STATION },
    ])
  })

  it('is a station of each of its networks', () => {
    const { submit, sent } = entityLab()
    submit(apdu(I_AM, toStation(macOf(SC_STATION), 30)))
    submit(apdu(I_AM, toStation(macOf('05'), 2001)))
    submit(apdu(WHO_IS, toNetwork(20)))
    submit(apdu(WHO_IS, TO_ALL))
    expect(sent()).toEqual([
      `sc ${SC_STATION} 0100${I_AM}`,
      `ip ${NEXT_ROUTER} 012007d10105ff${I_AM}`,
      `ip6 broadcast 0100${WHO_IS}`,
      `ip broadcast 0120ffff00ff${WHO_IS}`,
      `ip6 broadcast 0120ffff00ff${WHO_IS}`,
      `sc broadcast 0120ffff00ff${WHO_IS}`,
    ])
  })

  it('must be told which network is meant, where it has several', () => {
    const { submit, told, sent } = entityLab()
    submit(apdu(WHO_IS, toLocalNetwork()))
    expect(told('Dropped')).toMatchObject([{ reason: 'there are several ports, and none is named' }])
    submit(apdu(WHO_IS, toLocalNetwork('sc')))
    expect(sent()).toEqual([`sc broadcast 0100${WHO_IS}`])
  })

  it('answers through the router that a request came through last', () => {
    const { ports, submit, sent } = entityLab()
    const answer = (): readonly string[] => {
      submit(apdu(I_AM, toStation(macOf('05'), 2001)))
      return sent()
    }
    expect(answer()).toEqual([`ip ${NEXT_ROUTER} 012007d10105ff${I_AM}`])
    ports.ip6.hear(`012effff0007d10105fe${WHO_IS}`, IP6_STATION, true)
    expect(answer()).toEqual([`ip6 ${IP6_STATION} 012007d10105ff${I_AM}`])
  })

  it('finds a router, and tells those that wait when there is none', () => {
    const { ports, submit, sent, told, pass } = entityLab()
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 3000)))
    expect(sent()).toHaveLength(3)
    ports.sc.hear('0180010bb8', SC_STATION, true)
    expect(sent()).toEqual([`sc ${SC_STATION} 01200bb80105ff${READ_PROPERTY}`])
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 3001)))
    pass(seconds(6))
    expect(told('Dropped')).toMatchObject([{ reason: 'no route to that network' }])
    submit(apdu(READ_PROPERTY, toStation(macOf('05'), 3001)))
    expect(told('Dropped')).toMatchObject([{ reason: 'no route to that network' }])
  })

  it('does not ask a busy router, nor one that has said that it cannot reach the network, until it says otherwise', () => {
    const { ports, submit, told, sent } = entityLab()
    const ask = (): readonly string[] => {
      submit(apdu(READ_PROPERTY, toStation(macOf('05'), 2001)))
      return told('Dropped').map(({ reason }) => reason)
    }
    ports.ip.hear('018800140300090104', NEXT_ROUTER, true)
    expect(ask()).toEqual([])
    ports.ip.hear('018004', NEXT_ROUTER, true)
    expect(ask()).toEqual(['router busy'])
    ports.ip.hear('018005', NEXT_ROUTER, true)
    expect(ask()).toEqual([])
    ports.ip.hear('0180030107d1', NEXT_ROUTER)
    expect(told('Rejected')).toMatchObject([{ network: 2001, reason: 1, source: { network: 10, mac: NEXT_ROUTER } }])
    sent()
    expect(ask()).toEqual([])
    expect(sent()).toEqual(['ip broadcast 01800007d1', 'ip6 broadcast 01800007d1', 'sc broadcast 01800007d1'])
  })

  it('tells messages of vendors', () => {
    const { ports, told } = entityLab()
    ports.ip.hear('01808003e7abcd', IP_STATION)
    expect(told('NetworkMessage')).toMatchObject([{ message: { _tag: 'Proprietary', type: 0x80, vendorId: 999 } }])
  })
})
