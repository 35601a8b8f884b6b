import { ms, type Duration } from '../../values/duration.js'
import type { Impairment } from '../paths/impairment.js'
import type { Hosts } from '../paths/paths.js'
import { durationMs } from '../time/duration-text.js'
import type { Fault } from './fault.js'

/** How long a fault lasts: for good, when neither is said. To be said at once, before time passes. */
export interface Lasting {
  /** So long: `'30s'`. */
  readonly for: (duration: string | Duration) => void
  /** Until then, from when the network was made: `'40s'`. */
  readonly until: (time: string | Duration) => void
}

/**
 * What goes wrong at some time. See {@link Fault} for what each of them means. Whether the hosts are known is asked when the
 * fault happens, so that it can be said before they are made.
 */
export interface FaultsAt {
  readonly partition: (ones: Hosts, others?: Hosts) => Lasting
  readonly block: (from: Hosts, to: Hosts) => Lasting
  readonly impair: (from: Hosts, to: Hosts, impairment: Impairment) => Lasting
  /** Concerns WebSockets only: nothing happens to datagrams of the host. */
  readonly refuse: (host: string) => Lasting
  /** Concerns WebSockets only. */
  readonly hang: (host: string) => Lasting
  /** Concerns WebSockets only. */
  readonly cut: (host: string) => void
  /** Concerns WebSockets only. */
  readonly mute: (host: string) => void
  readonly kill: (host: string) => Lasting
  readonly powerOff: (host: string) => Lasting
}

/** Writes faults of one time down as they are said. `planned` is told each, and how long it is to last as soon as that is known. */
export const faultsAt = (at: Duration, planned: (fault: Fault) => (lasts: number) => void): FaultsAt => {
  const plan = (fault: Fault): Lasting => {
    const last = planned(fault)
    return {
      for: duration => last(inMs(duration)),
      until: time => {
        if (inMs(time) < at) throw new Error('a fault cannot end before it begins')
        last(inMs(time) - at)
      },
    }
  }
  return {
    partition: (ones, others) => plan({ _tag: 'Partition', ones, ...(others === undefined ? {} : { others }) }),
    block: (from, to) => plan({ _tag: 'Block', from, to }),
    impair: (from, to, impairment) => plan({ _tag: 'Impair', from, to, impairment }),
    refuse: host => plan({ _tag: 'Refuse', host }),
    hang: host => plan({ _tag: 'Hang', host }),
    cut: host => void plan({ _tag: 'Cut', host }),
    mute: host => void plan({ _tag: 'Mute', host }),
    kill: host => plan({ _tag: 'Kill', host }),
    powerOff: host => plan({ _tag: 'PowerOff', host }),
  }
}

/** A time or duration as a test says it. */
export const inMs = (time: string | Duration): Duration => (typeof time === 'string' ? ms(durationMs(time)) : time)
