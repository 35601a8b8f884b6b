import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'

let lab: LabFolder
let folder: BoxFolder
beforeAll(async () => {
  lab = await labFolder(['box', 'other'])
  folder = boxFolder(lab.path)
  writeFileSync(join(lab.path, 'rubbish.pem'), 'rubbish')
})
afterAll(() => lab.remove())

const TLS = { ca: ['ca.pem'], cert: 'box.pem', key: 'box.key' }
const campus = { name: 'campus', type: 'sc-node', network: 1, hub: 'wss://hub-a:4443', tls: TLS }
const floor = { name: 'floor', type: 'ip', network: 2, bind: '127.0.0.1:47808' }
const lab6 = { name: 'lab', type: 'ip6', network: 3, bind: '[::1]:47808', interface: 'lo', vmac: '00025a' }
const hub = { name: 'hub', type: 'sc-hub', listen: 'wss://127.0.0.1:4443', tls: TLS }
const RIGHT = { ports: [campus, floor, lab6, hub], router: { ports: ['campus', 'floor', 'lab'] } }
const NAMES = 'campus, floor, lab'

const ports = (...list: readonly unknown[]) => ({ ports: list })
const routed = (router: object) => ({ ...RIGHT, router: { ports: ['campus', 'floor', 'lab'], ...router } })
const twoIp = (one: object, other: object) => ({
  ports: [
    { ...floor, ...one },
    { ...floor, name: 'other', network: 9, bind: '127.0.0.1:47809', ...other },
  ],
  router: { ports: ['floor', 'other'] },
})
const two6 = (other: object) => ({
  ports: [lab6, { ...lab6, name: 'other', network: 9, ...other }],
  router: { ports: ['lab', 'other'] },
})
const via = (network: number, port: string, next: string) => ({ routes: [{ network, port, via: next }] })
const two = { broadcast: '127.255.255.255:47810' }

describe('a file that is right', () => {
  it.each<[name: string, box: unknown]>([
    ['with all kinds of ports, and a router', RIGHT],
    ['with a $schema', { $schema: './box.schema.json', ...RIGHT }],
    ['with TLS files beside the other options', ports({ name: 'n', type: 'sc-node', hub: 'wss://a', ...TLS })],
    ['with a home and announcers', routed({ home: 'floor', announcers: ['campus'] })],
    ['with routes', routed(via(2001, 'floor', '10.0.2.99:47808'))],
    ['with policies', routed({ learnFromTraffic: false, readers: [], writers: ['lab'], apart: [['lab', 'floor']] })],
    [
      'with a port of the router that learns its number',
      { ports: [{ ...floor, network: undefined }, lab6], router: { ports: ['floor', 'lab'] } },
    ],
    [
      'with two hubs that pick free ports',
      ports({ ...hub, listen: 'wss://127.0.0.1:0' }, { ...hub, name: 'b', listen: 'wss://127.0.0.1:0' }),
    ],
    ['with a byte order mark', `\uFEFF${JSON.stringify(RIGHT)}`],
    ['with ports of one subnet that no router joins', ports(...twoIp(two, two).ports)],
  ])('%s', async (_, box) => {
    expect(await folder.fault(box)).toBeUndefined()
  })
})

describe('what is wrong is named with its place', () => {
  it.each<[box: unknown, line: string]>([
    ['', 'Unexpected end of JSON input'],
    [[], 'must be an object: a box'],
    [null, 'must be an object: a box'],
    [{}, 'ports: is missing'],
    [{ port: [] }, 'port: unknown key; there are ports, router'],
    ['{"__proto__": {}, "ports": []}', '__proto__: unknown key; there are ports, router'],
    [{ ports: {} }, 'ports: must be a list'],
    [{ ports: [] }, 'ports: must have at least 1'],
    [ports(...Array.from({ length: 256 }, () => 1)), 'ports: must have at most 255'],
    [ports('floor'), 'ports[0]: must be an object: a port'],
    [ports({ type: 'ip' }), 'ports[0].name: is missing'],
    [ports({ name: 'floor' }), 'ports[0].type: is missing'],
    [
      ports({ ...floor, name: '__proto__' }),
      'ports[0].name: must be a name of 1 to 64 letters, digits, dots, hyphens and underscores that begins with a letter or digit',
    ],
    [ports({ ...floor, type: 'mstp' }), 'ports[0].type: must be one of sc-node, ip, ip6, sc-hub'],
    [ports(campus, floor, { ...floor, name: 'campus' }), 'ports[2].name: campus is that of ports[0] already'],
    [ports({ ...floor, network: 0 }), 'ports[0].network: must be a network number from 1 to 65534'],
    [ports({ ...floor, network: '2' }), 'ports[0].network: must be a network number from 1 to 65534'],
    [ports({ ...floor, network: 65_535 }), 'ports[0].network: must be a network number from 1 to 65534'],
    [ports(floor, { ...lab6, network: 2 }), 'ports[1].network: 2 is that of ports[0] already'],
    [ports({ ...floor, id: 256 }), 'ports[0].id: must be a port id from 1 to 255'],
    [ports({ ...floor, id: 7 }, { ...lab6, id: 7 }), 'ports[1].id: 7 is that of ports[0] already'],
    [ports({ ...hub, network: 4 }), 'ports[0].network: a hub is no port of a router; a node of it can be one'],
    [ports(campus, { ...floor, bind: 47_808 }), "ports[1].bind: '47808' is not an address such as 192.168.1.10:47808"],
    [ports(campus, { ...floor, bind: null }), 'ports[1].bind: must be HOST:PORT'],
    [ports(campus, { ...floor, bind: ['127.0.0.1:1'] }), 'ports[1].bind: must be HOST:PORT'],
    [ports({ ...floor, bbmd: null }), 'ports[0].bbmd: must be true or false'],
    [ports({ ...floor, bbmd: true, bdt: ['10.0.3.4:47808', {}] }), 'ports[0].bdt[1]: must be HOST:PORT[/MASK]'],
    [ports({ ...floor, bbdm: true }), 'ports[0].bbdm: unknown key'],
    [ports({ ...floor, json: true }), 'ports[0].json: unknown key'],
    ['{"ports":[{"name":"a","type":"ip","__proto__":1}]}', 'ports[0].__proto__: unknown key'],
    [ports({ ...floor, ttl: 60 }), 'ports[0]: ttl is that of a registration with foreign, which is missing'],
    [ports({ ...floor, foreign: '127.0.0.1:47808' }), 'ports[0].foreign: a port cannot be registered with itself'],
    [ports({ ...lab6, vmac: 7 }), "ports[0].vmac: '7' is not a VMAC such as 00025a"],
    [ports({ ...lab6, deviceInstance: 5 }), 'ports[0]: vmac and deviceInstance: the device instance is the VMAC'],
    [ports({ name: 'n', type: 'sc-node', tls: TLS }), 'ports[0]: hub is missing'],
    [ports({ ...campus, tls: 'x' }), 'ports[0].tls: must be an object'],
    [ports({ ...campus, tls: { ...TLS, cart: 'x' } }), 'ports[0].tls.cart: unknown key'],
    [
      ports({ ...campus, tls: {} }),
      'ports[0]: TLS needs ca, cert and key (or plaintext, which is without any security)',
    ],
    [ports({ ...campus, tls: { ...TLS, key: 'gone.key' } }), 'ports[0]: gone.key: no such file or directory'],
    [
      ports({ ...campus, tls: { ...TLS, key: 'other.key' } }),
      'ports[0]: tls: the key does not belong to the certificate',
    ],
    [
      ports({ ...hub, tls: { ...TLS, cert: 'rubbish.pem' } }),
      'ports[0]: tls: the certificate is not a PEM certificate',
    ],
    [ports({ ...campus, hub: 'ws://a' }), 'ports[0]: ws://a: a connection without TLS must be allowed explicitly'],
    [ports({ ...campus, hub: 'own' }), "ports[0].hub: 'own' does not start with wss://"],
    [ports({ ...hub, identity: 'allow' }), 'ports[0]: identity allow needs identities'],
    [ports(hub, { ...hub, name: 'b' }), 'ports[1].listen: wss://127.0.0.1:4443 is where ports[0] listens'],
    [routed({ ports: ['floor'] }), 'router.ports: must have at least 2'],
    [
      routed({ ports: ['floor', 'cellar'] }),
      'router.ports[1]: there is no port cellar; there are campus, floor, lab, hub',
    ],
    [routed({ ports: ['floor', 'hub'] }), 'router.ports[1]: hub is a hub; a node of it can be a port of a router'],
    [routed({ ports: ['floor', 'floor'] }), 'router.ports[1]: floor is there already'],
    [
      routed({ prots: [] }),
      'router.prots: unknown key; there are ports, routes, home, learnFromTraffic, announcers, readers, writers, apart',
    ],
    [routed({ home: 'hub' }), `router.home: hub is no port of the router; there are ${NAMES}`],
    [routed({ writers: ['hub'] }), `router.writers[0]: hub is no port of the router; there are ${NAMES}`],
    [routed({ learnFromTraffic: 1 }), 'router.learnFromTraffic: must be true or false'],
    [routed({ apart: [['lab']] }), 'router.apart[0]: must have at least 2'],
    [routed({ routes: [{ network: 7, port: 'floor' }] }), 'router.routes[0].via: is missing'],
    [routed(via(7, 'hub', 'x')), `router.routes[0].port: hub is no port of the router; there are ${NAMES}`],
    [routed(via(7, 'floor', '00025b')), "router.routes[0].via: '00025b' is not an address such as 192.168.1.10:47808"],
    [routed(via(2, 'lab', '00025b')), 'router.routes[0].network: 2 is the network of floor'],
    [
      routed({ routes: [...via(7, 'lab', '00025b').routes, ...via(7, 'floor', '127.0.0.9:47808').routes] }),
      'router.routes[1].network: there is a route to 7 already',
    ],
    [twoIp({}, { bind: '127.0.0.1:47808' }), 'ports[1].bind: 127.0.0.1:47808 is the address and port of ports[0]'],
    [
      twoIp({ bind: '0.0.0.0:47808' }, { bind: '127.0.0.1:47808' }),
      'ports[1].bind: 127.0.0.1:47808 is the address and port of ports[0]',
    ],
    [twoIp(two, two), 'ports[1].broadcast: the broadcasts of ports[0] go there: both are of one network, a loop'],
    [
      twoIp({ bbmd: true, bdt: ['10.0.3.4:47808'] }, { foreign: '10.0.3.4:47808' }),
      'ports[1].foreign: 10.0.3.4:47808 joins this to the network of ports[0]: a loop',
    ],
    [
      twoIp({ bbmd: true, bdt: ['127.0.0.1:47809'] }, { bbmd: true }),
      'ports[1].bind: 127.0.0.1:47809 joins this to the network of ports[0]: a loop',
    ],
    [two6({}), 'ports[1].bind: [::1]:47808 of the group ff02::bac0 is the address and port of ports[0]'],
    [
      two6({ bind: '[fe80::1]:47808' }),
      'ports[1].group: ff02::bac0 is the group of ports[0], on the same interface and port: a loop',
    ],
    [
      { ports: [campus, { ...campus, name: 'b', network: 9 }], router: { ports: ['campus', 'b'] } },
      'ports[1].hub: wss://hub-a:4443 is a hub of ports[0] as well: both would be of one network, a loop',
    ],
  ])('%#', async (box, line) => {
    expect(await folder.fault(box)).toBe(`box.json: ${line}`)
  })
})

describe('a hostile file', () => {
  it('that is deep is refused', async () => {
    const depth = 100_000
    expect(await folder.fault(`{"ports":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toBe(
      'box.json: ports[0]: must be an object: a port',
    )
    const nested = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    expect(await folder.fault(`{"ports":[{"name":"a","type":"ip","bind":${nested}}]}`)).toBe(
      'box.json: ports[0].bind: must be HOST:PORT',
    )
  })

  it('that is huge is not read', async () => {
    expect(await folder.fault(' '.repeat((1 << 22) + 1))).toBe(
      'box.json: is 4194305 octets long, of which at most 4194304 are read',
    )
  })

  it('with the same key twice has the last of them', async () => {
    const twice = JSON.stringify(ports(floor)).replace('"type":"ip"', '"type":"ip6","type":"ip"')
    expect(await folder.fault(twice)).toBeUndefined()
  })

  it('with text that would move the cursor is refused in one line', async () => {
    expect(await folder.fault(ports({ ...floor, bind: '\u001b[2J\n\n' }))).toBe(
      "box.json: ports[0].bind: '\\u001b[2J ' is not an address such as 192.168.1.10:47808",
    )
  })

  it('with very long text is refused in a line that can be read', async () => {
    expect((await folder.fault(ports({ ...floor, bind: 'x'.repeat(1 << 20) })))?.length).toBeLessThan(1000)
  })
})
