import { Subscription } from 'rxjs'
import type { DatagramFaults, VirtualDatagram } from './virtual-datagrams.js'

/** The faults of datagrams that last at this moment. */
export interface LastingFaults<Address extends string, Host> {
  /** How they begin; each lasts until it is unsubscribed. */
  readonly begin: Pick<DatagramFaults<Address>, 'lose' | 'failSend' | 'unplug'>
  readonly isLost: (datagram: VirtualDatagram<Address>) => boolean
  /** Why a datagram does not leave. */
  readonly refusalOf: (datagram: VirtualDatagram<Address>) => string | undefined
  /** Whether the cable of anybody is pulled. */
  readonly isAnyUnplugged: () => boolean
  readonly isUnplugged: (host: Host) => boolean
}

/** Faults of datagrams; none at first. `parseHost` reads any address of a host as text. */
export const datagramFaults = <Address extends string, Host>(
  parseHost: (text: string) => Host,
): LastingFaults<Address, Host> => {
  /** How often the cable of each is pulled. */
  const unplugged = new Map<Host, number>()
  const losses = new Set<{ readonly isLost: (datagram: VirtualDatagram<Address>) => boolean }>()
  const refusals = new Set<{ readonly reasonOf: (datagram: VirtualDatagram<Address>) => string | undefined }>()

  return {
    begin: {
      lose: isLost => lasting(losses, { isLost }),
      failSend: reasonOf => lasting(refusals, { reasonOf }),
      unplug: text => {
        const host = parseHost(text)
        unplugged.set(host, (unplugged.get(host) ?? 0) + 1)
        return new Subscription(() => {
          const left = (unplugged.get(host) ?? 1) - 1
          if (left === 0) unplugged.delete(host)
          else unplugged.set(host, left)
        })
      },
    },
    isLost: datagram => losses.size > 0 && [...losses].some(({ isLost }) => isLost(datagram)),
    refusalOf: datagram => {
      for (const { reasonOf } of refusals) {
        const reason = reasonOf(datagram)
        if (reason !== undefined) return reason
      }
      return undefined
    },
    isAnyUnplugged: () => unplugged.size > 0,
    isUnplugged: host => unplugged.has(host),
  }
}

/** Something that holds until it is unsubscribed. */
const lasting = <Fault>(faults: Set<Fault>, fault: Fault): Subscription => {
  faults.add(fault)
  return new Subscription(() => faults.delete(fault))
}
