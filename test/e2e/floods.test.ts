import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { printVmac } from '../../src/values/vmac.js'
import { closeCli, runCli, type CliEvent, type CliProcess } from '../support/cli.js'
import { identity } from '../support/identities.js'
import { closeLab, isTag } from '../support/lab.js'
import { growthDuring } from '../support/memory.js'
import { flood, manyTimes, Opcode, rawFrame, rawMember, UPGRADE } from '../support/raw-frames.js'
import { rawTcp } from '../support/raw-client.js'
import { allOf, talk, type Talk } from '../support/talk.js'

/** How long each flood lasts; on a slow machine that is what is too much and not the time. */
const FLOOD_MS = 500

/** What the hub's process may grow by under a flood: garbage that is not collected yet, and its bounded queues. */
const MOST_GROWTH_MIB = 64

/** What a flood must have come to, or it was none. */
const LEAST_OCTETS = 1 << 20

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
    const { result: written, talked } = result
    expect(talked.heard).toEqual(allOf(talked))
    expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB)
    process.stdout.write(
      `${expect.getState().currentTestName?.slice(-50)}: ${(written / (1 << 20)).toFixed(1)} MiB, grown ${grownMiB.toFixed(1)}, sent ${talked.sent}, slowest ${talked.slowestMs.toFixed(0)} ms\n`,
    )
    return start
  }

  const expectFewDrops = async (start: number, reason: string, who: Record<string, unknown>): Promise<void> => {
    await hub.event('dropped', { reason, from: who['vmac'], address: who['address'] })
    const told = toldSince(start, 'dropped').filter(event => event['from'] === who['vmac'])
    expect(told.length).toBeLessThanOrEqual(5)
  }

  it('floods it with messages of four octets, each worth a NAK, nobody else loses a word', async () => {
    const { socket, who } = await flooder()
    socket.resume()
    const start = await underFlood(socket, manyTimes(rawFrame(Uint8Array.of(0x42, 0, 0, 7)), 1000))
    await expectFewDrops(start, 'refused', who)
    expect(socket.bytesWritten).toBeGreaterThan(LEAST_OCTETS / 4)
    socket.destroy()
  })
})
