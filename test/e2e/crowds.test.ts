import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import type { TlsMaterial } from '../../src/io/tls.js'
import { ms } from '../../src/values/duration.js'
import { toHex } from '../../src/values/hex.js'
import { hostAndPort, type ScUri } from '../../src/values/sc-uri.js'
import { identity } from '../support/identities.js'
import {
  closeLab,
  connected,
  heard,
  isTag,
  labTls,
  PATIENCE_MS,
  startHub,
  startNode,
  type LabHub,
} from '../support/lab.js'
import { growthDuring } from '../support/memory.js'
import { rawFrame, UPGRADE } from '../support/raw-frames.js'
import { closeOf, connectRequest, rawClient, rawTcp, rawTls } from '../support/raw-client.js'
import { allOf, talk } from '../support/talk.js'

/** The time from TCP accept to a Connect-Accept, and how long one octet takes of those who are slow. */
const [WAIT_MS, OCTET_MS] = [1000, 20]

/** What a hub's timers and a busy machine may add. */
const LATE_MS = 600

let tls: TlsMaterial
beforeEach(async () => {
  tls = await labTls('peer')
})
afterEach(closeLab)

/** Writes octet by octet until the connection is over; tells how long that took, from the connection on. */
const trickle = async (socket: Socket, octets: Uint8Array): Promise<number> => {
  const start = performance.now()
  const over = closeOf(socket)
  let at = 0
  const writing = setInterval(() => socket.write(octets.subarray(at, ++at)), OCTET_MS)
  await over
  clearInterval(writing)
  expect(at, 'octets written').toBeLessThan(octets.length)
  return performance.now() - start
}

const refusedAt = (hub: LabHub): Promise<{ readonly address: string; readonly reason: string }> =>
  heard(hub.event$, isTag('Refused'))

describe('a hub, and a peer that is slow with', () => {
  let hub: LabHub
  beforeEach(async () => {
    hub = await startHub({ timings: { connectWait: ms(WAIT_MS) } })
  })

  it('TLS is cut when its time is over, however busy it is, and named', async () => {
    const socket = rawTcp(hub.uri)
    await once(socket, 'connect')
    const address = `127.0.0.1:${socket.localPort}`
    const took = await trickle(socket, Buffer.concat([Buffer.of(0x16, 3, 1, 1, 0, 1, 0, 0, 0xfc), Buffer.alloc(200)]))
    expect(took).toBeLessThan(WAIT_MS + LATE_MS)
    expect(await refusedAt(hub)).toMatchObject({ address, reason: 'no WebSocket in time' })
  })

  it('its upgrade request is cut when its time is over, TLS included, and named', async () => {
    const start = performance.now()
    const socket = rawTls(hub.uri, tls)
    await once(socket, 'secureConnect')
    const address = `127.0.0.1:${socket.localPort}`
    await trickle(socket, Buffer.from(UPGRADE))
    expect(performance.now() - start).toBeLessThan(WAIT_MS + LATE_MS)
    expect(await refusedAt(hub)).toMatchObject({ address, reason: 'no WebSocket in time' })
  })

  it('its Connect-Request after a slow upgrade has no more time than what is left of it', async () => {
    const start = performance.now()
    const socket = rawTls(hub.uri, tls)
    await once(socket, 'secureConnect')
    const address = `127.0.0.1:${socket.localPort}`
    await new Promise(resolve => setTimeout(resolve, WAIT_MS * 0.7 - (performance.now() - start)))
    socket.write(UPGRADE)
    await once(socket, 'data')
    const closing = once(socket, 'data').then(() => performance.now() - start)
    const over = trickle(socket, rawFrame(connectRequest(identity(9))))
    expect(await closing).toBeLessThan(WAIT_MS + LATE_MS)
    socket.destroy()
    await over
    expect(await refusedAt(hub)).toMatchObject({ address, reason: 'no Connect-Request in time' })
  })
})

describe('a hub, and 512 peers that are silent', () => {
  const COUNT = 512

  it('grows little, serves those who talk and those who come meanwhile, and tells of them in few events', async () => {
    const hub = await startHub({ timings: { connectWait: ms(1500) } })
    const { during } = await talk({ primaryHub: hub.uri })
    const silent = async (): Promise<void> => {
      const sockets = Array.from({ length: COUNT }, () => rawTcp(hub.uri).resume())
      const closed = Promise.all(sockets.map(socket => closeOf(socket)))
      await Promise.all(sockets.map(socket => once(socket, 'connect')))
      await connected(await startNode({ primaryHub: hub.uri }))
      await closed
    }
    const { result, grownMiB } = await growthDuring(process.pid, () => during(silent()))
    expect(result.talked.heard).toEqual(allOf(result.talked))
    // Both ends of each connection are in this process.
    expect(grownMiB).toBeLessThan(100)
    const told = (): number => hub.events.filter(isTag('Refused')).reduce((sum, { count }) => sum + count, 0)
    await vi.waitFor(() => expect(told()).toBe(COUNT), PATIENCE_MS)
    expect(hub.events.filter(isTag('Refused')).length).toBeLessThan(10)
    expect(hub.events.find(isTag('Refused'))).toMatchObject({ reason: 'no WebSocket in time' })
  })

  it('lets nodes from elsewhere in when they hold all there is, at their cost', async () => {
    const hub = await startHub({ limits: { maxPending: COUNT } })
    const from = (localAddress: string): Socket => {
      const socket = connectTcp({ ...hostAndPort(hub.uri as ScUri), localAddress })
      return socket.on('error', () => undefined)
    }
    const sockets = Array.from({ length: COUNT }, () => from('127.0.0.2'))
    await Promise.all(sockets.map(socket => once(socket, 'connect')))
    const one = once(sockets[0] as Socket, 'close')
    await connected(await startNode({ primaryHub: hub.uri }))
    await one
    expect(await refusedAt(hub)).toMatchObject({
      address: expect.stringMatching(/^127\.0\.0\.2:/) as string,
      reason: 'too many handshakes at once',
    })
    const more = [from('127.0.0.2'), from('127.0.0.2')]
    await Promise.race(more.map(socket => closeOf(socket)))
    for (const socket of [...sockets, ...more]) socket.destroy()
  })
})

describe('a hub, and one address that comes', () => {
  const closedOf = (sockets: readonly Socket[]): number => sockets.filter(({ destroyed }) => destroyed).length

  it('more often at once than one address may be connected is let in so many times, others as well', async () => {
    const hub = await startHub({ limits: { maxPerAddress: 5 } })
    const sockets = Array.from({ length: 8 }, () => rawTcp(hub.uri).resume())
    await vi.waitFor(() => expect(closedOf(sockets)).toBe(3), PATIENCE_MS)
    expect(await refusedAt(hub)).toMatchObject({ reason: 'too many connections from this address' })
    const elsewhere = connectTcp({ ...hostAndPort(hub.uri as ScUri), localAddress: '127.0.0.2' })
    await once(elsewhere, 'connect')
    for (const socket of sockets) socket.destroy()
    await connected(await startNode({ primaryHub: hub.uri }))
    expect(elsewhere.readyState).toBe('open')
    elsewhere.destroy()
  })

  it('faster than one address may is let in at that pace, and the rest before TLS costs anything', async () => {
    const hub = await startHub({ limits: { arrivalsPerAddress: { burst: 10, perSecond: 5 } } })
    const sockets = Array.from({ length: 100 }, () => rawTcp(hub.uri).resume())
    await vi.waitFor(() => expect(closedOf(sockets)).toBeGreaterThanOrEqual(85), PATIENCE_MS)
    expect(closedOf(sockets)).toBeLessThanOrEqual(90)
    expect(await refusedAt(hub)).toMatchObject({ reason: 'connects too often from this address' })
    // A node that is turned away comes again by itself, and is in once its turn has come.
    await connected(await startNode({ primaryHub: hub.uri, timings: { minReconnect: ms(100), maxReconnect: ms(200) } }))
    expect(hub.events.filter(isTag('Refused')).length).toBeLessThan(10)
    for (const socket of sockets) socket.destroy()
  })
})

describe('a hub, and two peers that ask at the same time', () => {
  it('with one VMAC: one is let in, the other has NAK 7/151, and is named', async () => {
    const hub = await startHub()
    const clients = await Promise.all([1, 2].map(() => rawClient(hub.uri, tls)))
    clients.forEach((client, n) => client.send(connectRequest(identity(n + 1, { vmac: identity(9).vmac }))))
    const answers = (await Promise.all(clients.map(client => client.next()))).map(toHex)
    expect(answers.filter(hex => hex.startsWith('07'))).toHaveLength(1)
    expect(answers.filter(hex => hex.startsWith('0000000106010000070097'))).toHaveLength(1)
    const winner = answers.findIndex(hex => hex.startsWith('07'))
    expect(await clients[1 - winner]?.closed).toBe(1000)
    expect(await refusedAt(hub)).toMatchObject({ reason: 'the VMAC is used by another device' })
    expect(hub.events.filter(isTag('NodeConnected'))).toHaveLength(1)
  })

  it('with one Device UUID, again and again: they replace each other at a pace, and the last one in stays', async () => {
    const hub = await startHub({ limits: { replacementsPerUuid: { burst: 3, perSecond: 5 } } })
    const rounds: string[] = []
    for (let n = 0; n < 8; n++) {
      const twin = await rawClient(hub.uri, tls)
      twin.send(connectRequest(identity(1)))
      rounds.push(toHex(await twin.next()).slice(0, 2))
    }
    expect(rounds.slice(0, 4)).toEqual(['07', '07', '07', '07'])
    expect(rounds.slice(4)).toContain('00')
    expect((await refusedAt(hub)).reason).toMatch(/replace each other too often/)
    await vi.waitFor(async () => {
      const late = await rawClient(hub.uri, tls)
      late.send(connectRequest(identity(1)))
      expect(toHex(await late.next())).toMatch(/^07/)
    }, PATIENCE_MS)
  })
})

describe('a NAK loop', () => {
  /** A NAK for message 7 with function 0x42. */
  const NAK = '42010000070091'

  it('does not start: neither hub nor node answers a NAK, a malformed answer, or what went to all', async () => {
    const hub = await startHub()
    const { alice, bob, during } = await talk({ primaryHub: hub.uri })
    const [alices, bobs] = await Promise.all([alice.vmac(), bob.vmac()])
    const client = await rawClient(hub.uri, tls)
    client.send(connectRequest(identity(9)))
    await client.next()
    /** The next message that is not of the two who talk. */
    const answer = async (): Promise<string> => {
      const hex = toHex(await client.next())
      return hex.startsWith('01') ? answer() : hex
    }
    const provoke = async (): Promise<void> => {
      for (let n = 0; n < 50; n++) {
        for (const hex of [
          `00000007${NAK}`,
          `00040007${alices}${NAK}`,
          `00040007ffffffffffff${NAK}`,
          `00040007${alices}42`,
          `42040007ffffffffffff`,
          `020c0007${bobs}${alices}ff`,
        ]) {
          client.send(Buffer.from(hex, 'hex'))
        }
      }
      client.send(Buffer.from(`02040008${alices}ff`, 'hex'))
      // It answers each NAK that it is given with another.
      const nak = await answer()
      expect(nak).toMatch(new RegExp(`^00080008${alices}0201`))
      client.send(Buffer.from(`00040008${alices}${nak.slice(20)}`, 'hex'))
      client.send(Uint8Array.of(10, 0, 0, 9))
      expect(await answer()).toBe('0b000009')
    }
    const { talked } = await during(provoke())
    expect(talked.heard).toEqual(allOf(talked))
    expect(client.waiting.map(toHex).filter(hex => hex.startsWith('00'))).toEqual([])
    expect(await heard(hub.event$, isTag('Dropped'))).toMatchObject({ from: identity(9).vmac })
  })
})
