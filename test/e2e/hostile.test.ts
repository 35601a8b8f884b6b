import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { filter, firstValueFrom, skip, timer } from 'rxjs'
import type { ScHubOptions } from '../../src/index.js'
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
  type LabNode,
} from '../support/lab.js'
import { closeOf, connectRequest, rawClient, rawTcp, rawTls, type RawClient } from '../support/raw-client.js'
import { opaqueNpduOf, WHO_IS } from '../support/npdu.js'
import { rawFrame, UPGRADE } from '../support/raw-frames.js'
import { clientFrame, octetsOf } from '../support/web-socket-octets.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'
import { createAuthority } from '../../src/pki/lab-authority.js'

const sumOf = (told: readonly { readonly count: number }[]): number => told.reduce((sum, { count }) => sum + count, 0)

/** What Node reads from a socket at once. */
const READ_CHUNK = 1 << 16

describe('a hub with two nodes, and a peer that', () => {
  let tls: TlsMaterial
  let hub: LabHub
  let alice: LabNode
  let bob: LabNode

  beforeEach(async () => {
    tls = await labTls('peer')
    hub = await startHub({ timings: { connectWait: ms(400) }, limits: { stuckLimit: ms(300) } })
    alice = await startNode({ primaryHub: hub.uri })
    bob = await startNode({ primaryHub: hub.uri })
    await Promise.all([connected(alice), connected(bob)])
  })
  afterEach(closeLab)

  /** The two nodes go on as if nothing were. */
  const expectUndisturbed = async (): Promise<void> => {
    const atBob = heard(bob.npdu$, isTag('Npdu'))
    alice.send(WHO_IS, await bob.vmac())
    expect((await atBob).source).toBe(await alice.vmac())
    const atAlice = heard(alice.npdu$, isTag('Npdu'))
    bob.send(WHO_IS, 'broadcast')
    expect((await atAlice).source).toBe(await bob.vmac())
    expect(hub.events.filter(isTag('NodeDisconnected')).map(({ vmac }) => vmac)).not.toContain(await bob.vmac())
  }

  const join = async (n = 9): Promise<RawClient> => {
    const client = await rawClient(hub.uri, tls)
    client.send(connectRequest(identity(n)))
    expect((await client.next())[0]).toBe(7)
    return client
  }

  it('opens a TCP connection and says nothing is cut after the connect wait, and reported', async () => {
    const socket = rawTcp(hub.uri)
    await closeOf(socket)
    expect(await heard(hub.event$, isTag('Refused'))).toMatchObject({ reason: 'no WebSocket in time' })
    await expectUndisturbed()
  })

  it('does the TLS handshake and then nothing is cut after the connect wait, and reported', async () => {
    const socket = rawTls(hub.uri, tls)
    await closeOf(socket)
    expect(await heard(hub.event$, isTag('Refused'))).toMatchObject({ reason: 'no WebSocket in time' })
  })

  it('opens a WebSocket and sends no Connect-Request is closed after the connect wait, and reported', async () => {
    const client = await rawClient(hub.uri, tls)
    expect(await client.closed).toBe(1000)
    expect(await heard(hub.event$, isTag('Refused'))).toMatchObject({ reason: 'no Connect-Request in time' })
    await expectUndisturbed()
  })

  it('sends garbage instead of a TLS handshake is dropped and reported', async () => {
    const socket = rawTcp(hub.uri)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await closeOf(socket)
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/^TLS: /)
    await expectUndisturbed()
  })

  it('sends messages before its Connect-Request is not heard, and may still connect', async () => {
    const client = await rawClient(hub.uri, tls)
    client.send(Uint8Array.of(1, 4, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0))
    client.send(Uint8Array.of(10, 0, 0, 2))
    client.send(connectRequest(identity(9), 3))
    expect(toHex(await client.next())).toMatch(/^07000003/)
    expect(alice.frames.filter(({ octets }) => octets[0] === 1)).toEqual([])
  })

  it('sends garbage once connected gets NAKs where they are due, stays connected, and disturbs nobody', async () => {
    const client = await join()
    client.send(new Uint8Array(0))
    client.send(Uint8Array.of(0x42))
    client.send(Uint8Array.of(0x42, 0, 0, 7, 1, 2, 3))
    expect(toHex(await client.next())).toMatch(/^000000074201000007008f/)
    client.send(Uint8Array.of(1, 0, 0, 8, 1, 0))
    expect(toHex(await client.next())).toMatch(/^0000000801010000070091/)
    client.send(Uint8Array.of(10, 0, 0, 9))
    expect(toHex(await client.next())).toBe('0b000009')
    expect(await heard(hub.event$, isTag('Dropped'))).toMatchObject({ reason: 'refused', from: identity(9).vmac })
    await expectUndisturbed()
  })

  it('sends a text message is closed with 1003', async () => {
    const client = await join()
    client.send('hello')
    expect(await client.closed).toBe(1003)
    expect((await heard(hub.event$, isTag('NodeDisconnected'))).cause.detail).toBe('a text message')
    await expectUndisturbed()
  })

  it('sends a message above 65535 octets is closed with 1009', async () => {
    const client = await join()
    client.send(new Uint8Array(65536))
    expect(await client.closed).toBe(1009)
    expect((await heard(hub.event$, isTag('NodeDisconnected'))).cause).toEqual({
      errorCode: 176,
      detail: 'WebSocket closed with 1009: Max payload size exceeded',
      ours: true,
    })
    await expectUndisturbed()
  })

  it('sends a message above what the hub takes loses it, and nothing else', async () => {
    const client = await join()
    client.send(new Uint8Array(5706).fill(1, 0, 1).fill(4, 1, 2))
    expect(await heard(hub.event$, isTag('Dropped'))).toMatchObject({ reason: 'longer than the hub takes' })
    client.send(Uint8Array.of(10, 0, 0, 9))
    expect(toHex(await client.next())).toBe('0b000009')
  })

  it('stops reading loses its own messages and is cut in the end; the others lose nothing', async () => {
    const client = await join()
    client.webSocket.pause()
    let sent = 0
    let received = 0
    bob.npdu$.subscribe(() => received++)
    alice.event$.pipe(filter(isTag('Dropped'))).subscribe(() => sent--)
    const gone = heard(hub.event$, isTag('NodeDisconnected'))
    const flood = timer(0, 5).subscribe(() => {
      for (let n = 0; n < 40; n++, sent++) alice.send(opaqueNpduOf(1400), 'broadcast')
    })
    const left = await gone
    flood.unsubscribe()
    expect(left.vmac).toBe(identity(9).vmac)
    expect(left.cause.detail).toMatch(/has not read/)
    const drops = hub.events.filter(isTag('Dropped'))
    expect(new Set(drops.map(({ reason, to }) => `${reason} ${to}`))).toEqual(
      new Set([`receiver queue full ${identity(9).vmac}`]),
    )
    await vi.waitFor(() => expect(received).toBe(sent))
    await expectUndisturbed()
  })

  it('comes with a certificate of another issuer is refused and reported, and told so on its side', async () => {
    const stranger = await labTls('stranger', createAuthority('another lab'))
    const foreign = { ...stranger, ca: tls.ca }
    await expect(rawClient(hub.uri, foreign)).rejects.toThrow()
    expect((await heard(hub.event$, isTag('Refused'))).reason).toBe(
      'TLS: the certificate is not signed directly by a configured issuer',
    )
    const node = await startNode({ primaryHub: hub.uri, tls: foreign })
    // Its side hears no more than that the connection ended: 196, TCP_CLOSED_OTHER.
    expect((await heard(node.event$, isTag('FailedConnection'))).cause.errorCode).toBe(196)
    await expectUndisturbed()
  })

  it("comes with somebody else's VMAC is refused with NAK 151, and its owner keeps it", async () => {
    const client = await rawClient(hub.uri, tls)
    client.send(connectRequest(identity(9, { vmac: await bob.vmac() })))
    expect(toHex(await client.next())).toMatch(/^0000000106010000070097/)
    expect(await client.closed).toBe(1000)
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/VMAC/)
    await expectUndisturbed()
  })

  it("sends with somebody else's originating VMAC loses the message; with its own it is passed on", async () => {
    const client = await join()
    const toAll = 'ffffffffffff'
    const frame = (originating: string): Uint8Array =>
      Buffer.from(`010c0001${originating}${toAll}${toHex(WHO_IS)}`, 'hex')
    client.send(frame(await bob.vmac()))
    expect(await heard(hub.event$, isTag('Dropped'))).toMatchObject({ reason: 'spoofed originator' })
    const atAlice = heard(alice.npdu$, isTag('Npdu'))
    client.send(frame(identity(9).vmac))
    expect((await atAlice).source).toBe(identity(9).vmac)
  })

  it('closes TCP without a word is an ordinary end, and its VMAC is free at once', async () => {
    const client = await join()
    client.webSocket.terminate()
    const { cause } = await heard(hub.event$, isTag('NodeDisconnected'))
    expect(cause.errorCode).toBe(173)
    await join()
  })

  it('offers no subprotocol, or the wrong one, is refused with HTTP 400', async () => {
    await expect(rawClient(hub.uri, tls, ['dc.bsc.bacnet.org'])).rejects.toThrow(/400/)
    await expect(rawClient(hub.uri, tls, [])).rejects.toThrow(/400/)
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/subprotocol/)
  })

  it('asks for compression is served without it', async () => {
    const client = await rawClient(hub.uri, tls, ['hub.bsc.bacnet.org'], { perMessageDeflate: true })
    expect(client.webSocket.extensions).toBe('')
  })

  it('pings gets its pongs, in order with everything else', async () => {
    const client = await join()
    client.webSocket.ping('still there?')
    const [data] = (await once(client.webSocket, 'pong')) as [Buffer]
    expect(data.toString()).toBe('still there?')
  })

  it('is one of more than may be connected gets 3/0 and keeps its VMAC', async () => {
    const small = await startHub({ limits: { maxConnections: 1, maxPending: 10 } })
    await connected(await startNode({ primaryHub: small.uri }))
    const late = await startNode({ primaryHub: small.uri })
    const vmac = await late.vmac()
    const failed = await heard(late.event$, isTag('FailedConnection'))
    expect(failed.cause.detail).toMatch(/no free connection/)
    expect(await late.vmac()).toBe(vmac)
  })

  it('is one of more than may be pending is dropped and reported', async () => {
    const small = await startHub({ limits: { maxPending: 2 }, timings: { connectWait: ms(2000) } })
    const silent = [rawTcp(small.uri), rawTcp(small.uri)]
    await Promise.all(silent.map(socket => once(socket, 'connect')))
    const third = rawTcp(small.uri)
    await closeOf(third)
    expect(await heard(small.event$, isTag('Refused'))).toMatchObject({ reason: 'too many handshakes at once' })
    for (const socket of silent) socket.destroy()
  })

  it('is one of two hundred that reset in the middle of the handshake leaves the hub listening', async () => {
    const count = 200
    for (let n = 0; n < count; n++) {
      const socket = rawTcp(hub.uri)
      socket.once('connect', () => {
        // Half of them after the head of a TLS record, and a moment later, so that the hub has read it.
        if (n % 2 === 0) {
          socket.resetAndDestroy()
          return
        }
        socket.write(Uint8Array.of(0x16, 3, 1, 1, 0))
        setTimeout(() => socket.resetAndDestroy(), n % 20)
      })
    }
    const refused = (): number => sumOf(hub.events.filter(isTag('Refused')))
    await vi.waitFor(() => expect(refused()).toBe(count), PATIENCE_MS)
    await expectUndisturbed()
    await connected(await startNode({ primaryHub: hub.uri }))
    expect(refused()).toBe(count)
  })
})

describe('a hub without TLS, and a peer that', () => {
  afterEach(closeLab)

  const plainHub = (options: Partial<ScHubOptions> = {}): Promise<LabHub> =>
    startHub({ listen: 'ws://127.0.0.1:0', allowPlaintext: true, warn: () => undefined, ...options })

  /** A client may not send a frame without a mask: `ws` errors over it as soon as it reads it. */
  const BAD_FRAME = Uint8Array.of(0x82, 1, 0)

  const sendBadFrameWithUpgrade = async (hub: LabHub): Promise<void> => {
    const socket = rawTcp(hub.uri).resume()
    socket.write(Buffer.concat([Buffer.from(UPGRADE), BAD_FRAME]))
    await closeOf(socket)
  }

  it('is one too many and sends a bad frame with its upgrade request is refused, and nothing else happens', async () => {
    const hub = await plainHub({ limits: { maxPending: 1 } })
    const pending = await rawClient(hub.uri, undefined)
    await sendBadFrameWithUpgrade(hub)
    expect(await heard(hub.event$, isTag('Refused'))).toMatchObject({ reason: 'too many connections are pending' })
    pending.send(connectRequest(identity(1)))
    expect((await pending.next())[0]).toBe(7)
  })

  it('sends a bad frame with its upgrade request while the hub is stopping is refused as well', async () => {
    const hub = await plainHub({ timings: { disconnectWait: ms(1000) } })
    const silent = await rawClient(hub.uri, undefined)
    silent.send(connectRequest(identity(1)))
    await silent.next()
    const stopped = hub.stop()
    await sendBadFrameWithUpgrade(hub)
    expect(await heard(hub.event$, isTag('Refused'))).toMatchObject({ reason: 'the hub is stopping' })
    await stopped
  })

  it('comes from one port to two addresses of the hub has two connect waits', async () => {
    const hub = await plainHub({ listen: 'ws://0.0.0.0:0', timings: { connectWait: ms(600) } })
    const { port } = hostAndPort(hub.uri as ScUri)
    const first = connectTcp({ host: '127.0.0.1', port, localAddress: '127.0.0.1' })
    await once(first, 'connect')
    const firstClosed = closeOf(first)
    await new Promise(resolve => setTimeout(resolve, 400))
    const from = { localAddress: '127.0.0.1', localPort: first.localPort ?? 0 }
    const second = connectTcp({ host: '127.0.0.2', port, ...from })
    await once(second, 'connect')
    const secondClosed = closeOf(second)
    await firstClosed
    await heard(hub.event$, isTag('Refused'))
    expect(second.readyState).toBe('open')
    await secondClosed
    const address = `127.0.0.1:${from.localPort}`
    await vi.waitFor(() => expect(hub.events.filter(isTag('Refused'))).toHaveLength(2))
    for (const refused of hub.events.filter(isTag('Refused'))) {
      expect(refused).toMatchObject({ address, reason: 'no WebSocket in time' })
    }
  })

  it('sends octet by octet, with pings between and in fragments, is heard like anybody else', async () => {
    const hub = await plainHub()
    const { vmac } = identity(1)
    const reader = await rawClient(hub.uri, undefined)
    reader.send(connectRequest(identity(1)))
    await reader.next()
    const socket = rawTcp(hub.uri).setNoDelay(true)
    socket.write(UPGRADE)
    socket.write(octetsOf(clientFrame(0x82, connectRequest(identity(9)))))
    const answers: Buffer[] = []
    socket.on('data', chunk => answers.push(chunk))
    await firstValueFrom(
      hub.event$.pipe(
        filter(isTag('NodeConnected')),
        filter(node => node.vmac === identity(9).vmac),
      ),
    )
    const message = (id: number): Buffer =>
      Buffer.concat([Buffer.of(1, 4, 0, id), Buffer.from(vmac, 'hex'), opaqueNpduOf(200)])
    const whole = (id: number): Buffer => octetsOf(clientFrame(0x82, message(id)))
    socket.write(Buffer.concat([whole(1), octetsOf(clientFrame(0x89, Buffer.from('ping'))), whole(2)]))
    for (const octet of whole(3)) {
      socket.write(Buffer.of(octet))
      await new Promise(setImmediate)
    }
    socket.write(octetsOf(clientFrame(0x02, message(4).subarray(0, 7))))
    socket.write(octetsOf(clientFrame(0x80, message(4).subarray(7))))
    socket.write(whole(5))
    for (const id of [1, 2, 3, 4, 5]) {
      const passedOn = Buffer.of(1, 8, 0, id, ...Buffer.from(identity(9).vmac, 'hex'))
      expect(Buffer.from(await reader.next())).toEqual(Buffer.concat([passedOn, opaqueNpduOf(200)]))
    }
    expect(Buffer.concat(answers).includes(Buffer.concat([Buffer.of(0x8a, 4), Buffer.from('ping')]))).toBe(true)
    socket.destroy()
  })

  it('asks for heartbeats and never reads has its answers bounded, and is cut in the end', async () => {
    const maxQueued = 1 << 17
    const hub = await plainHub({ limits: { maxQueued, stuckLimit: ms(300) } })
    const { vmac } = identity(9)
    const socket = rawTcp(hub.uri)
    socket.write(UPGRADE)
    socket.write(rawFrame(connectRequest(identity(9))))
    const queuedNow = async (): Promise<number> => {
      const answer = firstValueFrom(hub.event$.pipe(skip(hub.events.length), filter(isTag('Nodes'))))
      hub.command({ _tag: 'ListNodes' })
      return Math.max(...(await answer).nodes.map(({ queued }) => queued))
    }
    await heard(hub.event$, isTag('NodeConnected'))
    // What the system itself holds for a socket is megabytes, which answers of six octets fill only slowly.
    const helper = await rawClient(hub.uri, undefined)
    helper.send(connectRequest(identity(1)))
    await helper.next()
    const filler = Buffer.concat([Buffer.from(`01040001${vmac.replaceAll(':', '')}`, 'hex'), opaqueNpduOf(1400)])
    while ((await queuedNow()) === 0) {
      for (let n = 0; n < 20; n++) helper.send(filler)
      await new Promise(setImmediate)
    }
    const gone = heard(hub.event$, isTag('NodeDisconnected'))
    const heartbeats = Buffer.concat(Array.from({ length: 6000 }, () => rawFrame(Uint8Array.of(10, 0, 0, 1))))
    const flood = timer(0, 1).subscribe(() => {
      if (socket.writableLength < heartbeats.length) socket.write(heartbeats)
      hub.command({ _tag: 'ListNodes' })
    })
    const left = await gone
    flood.unsubscribe()
    expect(left).toMatchObject({ vmac, cause: { detail: 'WebSocket closed with 1006: it has not read for 0.3 s' } })
    const queued = hub.events.filter(isTag('Nodes')).flatMap(({ nodes }) => nodes.map(node => node.queued))
    expect(Math.max(...queued)).toBeGreaterThan(maxQueued)
    expect(Math.max(...queued)).toBeLessThan(maxQueued + READ_CHUNK)
    expect(await heard(hub.event$, isTag('Dropped'))).toMatchObject({ reason: 'receiver queue full', to: vmac })
  })
})

describe('the wire of this file', itIsDissectedByTshark)
