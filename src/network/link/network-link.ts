import { Observable } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Dropped, OutboundNpdu, ReceivedNpdu, StatusChanged } from '../../link/link.js'
import type { Mac } from '../../values/mac.js'

/** How a data link stands, as far as the network layer must know. */
export interface LinkStanding {
  /** The own MAC address; `undefined` while there is none. */
  readonly mac: Mac | undefined
  /** Whether NPDUs reach its network. */
  readonly isUp: boolean
  /** The longest NPDU that it takes at the moment, in octets. */
  readonly maxNpduLength: number
  /**
   * What the link reaches its network through, where that may change while it is up, as a node of BACnet/SC goes to its other
   * hub: what was said there to all before was not heard. Default: always the same.
   */
  readonly attachment?: string
}

/** What the network layer hears from a data link. */
export type NetworkLinkEvent =
  ReceivedNpdu<Mac> | Dropped<OutboundNpdu<Mac>> | { readonly _tag: 'Standing'; readonly standing: LinkStanding }

/** A data link of any kind, as the network layer sees it. Made by `overSc`, `overIp` and `overIp6`; of others by `networkLink`. */
export interface NetworkLink {
  /** The octets of a MAC address on its network. */
  readonly macLength: number
  /** Why it gives an NPDU back that is too long for whom it goes to, where that differs from station to station. */
  readonly tooLong: string | undefined
  /**
   * NPDUs both ways. Cold; its life is that of the link under it. One that was taken and not sent comes back as the very
   * object that went in.
   */
  readonly duplex: Duplex<OutboundNpdu<Mac>, NetworkLinkEvent>
}

interface Tagged {
  readonly _tag: string
}

/** What is to be known of a kind of data link. */
export interface LinkKind<Status> {
  readonly macLength: number
  readonly tooLong?: string
  readonly standing: (status: Status) => LinkStanding
}

/**
 * Any data link as the network layer sees it: its addresses are MAC addresses, and what is not about NPDUs is left out.
 * To hear all that the link tells, wrap it in `trace` first.
 */
export const networkLink = <Address extends string, Status>(
  link: Duplex<OutboundNpdu<Address>, Tagged>,
  { macLength, tooLong, standing }: LinkKind<Status>,
): NetworkLink => ({
  macLength,
  tooLong,
  duplex: outbound$ =>
    new Observable(subscriber =>
      link(outbound$ as Observable<OutboundNpdu<string>> as Observable<OutboundNpdu<Address>>).subscribe({
        next: event => {
          if (isNpdu(event) || isUnsentNpdu(event)) subscriber.next(event)
          else if (isStatus<Status>(event)) subscriber.next({ _tag: 'Standing', standing: standing(event.status) })
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    ),
})

const isNpdu = (event: Tagged): event is ReceivedNpdu<Mac> => event._tag === 'Npdu'

const isUnsentNpdu = (event: Tagged): event is Dropped<OutboundNpdu<Mac>> =>
  event._tag === 'Dropped' && (event as Dropped<Tagged>).outbound._tag === 'Npdu'

const isStatus = <Status>(event: Tagged): event is StatusChanged<Status> => event._tag === 'Status'
