import { Subject } from 'rxjs'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { IpOutbound } from '../../../src/ip/ip-link.js'
import { ipPort } from '../../../src/transport/ip-port.js'
import { bbmd, ordinaryNode } from '../../../src/transport/ip-roles.js'
import { parseStation, portOf, type BipAddress } from '../../../src/values/bip-address.js'
import { valueOf } from '../../../src/transport/configuration.js'
import { NO_LIMIT } from '../server/listener.js'
import { peersAmong, type StartPort } from './port-under-test.js'
import { BROADCAST_HOST, npdu, NPDU_LENGTH, RECEIVE_BUFFER } from './traffic.js'

/** Our port, as anybody would open it, but for the budget of a BBMD. */
export const rxPort: StartPort = ({ kind, host, sinks }, heard) =>
  new Promise((resolve, reject) => {
    const outbound$ = new Subject<IpOutbound>()
    const destinations = sinks.map(addressOf)
    const sent = npdu()
    const port = ipPort({
      bind: `${host}:0`,
      broadcast: BROADCAST_HOST,
      receiveBuffer: RECEIVE_BUFFER,
      role:
        kind === 'fan-out'
          ? bbmd({ bdt: peersAmong(sinks).map(print), policy: { copiesPerAddress: NO_LIMIT, copiesInTotal: NO_LIMIT } })
          : ordinaryNode(),
    })
    const send = (sink: number): void =>
      outbound$.next({ _tag: 'Npdu', npdu: sent, destination: destinations[sink] as BipAddress })
    outbound$.pipe(port).subscribe({
      next: event => {
        if (event._tag === 'Npdu' && event.npdu.length === NPDU_LENGTH) heard()
        else if (event._tag === 'Listening') resolve({ port: portOf(event.address), send })
      },
      error: reject,
    })
  })

const print = ({ host, port }: Endpoint): string => `${host}:${port}`

const addressOf = (endpoint: Endpoint): BipAddress => valueOf('sink', parseStation(print(endpoint)))
