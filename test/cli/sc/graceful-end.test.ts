import { createServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { BvlcFunction } from '../../../src/wire/bvlc-function.js'
import { closeCli, runCli } from '../../support/cli.js'
import { identity } from '../../support/identities.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { labTls } from '../../support/lab.js'
import { connectRequest, rawClient } from '../../support/raw-client.js'
import { itIsDissectedByTshark, noteOnWire } from '../../support/wire-judge.js'

/** The answer to a message: another function, the same message id, and a payload. */
const answer = (name: keyof typeof BvlcFunction, to: Uint8Array, payload: Uint8Array = to.subarray(4)): Uint8Array =>
  Uint8Array.of(BvlcFunction[name], 0, ...to.subarray(2, 4), ...payload)

describe('on SIGTERM, seen from the other end of the wire,', () => {
  let lab: LabFolder

  beforeAll(async () => {
    lab = await labFolder(['hub', 'node'])
  })
  afterAll(() => lab.remove())
  afterEach(closeCli)

  it('the hub process sends a Disconnect-Request, takes the ACK and closes with 1000', async () => {
    const hub = runCli(['hub', '--json', ...lab.flags('hub')])
    const { uri } = await hub.event('listening')
    const client = await rawClient(String(uri), await labTls('peer'))
    client.send(connectRequest(identity(1)))
    await client.next()
    hub.signal('SIGTERM')
    const request = await client.next()
    expect(request[0]).toBe(BvlcFunction['Disconnect-Request'])
    client.send(answer('Disconnect-ACK', request))
    expect(await client.closed).toBe(1000)
    expect(await hub.exited).toBe(0)
  })

  it('the node process sends a Disconnect-Request, takes the ACK and closes with 1000', async () => {
    const { ca, cert, key } = await labTls('hub')
    const https = createServer({ ca: [...ca], cert, key, requestCert: true })
    const server = new WebSocketServer({ server: https, handleProtocols: () => 'hub.bsc.bacnet.org' })
    https.listen(0, '127.0.0.1')
    await once(https, 'listening')
    const { port } = https.address() as AddressInfo
    const node = runCli(['node', '--json', '--hub', `wss://127.0.0.1:${port}`, ...lab.flags('node')])
    const [socket] = (await once(server, 'connection')) as [WebSocket]
    const next = async (): Promise<Uint8Array> => {
      const [data] = (await once(socket, 'message')) as [Buffer]
      noteOnWire(data)
      return data
    }

    const connect = await next()
    socket.send(answer('Connect-Accept', connect))
    await node.event('status', { status: 'primary' })
    const disconnecting = next()
    node.signal('SIGTERM')
    const request = await disconnecting
    expect(request[0]).toBe(BvlcFunction['Disconnect-Request'])
    socket.send(answer('Disconnect-ACK', request))
    expect(await once(socket, 'close')).toEqual([1000, expect.anything()])
    expect(await node.exited).toBe(0)
    server.close()
    https.close()
  })

  it('the hub process waits for the ACK, a second SIGTERM notwithstanding, until a SIGINT ends it at once with 1', async () => {
    const hub = runCli(['hub', '--json', ...lab.flags('hub')])
    const { uri } = await hub.event('listening')
    const client = await rawClient(String(uri), await labTls('peer'))
    client.send(connectRequest(identity(1)))
    await client.next()
    hub.signal('SIGTERM')
    await client.next()
    hub.signal('SIGTERM')
    hub.say({ do: 'stats' })
    await hub.event('error', { message: 'is ending' })
    hub.signal('SIGINT')
    expect(await hub.exited).toBe(1)
  })

  itIsDissectedByTshark()
})

describe('a signal that comes while the program is still loaded', () => {
  afterEach(closeCli)

  it.each(['SIGTERM', 'SIGINT'])('%s: ends it at once with 0, before it has read its arguments', async signal => {
    const onceTaken = `process.on('newListener', name => {
      if (name === '${signal}') queueMicrotask(() => process.kill(process.pid, name))
    })`
    const preload = `--import data:text/javascript,${encodeURIComponent(onceTaken)}`
    const command = runCli(['hub', '--no-such-option'], { NODE_OPTIONS: preload })
    expect(await command.exited).toBe(0)
    expect(command.stdout() + command.stderr()).toBe('')
  })
})
