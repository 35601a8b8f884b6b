import { MAX_LINK_HEADROOM, type OutboundNpdu } from '../../link/link.js'
import { ORIGIN, type Made } from '../../link/origin.js'
import type { Mac } from '../../values/mac.js'
import { roomyOctets } from '../../wire/headroom.js'
import type { Npci } from '../../wire/npci.js'
import type { Decision } from './decision.js'
import { headerDirect, headerToAll, headerVia, lengthWith, withHeader } from './forwarding.js'
import type { Port } from '../port/port.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { optionsAcross } from './secure-path.js'
import type { Transit } from './transit.js'

/** Why an NPDU did not leave. */
export type Uncarried =
  | 'hop count is used up'
  | 'too long for the link'
  | 'may not pass to that port'
  | 'its port has ended'
  | 'its port is down'
  | 'number of its network is not known'

/** An NPDU on its way out, with where it came from, for the link to give back when it does not send it. */
export type TransitNpdu = OutboundNpdu<Mac> & Made<Transit>

/** Sends NPDUs through ports, with the headers that are due. */
export interface Carrier {
  /** Sends it to its network, or to the next router; the reason when it does not leave. */
  readonly carry: (
    transit: Transit,
    decision: Extract<Decision, { readonly _tag: 'Direct' | 'Via' }>,
  ) => Uncarried | undefined
  /**
   * Sends it through all ports that may have it, but for the one that it came in through; the reason when it leaves through
   * none of them. Where it leaves through some, the others are counted and told.
   */
  readonly flood: (transit: Transit) => Uncarried | undefined
}

/** What a carrier needs. */
export interface CarrierOptions {
  readonly ports: Ports
  readonly home: () => Port | undefined
  /** Tells why something did not leave through one port, when it left through others. */
  readonly tellUnsent: (transit: Transit, port: string, reason: Uncarried) => void
}

/** The link writes its header in front of the NPDU, so that the APDU is copied only once. */
const roomy = roomyOctets(MAX_LINK_HEADROOM)

/** Sends NPDUs through ports. */
export const carrier = ({ ports, home, tellUnsent }: CarrierOptions): Carrier => {
  const send = (transit: Transit, port: RunningPort, header: Npci, destination: Mac | 'broadcast'): void => {
    const { counts } = port.counters
    if (transit._tag === 'Heard') counts.forwarded++
    else counts.sent++
    const npdu: TransitNpdu = {
      _tag: 'Npdu',
      npdu: withHeader(header, transit, roomy),
      headroom: MAX_LINK_HEADROOM,
      destination,
      dataOptions: optionsAcross(transit.dataOptions, port.isSecure),
      [ORIGIN]: transit,
    }
    port.send(npdu)
  }

  const shut = ({ isUp }: RunningPort): Uncarried => (isUp ? 'number of its network is not known' : 'its port is down')

  const leave = (
    transit: Transit,
    port: RunningPort,
    header: Npci | undefined,
    destination: Mac | 'broadcast',
  ): Uncarried | undefined => {
    if (header === undefined) return 'hop count is used up'
    if (transit._tag === 'Heard' && port.network === undefined) return 'number of its network is not known'
    if (transit._tag === 'Heard' && !ports.mayPass(transit.port.name, port.name)) return 'may not pass to that port'
    if (lengthWith(header, transit) > port.maxNpduLength) return 'too long for the link'
    send(transit, port, header, destination)
    return undefined
  }

  return {
    carry: (transit, decision) => {
      const port = ports.named(decision.port.name)
      if (port === undefined) return 'its port has ended'
      return decision._tag === 'Via'
        ? leave(transit, port, headerVia(transit, port, home()), decision.nextHop)
        : leave(transit, port, headerDirect(transit, port, home()), decision.mac === '' ? 'broadcast' : decision.mac)
    },
    flood: transit => {
      const unsent: { readonly port: string; readonly reason: Uncarried }[] = []
      let hasLeft = false
      for (const port of ports.all()) {
        if (transit._tag === 'Heard' && (port === transit.port || !ports.mayPass(transit.port.name, port.name)))
          continue
        const reason = ports.isOpen(port)
          ? leave(transit, port, headerToAll(transit, port, home()), 'broadcast')
          : shut(port)
        if (reason === undefined) {
          hasLeft = true
          continue
        }
        if (reason !== 'hop count is used up') port.counters.countReason('unsent', reason)
        unsent.push({ port: port.name, reason })
      }
      if (!hasLeft) return unsent[0]?.reason
      for (const { port, reason } of unsent) tellUnsent(transit, port, reason)
      return undefined
    },
  }
}
