import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { tsharkIsHere } from '../support/tshark-ask.js'
import { udpStation, whyNoStations, type UdpStation } from '../support/udp-stations.js'

const reason = await whyNoStations(true)
const skipped = reason === undefined ? '' : ` (${reason})`

const LINK_GROUP = 'ff02::bac0'
const SITE_GROUP = 'ff05::bac0'

/** What they heard of what was sent with these octets. */
const heardOf = (station: UdpStation, hex: string): readonly string[] =>
  station.printed().filter(line => line.endsWith(` ${hex}`))

describe.skipIf(reason !== undefined)(`UDP ports of BACnet/IPv6 on real links${skipped}`, () => {
  let lab: NamespaceLab
  let office: NamespaceHost
  let neighbour: NamespaceHost
  let plant: NamespaceHost
  /** Behind `office`, which has a second interface for it. */
  let inner: NamespaceHost

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: { office: '10.71.1', plant: '10.71.2' }, ipv6: true })
    ;[office, neighbour, plant] = await Promise.all([
      lab.host('office', 'office', 5),
      lab.host('neighbour', 'office', 6),
      lab.host('plant', 'plant', 7),
    ])
    inner = await lab.behind(office, 'inner', 1)
  })
  afterAll(() => lab.remove())

  const at = ({ ip6 }: NamespaceHost, port = 47_808): string => `[${ip6}]:${port}`
  const linkLocalOf = async (host: NamespaceHost, name = 'eth0'): Promise<string> =>
    /inet6 (fe80:[^/]+)/.exec(await host.run('ip', '-6', 'addr', 'show', 'dev', name, 'scope', 'link'))?.[1] ?? ''

  it('hear unicasts of all links and multicasts of their own, which come back to who sent them', async () => {
    const [a, b, c] = (await Promise.all([office, neighbour, plant].map(host => udpStation(host, at(host))))) as [
      UdpStation,
      UdpStation,
      UdpStation,
    ]
    expect(a.printed()).toEqual([`bound ${at(office)} [ff02::bac0]:47808`])
    a.say('[ff02::bac0]:47808', '01')
    await Promise.all([a, b].map(({ prints }) => prints(`${at(office)} broadcast 01`)))
    a.say(at(plant), '02')
    await c.prints(`${at(office)} unicast 02`)
    c.say(at(office), '03')
    await a.prints(`${at(plant)} unicast 03`)
    expect(heardOf(c, '01')).toEqual([])
    expect(heardOf(a, '01')).toHaveLength(1)
  })

  it('share the group with others on their host, which hear them as well', async () => {
    await office.run('ip', 'addr', 'add', 'fd71:0:0:1::15/64', 'dev', 'eth0')
    const port = 47_809
    const [a, beside, b] = await Promise.all([
      udpStation(office, at(office, port)),
      udpStation(office, `[fd71:0:0:1::15]:${port}`),
      udpStation(neighbour, at(neighbour, port)),
    ])
    a.say(`[ff02::bac0]:${port}`, '01')
    await Promise.all([a, beside, b].map(({ prints }) => prints(`${at(office, port)} broadcast 01`)))
    b.say(`[ff02::bac0]:${port}`, '02')
    await Promise.all([a, beside, b].map(({ prints }) => prints(`${at(neighbour, port)} broadcast 02`)))
    beside.say(at(office, port), '03')
    await a.prints(`[fd71:0:0:1::15]:${port} unicast 03`)
  })

  it.each([LINK_GROUP, SITE_GROUP])('hear their own interface of several, with others on the rest: %s', async group => {
    const port = group === LINK_GROUP ? 47_810 : 47_811
    const [outer, second, b, d] = await Promise.all([
      udpStation(office, at(office, port), group),
      udpStation(office, `[fd72:0:0:1::1]:${port}`, group),
      udpStation(neighbour, at(neighbour, port), group),
      udpStation(inner, at(inner, port), group),
    ])
    const all = [outer, second, b, d]
    b.say(`[${group}]:${port}`, '01')
    d.say(`[${group}]:${port}`, '02')
    await Promise.all([
      outer.prints(`${at(neighbour, port)} broadcast 01`),
      second.prints(`${at(inner, port)} broadcast 02`),
    ])
    outer.say(`[${group}]:${port}`, '03')
    second.say(`[${group}]:${port}`, '04')
    await Promise.all([b.prints(`${at(office, port)} broadcast 03`), d.prints(`[fd72:0:0:1::1]:${port} broadcast 04`)])
    // Unicasts, which come last.
    b.say(at(office, port), '05')
    d.say(`[fd72:0:0:1::1]:${port}`, '05')
    await Promise.all(
      [outer, second].map(station => station.prints(station === outer ? at(neighbour, port) : at(inner, port))),
    )
    expect(all.map(station => ['01', '02', '03', '04'].filter(hex => heardOf(station, hex).length > 0))).toEqual([
      ['01', '03'],
      ['02', '04'],
      ['01', '03'],
      ['02', '04'],
    ])
  })

  it('know an interface that was added later for another one from the next look on', async () => {
    const port = 47_818
    const outer = await udpStation(neighbour, at(neighbour, port), SITE_GROUP)
    const added = await lab.behind(neighbour, 'added', 2)
    const [second, d] = await Promise.all([
      udpStation(neighbour, `[fd72:0:0:2::1]:${port}`, SITE_GROUP),
      udpStation(added, at(added, port), SITE_GROUP),
    ])
    outer.look()
    outer.say(at(neighbour, port), '00')
    await outer.prints(`${at(neighbour, port)} unicast 00`)
    d.say(`[${SITE_GROUP}]:${port}`, '01')
    await Promise.all([
      second.prints(`${at(added, port)} broadcast 01`),
      outer.prints('strayed from another interface'),
    ])
    expect(heardOf(outer, '01')).toEqual([])
  })

  it('speak with link-local addresses, whose zones they add and take off', async () => {
    const port = 47_812
    const [here, there] = await Promise.all([linkLocalOf(office), linkLocalOf(neighbour)])
    const [a, b, c] = await Promise.all([
      udpStation(office, `[${here}]:${port}`),
      udpStation(neighbour, `[${there}]:${port}`),
      udpStation(neighbour, at(neighbour, port)),
    ])
    expect(a.printed()).toEqual([`bound [${here}]:${port} [ff02::bac0]:${port}`])
    a.say(`[${there}]:${port}`, '01')
    await b.prints(`[${here}]:${port} unicast 01`)
    b.say(`[${here}]:${port}`, '02')
    await a.prints(`[${there}]:${port} unicast 02`)
    b.say(`[ff02::bac0]:${port}`, '03')
    await Promise.all([a, b, c].map(({ prints }) => prints(`[${there}]:${port} broadcast 03`)))
    c.say(`[${here}]:${port}`, '04')
    await a.prints(`${at(neighbour, port)} unicast 04`)
  })

  it('on all addresses are of the named interface, and hear link-local hosts of no other', async () => {
    const port = 47_813
    const all = await udpStation(office, `[::]:${port}`, LINK_GROUP, 'v-inner')
    expect(all.printed()).toEqual([`bound [fd72:0:0:1::1]:${port} [ff02::bac0]:${port}`])
    const [near, far] = await Promise.all([linkLocalOf(inner), linkLocalOf(neighbour)])
    const [b, d] = await Promise.all([
      udpStation(neighbour, `[${far}]:${port}`),
      udpStation(inner, `[${near}]:${port}`),
    ])
    b.say(`[${await linkLocalOf(office)}]:${port}`, '01')
    b.say(`[ff02::bac0]:${port}`, '01')
    d.say(`[ff02::bac0]:${port}`, '02')
    await all.prints(`[${near}]:${port} broadcast 02`)
    all.say(`[${near}]:${port}`, '03')
    all.say(`[ff02::bac0]:${port}`, '04')
    const source = `[fd72:0:0:1::1]:${port}`
    await d.prints(`${source} unicast 03`)
    await Promise.all([d.prints(`${source} broadcast 04`), all.prints(`${source} broadcast 04`)])
    expect(heardOf(all, '01')).toEqual([])
    expect(heardOf(b, '04')).toEqual([])
  })

  it('on all addresses are of an interface that others reach when none is named', async () => {
    const { printed } = await udpStation(plant, '[::]:47817')
    expect(printed()).toEqual([`bound ${at(plant, 47_817)} [ff02::bac0]:47817`])
  })

  it('do not hear another group', async () => {
    const port = 47_814
    const [a, b] = await Promise.all([
      udpStation(office, at(office, port), SITE_GROUP),
      udpStation(neighbour, at(neighbour, port)),
    ])
    for (const group of [LINK_GROUP, SITE_GROUP]) {
      a.say(`[${group}]:${port}`, '01')
      b.say(`[${group}]:${port}`, '02')
    }
    a.say(at(neighbour, port), '03')
    b.say(at(office, port), '03')
    await Promise.all([a.prints(`${at(neighbour, port)} unicast 03`), b.prints(`${at(office, port)} unicast 03`)])
    expect(heardOf(a, '02')).toEqual([`${at(neighbour, port)} broadcast 02`])
    expect(heardOf(b, '01')).toEqual([`${at(office, port)} broadcast 01`])
  })

  it.skipIf(!tsharkIsHere)(
    'let multicasts cross as many links as the scope of their group needs (by tshark)',
    async () => {
      const fields = ['ipv6.dst', 'ipv6.hlim'].flatMap(field => ['-e', field])
      const filter = ['-f', 'udp port 47815', '-T', 'fields', ...fields]
      const capture = lab.router.start('tshark', '-i', 'office', '-l', '-n', ...filter)
      let seen = ''
      capture.stdout.on('data', (octets: Buffer) => (seen += octets.toString()))
      const [near, wide] = await Promise.all([
        udpStation(office, at(office, 47_815)),
        udpStation(neighbour, at(neighbour, 47_815), SITE_GROUP),
      ])
      // It does not say when it has begun to listen.
      const sayAndSee = (): readonly string[] => {
        near.say('[ff02::bac0]:47815', '01')
        wide.say('[ff05::bac0]:47815', '02')
        return [...new Set(seen.split('\n').slice(0, -1))].sort()
      }
      await expect.poll(sayAndSee, { timeout: 10_000 }).toEqual(['ff02::bac0\t1', 'ff05::bac0\t64'])
    },
  )

  it('end with a plain word when they are to be on an interface that is not there', async () => {
    const ends = await Promise.all([
      udpStation(plant, '[::]:47816', LINK_GROUP, 'eth7'),
      udpStation(office, at(office, 47_816), LINK_GROUP, 'v-inner'),
      udpStation(office, '[fd71::dead]:47816'),
    ])
    expect(ends.map(({ printed }) => printed())).toEqual([
      ["error there is no interface 'eth7' that is up and has an IPv6 address (lo, eth0)"],
      ['error fd71:0:0:1::5 is not an address of v-inner'],
      ['error fd71::dead is not an address of this host'],
    ])
  })
})
