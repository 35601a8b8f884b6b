import type { Duration } from '../../values/duration.js'
import type { Impairment } from '../paths/impairment.js'
import type { Hosts } from '../paths/hosts.js'
import { durationOf } from '../time/duration-text.js'
import type { Fault } from './fault.js'
import { validFault } from './valid-fault.js'

/** How long a fault lasts: for good, when neither is said. One of both can be said, before the fault begins. */
export interface Lasting {
  /** So long: `'30s'`. */
  readonly for: (duration: string | Duration) => void
  /** Until then, from when the network was made: `'40s'`. */
  readonly until: (time: string | Duration) => void
}

/**
 * What goes wrong at some time, each a {@link Fault}. Whether the hosts are known is asked when the fault happens, so that it
 * can be said before they are made; a fault of nobody, and an impairment that is none, throw an Error at once.
 */
export interface FaultsAt {
  /** Nothing passes between two groups of hosts, nor back; without `others`, between `ones` and all else. */
  readonly partition: (ones: Hosts, others?: Hosts) => Lasting
  /** Nothing passes from one group to another; the way back stays open. */
  readonly block: (from: Hosts, to: Hosts) => Lasting
  /** What passes from one group to another is late, lost, doubled, overtaken or slow. */
  readonly impair: (from: Hosts, to: Hosts, impairment: Impairment) => Lasting
  /** Whoever connects to the hosts is refused. Concerns WebSockets only: nothing happens to their datagrams. */
  readonly refuse: (hosts: Hosts) => Lasting
  /** Whoever connects to the hosts gets no answer. Concerns WebSockets only. */
  readonly hang: (hosts: Hosts) => Lasting
  /** WebSockets that the hosts have at that moment are reset, and both ends told. Concerns WebSockets only. */
  readonly cut: (hosts: Hosts) => void
  /** WebSockets that the hosts have at that moment go silent, and nobody is told. Concerns WebSockets only. */
  readonly mute: (hosts: Hosts) => void
  /** The hubs take nobody else; nodes that they have already stay. */
  readonly fill: (hubs: Hosts) => Lasting
  /** What runs on the hosts dies, and whoever is connected is told; it starts anew when that is over. */
  readonly kill: (hosts: Hosts) => Lasting
  /** The hosts lose their power, and nobody is told; what runs there starts anew when that is over. */
  readonly powerOff: (hosts: Hosts) => Lasting
  /** A NAT, by the name that `nat` gave it, forgets: those behind it are seen from other ports from then on. */
  readonly rebind: (nat: string) => void
  /** One host has another address, said without a port: `'10.0.1.77'` or `'fd71::77'`. */
  readonly move: (host: string, to: string) => void
}

/** Writes faults of one time down as they are said. `planned` is told each, and how long it is to last as soon as that is known. */
export const faultsAt = (at: Duration, planned: (fault: Fault) => (lasts: number) => void): FaultsAt => {
  const plan = (fault: Fault): Lasting => {
    const planLast = planned(validFault(fault))
    let isSaid = false
    const last = (lasts: number): void => {
      if (isSaid) throw new Error('how long a fault lasts is said once: by for, or by until')
      isSaid = true
      planLast(lasts)
    }
    return {
      for: duration => last(durationOf(duration)),
      until: time => {
        const end = durationOf(time)
        if (end < at) throw new Error('a fault cannot end before it begins')
        last(end - at)
      },
    }
  }
  return {
    partition: (ones, others) => plan({ _tag: 'Partition', ones, ...(others === undefined ? {} : { others }) }),
    block: (from, to) => plan({ _tag: 'Block', from, to }),
    impair: (from, to, impairment) => plan({ _tag: 'Impair', from, to, impairment }),
    refuse: hosts => plan({ _tag: 'Refuse', hosts }),
    hang: hosts => plan({ _tag: 'Hang', hosts }),
    cut: hosts => void plan({ _tag: 'Cut', hosts }),
    mute: hosts => void plan({ _tag: 'Mute', hosts }),
    fill: hubs => plan({ _tag: 'Fill', hubs }),
    kill: hosts => plan({ _tag: 'Kill', hosts }),
    powerOff: hosts => plan({ _tag: 'PowerOff', hosts }),
    rebind: nat => void plan({ _tag: 'Rebind', nat }),
    move: (host, to) => void plan({ _tag: 'Move', host, to }),
  }
}
