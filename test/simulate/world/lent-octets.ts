import { Observable } from 'rxjs'
import type { NetworkLink } from '../../../src/network/link/network-link.js'

/** Octets of nobody's NPDU. */
const SPOILT = 0xa5

/**
 * A link that has its memory back as soon as an NPDU has been heard, and writes something else there: as a socket does, of
 * whose octets the NPDU is a view.
 */
export const lendingOctets = (link: NetworkLink): NetworkLink => ({
  ...link,
  duplex: outbound$ =>
    new Observable(subscriber =>
      link.duplex(outbound$).subscribe({
        next: event => {
          if (event._tag !== 'Npdu') {
            subscriber.next(event)
            return
          }
          const npdu = event.npdu.slice()
          subscriber.next({ ...event, npdu })
          npdu.fill(SPOILT)
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    ),
})
