import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { printVmac } from '../../src/values/vmac.js'
import { closeCli, runCli, type CliEvent, type CliProcess } from '../support/cli.js'
import { identity } from '../support/identities.js'
import { closeLab, PATIENCE_MS } from '../support/lab.js'
import { growthDuring } from '../support/memory.js'
import { flood, manyTimes, Opcode, rawFrame, rawMember } from '../support/raw-frames.js'
import { opaqueNpdu } from '../support/npdu.js'
import { rawTcp } from '../support/raw-client.js'
import { allOf, talk, type Talk } from '../support/talk.js'

/** How long each flood lasts; on a slow machine that is what is too much and not the time. */
const FLOOD_MS = 500

/** What the hub's process may grow by under a flood: garbage that is not collected yet, and its bounded queues. */
const MOST_GROWTH_MIB = 64

/** Octets of a Heartbeat-ACK on the wire, and around the data of a Ping and of its Pong. */
const [ANSWER, PING_HEAD, PONG_HEAD] = [6, 6, 2]

/** An NPDU of a length that the two who talk do not use. */
const FORGED = opaqueNpdu(1, 2, 3, 4, 5, 6, 7)

describe('a hub process with two nodes that talk, while a third', () => {
  let hub: CliProcess
  let uri: string
  let talking: Talk
  let devices = 10

  beforeAll(async () => {
    hub = runCli(['hub', '--json', '--plaintext', '--broadcast-pace', '1000'])
    uri = String((await hub.event('listening'))['uri'])
    talking = await talk({ primaryHub: uri, allowPlaintext: true, warn: () => undefined })
  })
  afterAll(() => {
    closeLab()
    closeCli()
  })

  /** Who floods, as the hub names it. */
  const flooder = async (): Promise<{ readonly socket: Socket; readonly who: Record<string, unknown> }> => {
    const self = identity(++devices)
    const socket = await rawMember(uri, self)
    return { socket, who: { vmac: printVmac(self.vmac), address: `127.0.0.1:${socket.localPort}` } }
  }

  const toldSince = (start: number, name: string): readonly CliEvent[] =>
    hub.events.slice(start).filter(({ event }) => event === name)

  /** Floods, and expects that nobody else feels it and the hub does not grow. Gives what the hub told meanwhile. */
  const underFlood = async (socket: Socket, octets: Buffer): Promise<number> => {
    const start = hub.events.length
    const { result, grownMiB } = await growthDuring(hub.pid, () =>
      talking.during(flood(socket, octets, AbortSignal.timeout(FLOOD_MS))),
    )
    const { talked } = result
    expect(talked.heard).toEqual(allOf(talked))
    expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB)
    return start
  }

  const nodeAtHub = async ({ vmac }: Record<string, unknown>): Promise<{ readonly dropped: number }> => {
    const start = hub.events.length
    hub.say({ do: 'nodes' })
    const told = await vi.waitFor(() => toldSince(start, 'nodes')[0] ?? Promise.reject(new Error('no nodes')))
    const nodes = told['nodes'] as readonly { readonly vmac: string; readonly dropped: number }[]
    return nodes.find(node => node.vmac === vmac) ?? Promise.reject(new Error('it is not connected any more'))
  }

  const expectFewDrops = async (start: number, reason: string, who: Record<string, unknown>): Promise<void> => {
    await hub.event('dropped', { reason, from: who['vmac'], address: who['address'] })
    const told = toldSince(start, 'dropped').filter(event => event['from'] === who['vmac'])
    expect(told.length).toBeLessThanOrEqual(5)
  }

  it('sends messages of four octets as fast as it can, each worth a NAK, nobody loses a word', async () => {
    const { socket, who } = await flooder()
    socket.resume()
    const start = await underFlood(socket, manyTimes(rawFrame(Uint8Array.of(0x42, 0, 0, 7)), 1000))
    await expectFewDrops(start, 'refused', who)
    socket.destroy()
  })

  it('sends empty messages as fast as it can, nobody loses a word', async () => {
    const { socket, who } = await flooder()
    const start = await underFlood(socket, manyTimes(rawFrame(new Uint8Array(0)), 1000))
    await expectFewDrops(start, 'refused', who)
    socket.destroy()
  })

  it('sends messages in fragments of one octet as fast as it can, each is put together and answered', async () => {
    const { socket } = await flooder()
    let answers = 0
    socket.on('data', (chunk: Buffer) => (answers += chunk.length)).resume()
    const heartbeat = [...Buffer.of(10, 0, 0, 1)].map((octet, at) =>
      rawFrame(Uint8Array.of(octet), at === 0 ? Opcode.BINARY : Opcode.CONTINUATION, at === 3),
    )
    await underFlood(socket, manyTimes(Buffer.concat(heartbeat), 300))
    expect(answers).toBeGreaterThan(1000 * ANSWER)
    socket.destroy()
  })

  const FRAGMENT = rawFrame(Uint8Array.of(1), Opcode.CONTINUATION, false)
  /** So much between two fragments that each is in another of the hub's read buffers. */
  const PINGS = manyTimes(rawFrame(new Uint8Array(125), Opcode.PING), 500)

  it.each([
    ['of one octet', FRAGMENT],
    ['of no octet', rawFrame(new Uint8Array(0), Opcode.CONTINUATION, false)],
    ['far apart', Buffer.concat([FRAGMENT, PINGS])],
  ])('sends a message whose fragments, %s, never end is cut at the 65th', async (_, fragment) => {
    const { socket, who } = await flooder()
    socket.resume()
    socket.write(rawFrame(Uint8Array.of(1), Opcode.BINARY, false))
    const start = await underFlood(socket, fragment)
    const left = await hub.event('node-disconnected', { vmac: who['vmac'] })
    expect(left['reason']).toMatch(/Too many message fragments/)
    expect(socket.destroyed).toBe(true)
    expect(toldSince(start, 'dropped').filter(event => event['from'] === who['vmac'])).toEqual([])
  })

  it('sends a message above 65535 octets in fragments is cut', async () => {
    const { socket, who } = await flooder()
    socket.resume()
    socket.write(rawFrame(new Uint8Array(8000), Opcode.BINARY, false))
    await underFlood(socket, rawFrame(new Uint8Array(8000), Opcode.CONTINUATION, false))
    const left = await hub.event('node-disconnected', { vmac: who['vmac'] })
    expect(left['reason']).toMatch(/Max payload size exceeded/)
  })

  it('sends Pings as fast as it can and reads the answers has them all', async () => {
    const { socket } = await flooder()
    let octets = 0
    socket.on('data', (chunk: Buffer) => (octets += chunk.length)).resume()
    const before = socket.bytesWritten
    await underFlood(socket, PINGS)
    const asked = (socket.bytesWritten - before) / (125 + PING_HEAD)
    await vi.waitFor(() => expect(octets).toBeGreaterThanOrEqual(asked * (125 + PONG_HEAD)), PATIENCE_MS)
    socket.destroy()
  })

  it('sends Pings as fast as it can and never reads is cut', async () => {
    const { socket, who } = await flooder()
    await underFlood(socket, PINGS)
    const left = await hub.event('node-disconnected', { vmac: who['vmac'] })
    expect(left['reason']).toMatch(/it pings and does not read/)
  })

  it('sends Heartbeat-Requests without a pause until it has an answer, as bac-py does, has all its answers', async () => {
    const { socket, who } = await flooder()
    let octets = 0
    let firstMs = 0
    const start = performance.now()
    socket.once('data', () => (firstMs = performance.now() - start))
    socket.on('data', (chunk: Buffer) => (octets += chunk.length)).resume()
    const beat = rawFrame(Uint8Array.of(10, 0, 0, 1))
    const before = socket.bytesWritten
    await underFlood(socket, manyTimes(beat, 1000))
    const asked = (socket.bytesWritten - before) / beat.length
    expect(asked).toBeGreaterThan(20_000)
    expect(firstMs).toBeLessThan(1000)
    // It reads slower than it asks: what does not fit into its queue is dropped and counted, and it stays connected.
    await vi.waitFor(async () => {
      const { dropped } = await nodeAtHub(who)
      expect(dropped + octets / ANSWER).toBeGreaterThanOrEqual(asked)
    }, PATIENCE_MS)
    socket.destroy()
  })

  it("sends in somebody else's name as fast as it can is not heard, and told by its own", async () => {
    const { socket, who } = await flooder()
    const [from, to] = await Promise.all([talking.alice.vmac(), talking.bob.vmac()])
    let heard = 0
    const hearing = talking.bob.npdu$.subscribe(({ npdu }) => (heard += npdu.length === FORGED.length ? 1 : 0))
    const forged = rawFrame(Buffer.concat([Buffer.from(`010c0001${from}${to}`, 'hex'), FORGED]))
    const start = await underFlood(socket, manyTimes(forged, 1000))
    await expectFewDrops(start, 'spoofed originator', who)
    hearing.unsubscribe()
    expect(heard).toBe(0)
    socket.destroy()
  })

  it('broadcasts as fast as it can is heard as far as its budget goes, and nobody loses a word', async () => {
    const { socket, who } = await flooder()
    let heard = 0
    const hearing = talking.alice.npdu$.subscribe(({ npdu }) => (heard += npdu.length === FORGED.length ? 1 : 0))
    const broadcast = rawFrame(Buffer.concat([Buffer.from('01040001ffffffffffff', 'hex'), FORGED]))
    const start = await underFlood(socket, manyTimes(broadcast, 1000))
    await expectFewDrops(start, 'sender broadcasts too much', who)
    hearing.unsubscribe()
    // Ten thousand copies at once and a thousand a second; some are for peers of other tests that are just going.
    expect(heard).toBeGreaterThan(2000)
    expect(heard).toBeLessThan(10_000)
    socket.destroy()
  })

  it('is a thousand that come and go says so without a flood of events', async () => {
    const start = hub.events.length
    const work = async (): Promise<void> => {
      for (let n = 0; n < 1000; n++) {
        const socket = rawTcp(uri)
        await once(socket, 'connect')
        socket.resetAndDestroy()
      }
    }
    const { talked } = await talking.during(work())
    expect(talked.heard).toEqual(allOf(talked))
    hub.say({ do: 'stats' })
    await hub.event('stats')
    expect(toldSince(start, 'refused').length).toBeLessThan(50)
  })
})
