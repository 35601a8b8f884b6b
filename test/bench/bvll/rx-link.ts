import { Subject } from 'rxjs'
import type { IpLinkEvent } from '../../../src/ip/ip-link.js'
import type { Ip6LinkEvent } from '../../../src/ip6/ip6-link.js'
import type { Duplex } from '../../../src/link/duplex.js'
import type { OutboundNpdu } from '../../../src/link/link.js'
import type { PortUnderTest } from './port-under-test.js'
import { npdu, NPDU_LENGTH } from './traffic.js'

/** Opens one of our ports, and waits until it listens. The sinks are known to it by these. */
export const openLink = <Mac extends string>(
  link: Duplex<OutboundNpdu<Mac>, IpLinkEvent | Ip6LinkEvent>,
  destinations: readonly Mac[],
  heard: () => void,
): Promise<PortUnderTest> =>
  new Promise((resolve, reject) => {
    const outbound$ = new Subject<OutboundNpdu<Mac>>()
    const sent = npdu()
    const send = (sink: number): void =>
      outbound$.next({ _tag: 'Npdu', npdu: sent, destination: destinations[sink] as Mac })
    outbound$.pipe(link).subscribe({
      next: event => {
        if (event._tag === 'Npdu' && event.npdu.length === NPDU_LENGTH) heard()
        else if (event._tag === 'Listening') resolve({ port: portOf(event.address), send })
      },
      error: reject,
    })
  })

/** Both kinds of addresses end with it. */
const portOf = (address: string): number => Number.parseInt(address.slice(-4), 16)
