import { sendFrames } from './connection.js'
import type { Fleet } from './fleet.js'

/**
 * Unicast, closed loop: whoever gets messages sends as many, until `count` were sent in all. Resolves with their number
 * when all of them have come, so that the server has nothing left to do.
 */
export const exchange = ({ traffic, connections }: Fleet, count: number): Promise<number> =>
  new Promise(resolve => {
    let unsent = count
    let missing = count
    const send = (connection: (typeof connections)[number], wanted: number): void => {
      const many = Math.min(wanted, unsent)
      unsent -= many
      sendFrames(connection, many)
    }
    for (const connection of connections) {
      connection.onFrames = received => {
        missing -= received
        if (unsent > 0) send(connection, received)
        if (missing === 0) resolve(count)
      }
    }
    connections.forEach((connection, index) => {
      if (!traffic.perPair || index % 2 === 0) send(connection, traffic.inFlight)
    })
  })

/**
 * Broadcast, closed loop: connection 0 keeps `inFlight` broadcasts under way; one is over when all others have it.
 * Resolves with the number of deliveries, at least `count`, when the last was made.
 */
export const broadcastToAll = ({ traffic, connections }: Fleet, count: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const [sender, ...receivers] = connections
    if (sender === undefined || receivers.length === 0) {
      reject(new Error('a broadcast needs a sender and a receiver'))
      return
    }
    const total = Math.ceil(count / receivers.length)
    const { inFlight } = traffic
    const missing = new Int32Array(inFlight)
    let sent = 0
    let over = 0
    let waiting = false

    const send = (): void => {
      waiting = false
      const many = Math.min(inFlight - (sent - over), total - sent)
      for (let each = 0; each < many; each++) missing[sent++ % inFlight] = receivers.length
      sendFrames(sender, many)
    }
    for (const receiver of receivers) {
      let received = 0
      receiver.onFrames = arrived => {
        for (let each = 0; each < arrived; each++) {
          const slot = received++ % inFlight
          const left = (missing[slot] as number) - 1
          missing[slot] = left
          if (left === 0) over++
        }
        if (over === total) resolve(total * receivers.length)
        else if (sent < total && sent - over < inFlight && !waiting) {
          waiting = true
          setImmediate(send)
        }
      }
    }
    send()
  })
