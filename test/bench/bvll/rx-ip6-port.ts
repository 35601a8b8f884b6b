import { networkInterfaces } from 'node:os'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { valueOf } from '../../../src/transport/configuration.js'
import { ordinaryNode } from '../../../src/transport/ip-roles.js'
import { ip6Port } from '../../../src/transport/ip6-port.js'
import { bbmd6 } from '../../../src/transport/ip6-roles.js'
import { instanceBip6Vmac } from '../../../src/values/bip6-vmac.js'
import { NO_LIMIT } from '../server/listener.js'
import { PORT_INSTANCE, sinkInstance } from './ip6-wire.js'
import type { StartPort } from './port-under-test.js'
import { openLink } from './rx-link.js'
import { isForeign, RECEIVE_BUFFER } from './traffic.js'

/** Our B/IPv6 port, as anybody would open it, but for the bounds of a BBMD: here all foreign devices are of one host. */
export const rxIp6Port: StartPort = ({ kind, host, sinks }, heard) => {
  const bdt = sinks.filter((_, sink) => !isForeign(sink, sinks.length)).map(print)
  const policy = { maxPerAddress: sinks.length, copiesPerAddress: NO_LIMIT, copiesInTotal: NO_LIMIT }
  const link = ip6Port({
    bind: `[${host}]:0`,
    interface: loopbackInterface(),
    deviceInstance: PORT_INSTANCE,
    receiveBuffer: RECEIVE_BUFFER,
    role: kind === 'fan-out' ? bbmd6({ bdt, policy }) : ordinaryNode(),
  })
  const destinations = sinks.map((_, sink) => valueOf('sink', instanceBip6Vmac(sinkInstance(sink))))
  return openLink(link, destinations, heard)
}

const print = ({ host, port }: Endpoint): string => `[${host}]:${port}`

const loopbackInterface = (): string => {
  const found = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ address }) => address === '::1'),
  )
  if (found === undefined) throw new Error('no interface has the address ::1')
  return found[0]
}
