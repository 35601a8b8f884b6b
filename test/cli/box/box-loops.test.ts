import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxCapture, type BoxCapture, type Sighting } from '../../support/box-capture.js'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { address, device, name, readName, runOn, to, WHO_IS, type Device } from '../../support/box-stations.js'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { namespaceLab, whyNoNamespaces, type NamespaceLab } from '../../support/namespaces.js'
import { PATIENCE_MS } from '../../support/patience.js'
import { tsharkIsHere } from '../../support/tshark-ask.js'

/*
 * Two boxes side by side between the floor and the hall: nobody should build that. The cellar is behind a third box on the
 * floor, which comes last.
 */

const SUBNETS = { floor: '192.168.1', hall: '192.168.2', cellar: '192.168.5' }
const NETWORKS = { floor: 10, hall: 20, cellar: 2001 }
type Subnet = keyof typeof SUBNETS

const WHO_IS_ALL = `0120ffff00ff${WHO_IS}`
const FLOOR_MAC = 'c0a80132bac0'
const HALL_MAC = 'c0a80232bac0'
const CELLAR_MAC = 'c0a80532bac0'
const [THIRD, ONE_IN_HALL] = ['192.168.1.99:47808', '192.168.2.10:47808']
const [FLOOR_DEVICE, HALL_DEVICE, CELLAR_DEVICE] = [1, 2, 5]
/** For how long what goes round is counted. */
const COUNTED_MS = 3000
const LAST_WORD = '10deadbeef'
const WITH_PATIENCE = { timeout: PATIENCE_MS, interval: 10 }

const whyNot = (await whyNoNamespaces()) ?? (tsharkIsHere ? undefined : 'tshark is not installed here')
const skipped = whyNot === undefined ? '' : ` (skipped: ${whyNot})`

// Each test needs those before it.
describe.skipIf(whyNot !== undefined)(`two boxes side by side, in this order${skipped}`, () => {
  let lab: NamespaceLab
  let capture: BoxCapture
  const folders: BoxFolder[] = []
  let pair: readonly CliProcess[]
  let third: CliProcess
  let onFloor: Device
  let inHall: Device
  let inCellar: Device

  const startBox = async (who: string, number: number, first: Subnet, second: Subnet): Promise<CliProcess> => {
    const host = await lab.host(who, first, number)
    await lab.join(host, second, number)
    const folder = boxFolder()
    folders.push(folder)
    const port = (subnet: Subnet) => ({
      ...{ name: subnet, type: 'ip', network: NETWORKS[subnet] },
      ...{ bind: `${SUBNETS[subnet]}.${number}:47808`, broadcast: `${SUBNETS[subnet]}.255` },
    })
    folder.write({ ports: [port(first), port(second)], router: { ports: [first, second] } })
    const box = runOn(host, ['run', folder.file, '--json'])
    for (const subnet of [first, second]) await box.event('listening', { port: subnet })
    return box
  }
  const startDevice = async (subnet: Subnet, instance: number): Promise<Device> => {
    const host = await lab.host(`d-${subnet}`, subnet, 50)
    const started = device(host, instance, ['ip', '--bind', `${host.ip}:47808`])
    await started.event('listening')
    return started
  }

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: SUBNETS })
    capture = await boxCapture(lab.router, Object.keys(SUBNETS))
    ;[pair, onFloor, inHall, inCellar] = await Promise.all([
      Promise.all([startBox('one', 10, 'floor', 'hall'), startBox('other', 11, 'floor', 'hall')]),
      startDevice('floor', FLOOR_DEVICE),
      startDevice('hall', HALL_DEVICE),
      startDevice('cellar', CELLAR_DEVICE),
    ])
  })
  afterAll(async () => {
    closeCli()
    await lab.remove()
    await capture.remove()
    for (const folder of folders) folder.remove()
  })

  it('tell that there is another router between the same two networks', async () => {
    const conflict = 'other router to a network that is here'
    // The one that was up first has heard the other say so; the other has to ask.
    for (const box of pair) box.say({ do: 'find-router' })
    for (const [index, box] of pair.entries()) {
      const other = 11 - index
      await box.event('conflict', { conflict, network: 20, port: 'floor', neighbour: `192.168.1.${other}:47808` })
      await box.event('conflict', { conflict, network: 10, port: 'hall', neighbour: `192.168.2.${other}:47808` })
    }
  })

  it('keep the way to a network beyond, of which each hears from the other as well', async () => {
    third = await startBox('third', 99, 'floor', 'cellar')
    for (const box of pair) await box.event('route', { network: 2001, via: THIRD })
    third.say({ do: 'find-router' })
    await third.event('route', { network: 20, state: 'reachable' })
    inHall.send(ONE_IN_HALL, `${to(2001, CELLAR_MAC, true)}${readName(CELLAR_DEVICE, 1)}`)
    await inCellar.hears(`192.168.5.99:47808 unicast 010c${address(20, HALL_MAC)}${readName(CELLAR_DEVICE, 1)}`)
    await expect
      .poll(inHall.heard, WITH_PATIENCE)
      .toContainEqual(
        expect.stringMatching(new RegExp(`unicast 0108${address(2001, CELLAR_MAC)}${name(CELLAR_DEVICE, 1)}$`)),
      )
    for (const box of pair) {
      box.say({ do: 'routes' })
      const { routes } = await box.event('routes')
      expect(routes).toContainEqual({ network: 2001, port: 'floor', via: THIRD, state: 'reachable' })
    }
  })

  it('carry a Who-Is once each, of their networks and from beyond: nothing goes on and on', async () => {
    onFloor.send('broadcast', WHO_IS_ALL)
    await inCellar.hears(`192.168.5.99:47808 broadcast 0128ffff00${address(10, FLOOR_MAC)}fe${WHO_IS}`)
    inCellar.send('broadcast', WHO_IS_ALL)
    // Long enough for as many rounds as the hop count has.
    await sleep(COUNTED_MS)
    inHall.send('broadcast', `0100${LAST_WORD}`)
    const seen = await capture.readUpTo(LAST_WORD)
    const whoIsFrom = (source: string): readonly Sighting[] =>
      seen.filter(({ npdu }) => npdu.includes(source) && npdu.endsWith(WHO_IS))
    const ofFloor = whoIsFrom(address(10, FLOOR_MAC))
    expect(tally(ofFloor)).toEqual({
      [`hall 0128ffff00${address(10, FLOOR_MAC)}fe${WHO_IS}`]: 2,
      [`cellar 0128ffff00${address(10, FLOOR_MAC)}fe${WHO_IS}`]: 1,
    })
    const ofCellar = whoIsFrom(address(2001, CELLAR_MAC))
    expect(tally(ofCellar)).toMatchObject({
      [`floor 0128ffff00${address(2001, CELLAR_MAC)}fe${WHO_IS}`]: 1,
      [`hall 0128ffff00${address(2001, CELLAR_MAC)}fd${WHO_IS}`]: 2,
    })
    // One that overtakes what it is a copy of goes one round.
    expect(ofCellar.length).toBeLessThanOrEqual(3 + 4)
    const end = Math.max(...seen.map(({ at }) => at))
    const late = seen.filter(({ at }) => at > end - COUNTED_MS / 6000)
    expect(late.map(({ npdu }) => npdu)).toEqual([`0100${LAST_WORD}`])
    expect(seen.filter(({ problems }) => problems.length > 0)).toEqual([])
    const back = { conflict: 'broadcast that comes back', network: 2001 }
    await Promise.any(pair.map(box => box.event('conflict', back)))
    for (const box of pair) {
      await box.event('conflict', { conflict: 'source of a network that is here', network: 10 })
    }
  })
})

/** How often each was seen, by the network that it was on. */
const tally = (seen: readonly Sighting[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { on, npdu } of seen) counts[`${on} ${npdu}`] = (counts[`${on} ${npdu}`] ?? 0) + 1
  return counts
}
