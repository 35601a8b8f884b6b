import { describe, expect, it } from 'vitest'
import { seconds } from '../../../src/values/duration.js'
import { SECURE_PATH, proprietaryOption } from '../../../src/wire/header-option.js'
import {
  IP6_STATION,
  IP_STATION,
  NEXT_ROUTER,
  READ_PROPERTY,
  routerLab,
  SC_STATION,
  WHO_IS,
  type RouterLab,
} from '../../support/router-lab.js'

const TO_IP6 = `01240014030004d2ff${READ_PROPERTY}`

describe('an NPDU for another network', () => {
  it('goes out with priority and reply bit as they came', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`01270014030004d2ff${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([`ip6 0004d2 010f000a06c0a80132bac0${READ_PROPERTY}`])
  })

  it('keeps the type of a network layer message', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear('01a00014030004d2ff0301270f', IP_STATION)
    expect(sent()).toEqual(['ip6 0004d2 0188000a06c0a80132bac00301270f'])
  })

  it('may come with the last hop, as its network is here', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`01240014030004d200${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([`ip6 0004d2 010c000a06c0a80132bac0${READ_PROPERTY}`])
  })

  it('is refused with reason 6 where its address is none of that network', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`0124001406c0a80132bac0ff${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([`ip ${IP_STATION} 018003060014`])
    expect(told('RejectSent')).toMatchObject([
      { network: 20, reason: 6, port: 'ip', to: { network: 10, mac: IP_STATION } },
    ])
  })

  it('is refused with reason 4 where it is too long with the source that is put in', () => {
    const { ports, sent } = routerLab({ change: { ip6: { maxNpduLength: 30 } } })
    // 2 + 9 octets of header go out, so that 19 octets of an APDU are the most.
    ports.ip.hear(`01240014030004d2ff02${'00'.repeat(18)}`, IP_STATION)
    ports.ip.hear(`01240014030004d2ff02${'00'.repeat(19)}`, IP_STATION)
    expect(sent()).toEqual([`ip6 0004d2 010c000a06c0a80132bac002${'00'.repeat(18)}`, `ip ${IP_STATION} 018003040014`])
  })

  it('is refused with reason 4 where the link gives it back as too long for whom it goes to', () => {
    const { ports, sent } = routerLab({ change: { sc: { tooLong: 'too long' } } })
    ports.ip.hear(`0120001e069a7b31c2d405ff${WHO_IS}`, IP_STATION)
    sent()
    ports.sc.giveBack('queue full')
    expect(sent()).toEqual([])
    ports.sc.giveBack('too long')
    expect(sent()).toEqual([`ip ${IP_STATION} 01800304001e`])
  })

  it('never goes back to the network that it came from', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`0124000a06c0a80133bac0ff${READ_PROPERTY}`, IP_STATION)
    ports.ip.hear(`0120000a00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toEqual([])
  })

  it('goes to the next router on the network that it came from only when it was sent to us, and not to him who sent it', () => {
    const { ports, sent } = routerLab()
    ports.ip.hear(`012407d10105ff${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([`ip ${NEXT_ROUTER} 012c07d10105000a06c0a80132bac0fe${READ_PROPERTY}`])
    ports.ip.hear(`012407d10105ff${READ_PROPERTY}`, IP_STATION, true)
    ports.ip.hear(`012c07d10105001e06${SC_STATION}fe${READ_PROPERTY}`, NEXT_ROUTER)
    expect(sent()).toEqual([])
  })

  it('for the router itself is delivered, whichever of its addresses it is for', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`0124001403000901ff${READ_PROPERTY}`, IP_STATION)
    ports.ip.hear(`0124000a06c0a80101bac0ff${READ_PROPERTY}`, IP_STATION)
    expect(sent()).toEqual([])
    expect(told('Apdu')).toMatchObject([
      { destination: 'unicast', source: { network: 10, mac: IP_STATION }, port: 'ip' },
      { destination: 'unicast', source: { network: 10, mac: IP_STATION }, port: 'ip' },
    ])
  })

  it('for all of the network at home is delivered as well', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`0120001e00ff${WHO_IS}`, IP_STATION)
    expect(sent()).toEqual([`sc broadcast 0108000a06c0a80132bac0${WHO_IS}`])
    expect(told('Apdu')).toMatchObject([{ destination: 'remote-broadcast' }])
    ports.sc.hear(`0120000a00ff${WHO_IS}`, SC_STATION)
    expect(told('Apdu')).toEqual([])
  })

  it.each([
    ['to all networks', '0120ffff00ff', true],
    ['to all of one network', '0120001400ff', false],
    ['to all of the own network', '0100', true],
  ])('is not carried on when it is a Confirmed-Request %s', (_, header, isBroadcast) => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`${header}${READ_PROPERTY}`, IP_STATION, isBroadcast)
    expect(sent()).toEqual([])
    expect(told('Apdu')).toEqual([])
    expect(told('Discarded')).toMatchObject([
      { reason: 'Confirmed-Request to many', port: 'ip', neighbour: IP_STATION },
    ])
  })

  it('is not carried on between ports that may not pass anything to each other', () => {
    const { ports, sent, told } = routerLab({ policy: { mayPass: (from, to) => from !== 'ip' || to !== 'ip6' } })
    ports.ip.hear(TO_IP6, IP_STATION)
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toEqual([`ip ${IP_STATION} 018003010014`, `sc broadcast 0128ffff00000a06c0a80132bac0fe${WHO_IS}`])
    expect(told('Discarded')).toEqual([])
  })
})

describe('a global broadcast', () => {
  it('with no hop left is heard here, and goes no further', () => {
    const { ports, sent, told } = routerLab()
    for (const hops of ['00', '01']) ports.ip.hear(`0120ffff00${hops}${WHO_IS}`, IP_STATION, true)
    expect(sent()).toEqual([])
    expect(told('Apdu')).toHaveLength(2)
  })

  it('skips ports that are down, and those that it is too long for', () => {
    const { ports, sent, pass } = routerLab({ change: { ip6: { maxNpduLength: 10 } } })
    ports.sc.stand({ isUp: false })
    pass(seconds(10))
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toEqual([])
  })

  it('of one station is carried on at a bearable pace, and heard here all the same', () => {
    const { ports, sent, told, pass } = routerLab()
    for (let i = 0; i < 300; i++) ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toHaveLength(2 * 200)
    expect(told('Apdu')).toHaveLength(300)
    ports.ip6.hear(`0120ffff00ff${WHO_IS}`, IP6_STATION, true)
    expect(sent()).toHaveLength(2)
    pass(seconds(1))
    ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    expect(sent()).toHaveLength(2)
    expect(told('Discarded')).toMatchObject([
      { reason: 'too many broadcasts', count: 1 },
      { reason: 'too many broadcasts', count: 99 },
    ])
  })

  it.each<readonly [string, (lab: RouterLab) => void, readonly number[]]>([
    ['told of before it ends in good order, also in the last second', lab => lab.end(), [1, 99]],
    ['told to nobody who has unsubscribed', lab => lab.close(), [1]],
  ])('and what was too much is %s', (_, end, counts) => {
    const lab = routerLab()
    for (let i = 0; i < 300; i++) lab.ports.ip.hear(`0120ffff00ff${WHO_IS}`, IP_STATION, true)
    end(lab)
    lab.pass(seconds(2))
    expect(lab.told('Discarded').map(({ count }) => count)).toEqual(counts)
    expect(lab.hasEnded()).toBe(counts.length > 1)
  })
})

describe('what says that it is of a network which is here', () => {
  it('has looped: it is discarded and told, and teaches nothing', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(`0128ffff00001403${IP6_STATION}fe${WHO_IS}`, NEXT_ROUTER, true)
    ports.sc.hear(`0108000a06${IP_STATION}${READ_PROPERTY}`, SC_STATION)
    expect(sent()).toEqual([])
    expect(told('Apdu')).toEqual([])
    expect(told('Conflict')).toMatchObject([
      { conflict: 'source of a network that is here', network: 20, port: 'ip', neighbour: NEXT_ROUTER },
      { conflict: 'source of a network that is here', network: 10, port: 'sc', neighbour: SC_STATION },
    ])
  })
})

describe('a global broadcast that has passed', () => {
  const broadcast = (hops: string, apdu = WHO_IS): string => `0128ffff0007d10105${hops}${apdu}`

  it('and comes back with fewer hops to go is discarded, and told as a loop', () => {
    const { ports, sent, told } = routerLab()
    ports.ip.hear(broadcast('f0'), NEXT_ROUTER, true)
    expect(sent()).toHaveLength(2)
    ports.sc.hear(broadcast('ec'), SC_STATION, true)
    ports.ip.hear(broadcast('e0'), NEXT_ROUTER, true)
    expect(sent()).toEqual([])
    expect(told('Apdu')).toHaveLength(1)
    expect(told('Conflict')).toMatchObject([
      { conflict: 'broadcast that comes back', network: 2001, port: 'sc', neighbour: SC_STATION },
      { conflict: 'broadcast that comes back', network: 2001, port: 'ip', neighbour: NEXT_ROUTER },
    ])
  })

  it('may be said again, and another one come from further away, or the same after a while', () => {
    const { ports, sent, told, pass } = routerLab()
    ports.ip.hear(broadcast('f0'), NEXT_ROUTER, true)
    ports.ip.hear(broadcast('f0'), NEXT_ROUTER, true)
    ports.ip.hear(broadcast('e0', '10080901'), NEXT_ROUTER, true)
    ports.ip.hear(`0128ffff0007d10106e0${WHO_IS}`, NEXT_ROUTER, true)
    pass(seconds(2))
    ports.ip.hear(broadcast('e0'), NEXT_ROUTER, true)
    expect(sent()).toHaveLength(5 * 2)
    expect(told('Conflict')).toEqual([])
  })
})

describe('data options', () => {
  const other = proprietaryOption(0x0102, 3, Uint8Array.of(4), false)

  it('stay with what goes from one secure network to another', () => {
    const { ports } = routerLab({ change: { ip6: { isSecure: true } } })
    ports.sc.hear(TO_IP6, SC_STATION, false, [SECURE_PATH, other])
    expect(ports.ip6.latest()?.dataOptions).toEqual([SECURE_PATH, other])
  })

  it.each(['ip6', 'sc'] as const)('lose the Secure Path where %s is not secure', port => {
    const { ports } = routerLab({ change: { [port]: { isSecure: false } } })
    ports.sc.hear(TO_IP6, SC_STATION, false, [SECURE_PATH, other])
    expect(ports.ip6.latest()?.dataOptions).toEqual([other])
  })
})

describe('what is no NPDU', () => {
  it.each([
    ['', 'not an NPDU'],
    ['0220ffff00ff1008', 'not an NPDU'],
    ['0120000000ff1008', 'not an NPDU'],
    ['0100', 'empty APDU'],
    ['0120ffff00ff', 'empty APDU'],
    ['01800100', 'malformed message'],
    ['01a00014030004d2ff12', 'message that is never routed'],
    ['0188007b010512', 'message that is never routed'],
  ])('%s is discarded, counted and told', (npdu, reason) => {
    const { ports, told, submit } = routerLab()
    ports.ip.hear(npdu, IP_STATION)
    expect(told('Discarded')).toEqual([{ _tag: 'Discarded', reason, port: 'ip', neighbour: IP_STATION, count: 1 }])
    submit({ _tag: 'ReadCounters' })
    expect(told('Counters')[0]?.counters.ports['ip']?.discarded).toEqual({ [reason]: 1 })
  })
})
