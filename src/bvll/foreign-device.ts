import type { SchedulerLike } from 'rxjs'
import { bucket, type Pace } from '../limits/pace.js'
import type { Random } from '../values/random.js'
import type { CarriedNpdu } from '../wire/headroom.js'
import type { Annex } from './annex.js'
import { redistribution } from './redistribution.js'
import { foreignRegistration } from './registration.js'
import type { RegistrationTimings } from './registration-timings.js'
import type { RolePort, RunningRole } from './running-role.js'

/** A foreign device, as it is configured. */
export interface ForeignDeviceSettings<Address extends string> {
  readonly bbmd: Address
  /** Time to live of its registrations, in seconds: 1 to 65535. */
  readonly ttl: number
  readonly timings: RegistrationTimings
}

/** What a foreign device says to its BBMD, and what it makes of the results from there. */
export interface ForeignDeviceSpeech<A extends Annex> {
  readonly register: (ttl: number) => A['message']
  readonly deregister: (address: A['address']) => A['message']
  readonly distribute: (carried: CarriedNpdu) => A['message']
  /**
   * What a result code says of its registration; `undefined` when it is about something else. The BBMD does not know it:
   * `unknown` when it did not distribute a broadcast, `forgotten` when it did not do something else.
   */
  readonly verdictOf: (code: number) => 'accepted' | 'refused' | 'unknown' | 'forgotten' | undefined
}

/** What a foreign device needs besides its port. */
export interface ForeignDeviceContext<A extends Annex> {
  readonly speech: ForeignDeviceSpeech<A>
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** It has asked its BBMD: what is heard from there next may be the answer. */
  readonly asked: () => void
  /** It has told its BBMD to forget it: likewise, but the answer means nothing. */
  readonly deregistered: () => void
  /** How it stands with its BBMD has changed. */
  readonly changed: () => void
}

/** A foreign device that runs. */
export interface RunningForeignDevice<A extends Annex> extends RunningRole<A> {
  readonly _tag: 'ForeignDevice'
  readonly bbmd: A['address']
  /** A result of its BBMD; whether it is taken. */
  readonly hear: (code: number) => boolean
  /** One of its broadcasts could not be sent, and is told as dropped. */
  readonly unsent: (outbound: A['outbound']) => void
  /** Whether an address is that of its BBMD, and it is registered there. */
  readonly isOwnBbmd: (address: A['address']) => boolean
}

/**
 * How often it registers again because it is told that it is not known. Anybody can say so in the name of a BBMD, and
 * each time it would be registered anew and lost anew.
 */
const UNKNOWNS: Pace = { burst: 4, perSecond: 0.2 }

/** A broadcast that may have to be sent a second time. Its headroom goes with the first, which may wait to leave. */
interface Distributed<A extends Annex> {
  readonly outbound: A['outbound']
  readonly npdu: Uint8Array
}

/** Runs a foreign device on a port (clause J.5, section 7 of the protocol notes for BACnet/IP). */
export const runForeignDevice = <A extends Annex>(
  { bbmd, ttl, timings }: ForeignDeviceSettings<A['address']>,
  port: RolePort<A>,
  { speech, scheduler, random, asked, deregistered, changed }: ForeignDeviceContext<A>,
): RunningForeignDevice<A> => {
  const again = redistribution<Distributed<A>>({ scheduler })

  const unknowns = bucket(UNKNOWNS, scheduler)

  const distribute = (carried: CarriedNpdu, outbound: A['outbound']): void =>
    port.send(bbmd, speech.distribute(carried), outbound)

  const registration = foreignRegistration({
    ttl,
    timings,
    scheduler,
    random,
    register: () => {
      asked()
      port.send(bbmd, speech.register(ttl))
    },
    tell: state => {
      changed()
      if (state === 'registered') again.registered().forEach(({ npdu, outbound }) => distribute({ npdu }, outbound))
    },
  })

  /** Bound to all addresses, nobody can say which of them the BBMD has in its table (7.4). */
  const deregister = (): void => {
    const { address, isWildcard } = port.local()
    if (isWildcard) return
    deregistered()
    port.send(bbmd, speech.deregister(address))
  }

  return {
    _tag: 'ForeignDevice',
    bbmd,
    start: registration.start,
    isSelf: address => port.local().own.has(address),
    hear: code => {
      switch (speech.verdictOf(code)) {
        case 'accepted':
          registration.accepted()
          return true
        case 'refused':
          registration.refused()
          return true
        case 'unknown':
          if (!unknowns.take()) return false
          again.failed()
          registration.unknown()
          return true
        case 'forgotten':
          if (!unknowns.take()) return false
          registration.unknown()
          return true
        case undefined:
          return false
      }
    },
    unsent: outbound => again.unsent(distributed => distributed.outbound === outbound),
    isOwnBbmd: address => address === bbmd && registration.isRegistered(),
    registration: () => ({ bbmd, state: registration.state() }),
    broadcast: outbound => {
      if (!registration.isRegistered()) return 'not registered with its BBMD'
      again.distributed({ outbound, npdu: outbound.npdu })
      distribute(outbound, outbound)
      return undefined
    },
    localChanged: registration.addressChanged,
    end: () => {
      deregister()
      registration.end()
    },
    close: registration.end,
  }
}
