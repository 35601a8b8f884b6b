import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { valueOf } from '../../../src/transport/configuration.js'
import { ipPort } from '../../../src/transport/ip-port.js'
import { bbmd, ordinaryNode } from '../../../src/transport/ip-roles.js'
import { parseStation } from '../../../src/values/bip-address.js'
import { NO_LIMIT } from '../server/listener.js'
import { BROADCAST_HOST } from './ip-wire.js'
import type { StartPort } from './port-under-test.js'
import { openLink } from './rx-link.js'
import { isForeign, RECEIVE_BUFFER } from './traffic.js'

/** Our B/IP port, as anybody would open it, but for the budget of a BBMD. */
export const rxIpPort: StartPort = ({ kind, host, sinks }, heard) => {
  const bdt = sinks.filter((_, sink) => !isForeign(sink, sinks.length)).map(print)
  const link = ipPort({
    bind: `${host}:0`,
    broadcast: BROADCAST_HOST,
    receiveBuffer: RECEIVE_BUFFER,
    role:
      kind === 'fan-out'
        ? bbmd({ bdt, policy: { copiesPerAddress: NO_LIMIT, copiesInTotal: NO_LIMIT } })
        : ordinaryNode(),
  })
  const destinations = sinks.map(sink => valueOf('sink', parseStation(print(sink))))
  return openLink(link, destinations, heard)
}

const print = ({ host, port }: Endpoint): string => `${host}:${port}`
