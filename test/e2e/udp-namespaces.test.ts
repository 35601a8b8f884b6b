import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natPath } from '../support/nat-path.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { udpStation, whyNoStations, type UdpStation } from '../support/udp-stations.js'

const reason = await whyNoStations()
const station = (host: NamespaceHost, bind = `${host.ip}:47808`): Promise<UdpStation> => udpStation(host, bind)

describe.skipIf(reason !== undefined)(`UDP ports on three subnets${reason === undefined ? '' : ` (${reason})`}`, () => {
  let lab: NamespaceLab
  let hosts: readonly NamespaceHost[]

  beforeAll(async () => {
    lab = await namespaceLab({
      subnets: { office: '10.71.1', plant: '10.71.2', street: '10.71.3' },
      directedBroadcasts: true,
    })
    hosts = await Promise.all([
      lab.host('a', 'office', 5),
      lab.host('b', 'office', 6),
      lab.host('c', 'plant', 7),
      lab.host('out', 'street', 9),
    ])
  })
  afterAll(() => lab.remove())

  it('hear broadcasts of their subnet and unicasts of all, and answer a client behind a NAT', async () => {
    const [onA, onB, onC, outside] = hosts as [NamespaceHost, NamespaceHost, NamespaceHost, NamespaceHost]
    const onD = await natPath(lab, 'd', 9, { outside, port: 40_000, peers: [`${onC.ip}:47808`] })
    const [a, b, c, all, d] = await Promise.all([
      station(onA),
      station(onB),
      station(onC),
      station(onC, '0.0.0.0:47809'),
      station(onD),
    ])
    expect(a.printed()).toEqual(['bound 10.71.1.5:47808 10.71.1.255:47808'])
    expect(all.printed()).toEqual(['bound 10.71.2.7:47809 10.71.2.255:47809'])

    a.say('10.71.1.255:47808', '01')
    await b.prints('10.71.1.5:47808 broadcast 01')
    await a.prints('10.71.1.5:47808 broadcast 01')
    a.say('255.255.255.255:47808', '02')
    await b.prints('10.71.1.5:47808 broadcast 02')
    a.say('10.71.2.7:47808', '03')
    await c.prints('10.71.1.5:47808 unicast 03')
    a.say('10.71.2.255:47808', '04')
    await c.prints('10.71.1.5:47808 broadcast 04')
    a.say('10.71.2.255:47809', '05')
    await all.prints('10.71.1.5:47808 unknown 05')
    all.say('10.71.2.255:47809', '06')
    await all.prints('10.71.2.7:47809 unknown 06')

    d.say('10.71.2.7:47808', '07')
    await c.prints('10.71.3.9:40000 unicast 07')
    c.say('10.71.3.9:40000', '08')
    await d.prints('10.71.2.7:47808 unicast 08')
    b.say('10.71.3.9:40000', '09')
    await d.prints('10.71.1.6:47808 unicast 09')
    d.say('10.71.1.6:47808', '0a')
    await b.prints('10.71.3.9:40000 unicast 0a')
    expect(c.printed().filter(line => / 0[12]$/.test(line))).toEqual([])
  })
})
