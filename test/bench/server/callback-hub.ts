import { acceptedSocket } from '../../../src/io/accepted-socket.js'
import { binaryMessages } from '../../../src/io/binary-messages.js'
import { steadyScheduler } from '../../../src/io/clock.js'
import { readFairly } from '../../../src/io/fair-reading.js'
import { webSocketLimits } from '../../../src/io/web-socket-limits.js'
import { delivery } from '../../../src/sc/hub/hub-delivery.js'
import { dropLedger } from '../../../src/sc/hub/hub-drops.js'
import { forwarding } from '../../../src/sc/hub/hub-forward.js'
import { hubLimits } from '../../../src/sc/hub/hub-limits.js'
import { hubTable, type Member } from '../../../src/sc/hub/hub-table.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { HUB_BVLC_LENGTH } from '../../../src/wire/bvlc-sc.js'
import { frameMessage } from '../../../src/wire/web-socket-frame.js'
import { listen, NO_LIMIT, type StartServer } from './listener.js'
import { enter } from './membership.js'

const allocate = (length: number): Uint8Array => Buffer.allocUnsafe(length)

/**
 * Our hub without RxJS: the same reading, routing, table, writing end and batching, with each message of a socket going
 * straight to them. What it does not have is the life cycle of a connection.
 */
export const callbackHub: StartServer = (tls, port) => {
  const table = hubTable()
  const scheduler = steadyScheduler
  const drops = dropLedger(scheduler, () => undefined)
  const limits = hubLimits({ broadcastsPerSender: NO_LIMIT, broadcastsInTotal: NO_LIMIT })
  const deliver = delivery({ table, drops, limits, allocate, cut: stuck => stuck.socket.terminate(), scheduler })
  const count = { received: 0 }
  return listen(tls, port, (webSocket, stream) => {
    readFairly(webSocket, stream)
    const socket = acceptedSocket(webSocket, stream, { address: '', subprotocol: Subprotocol.HUB })
    const activity = { lastValid: 0, lastSent: 0 }
    let sender: Member | undefined
    const hear = (octets: Uint8Array): void => {
      if (sender === undefined) {
        const entered = enter(octets, socket, table)
        sender = entered.member
        socket.send(frameMessage(entered.accept, allocate))
        return
      }
      const decision = forwarding(octets, sender, table, HUB_BVLC_LENGTH)
      if (decision._tag === 'ForHub') return
      count.received++
      sender.received++
      const now = scheduler.now()
      activity.lastValid = now
      if (decision._tag === 'Drop') deliver.drop(decision.reason, sender)
      else if (decision._tag === 'Unicast') deliver.toOne(octets, sender, decision.to, now)
      else deliver.toAll(octets, sender, now)
    }
    binaryMessages(stream, 'client', webSocketLimits.maxPayload, hear)
    webSocket.on('message', hear)
  })
}
