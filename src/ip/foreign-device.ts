import type { SchedulerLike } from 'rxjs'
import { redistribution } from '../bvll/redistribution.js'
import { foreignRegistration } from '../bvll/registration.js'
import { bucket, type Pace } from '../limits/pace.js'
import type { BipAddress } from '../values/bip-address.js'
import type { Random } from '../values/random.js'
import { BvllResultCode } from '../wire/bvll-function.js'
import type { IpOutbound } from './ip-link.js'
import type { ForeignDevice } from './ip-role.js'
import type { RolePort, RunningRole } from './running-role.js'

/** A foreign device that runs. */
export interface RunningForeignDevice extends RunningRole {
  readonly _tag: 'ForeignDevice'
  readonly bbmd: BipAddress
  /**
   * A result of its BBMD that answers a Register-Foreign-Device or refuses a Distribute-Broadcast-To-Network; whether it
   * is taken.
   */
  readonly hear: (code: number) => boolean
  /** One of its broadcasts could not be sent, and is told as dropped. */
  readonly unsent: (outbound: IpOutbound) => void
  /** Whether an address is that of its BBMD, and it is registered there. */
  readonly isOwnBbmd: (address: BipAddress) => boolean
}

/** What a foreign device needs besides its port. */
export interface ForeignDeviceContext {
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** It has asked its BBMD: what is heard from there next may be the answer. */
  readonly asked: () => void
  /** It has told its BBMD to forget it: likewise, but the answer means nothing. */
  readonly deregistered: () => void
  /** How it stands with its BBMD has changed. */
  readonly changed: () => void
}

/**
 * How often it registers again because it is told that it is not known. Anybody can say so in the name of a BBMD, and
 * each time it would be registered anew and lost anew.
 */
const UNKNOWNS: Pace = { burst: 4, perSecond: 0.2 }

/** A broadcast that may have to be sent a second time. */
interface Distributed {
  readonly outbound: IpOutbound
  readonly npdu: Uint8Array
}

/** Runs a foreign device on a port (section 7 of the protocol notes). */
export const runForeignDevice = (
  { bbmd, ttl, timings }: ForeignDevice,
  port: RolePort,
  { scheduler, random, asked, deregistered, changed }: ForeignDeviceContext,
): RunningForeignDevice => {
  const again = redistribution<Distributed>({ scheduler })

  const unknowns = bucket(UNKNOWNS, scheduler)

  const distribute = ({ outbound, npdu }: Distributed): void =>
    port.send(bbmd, { _tag: 'Distribute-Broadcast-To-Network', npdu }, outbound)

  const registration = foreignRegistration({
    ttl,
    timings,
    scheduler,
    random,
    register: () => {
      asked()
      port.send(bbmd, { _tag: 'Register-Foreign-Device', ttl })
    },
    tell: state => {
      changed()
      if (state === 'registered') again.registered().forEach(distribute)
    },
  })

  /** Behind 0.0.0.0 nobody can say which address the BBMD has in its table (7.4). */
  const deregister = (): void => {
    const { address, isWildcard } = port.local()
    if (isWildcard) return
    deregistered()
    port.send(bbmd, { _tag: 'Delete-Foreign-Device-Table-Entry', address })
  }

  return {
    _tag: 'ForeignDevice',
    bbmd,
    start: registration.start,
    isSelf: address => port.local().own.has(address),
    hear: code => {
      switch (code) {
        case BvllResultCode.SUCCESS:
          registration.accepted()
          return true
        case BvllResultCode.REGISTER_NAK:
          registration.refused()
          return true
        case BvllResultCode.DISTRIBUTE_NAK:
          if (!unknowns.take()) return false
          again.failed()
          registration.unknown()
          return true
        default:
          return false
      }
    },
    unsent: outbound => again.unsent(distributed => distributed.outbound === outbound),
    isOwnBbmd: address => address === bbmd && registration.isRegistered(),
    registration: () => ({ bbmd, state: registration.state() }),
    broadcast: (outbound, npdu) => {
      if (!registration.isRegistered()) return 'not registered with its BBMD'
      again.distributed({ outbound, npdu })
      distribute({ outbound, npdu })
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
