import { Subject } from 'rxjs'
import type { Arrival } from '../../src/bvll/udp.js'
import type { IpOutbound } from '../../src/ip/ip-link.js'
import type { IpDatagram, IpLocal, IpUdpEvent, IpUdpPort } from '../../src/ip/ip-udp.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { BroadcastMask } from '../../src/values/broadcast-mask.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { bip } from './bvll-vectors.js'

/** The addresses of a host of the subnet 192.168.1.0/24, unless something else is said. */
export const localOf = (address: BipAddress = bip('192.168.1.10:47808'), given: Partial<IpLocal> = {}): IpLocal => ({
  address,
  own: new Set([address]),
  broadcast: bip('192.168.1.255:47808'),
  mask: 0xffffff00 as BroadcastMask,
  isWildcard: false,
  receiveBuffer: 1 << 20,
  ...given,
})

/** A UDP port that a test plays. */
export interface PlayedUdp {
  readonly udp: IpUdpPort<IpOutbound>
  /** All that was sent since it was last looked at. */
  readonly sent: () => readonly IpDatagram<IpOutbound>[]
  readonly bind: (local?: IpLocal) => void
  readonly hear: (source: string, message: BvllMessage | Uint8Array, arrival?: Arrival) => void
  readonly refuse: (datagram: IpDatagram<IpOutbound>, reason: string) => void
  readonly isOpen: () => boolean
}

/** A UDP port in a test's hands; it completes with its outbound stream. */
export const playedUdp = (): PlayedUdp => {
  const event$ = new Subject<IpUdpEvent<IpOutbound>>()
  let sent: IpDatagram<IpOutbound>[] = []
  return {
    udp: outbound$ => {
      outbound$.subscribe({ next: datagram => sent.push(datagram), complete: () => event$.complete() })
      return event$
    },
    sent: () => {
      const since = sent
      sent = []
      return since
    },
    bind: (local = localOf()) => event$.next({ _tag: 'Bound', local }),
    hear: (source, message, arrival = 'unicast') =>
      event$.next({
        _tag: 'Received',
        source: bip(source),
        octets: message instanceof Uint8Array ? message : encodeBvll(message),
        arrival,
      }),
    refuse: (datagram, reason) => event$.next({ _tag: 'Unsent', datagram, reason, isUnreachable: true }),
    isOpen: () => event$.observed,
  }
}
