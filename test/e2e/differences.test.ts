import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { ms } from '../../src/values/duration.js'
import { hostAndPort, type ScUri } from '../../src/values/sc-uri.js'
import { createAuthority } from '../../src/pki/lab-authority.js'
import { identity } from '../support/identities.js'
import { closeLab, connected, heard, isTag, labTls, startHub, startNode } from '../support/lab.js'
import { opaqueNpduOf } from '../support/npdu.js'
import { connectRequest, rawClient } from '../support/raw-client.js'
import { rawServer } from '../support/raw-server.js'
import { fromHex, toHex } from '../support/vectors.js'
import { connectAccept, PEER, UNTRACED } from '../support/victims.js'

/*
 * The rows of section 10 of the protocol notes, and of the field quirks, that need a real socket.
 */

afterEach(closeLab)

const joined = async () => {
  const tls = await labTls('peer')
  const hub = await startHub()
  const client = await rawClient(hub.uri, tls)
  client.send(connectRequest(identity(3)))
  expect(toHex(await client.next())).toMatch(/^0700/)
  return { tls, hub, client }
}

describe('over a real socket', () => {
  it('host name check: off, so that a certificate may have any name', async () => {
    const hub = await startHub({ tls: await labTls('a name that nobody dials') })
    const node = await startNode({ primaryHub: hub.uri.replace('127.0.0.1', 'localhost') })
    await connected(node)
  })

  it('host name check: peers that do check find the name of a hub in its certificate', async () => {
    const { tls, hub } = await joined()
    const socket = connectTls({
      ...hostAndPort(hub.uri as ScUri),
      host: '127.0.0.1',
      ca: [...tls.ca],
      cert: tls.cert,
      key: tls.key,
    })
    await once(socket, 'secureConnect')
    expect(socket.getPeerCertificate().subjectaltname).toBeDefined()
    socket.destroy()
  })

  it('certificates: only those that a configured issuer signed itself', async () => {
    const { tls, hub } = await joined()
    const foreign = { ...(await labTls('stranger', createAuthority('another lab'))), ca: tls.ca }
    await expect(rawClient(hub.uri, foreign)).rejects.toThrow()
  })

  it('text frame: close 1003', async () => {
    const { client } = await joined()
    client.send('hello')
    expect(await client.closed).toBe(1003)
  })

  it('too long message: 65536 octets close with 1009', async () => {
    const { client } = await joined()
    client.send(new Uint8Array(65_536))
    expect(await client.closed).toBe(1009)
  })

  it('WebSocket Ping: answered, at once and every time', async () => {
    const { client } = await joined()
    for (const text of ['1', '2', '3']) {
      client.webSocket.ping(text)
      expect(String((await once(client.webSocket, 'pong'))[0])).toBe(text)
    }
  })

  it('bacnet-stack 1: a client that offers the one ALPN id "h2;http/1.1" is let in', async () => {
    const { tls, hub } = await joined()
    const socket = connectTls({
      ...hostAndPort(hub.uri as ScUri),
      cert: tls.cert,
      key: tls.key,
      ca: [...tls.ca],
      checkServerIdentity: () => undefined,
      ALPNProtocols: ['h2;http/1.1'],
    })
    await once(socket, 'secureConnect')
    expect(socket.authorized).toBe(true)
    socket.destroy()
  })

  it('bacnet-stack 10: TCP closed without a word is an ordinary end, told once', async () => {
    const { hub, client } = await joined()
    client.webSocket.terminate()
    expect((await heard(hub.event$, isTag('NodeDisconnected'))).cause.errorCode).toBe(173)
    expect(hub.events.map(({ _tag }) => _tag)).toEqual(['Listening', 'NodeConnected', 'NodeDisconnected'])
  })

  it('bacnet-stack 5: a node that closes with 1009 is told with the length of the longest message passed on to it', async () => {
    const { hub, client } = await joined()
    const node = await startNode({ primaryHub: hub.uri })
    await connected(node)
    for (const length of [20, 1000, 30]) node.send(opaqueNpduOf(length), identity(3).vmac)
    for (let count = 0; count < 3; count++) await client.next()
    client.webSocket.close(1009)
    const { cause } = await heard(hub.event$, isTag('NodeDisconnected'))
    expect(cause.errorCode).toBe(176)
    expect(cause.detail).toMatch(/^the longest message sent had 1010 octets/)
  })

  it('bac-py 6: no message is sent in fragments, however long', async () => {
    const { hub, client } = await joined()
    const node = await startNode({ primaryHub: hub.uri })
    await connected(node)
    const first: number[] = []
    const stream = (client.webSocket as unknown as { readonly _socket: NodeJS.ReadableStream })._socket
    stream.on('data', (data: Buffer) => first.push(data[0] ?? 0))
    node.send(opaqueNpduOf(1400), identity(3).vmac)
    expect((await client.next()).length).toBe(1410)
    expect(first).toEqual([0x82])
  })
})

describe('a node whose hub is another program', () => {
  const underHub = async (options: Partial<Parameters<typeof startNode>[0]> = {}) => {
    const server = await rawServer(await labTls('hub'))
    const timings = { connectWait: ms(400), minReconnect: ms(50), maxReconnect: ms(50) }
    const node = await startNode({ primaryHub: server.uri, timings, ...UNTRACED, ...options })
    return { server, node }
  }

  it('bacnet-stack 5: 1009 is told with the length of the longest message, and counted', async () => {
    const { server, node } = await underHub()
    for (const [count, length] of [
      [1, 1400],
      [2, 700],
    ] as const) {
      const hub = await server.accepted()
      const lost = heard(node.event$, isTag('LostConnection'))
      hub.send(connectAccept(await hub.next()))
      await connected(node)
      for (const octets of [20, length, 300]) node.send(opaqueNpduOf(octets), PEER.vmac)
      await hub.next()
      hub.webSocket.close(1009)
      expect(await lost).toMatchObject({
        tooLong: count,
        cause: {
          errorCode: 176,
          detail: `WebSocket closed with 1009: the longest message sent had ${length + 10} octets`,
        },
      })
    }
    server.stop()
  })

  it('a message too long for us, which is what our 1009 is about, tells nothing of ours and is not counted', async () => {
    const { server, node } = await underHub()
    const hub = await server.accepted()
    const lost = heard(node.event$, isTag('LostConnection'))
    hub.send(connectAccept(await hub.next()))
    await connected(node)
    hub.send(new Uint8Array(65_536))
    expect(await hub.closed).toBe(1009)
    const { cause, tooLong } = await lost
    expect(cause).toMatchObject({ errorCode: 176, detail: 'WebSocket closed with 1009: Max payload size exceeded' })
    expect(tooLong).toBeUndefined()
    server.stop()
  })

  it('bacnet-stack 13: a Disconnect exchange that ends with 1006 is orderly when the ACK came', async () => {
    const { server, node } = await underHub()
    const hub = await server.accepted()
    hub.send(connectAccept(await hub.next()))
    await connected(node)
    const told: string[] = []
    node.event$.subscribe(({ _tag }) => told.push(_tag))
    const closed = node.close()
    const request = toHex(await hub.next())
    expect(request).toMatch(/^0800/)
    hub.send(fromHex(`0900${request.slice(4)}`))
    hub.webSocket.terminate()
    await closed
    expect(told.filter(tag => tag === 'LostConnection' || tag === 'FailedConnection')).toEqual([])
    server.stop()
  })

  it.each([
    ['refuses it', 'refuses'],
    ['says nothing', 'is silent'],
    ['drops the connection', 'drops'],
  ] as const)('unknown option types: a Hello is not said again to a hub that %s', async (_, how) => {
    const { server, node } = await underHub({ hello: { identityRelay: true } })
    const first = await server.accepted()
    const request = toHex(await first.next())
    expect(request).toMatch(/^0602....22000100|^0602....22000101/)
    if (how === 'refuses') first.send(fromHex(`0000${request.slice(4, 8)}06012200070092`))
    if (how === 'drops') first.webSocket.terminate()
    const second = await server.accepted()
    const again = await second.next()
    expect(toHex(again)).toMatch(/^0600/)
    second.send(connectAccept(again))
    await connected(node)
    server.stop()
  })
})
