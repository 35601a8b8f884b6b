import { afterEach, describe, expect, it } from 'vitest'
import { bufferCount, firstValueFrom, timeout } from 'rxjs'
import { ms } from '../../src/values/duration.js'
import { toHex } from '../../src/values/hex.js'
import { BvlcFunction } from '../../src/wire/bvlc-function.js'
import { closeLab, connected, heard, isTag, labTls, PATIENCE_MS, startHub, startNode } from '../support/lab.js'
import { I_AM, opaqueData, opaqueNpdu, WHO_IS } from '../support/npdu.js'
import { identity } from '../support/identities.js'
import { connectRequest, rawClient, type RawClient } from '../support/raw-client.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'

describe('a hub and its nodes over mutual TLS 1.3', () => {
  afterEach(closeLab)

  it('carry a broadcast to every other node once, and a unicast to its destination', async () => {
    const hub = await startHub()
    const [alice, bob, carol] = await Promise.all([1, 2, 3].map(() => startNode({ primaryHub: hub.uri })))
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three nodes')
    await Promise.all([alice, bob, carol].map(node => connected(node)))

    const atBob = heard(bob.npdu$, isTag('Npdu'))
    const atCarol = heard(carol.npdu$, isTag('Npdu'))
    alice.send(WHO_IS, 'broadcast')
    for (const received of await Promise.all([atBob, atCarol])) {
      expect(received).toMatchObject({ source: await alice.vmac(), destination: 'broadcast', via: 'hub' })
      expect(toHex(received.npdu)).toBe(toHex(WHO_IS))
    }

    const answer = heard(alice.npdu$, isTag('Npdu'))
    bob.send(I_AM, await alice.vmac())
    expect(await answer).toMatchObject({ source: await bob.vmac(), destination: 'unicast' })
    const unicasts = carol.frames.filter(({ direction }) => direction === 'received').length
    expect(unicasts).toBe(2)
  })

  it('keep the order of messages between two nodes, through 2000 of them', async () => {
    const hub = await startHub()
    const alice = await startNode({ primaryHub: hub.uri })
    const bob = await startNode({ primaryHub: hub.uri })
    await Promise.all([connected(alice), connected(bob)])
    const to = await bob.vmac()
    const all = firstValueFrom(bob.npdu$.pipe(bufferCount(2000), timeout({ first: PATIENCE_MS })))
    for (let n = 0; n < 2000; n++) alice.send(opaqueNpdu(n >> 8, n & 0xff), to)
    const numbers = (await all).map(({ npdu }) => opaqueData(npdu)).map(([high = 0, low = 0]) => (high << 8) | low)
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, n) => n))
  })

  it('disconnect in good order when a node leaves: Disconnect-Request, ACK, close 1000', async () => {
    const hub = await startHub()
    const node = await startNode({ primaryHub: hub.uri })
    await connected(node)
    await node.close()
    const [request, ack] = node.frames.slice(-2)
    expect(request).toMatchObject({ direction: 'sent' })
    expect(request?.octets[0]).toBe(BvlcFunction['Disconnect-Request'])
    expect(ack).toMatchObject({ direction: 'received' })
    expect(ack?.octets[0]).toBe(BvlcFunction['Disconnect-ACK'])
    expect(ack?.octets.slice(2, 4)).toEqual(request?.octets.slice(2, 4))
    const left = await heard(hub.event$, isTag('NodeDisconnected'))
    expect(left.cause.detail).toBe('the peer disconnected')
  })

  it('disconnect in good order when the hub stops, and the hub ends when all are gone', async () => {
    const hub = await startHub()
    const nodes = await Promise.all([1, 2, 3].map(() => startNode({ primaryHub: hub.uri })))
    await Promise.all(nodes.map(node => connected(node)))
    const lost = nodes.map(node => heard(node.event$, isTag('LostConnection')))
    await hub.stop()
    for (const { cause } of await Promise.all(lost)) expect(cause.detail).toBe('the peer disconnected')
    expect(hub.events.filter(isTag('NodeDisconnected'))).toHaveLength(3)
  })

  it('end a connection with close 1000 after the Disconnect exchange, whoever began it', async () => {
    const hub = await startHub()
    const tls = await labTls('peer')
    const join = async (n: number): Promise<RawClient> => {
      const client = await rawClient(hub.uri, tls)
      client.send(connectRequest(identity(n)))
      await client.next()
      return client
    }
    const leaving = await join(1)
    leaving.send(Uint8Array.of(BvlcFunction['Disconnect-Request'], 0, 0x12, 0x34))
    expect(toHex(await leaving.next())).toBe('09001234')
    expect(await leaving.closed).toBe(1000)

    const staying = await join(2)
    const stopped = hub.stop()
    const request = await staying.next()
    expect(request[0]).toBe(BvlcFunction['Disconnect-Request'])
    staying.send(Uint8Array.of(BvlcFunction['Disconnect-ACK'], 0, ...request.subarray(2, 4)))
    expect(await staying.closed).toBe(1000)
    await stopped
  })

  it('fail over at once when the primary hub dies, and return when it is back', async () => {
    const tls = await labTls('hub')
    const primary = await startHub({ tls })
    const failover = await startHub({ tls })
    const timings = { minReconnect: ms(300), maxReconnect: ms(600) }
    const node = await startNode({ primaryHub: primary.uri, failoverHub: failover.uri, timings })
    await connected(node)
    primary.kill()
    await connected(node, 'failover')
    const again = await startHub({ tls, listen: primary.uri })
    await connected(node)
    expect(again.events.filter(isTag('NodeConnected'))).toHaveLength(1)
    const left = await heard(failover.event$, isTag('NodeDisconnected'))
    expect(left.cause.detail).toBe('the peer disconnected')
  })

  it('tell what could not be sent, and why', async () => {
    const hub = await startHub()
    const node = await startNode({ primaryHub: hub.uri })
    const early = heard(node.event$, isTag('Dropped'))
    node.send(WHO_IS, 'broadcast')
    expect(await early).toMatchObject({ reason: 'not connected', outbound: { npdu: WHO_IS } })
    await connected(node)
    const long = heard(node.event$, isTag('Dropped'))
    node.send(new Uint8Array(1498), 'broadcast')
    expect(await long).toMatchObject({ reason: 'too long for the peer' })
  })

  it('host a hub function and a node in one device, which reaches the others through its own hub', async () => {
    const tls = await labTls('device')
    const device = await startNode({ primaryHub: 'own', tls, hubFunction: { listen: 'wss://127.0.0.1:0' } })
    const listening = await new Promise<string>(resolve => {
      device.event$.subscribe(event => {
        if (event._tag === 'Hub' && event.event._tag === 'Listening') resolve(event.event.uri)
      })
    })
    const guest = await startNode({ primaryHub: listening })
    const { hub } = await connected(guest)
    await connected(device)
    expect(hub?.vmac).toBe(await device.vmac())

    const atGuest = heard(guest.npdu$, isTag('Npdu'))
    device.send(WHO_IS, 'broadcast')
    expect(await atGuest).toMatchObject({ source: await device.vmac(), destination: 'broadcast' })
    const atDevice = heard(device.npdu$, isTag('Npdu'))
    guest.send(I_AM, await device.vmac())
    expect(await atDevice).toMatchObject({ source: await guest.vmac(), destination: 'unicast' })
    await device.close()
  })

  itIsDissectedByTshark()
})
