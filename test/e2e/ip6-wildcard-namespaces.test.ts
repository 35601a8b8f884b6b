import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { skippedIp6, whyNoIp6 } from '../support/ip6-here.js'
import { ip6Station, type Ip6Station } from '../support/ip6-stations.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'
import { I_AM, WHO_IS, numbered } from '../support/npdu.js'
import { udpStation } from '../support/udp-stations.js'

const PORT = 47_808
const ANY = `[::]:${PORT}`

describe.skipIf(whyNoIp6 !== undefined)(`B/IPv6 ports on all addresses of their hosts${skippedIp6}`, () => {
  let lab: NamespaceLab
  let hosts: Readonly<Record<'one' | 'two' | 'officeNode' | 'plantNode' | 'device' | 'stranger', NamespaceHost>>
  let bbmd1: Ip6Station
  let bbmd2: Ip6Station
  let officeNode: Ip6Station
  let plantNode: Ip6Station
  /** A foreign device in the very domain of its BBMD. */
  let device: Ip6Station

  const at = ({ ip6 }: NamespaceHost, port = PORT): string => `[${ip6}]:${port}`

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: { office: '10.71.1', plant: '10.71.2' }, ipv6: true })
    const [one, two, office, plant, foreign, stranger] = await Promise.all([
      lab.host('one', 'office', 5),
      lab.host('two', 'plant', 5),
      lab.host('office-node', 'office', 7),
      lab.host('plant-node', 'plant', 7),
      lab.host('device', 'office', 8),
      lab.host('stranger', 'plant', 9),
    ])
    hosts = { one, two, officeNode: office, plantNode: plant, device: foreign, stranger }
    await one.run('ip', 'addr', 'add', 'fd71:0:0:1::55/64', 'dev', 'eth0')
    // First the BBMDs: who registers when nobody hears it tries again only after 5 s.
    ;[bbmd1, bbmd2] = await Promise.all([
      ip6Station(one, { bind: ANY, device: 1, role: ['bbmd', at(two)] }),
      ip6Station(two, { bind: ANY, device: 2, role: ['bbmd', at(one)] }),
    ])
    ;[officeNode, plantNode, device] = await Promise.all([
      ip6Station(office, { bind: ANY, device: 107 }),
      ip6Station(plant, { bind: ANY, device: 207 }),
      ip6Station(foreign, { bind: ANY, device: 108, role: ['foreign', at(one)] }),
    ])
  }, 30_000)
  afterAll(() => lab.remove())

  it('find each other by VMAC over two multicast domains', async () => {
    officeNode.say(plantNode.vmac, I_AM)
    device.say(plantNode.vmac, numbered(1))
    plantNode.say(device.vmac, numbered(2))
    await Promise.all([
      plantNode.prints(`${officeNode.vmac} unicast ${toHex(I_AM)}`),
      plantNode.prints(`${device.vmac} unicast ${toHex(numbered(1))}`),
      device.prints(`${plantNode.vmac} unicast ${toHex(numbered(2))}`),
    ])
  })

  it('hear each Who-Is once, also from a BBMD with two addresses and as a foreign device in its domain', async () => {
    const stations = [bbmd1, bbmd2, officeNode, plantNode, device]
    const heard = `broadcast ${toHex(WHO_IS)}`
    for (const asks of stations) asks.say('*', WHO_IS)
    await Promise.all(
      stations.flatMap(station =>
        stations.filter(asks => asks !== station).map(asks => station.prints(`${asks.vmac} ${heard}`)),
      ),
    )
    // What comes later than this would be what came twice.
    bbmd1.say(device.vmac, numbered(3))
    await device.prints(`${bbmd1.vmac} unicast ${toHex(numbered(3))}`)
    expect(stations.map(({ printed }) => printed().filter(line => line.endsWith(heard)).length)).toEqual([
      4, 4, 4, 4, 4,
    ])
  })

  it('do not relay as BBMDs what a stranger asks for by unicast', async () => {
    const stranger = await udpStation(hosts.stranger, at(hosts.stranger, 47_900))
    stranger.say(at(hosts.two), '8203000a0004d200006b')
    await stranger.prints(`${at(hosts.two)} unicast 820000090000020030`)
  })

  it('de-register as a foreign device, by the address that the BBMD has', async () => {
    await bbmd1.prints(`foreign ${at(hosts.device)} registered`)
    device.end()
    await bbmd1.prints(`foreign ${at(hosts.device)} deleted`)
  })

  it('do not take themselves for somebody with their random VMAC when their address changes', async () => {
    const late = await lab.host('late', 'office', 77)
    await late.run('ip', 'addr', 'del', `${late.ip6}/64`, 'dev', 'eth0')
    const node = await ip6Station(late, { bind: ANY, speed: 20 })
    const talk = setInterval(() => node.say('*', numbered(4)), 5)
    await late.run('ip', 'addr', 'add', `${late.ip6}/64`, 'dev', 'eth0')
    await node.prints(`listens ${at(late)}`).finally(() => clearInterval(talk))
    node.say('*', numbered(5))
    await officeNode.prints(`${node.vmac} broadcast ${toHex(numbered(5))}`)
    const talked = node.printed().filter(line => line.startsWith('conflict') || line.startsWith('has'))
    expect(new Set(talked)).toEqual(new Set(['has none', `has ${node.vmac}`]))
  })
})
