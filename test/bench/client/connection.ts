import { randomBytes } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TlsMaterial } from '../../../src/io/tls.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { BvlcFunction } from '../../../src/wire/bvlc-function.js'
import { connectRequest, type FrameSupply } from './frames.js'

/** How to reach a server under test. */
export interface Target {
  readonly port: number
  readonly tls: TlsMaterial | undefined
  /** Whether it expects a Connect-Request, as hubs do. */
  readonly hub: boolean
}

/** One WebSocket, as cheap as it can be: it counts the frames that come and does not look inside. */
export interface Connection {
  readonly socket: Socket
  readonly supply: FrameSupply
  /** Whether several frames that are due together leave in one write. */
  readonly coalesced: boolean
  /** Hears how many frames were completed by what was just read. */
  onFrames: (count: number) => void
}

/** Opens connection `index`; all frames that come after that have `frameLength` octets. */
export const openConnection = async (
  target: Target,
  index: number,
  frameLength: number,
  supply: FrameSupply,
  coalesced: boolean,
): Promise<Connection> => {
  const socket = await dial(target)
  socket.setNoDelay(true)
  socket.write(upgradeRequest())
  const response = (await firstChunk(socket)).toString('latin1')
  if (!response.startsWith('HTTP/1.1 101 ') || !response.endsWith('\r\n\r\n') || !response.includes(Subprotocol.HUB)) {
    throw new Error(`no WebSocket: ${response.split('\r\n')[0] ?? ''}`)
  }
  if (target.hub) {
    socket.write(connectRequest(index))
    const accept = await firstChunk(socket)
    if (accept[2] !== BvlcFunction['Connect-Accept']) throw new Error('no Connect-Accept')
  }
  const connection: Connection = { socket, supply, coalesced, onFrames: () => undefined }
  const count = frameCounter(frameLength)
  socket.on('data', chunk => connection.onFrames(count(chunk)))
  return connection
}

/** Sends the next `count` frames of the supply. */
export const sendFrames = ({ socket, supply, coalesced }: Connection, count: number): void => {
  const { octets, frames } = supply
  const frameLength = octets.length / frames.length
  for (let due = count; due > 0;) {
    const many = coalesced ? Math.min(due, frames.length - supply.next) : 1
    const at = supply.next * frameLength
    socket.write(many === 1 ? (frames[supply.next] as Buffer) : octets.subarray(at, at + many * frameLength))
    supply.next = (supply.next + many) % frames.length
    due -= many
  }
}

const dial = ({ port, tls }: Target): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port }
    const socket =
      tls === undefined
        ? connectTcp(to, () => resolve(socket))
        : connectTls(
            { ...to, cert: tls.cert, key: tls.key, ca: [...tls.ca], minVersion: 'TLSv1.3', servername: 'localhost' },
            () => resolve(socket),
          )
    socket.once('error', reject)
  })

const upgradeRequest = (): string =>
  [
    'GET / HTTP/1.1',
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${Subprotocol.HUB}`,
    '\r\n',
  ].join('\r\n')

const firstChunk = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error('the server closed the connection'))
    socket.once('close', onClose)
    socket.once('data', chunk => {
      socket.off('close', onClose)
      resolve(chunk)
    })
  })

const FINAL_BINARY = 0x82

/** Counts frames that are all as long, and throws when something else comes. */
const frameCounter = (frameLength: number): ((chunk: Buffer) => number) => {
  let begun = 0
  return chunk => {
    for (let at = begun === 0 ? 0 : frameLength - begun; at < chunk.length; at += frameLength) {
      const wrong = chunk[at] !== FINAL_BINARY || (at + 1 < chunk.length && chunk[at + 1] !== frameLength - 2)
      if (wrong) throw new Error(`unexpected frame: ${chunk.toString('hex', at, at + 20)}`)
    }
    const octets = begun + chunk.length
    begun = octets % frameLength
    return (octets - begun) / frameLength
  }
}
