import { afterEach, describe, expect, it } from 'vitest'
import type { ReceivedNpdu, ScNodeOptions } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { toHex } from '../../src/values/hex.js'
import type { Vmac } from '../../src/values/vmac.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import {
  closeLab,
  connected,
  heard,
  isTag,
  labTls,
  startHub,
  startNode,
  type LabHub,
  type LabNode,
} from '../support/lab.js'
import { opaqueData, opaqueNpdu, opaqueNpduOf } from '../support/npdu.js'
import { rawClient } from '../support/raw-client.js'
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'

const timings = { minReconnect: ms(100), maxReconnect: ms(300), jitter: 0 }

const goes = (node: LabNode, state: 'up' | 'down'): Promise<unknown> =>
  heard(
    node.event$,
    (event): event is Extract<typeof event, { _tag: 'Direct' }> => event._tag === 'Direct' && event.state === state,
  )

const startBoth = async (
  ofAlice: Partial<ScNodeOptions> = {},
  ofBob: ScNodeOptions['directConnections'] = {},
  both: Partial<ScNodeOptions> = {},
): Promise<{ hub: LabHub; alice: LabNode; bob: LabNode; at: Vmac; uri: string }> => {
  const hub = await startHub()
  const bob = await startNode({
    primaryHub: hub.uri,
    timings,
    directConnections: { listen: 'wss://127.0.0.1:0', ...ofBob },
    ...both,
  })
  const listening = heard(bob.event$, isTag('DirectListening'))
  const alice = await startNode({
    primaryHub: hub.uri,
    timings,
    directConnections: { initiate: true },
    ...ofAlice,
    ...both,
  })
  await Promise.all([connected(alice), connected(bob)])
  return { hub, alice, bob, at: await bob.vmac(), uri: (await listening).uri }
}

/** Sends an NPDU, and waits for it to come: the way it took. */
const wayOf = async (from: LabNode, to: LabNode, ...data: readonly number[]): Promise<string> => {
  const npdu = opaqueNpdu(...data)
  const received = heard(to.npdu$, (event): event is ReceivedNpdu<Vmac> => toHex(event.npdu) === toHex(npdu))
  from.send(npdu, await to.vmac())
  const { via, source } = await received
  expect(source).toBe(await from.vmac())
  return via
}

describe('two nodes over mutual TLS 1.3', () => {
  const proxies: TcpProxy[] = []
  const startProxy = async (): Promise<TcpProxy> => {
    const proxy = await tcpProxy()
    proxies.push(proxy)
    return proxy
  }
  afterEach(async () => {
    closeLab()
    await Promise.all(proxies.splice(0).map(proxy => proxy.close()))
  })

  it('exchange NPDUs directly once one of them has sent, both ways', async () => {
    const { alice, bob } = await startBoth()
    const up = [goes(alice, 'up'), goes(bob, 'up')]
    expect(await wayOf(alice, bob, 1)).toBe('hub')
    await Promise.all(up)
    expect(await wayOf(alice, bob, 2)).toBe('direct')
    expect(await wayOf(bob, alice, 3)).toBe('direct')
  })

  it('ask and are asked over the direct connection', async () => {
    const { hub, alice, bob, at } = await startBoth()
    const up = goes(alice, 'up')
    await wayOf(alice, bob, 1)
    await up
    hub.kill()
    const [advertisement, resolved] = [
      heard(alice.event$, isTag('Advertisement')),
      heard(alice.event$, isTag('Resolved')),
    ]
    alice.submit({ _tag: 'Solicit', to: at })
    alice.submit({ _tag: 'Resolve', to: at })
    expect((await advertisement).advertisement).toMatchObject({ acceptsDirectConnections: true })
    expect((await resolved).uris).toEqual([expect.stringMatching(/^wss:\/\/127\.0\.0\.1:\d+$/u)])
  })

  it('use the hub while the direct listener is down, and go direct again when it is back', async () => {
    const proxy = await startProxy()
    const { alice, bob, uri } = await startBoth({}, { uris: [proxy.uri] })
    proxy.leadTo(uri)
    const up = goes(alice, 'up')
    await wayOf(alice, bob, 1)
    await up
    expect(await wayOf(alice, bob, 2)).toBe('direct')

    const refused = heard(alice.event$, isTag('FailedConnection'))
    const down = [goes(alice, 'down'), goes(bob, 'down')]
    await proxy.fell()
    await Promise.all(down)
    expect(await wayOf(alice, bob, 3)).toBe('hub')
    expect(await refused).toMatchObject({ role: 'direct', cause: { errorCode: ErrorCode.TCP_CONNECTION_REFUSED } })
    expect(await wayOf(bob, alice, 4)).toBe('hub')

    const upAgain = goes(alice, 'up')
    await proxy.raise()
    await upAgain
    expect(await wayOf(alice, bob, 5)).toBe('direct')
    expect(await wayOf(bob, alice, 6)).toBe('direct')
  })

  it('lose nothing unseen that waited here when the connection broke: it comes through the hub, or back', async () => {
    const proxy = await startProxy()
    const untraced: Partial<ScNodeOptions> = { dial: real => real }
    const { hub, alice, bob, at, uri } = await startBoth({}, { uris: [proxy.uri] }, untraced)
    proxy.leadTo(uri)
    const up = goes(alice, 'up')
    await wayOf(alice, bob, 1)
    await up

    const received: { readonly number: number; readonly via: string }[] = []
    bob.npdu$.subscribe(({ npdu, via }) => {
      const [high = 0, low = 0] = opaqueData(npdu)
      received.push({ number: (high << 8) | low, via })
    })
    const reasons: string[] = []
    let refused = 0
    alice.event$.subscribe(event => {
      if (event._tag !== 'Dropped') return
      reasons.push(event.reason)
      refused++
    })
    proxy.freeze()
    let sent = 0
    while (refused === 0) {
      for (let n = 0; n < 100; n++, sent++) {
        const npdu = opaqueNpduOf(1400)
        npdu.set([sent >> 8, sent & 0xff], 5)
        alice.send(npdu, at)
      }
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(new Set(reasons)).toEqual(new Set(['send queue full']))
    const down = goes(alice, 'down')
    proxy.cut()
    await down
    expect(await wayOf(alice, bob, 0xff, 0xff)).toBe('hub')
    const throughHub = received.filter(({ via, number }) => via === 'hub' && number < sent)
    const lost = reasons.filter(reason => reason === 'connection lost').length
    expect(throughHub.length + lost, 'about what may wait for a peer').toBeGreaterThan(400)
    expect(new Set(received.map(({ number }) => number)).size, 'nothing twice').toBe(received.length)
    expect(hub.events.filter(isTag('NodeDisconnected'))).toEqual([])
  })

  it('do not dial whom they may not', async () => {
    const { alice, bob } = await startBoth({
      directConnections: { initiate: true, mayDial: uri => !uri.includes('127.0.0.1') },
    })
    const refused = heard(alice.event$, isTag('FailedConnection'))
    expect(await wayOf(alice, bob, 1)).toBe('hub')
    expect(await refused).toMatchObject({ role: 'direct', cause: { detail: 'dialling it is not allowed' } })
  })

  it('know each other from the configuration, and ask nobody', async () => {
    const proxy = await startProxy()
    const { alice } = await startBoth({
      directConnections: { initiate: true, peers: { '02:00:00:00:00:02': ['wss://127.0.0.1:9', proxy.uri] } },
    })
    const named = await startNode({
      primaryHub: (await startHub()).uri,
      vmac: '02:00:00:00:00:02',
      directConnections: { listen: 'wss://127.0.0.1:0' },
    })
    proxy.leadTo((await heard(named.event$, isTag('DirectListening'))).uri)
    const up = goes(alice, 'up')
    alice.send(opaqueNpdu(1), '020000000002' as Vmac)
    await up
    // They have no hub in common: the direct connection is the only way.
    expect(await wayOf(alice, named, 2)).toBe('direct')
    expect(alice.frames.filter(({ octets }) => octets[0] === 0x02)).toEqual([])
  })

  itIsDissectedByTshark()
})

describe('a device with a hub function whose port serves both subprotocols', () => {
  afterEach(closeLab)

  it('is the hub of a node and its direct peer at one address', async () => {
    const device = await startNode({
      primaryHub: 'own',
      hubFunction: { listen: 'wss://127.0.0.1:0' },
      directConnections: { listen: 'own' },
      timings: { disconnectWait: seconds(2) },
    })
    const { uri } = await heard(device.event$, isTag('DirectListening'))
    const node = await startNode({ primaryHub: uri, timings, directConnections: { initiate: true } })
    await Promise.all([connected(device), connected(node)])
    const up = goes(node, 'up')
    expect(await wayOf(node, device, 1)).toBe('hub')
    await up
    expect(await wayOf(node, device, 2)).toBe('direct')
    expect(await wayOf(device, node, 3)).toBe('direct')
    await device.close()
  })

  it('lets in nobody with another subprotocol', async () => {
    const tls = await labTls('peer')
    const device = await startNode({
      primaryHub: 'own',
      hubFunction: { listen: 'wss://127.0.0.1:0' },
      directConnections: { listen: 'own' },
    })
    const { uri } = await heard(device.event$, isTag('DirectListening'))
    await expect(rawClient(uri, tls, ['other.bsc.bacnet.org'])).rejects.toThrow('400')
  })
})

describe('a port for one subprotocol', () => {
  afterEach(closeLab)

  it('lets in nobody with the other', async () => {
    const tls = await labTls('peer')
    const { hub, bob, uri } = await startBoth()
    const refused = heard(bob.event$, isTag('DirectRefused'))
    await expect(rawClient(uri, tls, ['hub.bsc.bacnet.org'])).rejects.toThrow('400')
    expect((await refused).reason).toBe('no subprotocol that is served here was offered')
    await expect(rawClient(hub.uri, tls, ['dc.bsc.bacnet.org'])).rejects.toThrow('400')
  })

  it('that is taken ends the node with an error', async () => {
    const { hub, uri } = await startBoth()
    const second = await startNode({ primaryHub: hub.uri, directConnections: { listen: uri } })
    await expect(heard(second.event$, isTag('DirectListening'))).rejects.toThrow('EADDRINUSE')
  })
})
