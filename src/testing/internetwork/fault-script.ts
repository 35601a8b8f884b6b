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
 * What goes wrong at some time. See {@link Fault} for what each of them means. Whether the hosts are known is asked when
 * the fault happens, so that it can be said before they are made; an impairment that is none throws an Error at once.
 */
export interface FaultsAt {
  readonly partition: (ones: Hosts, others?: Hosts) => Lasting
  readonly block: (from: Hosts, to: Hosts) => Lasting
  readonly impair: (from: Hosts, to: Hosts, impairment: Impairment) => Lasting
  /** Concerns WebSockets only: nothing happens to datagrams of the hosts. */
  readonly refuse: (hosts: Hosts) => Lasting
  /** Concerns WebSockets only. */
  readonly hang: (hosts: Hosts) => Lasting
  /** Concerns WebSockets only. */
  readonly cut: (hosts: Hosts) => void
  /** Concerns WebSockets only. */
  readonly mute: (hosts: Hosts) => void
  /** Of hubs; nodes that they have already stay. */
  readonly fill: (hubs: Hosts) => Lasting
  readonly kill: (hosts: Hosts) => Lasting
  readonly powerOff: (hosts: Hosts) => Lasting
  /** Of a NAT: those behind it are seen from other ports from then on. */
  readonly rebind: (nat: string) => void
  /** To another address, without a port: `'10.0.1.77'` or `'fd71::77'`. */
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
