import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { lastValueFrom, NEVER, of, timeout } from 'rxjs'
import { connectFailure, httpFailure } from '../../src/io/connect-failure.js'
import { checkTls } from '../../src/io/tls.js'
import { dialer, type DialOptions } from '../../src/io/web-socket.js'
import { Subprotocol, type SocketEvent } from '../../src/sc/connection/socket.js'
import { ms } from '../../src/values/duration.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { closeLab, heard, isTag, labTls, PATIENCE_MS, startNode } from '../support/lab.js'

describe('the error code of a failed connect', () => {
  it.each([
    ['ENOTFOUND', 190],
    ['EAI_AGAIN', 191],
    ['EAI_FAIL', 192],
    ['ECONNREFUSED', 194],
    ['ETIMEDOUT', 193],
    ['EHOSTUNREACH', 198],
    ['ENETUNREACH', 198],
    ['EADDRNOTAVAIL', 198],
    ['ECONNRESET', 196],
    ['EPIPE', 196],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 180],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 180],
    ['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 180],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 182],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 182],
    ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 182],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 184],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', 186],
    ['CERT_NOT_YET_VALID', 181],
    ['CERT_SIGNATURE_FAILURE', 181],
    ['CERT_REJECTED', 181],
    ['INVALID_PURPOSE', 181],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 183],
    ['UNABLE_TO_GET_ISSUER_CERT', 183],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 183],
    ['SELF_SIGNED_CERT_IN_CHAIN', 183],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 183],
    ['CERT_UNTRUSTED', 183],
    ['CERT_MISSING', 183],
    ['CERT_HAS_EXPIRED', 185],
    ['CERT_REVOKED', 187],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 188],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 188],
    ['EPROTO', 188],
    ['HPE_INVALID_CONSTANT', 157],
    ['EMFILE', 0],
  ])('%s is %i', (code, errorCode) => {
    expect(connectFailure(Object.assign(new Error('what happened'), { code }))).toEqual({
      errorCode,
      detail: 'what happened',
    })
  })

  it.each([
    ['Invalid Upgrade header', 153],
    ['Opening handshake has timed out', 156],
    ['Invalid Sec-WebSocket-Accept header', 160],
    ['Server sent no subprotocol', 160],
    ['Server sent an invalid subprotocol', 160],
    ['something else', 0],
  ])('without a code, %j is %i', (message, errorCode) => {
    expect(connectFailure(new Error(message))).toEqual({ errorCode, detail: message })
  })

  it('is OTHER for what is no error', () => {
    expect(connectFailure('a string').errorCode).toBe(0)
    expect(connectFailure(undefined).errorCode).toBe(0)
  })

  it('names the code where an error has no message', () => {
    expect(connectFailure(Object.assign(new Error(), { code: 'ECONNREFUSED' })).detail).toBe('ECONNREFUSED')
  })

  it.each([
    [200, 152],
    [400, 152],
    [404, 154],
    [407, 155],
    [426, 161],
    [503, 163],
  ])('of HTTP status %i is %i', (status, errorCode) => {
    expect(httpFailure(status, 'So')).toEqual({ errorCode, detail: `the server answered HTTP ${status} So` })
    expect(httpFailure(status, '').detail).toBe(`the server answered HTTP ${status}`)
  })
})

describe('a dialled socket fails', () => {
  const servers = new Set<Server>()
  const sockets = new Set<Socket>()

  afterEach(() => {
    closeLab()
    for (const socket of sockets) socket.destroy()
    for (const server of servers) server.close()
    sockets.clear()
    servers.clear()
  })

  const portOf = async (server: Server): Promise<number> => {
    servers.add(server)
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** A TCP server that waits for the first octets of a client and then says this. */
  const answering = (answer: (request: string) => string): Promise<number> =>
    portOf(
      createServer(socket => {
        socket.once('data', data => socket.end(answer(data.toString('latin1'))))
      }),
    )

  const outcome = (uri: string, options: Partial<DialOptions> = {}): Promise<SocketEvent> => {
    const dial = dialer({ tls$: undefined, allowPlaintext: true, ...options })
    return lastValueFrom(NEVER.pipe(dial(uri as ScUri, Subprotocol.HUB), timeout({ first: PATIENCE_MS })))
  }

  const labDial = async (): Promise<Pick<DialOptions, 'tls$'>> => {
    const checked = checkTls(await labTls('dialling'))
    if (checked._tag === 'Left') throw new Error(checked.left)
    return { tls$: of(checked.right) }
  }

  const failed = (errorCode: number, detail: RegExp): object => ({
    _tag: 'Failed',
    errorCode,
    detail: expect.stringMatching(detail) as string,
  })

  it('with 194 where nobody listens', async () => {
    const server = createServer()
    const port = await portOf(server)
    server.close()
    await once(server, 'close')
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(failed(194, /ECONNREFUSED/))
  })

  it.each([
    ['200 OK', 152],
    ['404 Not Found', 154],
    ['407 Proxy Authentication Required', 155],
    ['426 Upgrade Required', 161],
    ['503 Service Unavailable', 163],
  ])('where the answer is HTTP %s, with %i', async (status, errorCode) => {
    const port = await answering(() => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(
      failed(errorCode, new RegExp(`^the server answered HTTP ${status}$`)),
    )
  })

  it('with 157 where the answer is not HTTP', async () => {
    const port = await answering(() => 'SSH-2.0-OpenSSH_9.6\r\n')
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(failed(157, /Parse Error/))
  })

  it('with 196 where the connection ends without an answer', async () => {
    const port = await answering(() => '')
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(failed(196, /socket hang up/))
  })

  const upgraded = (...headers: readonly string[]): string =>
    ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', ...headers, '', ''].join('\r\n')
  const acceptFor = (request: string): string => {
    const key = /Sec-WebSocket-Key: (\S+)/i.exec(request)?.[1] ?? ''
    return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  }

  it('with 153 where the upgrade is to something else', async () => {
    const port = await answering(() => upgraded('Upgrade: h2c'))
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(failed(153, /Upgrade/))
  })

  it('with 160 where Sec-WebSocket-Accept is wrong', async () => {
    const protocol = `Sec-WebSocket-Protocol: ${Subprotocol.HUB}`
    const port = await answering(() => upgraded('Upgrade: websocket', 'Sec-WebSocket-Accept: wrong', protocol))
    expect(await outcome(`ws://127.0.0.1:${port}`)).toEqual(failed(160, /Sec-WebSocket-Accept/))
  })

  it('with 160 where the answer has no subprotocol, or one that was not offered', async () => {
    const accepted = (request: string): readonly string[] => [
      'Upgrade: websocket',
      `Sec-WebSocket-Accept: ${acceptFor(request)}`,
    ]
    const none = await answering(request => upgraded(...accepted(request)))
    expect(await outcome(`ws://127.0.0.1:${none}`)).toEqual(failed(160, /no subprotocol/))
    const other = await answering(request =>
      upgraded(...accepted(request), `Sec-WebSocket-Protocol: ${Subprotocol.DIRECT}`),
    )
    expect(await outcome(`ws://127.0.0.1:${other}`)).toEqual(failed(160, /invalid subprotocol/))
  })

  it('with 166 for ws: where plaintext is not allowed, without dialling', async () => {
    expect(await outcome('ws://127.0.0.1:1', { allowPlaintext: false })).toEqual(failed(166, /without TLS/))
  })

  it('with 180 for wss: without a certificate of its own, without dialling', async () => {
    expect(await outcome('wss://127.0.0.1:1')).toEqual(failed(180, /needs a certificate/))
  })

  it('with 188 where the server has no TLS at all', async () => {
    const port = await answering(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')
    expect(await outcome(`wss://127.0.0.1:${port}`, await labDial())).toEqual(failed(188, /wrong version number/i))
  })

  it('with 188 where the server has no TLS 1.3', async () => {
    const { cert, key } = await labTls('old server')
    const port = await portOf(createTlsServer({ cert, key, maxVersion: 'TLSv1.2' }))
    expect(await outcome(`wss://127.0.0.1:${port}`, await labDial())).toEqual(failed(188, /protocol version/i))
  })

  it('by the connect wait of the node where nothing answers', async () => {
    const port = await portOf(createServer())
    const node = await startNode({
      primaryHub: `ws://127.0.0.1:${port}`,
      allowPlaintext: true,
      warn: () => undefined,
      timings: { connectWait: ms(200) },
    })
    const { cause } = await heard(node.event$, isTag('FailedConnection'))
    expect(cause).toEqual({ errorCode: ErrorCode.TIMEOUT, detail: 'the WebSocket did not open in time' })
  })
})
