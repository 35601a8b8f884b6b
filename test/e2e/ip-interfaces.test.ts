import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAllToHearEach, startStation, whoIs, type Station } from '../support/ip-stations.js'
import { PATIENCE_MS } from '../support/lab.js'
import { namespaceLab, whyNoNamespaces, type NamespaceHost, type NamespaceLab } from '../support/namespaces.js'

const reason = await whyNoNamespaces()
const skipped = reason === undefined ? '' : ` (${reason})`

describe.skipIf(reason !== undefined)(`B/IP ports on real interfaces${skipped}`, () => {
  let lab: NamespaceLab
  let bbmd: Station
  let mover: Station
  let devices = 0

  const start = (host: NamespaceHost, bind: string, ...flags: readonly string[]): Promise<Station> =>
    startStation({ host, bind: `${bind}:47808`, device: ++devices, flags })

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: { office: '10.71.1', plant: '10.71.2', street: '10.71.3' } })
    const [onBbmd, onMover] = await Promise.all([lab.host('bbmd', 'street', 5), lab.host('mover', 'street', 6)])
    bbmd = await start(onBbmd, onBbmd.ip, '--bbmd')
    mover = await start(onMover, '0.0.0.0', '--foreign', bbmd.address)
    // It takes up to 10 s until that is noticed: what follows need not wait for it.
    await onMover.run('ip', 'addr', 'del', '10.71.3.6/24', 'dev', 'eth0')
    await onMover.run('ip', 'addr', 'add', '10.71.3.7/24', 'broadcast', '+', 'dev', 'eth0')
  })
  afterAll(() => lab.remove())

  it('hear their own network and not themselves, with others on their interface and on their host', async () => {
    const [neighbour, several] = await Promise.all([
      lab.host('neighbour', 'office', 5),
      lab.host('several', 'office', 6),
    ])
    await several.run('ip', 'addr', 'add', '10.71.1.7/24', 'broadcast', '+', 'dev', 'eth0')
    // It has an interface in each of two subnets then, as a router has.
    const inner = await lab.behind(several, 'inner', 1)
    const office = [start(neighbour, neighbour.ip), start(several, '10.71.1.6'), start(several, '10.71.1.7')]
    const beyond = [start(several, '10.72.1.1'), start(inner, inner.ip)]
    const networks = await Promise.all([Promise.all(office), Promise.all(beyond)])
    await Promise.all(networks.map(expectAllToHearEach))
  })

  describe('whose host loses and regains its link', () => {
    const FAR = '10.71.1.5:47808'
    const UNREACHABLE = 'the network cannot be reached'
    let host: NamespaceHost
    let shaky: Station
    let neighbour: Station
    let foreign: Station

    beforeAll(async () => {
      const [here, onNeighbour, onForeign] = await Promise.all([
        lab.host('shaky', 'plant', 5),
        lab.host('steady', 'plant', 6),
        lab.host('foreign', 'plant', 7),
      ])
      host = here
      shaky = await start(host, host.ip, '--bbmd', '--bdt', FAR)
      ;[neighbour, foreign] = await Promise.all([
        start(onNeighbour, onNeighbour.ip),
        start(onForeign, onForeign.ip, '--foreign', shaky.address),
      ])
    })

    it('give back what cannot be sent meanwhile, with a plain reason', async () => {
      await host.run('ip', 'link', 'set', 'eth0', 'down')
      for (const to of ['broadcast', neighbour.address, FAR]) {
        shaky.say({ do: 'send', to, npdu: whoIs(0) })
        expect(await shaky.event('dropped', { destination: to })).toMatchObject({ reason: UNREACHABLE })
      }
    })

    it('are used again when they are back, also where a peer of the BBMD stays out of reach', async () => {
      await host.run('ip', 'link', 'set', 'eth0', 'up')
      await expect
        .poll(() => lab.router.run('ip', '-d', 'link', 'show', 'v-shaky'), { timeout: PATIENCE_MS })
        .toContain(' state forwarding ')
      shaky.say({ do: 'send', to: 'broadcast', npdu: whoIs(100) })
      await Promise.all([neighbour, foreign].map(({ event }) => event('npdu', { npdu: whoIs(100) })))
      neighbour.say({ do: 'send', to: 'broadcast', npdu: whoIs(101) })
      await Promise.all([shaky, foreign].map(({ event }) => event('npdu', { npdu: whoIs(101) })))
      shaky.say({ do: 'stats' })
      // The route to other subnets went with the interface, and nobody has put it back.
      expect(await shaky.event('stats')).toMatchObject({ dropped: { [UNREACHABLE]: 3 }, unsent: { [UNREACHABLE]: 7 } })
    })
  })

  it('are registered anew under another address that their host gets', async () => {
    const address = '10.71.3.7:47808'
    await mover.event('address', { address, broadcast: '10.71.3.255:47808' })
    await bbmd.event('foreign-device', { address, state: 'registered' })
    mover.say({ do: 'send', to: 'broadcast', npdu: whoIs(200) })
    await bbmd.event('npdu', { source: address, npdu: whoIs(200) })
  })
})
