import type { Mac } from '../../values/mac.js'
import type { HeaderOption } from '../../wire/header-option.js'
import { ALL_NETWORKS, type DecodedNpci } from '../../wire/npci.js'
import type { OutboundApdu } from '../event/network-event.js'
import type { RunningPort } from '../port/running-port.js'

interface AnyNpdu {
  readonly npdu: Uint8Array
  /** Its header, and where that ends. */
  readonly npci: DecodedNpci
  readonly dataOptions: readonly HeaderOption[]
}

/** An NPDU that came in. */
export interface HeardNpdu extends AnyNpdu {
  readonly _tag: 'Heard'
  readonly port: RunningPort
  /** Who sent it on the network of the port: the source itself, or a router. */
  readonly from: Mac
  /** Whether it was sent to all of that network. */
  readonly isBroadcast: boolean
}

/** An NPDU of the own application. */
export interface OwnNpdu extends AnyNpdu {
  readonly _tag: 'Own'
  readonly outbound: OutboundApdu
}

/** An NPDU in the hands of the network layer. */
export type Transit = HeardNpdu | OwnNpdu

/** Whether it is for all stations of a network, or of all networks, wherever it is now. */
export const isForAll = ({ npci: { destination } }: Transit): boolean =>
  destination !== undefined && (destination.network === ALL_NETWORKS || destination.mac === '')
