import type { WebSocket } from 'ws'
import { acceptedSocket } from '../../../src/io/accepted-socket.js'
import { forwarding } from '../../../src/sc/hub/hub-forward.js'
import { hubTable, type Member } from '../../../src/sc/hub/hub-table.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { ControlFlag, HUB_BVLC_LENGTH } from '../../../src/wire/bvlc-sc.js'
import { listen, type StartServer } from './listener.js'
import { enter } from './membership.js'

/**
 * A hub as one would write it first: routes and rewrites as ours does, then `ws.send` at once, each frame by itself.
 * A broadcast is rewritten once and sent to each.
 */
export const sendHub: StartServer = (tls, port) => {
  const table = hubTable()
  const webSockets = new Map<Member, WebSocket>()
  return listen(tls, port, (webSocket, stream) => {
    const socket = acceptedSocket(webSocket, stream, { address: '', subprotocol: Subprotocol.HUB })
    let sender: Member | undefined
    webSocket.on('message', (data: Buffer) => {
      if (sender === undefined) {
        const entered = enter(data, socket, table)
        sender = entered.member
        webSockets.set(sender, webSocket)
        webSocket.send(entered.accept)
        return
      }
      const decision = forwarding(data, sender, table, HUB_BVLC_LENGTH)
      if (decision._tag === 'Unicast') {
        webSockets.get(decision.to)?.send(rewritten(data, sender.originator, false))
      } else if (decision._tag === 'Broadcast') {
        const message = rewritten(data, sender.originator, true)
        for (const [to, target] of webSockets) if (to !== sender) target.send(message)
      }
    })
  })
}

/** What `forwardFrame` does, without the WebSocket header: `ws` writes that. Nodes send no originating VMAC here. */
const rewritten = (message: Uint8Array, originator: Uint8Array, broadcast: boolean): Buffer => {
  const restAt = broadcast ? 4 : 10
  const octets = Buffer.allocUnsafe(10 + message.length - restAt)
  octets[0] = message[0] as number
  octets[1] = ((message[1] as number) & ~(broadcast ? 0 : ControlFlag.DESTINATION)) | ControlFlag.ORIGINATING
  octets[2] = message[2] as number
  octets[3] = message[3] as number
  octets.set(originator, 4)
  octets.set(message.subarray(restAt), 10)
  return octets
}
