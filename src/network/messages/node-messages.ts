import type { NetworkList } from '../../wire/network-message.js'
import { heardReject } from './heard-reject.js'
import { isOfNeighbour, neighbourOf, type MessageContext, type Messages } from './message-context.js'
import { sourceOf } from '../transit/source.js'
import type { HeardNpdu } from '../transit/transit.js'

/** What a node that is no router does with a message of the network layer (section 3 of the protocol notes). */
export const nodeMessages = (context: MessageContext): Messages => {
  const { table, resume, number, rows, heardQuestion, tell } = context

  const iAmRouter = (heard: HeardNpdu, { networks }: NetworkList): void => {
    for (const network of networks) {
      const outcome = table.announced(network, neighbourOf(heard))
      if (outcome !== 'refused' && outcome !== 'direct') resume(network)
    }
  }

  return (heard, port, message) => {
    switch (message._tag) {
      case 'I-Am-Router-To-Network':
        iAmRouter(heard, message)
        return undefined
      case 'Reject-Message-To-Network':
        heardReject(context, heard, message)
        return undefined
      case 'Router-Busy-To-Network':
        if (isOfNeighbour(heard)) table.setBusy(message.networks, neighbourOf(heard))
        return undefined
      case 'Router-Available-To-Network':
        if (isOfNeighbour(heard)) table.setAvailable(message.networks, neighbourOf(heard)).forEach(resume)
        return undefined
      case 'Initialize-Routing-Table-Ack':
        rows(heard, message)
        return undefined
      case 'What-Is-Network-Number':
      case 'Network-Number-Is':
        number(port, heard, message)
        return undefined
      case 'Unknown':
      case 'Proprietary':
        tell({ _tag: 'NetworkMessage', message, source: sourceOf(heard), port: port.name })
        return undefined
      case 'Who-Is-Router-To-Network':
        if (heard.isBroadcast) heardQuestion(port, message.network)
        return undefined
      case 'I-Could-Be-Router-To-Network':
      case 'Initialize-Routing-Table':
      case 'Establish-Connection-To-Network':
      case 'Disconnect-Connection-To-Network':
        return undefined
    }
  }
}
