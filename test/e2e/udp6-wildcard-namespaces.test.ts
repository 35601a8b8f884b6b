import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { udpStation, whyNoStations, type UdpStation } from '../support/udp-stations.js'

const reason = await whyNoStations(true)
const skipped = reason === undefined ? '' : ` (${reason})`

const LINK_GROUP = 'ff02::bac0'
const SITE_GROUP = 'ff05::bac0'

describe.skipIf(reason !== undefined)(`UDP ports of BACnet/IPv6 on all addresses of a host${skipped}`, () => {
  let lab: NamespaceLab
  let office: NamespaceHost
  let neighbour: NamespaceHost
  let late: NamespaceHost

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: { office: '10.71.1' }, ipv6: true })
    ;[office, neighbour, late] = await Promise.all([
      lab.host('office', 'office', 5),
      lab.host('neighbour', 'office', 6),
      lab.host('late', 'office', 7),
    ])
  })
  afterAll(() => lab.remove())

  const at = ({ ip6 }: NamespaceHost, port: number): string => `[${ip6}]:${port}`
  const linkLocalOf = async (host: NamespaceHost): Promise<string> =>
    /inet6 (fe80:[^/]+)/.exec(await host.run('ip', '-6', 'addr', 'show', 'dev', 'eth0', 'scope', 'link'))?.[1] ?? ''
  const give = (host: NamespaceHost, address: string): Promise<string> =>
    host.run('ip', 'addr', 'add', `${address}/64`, 'dev', 'eth0')
  const take = (host: NamespaceHost, address: string): Promise<string> =>
    host.run('ip', 'addr', 'del', `${address}/64`, 'dev', 'eth0')

  it('send from one address whatever they send to, and know how datagrams came', async () => {
    const port = 47_808
    const near = `[${await linkLocalOf(neighbour)}]:${port}`
    const [all, b, c] = await Promise.all([
      udpStation(office, `[::]:${port}`),
      udpStation(neighbour, at(neighbour, port)),
      udpStation(neighbour, near),
    ])
    expect(all.printed()).toEqual([`bound ${at(office, port)} [${LINK_GROUP}]:${port}`])
    all.say(`[${LINK_GROUP}]:${port}`, '01')
    all.say(near, '02')
    await Promise.all([
      b.prints(`${at(office, port)} broadcast 01`),
      c.prints(`${at(office, port)} broadcast 01`),
      c.prints(`${at(office, port)} unicast 02`),
      all.prints(`${at(office, port)} broadcast 01`),
    ])
    b.say(at(office, port), '03')
    c.say(`[${LINK_GROUP}]:${port}`, '04')
    await Promise.all([all.prints(`${at(neighbour, port)} unicast 03`), all.prints(`${near} broadcast 04`)])
    expect(all.printed()).toHaveLength(4)
  })

  it('stay where they are when other addresses come, and take the oldest of several', async () => {
    const port = 47_809
    const [all, b] = await Promise.all([udpStation(office, `[::]:${port}`), udpStation(neighbour, at(neighbour, port))])
    await give(office, 'fd71:0:0:1::55')
    await give(office, '2001:db8::55')
    all.look()
    const another = await udpStation(office, `[::]:${port + 1}`)
    await take(office, '2001:db8::55')
    all.say(`[${LINK_GROUP}]:${port}`, '01')
    await b.prints(`${at(office, port)} broadcast 01`)
    expect(all.printed().filter(line => line.startsWith('bound'))).toHaveLength(1)
    expect(another.printed()).toEqual([expect.stringMatching(/^bound \[2001:db8::55\]/)])
    another.look()
    await another.prints(`bound ${at(office, port + 1)}`)
  })

  it('do not hear another group, whoever joins it on their host', async () => {
    const port = 47_811
    const [all, wide, b] = await Promise.all([
      udpStation(office, `[::]:${port}`),
      udpStation(office, `[${await linkLocalOf(office)}]:${port}`, SITE_GROUP),
      udpStation(neighbour, at(neighbour, port), SITE_GROUP),
    ])
    b.say(`[${SITE_GROUP}]:${port}`, '01')
    b.say(at(office, port), '02')
    await Promise.all([
      wide.prints(`${at(neighbour, port)} broadcast 01`),
      all.prints(`${at(neighbour, port)} unicast 02`),
    ])
    expect(all.printed().filter(line => line.endsWith(' 01'))).toEqual([])
  })

  describe('that have a link-local address only', () => {
    const PORT = 47_812
    let link: string
    let all: UdpStation
    let b: UdpStation

    beforeAll(async () => {
      await take(late, late.ip6)
      link = `[${await linkLocalOf(late)}]:${PORT}`
      ;[all, b] = await Promise.all([udpStation(late, `[::]:${PORT}`), udpStation(neighbour, at(neighbour, PORT))])
    })

    it('go to the first that means something beyond the link, and hear at the other a while longer', async () => {
      expect(all.printed()).toEqual([`bound ${link} [${LINK_GROUP}]:${PORT}`])
      await give(late, late.ip6)
      all.say(`[${LINK_GROUP}]:${PORT}`, '01')
      all.look()
      await all.prints(`bound ${at(late, PORT)} [${LINK_GROUP}]:${PORT}`)
      await b.prints(`${link} broadcast 01`)
      all.say(`[${LINK_GROUP}]:${PORT}`, '02')
      await b.prints(`${at(late, PORT)} broadcast 02`)
      b.say(link, '03')
      await all.prints(`${at(neighbour, PORT)} unicast 03`)
      all.look()
      all.say(at(neighbour, PORT), '00')
      await b.prints(`${at(late, PORT)} unicast 00`)
      b.say(link, '04')
      b.say(at(late, PORT), '05')
      await all.prints(`${at(neighbour, PORT)} unicast 05`)
      expect(all.printed().some(line => line.endsWith(' 04'))).toBe(false)
    })

    it('go back to it when there is no other any more', async () => {
      await take(late, late.ip6)
      const before = all.printed().length
      all.look()
      await expect.poll(() => all.printed().slice(before)).toEqual([`bound ${link} [${LINK_GROUP}]:${PORT}`])
      all.say(`[${LINK_GROUP}]:${PORT}`, '06')
      await b.prints(`${link} broadcast 06`)
    })

    it('stay while their interface is down', async () => {
      const before = all.printed().length
      await late.run('ip', 'link', 'set', 'eth0', 'down')
      all.look()
      await late.run('ip', 'link', 'set', 'eth0', 'up')
      await expect.poll(() => late.run('ip', 'addr', 'show', 'dev', 'eth0')).toContain('fe80')
      all.look()
      await expect
        .poll(() => {
          all.say(`[${LINK_GROUP}]:${PORT}`, '07')
          return b.printed()
        })
        .toContain(`${link} broadcast 07`)
      expect(
        all
          .printed()
          .slice(before)
          .filter(line => line.startsWith('bound')),
      ).toEqual([])
    })
  })
})
