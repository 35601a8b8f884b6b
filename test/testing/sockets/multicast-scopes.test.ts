import { describe, expect, it } from 'vitest'
import { isWide } from '../../../src/io/ip6-local.js'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { parseIpv6 } from '../../../src/values/ipv6.js'
import { right } from '../../support/right.js'
import { runPort6 } from '../../support/udp6-port.js'

const OFFICE = 'fd71:0:0:1::/64'
const PLANT = 'fd71:0:0:2::/64'
/** Two addresses of the host that sends, and who else is there. */
const WHERE: Readonly<Record<string, string>> = {
  'fd71:0:0:1::1': 'itself',
  'fd71:0:0:1::f': 'its host',
  'fd71:0:0:1::2': 'its link',
  'fd71:0:0:2::3': 'its site',
  'fd71:0:0:3::4': 'elsewhere',
  'fd71:0:0:4::5': 'the other site of that link',
}

/** Where members of a group hear what is sent to it from an address on the first link. */
const reached = (group: string, from: string): readonly string[] => {
  const clock = virtualClock()
  const internet = virtualInternet6(clock, {
    sites: { campus: [OFFICE, PLANT], annexe: [PLANT, 'fd71:0:0:4::/64'] },
    hostOf: ip => (/^(fd71:0:0:1|fe80):(:|0:0:0:)[1f]$/.test(ip) ? 'sender' : ip),
  })
  const members = Object.entries(WHERE).map(([ip, where]) => ({
    where,
    port: runPort6(internet.port({ bind: `[${ip}]:47808`, group })),
  }))
  const sender =
    members.find(({ where }) => where === 'itself' && WHERE[from] === where)?.port ??
    runPort6(internet.port({ bind: `[${from}]:47808`, link: OFFICE, group }))
  clock.advance(ms(0))
  sender.send(`[${group}]:47808`, 1)
  clock.advance(ms(0))
  return members.filter(({ port }) => port.heard().length > 0).map(({ where }) => where)
}

const HOST = ['itself', 'its host']
const LINK = [...HOST, 'its link']
const SITE = [...LINK, 'its site']

describe('a multicast on a virtual internet', () => {
  it.each([
    ['ff01::bac0', HOST],
    ['ff02::bac0', LINK],
    ['ff03::bac0', SITE],
    ['ff05::bac0', SITE],
    ['ff08::bac0', SITE],
    ['ff0e::bac0', SITE],
    ['ff15::bac0', SITE],
  ])('to %s reaches %j', (group, where) => {
    expect(reached(group, 'fd71:0:0:1::1')).toEqual(where)
  })

  it('goes beyond its link where a real port takes its group for a wide one', () => {
    for (const scope of '123456789abcde') {
      const group = `ff0${scope}::bac0`
      const isFarHeard = reached(group, 'fd71:0:0:1::1').includes('its site')
      expect(`${group} ${isFarHeard}`).toBe(`${group} ${isWide(right(parseIpv6(group)))}`)
    }
  })

  it('stays on its link when it is from a link-local address, whatever its group', () => {
    for (const group of ['ff02::bac0', 'ff05::bac0', 'ff0e::bac0']) expect(reached(group, 'fe80::1')).toEqual(LINK)
    expect(reached('ff01::bac0', 'fe80::1')).toEqual(HOST)
  })
})
