import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { freeUdpPort } from '../../support/ip-cli.js'
import { growthDuring } from '../../support/memory.js'
import { PATIENCE_MS } from '../../support/patience.js'
import { closeStrangers, floodUdp, stranger } from '../../support/udp-flood.js'

const SUBNET = '127.255.255.255'
const PATIENT = { timeout: PATIENCE_MS }

let folder: BoxFolder
beforeAll(() => {
  folder = boxFolder()
})
afterAll(() => folder.remove())
afterEach(() => {
  closeCli()
  closeStrangers()
})

const datagram = (hex: string, type = 0x0a): Uint8Array => {
  const npdu = Buffer.from(hex, 'hex')
  return Buffer.concat([Uint8Array.of(0x81, type, (npdu.length + 4) >> 8, (npdu.length + 4) & 0xff), npdu])
}

interface Attacked {
  readonly box: CliProcess
  readonly floor: string
  readonly hall: string
  readonly ports: readonly [number, number]
}

/** A box with a router between two networks, of which the second may have to learn its number. */
const attacked = async (network?: number): Promise<Attacked> => {
  const ports = [await freeUdpPort(), await freeUdpPort()] as const
  const [floor, hall] = [`127.5.0.1:${ports[0]}`, `127.5.0.1:${ports[1]}`]
  const box = folder.run({
    ports: [
      { name: 'floor', type: 'ip', network: 2, bind: floor, broadcast: SUBNET },
      { name: 'hall', type: 'ip', ...(network === undefined ? {} : { network }), bind: hall, broadcast: SUBNET },
    ],
    router: { ports: ['floor', 'hall'] },
  })
  await box.event('listening', { port: 'floor' })
  await box.event('listening', { port: 'hall' })
  return { box, floor, hall, ports }
}

/** What it told besides the NPDUs that were for it. */
const lines = ({ events }: CliProcess): number => events.filter(({ event }) => event !== 'npdu').length

/** It has heard what was sent before it answers. */
const settled = async (box: CliProcess): Promise<void> => {
  box.say({ do: 'state' })
  await box.event('state')
}

describe('a box that is flooded', () => {
  it.each([
    ['Rejects, and routes that they close', ['018003010bb8', '01080bb801051008'], 2],
    [
      'routes to ever other networks',
      Array.from({ length: 500 }, (_, n) => `018001${(3000 + n).toString(16).padStart(4, '0')}`),
      2,
    ],
    [
      'sources that are made up',
      Array.from({ length: 500 }, (_, n) => `0128ffff000bb802${(n + 4096).toString(16)}ff1008`),
      2,
    ],
    ['networks that nobody has', Array.from({ length: 500 }, (_, n) => `0124${(9000 + n).toString(16)}0105ff1008`), 2],
  ])('with %s tells little of it, does not grow, and carries on', PATIENT, async (_, npdus, crowdSize) => {
    const { box, floor, hall, ports } = await attacked(3)
    const crowd = await Promise.all(Array.from({ length: crowdSize }, (_one, n) => stranger(`127.5.1.${n + 1}`)))
    const datagrams = npdus.map(npdu => datagram(npdu))
    const { grownMiB } = await growthDuring(box.pid, () => floodUdp(crowd, floor, datagrams, 300))
    await settled(box)
    expect(lines(box)).toBeLessThan(1000)
    expect(grownMiB).toBeLessThan(80)
    const device = await stranger(`127.5.0.9:${ports[0]}`)
    const asking = await stranger(`127.5.0.8:${ports[1]}`)
    const mac = Buffer.from([127, 5, 0, 9, ports[0] >> 8, ports[0] & 0xff]).toString('hex')
    asking.send(hall, datagram(`0124000206${mac}ff1008`))
    await expect.poll(() => device.heard.some(heard => heard.endsWith('1008')), PATIENT).toBe(true)
    expect(box.stderr()).toBe('')
  })

  it('with numbers of a network that it learns has one after the other, at a pace', PATIENT, async () => {
    const { box, ports } = await attacked()
    const liar = await stranger('127.5.1.1')
    const said = [100, 101].map(network => datagram(`01801300${network.toString(16)}01`, 0x0b))
    await floodUdp([liar], `${SUBNET}:${ports[1]}`, said, 300)
    await settled(box)
    const numbers = box.events.filter(({ event, port }) => event === 'network' && port === 'hall')
    expect(numbers.length).toBeGreaterThan(1)
    expect(numbers.length).toBeLessThan(12)
    expect(lines(box)).toBeLessThan(100)
  })
})
