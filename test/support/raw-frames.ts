import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { connectRequest, rawTcp } from './raw-client.js'

/** The request of a WebSocket client, octet by octet as a hostile peer may send it. */
export const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: hub',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
  'Sec-WebSocket-Protocol: hub.bsc.bacnet.org',
  '',
  '',
].join('\r\n')

/** Opcodes of WebSocket frames. */
export const Opcode = { CONTINUATION: 0, BINARY: 2, PING: 9 } as const

/** A frame of a WebSocket client, masked with zeros. */
export const rawFrame = (payload: Uint8Array, opcode: number = Opcode.BINARY, final = true): Buffer => {
  const { length } = payload
  const head = [(final ? 0x80 : 0) | opcode]
  if (length < 126) head.push(0x80 | length)
  else head.push(0x80 | 126, length >> 8, length & 0xff)
  return Buffer.of(...head, 0, 0, 0, 0, ...payload)
}

/** Many frames one after the other. */
export const manyTimes = (frame: Buffer, times: number): Buffer => Buffer.concat(Array<Buffer>(times).fill(frame))

/** A TCP connection on which a peer without TLS became a node of the hub; nothing is read from it before it is asked for. */
export const rawMember = async (uri: string, self: PeerIdentity): Promise<Socket> => {
  const socket = rawTcp(uri)
  socket.write(UPGRADE)
  socket.write(rawFrame(connectRequest(self)))
  let answer = Buffer.alloc(0)
  // A Connect-Accept has 30 octets; its frame ends the answer.
  while (!answer.includes(Buffer.of(0x82, 30, 7))) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    answer = Buffer.concat([answer, chunk])
  }
  return socket.pause()
}

/** Writes a flood as fast as the other end takes it, until told to stop or the connection is over; tells how much. */
export const flood = async (socket: Socket, octets: Buffer, until: AbortSignal): Promise<number> => {
  const before = socket.bytesWritten
  const over = new Promise<void>(resolve => {
    socket.once('close', resolve)
    until.addEventListener('abort', () => resolve(), { once: true })
  })
  while (!until.aborted && !socket.destroyed) {
    if (socket.write(octets)) await new Promise(setImmediate)
    else await Promise.race([once(socket, 'drain').catch(() => undefined), over])
  }
  return socket.bytesWritten - before
}
