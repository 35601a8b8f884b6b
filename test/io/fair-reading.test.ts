import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readFairly } from '../../src/io/fair-reading.js'

const KIB = 1024

/** Lets a peer send 4 MiB at once, and gives how much of it each turn of the event loop brought. */
const turnsOf = async (): Promise<readonly number[]> => {
  const total = 4 * KIB * KIB
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [stream] = (await once(server, 'connection')) as [Socket]
  const turns: number[] = []
  let read = 0
  let inTurn = 0
  readFairly(stream, stream)
  const whole = new Promise<void>(resolve => {
    stream.on('data', (chunk: Buffer) => {
      if (inTurn === 0) {
        setImmediate(() => {
          turns.push(inTurn)
          inTurn = 0
          if (read === total) resolve()
        })
      }
      inTurn += chunk.length
      read += chunk.length
      // Long enough for more to arrive meanwhile.
      const until = performance.now() + 1
      while (performance.now() < until);
    })
  })
  client.write(Buffer.alloc(total))
  await whole
  client.destroy()
  server.close()
  return turns
}

describe('a socket that brings much', () => {
  it('brings its share in a turn, in which others are heard too, and loses nothing', async () => {
    const turns = await turnsOf()
    expect(Math.max(...turns)).toBeLessThanOrEqual(128 * KIB)
    expect(turns.reduce((sum, octets) => sum + octets, 0)).toBe(4 * KIB * KIB)
  })
})
