import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { ip6Station, type Ip6Station } from '../support/ip6-stations.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { I_AM, WHO_IS, numbered } from '../support/npdu.js'
import { whyNoStations } from '../support/udp-stations.js'

const reason = await whyNoStations(true)
const skipped = reason === undefined ? '' : ` (${reason})`

const PORT = 47_808

const startStation = (host: NamespaceHost, device: number, ...role: readonly string[]): Promise<Ip6Station> =>
  ip6Station(host, { device, role })

describe.skipIf(reason !== undefined)(`B/IPv6 ports on three links${skipped}`, () => {
  let lab: NamespaceLab
  let stations: readonly Ip6Station[]

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: { office: '10.71.1', plant: '10.71.2', street: '10.71.3' }, ipv6: true })
    const [one, two, officeNode, plantNode, device] = await Promise.all([
      lab.host('one', 'office', 5),
      lab.host('two', 'plant', 5),
      lab.host('office-node', 'office', 7),
      lab.host('plant-node', 'plant', 7),
      lab.host('device', 'street', 7),
    ])
    const at = ({ ip6 }: NamespaceHost): string => `[${ip6}]:${PORT}`
    // First the BBMDs: who registers when nobody hears it tries again only after 5 s.
    const bbmds = await Promise.all([startStation(one, 1, 'bbmd', at(two)), startStation(two, 2, 'bbmd', at(one))])
    stations = [
      ...bbmds,
      ...(await Promise.all([
        startStation(officeNode, 107),
        startStation(plantNode, 207),
        startStation(device, 307, 'foreign', at(one)),
      ])),
    ]
  }, 30_000)
  afterAll(() => lab.remove())

  it('find each other by VMAC over both domains, before anybody has broadcast anything', async () => {
    const [, , officeNode, plantNode, device] = stations as [Ip6Station, Ip6Station, Ip6Station, Ip6Station, Ip6Station]
    officeNode.say(plantNode.vmac, I_AM)
    device.say(plantNode.vmac, numbered(1))
    plantNode.say(device.vmac, numbered(2))
    await Promise.all([
      plantNode.prints(`${officeNode.vmac} unicast ${toHex(I_AM)}`),
      plantNode.prints(`${device.vmac} unicast ${toHex(numbered(1))}`),
      device.prints(`${plantNode.vmac} unicast ${toHex(numbered(2))}`),
    ])
  })

  it('hear each Who-Is once, all of them but who asks', async () => {
    for (const asks of stations) asks.say('*', WHO_IS)
    const heardBy = (station: Ip6Station): readonly string[] =>
      station.printed().filter(line => line.endsWith(` broadcast ${toHex(WHO_IS)}`))
    await Promise.all(
      stations.flatMap(station =>
        stations
          .filter(asks => asks !== station)
          .map(asks => station.prints(`${asks.vmac} broadcast ${toHex(WHO_IS)}`)),
      ),
    )
    // What comes later than these would be what came twice.
    const [bbmd] = stations
    for (const station of stations) if (station !== bbmd) bbmd?.say(station.vmac, numbered(3))
    await Promise.all(
      stations.filter(station => station !== bbmd).map(({ prints }) => prints(`000001 unicast ${toHex(numbered(3))}`)),
    )
    expect(stations.map(station => heardBy(station).length)).toEqual([4, 4, 4, 4, 4])
  })
})
