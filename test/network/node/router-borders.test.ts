import { describe, expect, it } from 'vitest'
import { TO_ALL } from '../../../src/network/event/destination.js'
import { seconds } from '../../../src/values/duration.js'
import {
  IP6_STATION,
  IP_STATION,
  mac,
  NEXT_ROUTER,
  READ_PROPERTY,
  routerLab,
  SC_STATION,
  WHO_IS,
} from '../../support/router-lab.js'
import { fromHex } from '../../support/vectors.js'

describe('ports that may not pass anything to each other', () => {
  const apart = () =>
    routerLab({ policy: { mayPass: (from, to) => !(from === 'ip' && to === 'sc') && !(from === 'sc' && to === 'ip') } })

  it('are not announced to each other, nor what is behind them', () => {
    const { ports, sent } = apart()
    ports.sc.hear('018000', SC_STATION, true)
    ports.sc.hear('018000000a', SC_STATION, true)
    ports.sc.hear('01800007d1', SC_STATION, true)
    ports.ip.hear('018000', IP_STATION, true)
    expect(sent()).toEqual(['sc broadcast 0180010014', 'ip broadcast 0180010014'])
  })

  it('have no messages about networks carried on to each other', () => {
    const { ports, sent } = apart()
    ports.ip.hear('0180010bb8', NEXT_ROUTER, true)
    ports.ip.hear('0180040bb8', NEXT_ROUTER, true)
    ports.ip.hear('0180000bb9', IP_STATION, true)
    ports.ip.hear(`01240bba0105ff${READ_PROPERTY}`, IP_STATION)
    expect(sent().map(line => line.split(' ')[0])).toEqual(['ip6', 'ip6', 'ip6', 'ip6'])
  })
})

describe('a port that does not know the number of its network', () => {
  const unnumbered = () => {
    const lab = routerLab({
      change: { ip6: { network: undefined } },
      routes: [{ network: 77, port: 'ip6', nextHop: mac(IP6_STATION) }],
    })
    lab.told('Discarded')
    return lab
  }

  it('has no question about routes answered or asked on, and no announcement believed', () => {
    const { ports, sent, told } = unnumbered()
    for (const npdu of ['018000', '018000000a', '0180000bb8', '01800107d1', '01800407d1', '018005']) {
      ports.ip6.hear(npdu, IP6_STATION, true)
    }
    expect(sent()).toEqual([])
    expect(told('Route')).toEqual([])
    expect(told('Discarded')).toMatchObject([{ reason: 'number of its network is not known' }])
  })

  it('has nothing carried on that comes in there, nor a route learned from it', () => {
    const { ports, sent, told } = unnumbered()
    ports.ip6.hear(`0124000a06c0a80132bac0ff${READ_PROPERTY}`, IP6_STATION)
    ports.ip6.hear(`0128ffff000bb80105fe${WHO_IS}`, IP6_STATION, true)
    expect(sent()).toEqual([])
    expect(told('Route')).toEqual([])
    expect(told('Apdu')).toHaveLength(1)
  })

  it('has nothing carried on to it, not even along a configured route, of which others hear nothing', () => {
    const { ports, sent, submit } = unnumbered()
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent().map(line => line.split(' ')[0])).toEqual(['sc'])
    ports.ip.hear(`0124004d0105ff${READ_PROPERTY}`, IP_STATION)
    ports.ip.hear('018000', IP_STATION, true)
    ports.ip.hear('0180000bb8', IP_STATION, true)
    expect(sent()).toEqual(['ip broadcast 018001001e', 'sc broadcast 0188000a06c0a80132bac0000bb8'])
    submit({ _tag: 'Apdu', apdu: fromHex(WHO_IS), destination: TO_ALL })
    expect(sent().map(line => line.split(' ')[0])).toEqual(['ip', 'sc'])
  })

  it('is announced once it has learned it', () => {
    const { ports, sent, pass } = unnumbered()
    ports.ip6.hear('018013001401', IP6_STATION, true)
    pass(seconds(1))
    expect(sent()).toEqual([
      'ip broadcast 0180010014001e004d',
      'ip6 broadcast 018001000a001e07d1',
      'sc broadcast 018001000a0014004d07d1',
    ])
  })
})

describe('ports that are down', () => {
  it('have no questions, lists and broadcasts sent to them', () => {
    const { ports, sent, pass } = routerLab()
    ports.sc.stand({ isUp: false })
    pass(seconds(10))
    ports.ip.hear('0180000bb8', IP_STATION, true)
    ports.ip.hear('0180010bb9', NEXT_ROUTER, true)
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    ports.ip.hear(`01240bba0105ff${READ_PROPERTY}`, IP_STATION)
    expect(sent().map(line => line.split(' ')[0])).toEqual(['ip6', 'ip6', 'ip6', 'ip6'])
  })

  it('are those of the router all the same, so that what is for its address there is delivered', () => {
    const { ports, pass, told } = routerLab()
    ports.ip6.stand({ isUp: false })
    pass(seconds(10))
    ports.ip.hear(`0124001403000901ff${READ_PROPERTY}`, IP_STATION)
    expect(told('Apdu')).toHaveLength(1)
  })
})
