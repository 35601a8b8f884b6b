import type { SchedulerLike } from 'rxjs'
import { runner, running, type Running } from '../machine/runner.js'
import type { TimerEffect } from '../machine/timers.js'
import type { Random } from '../values/random.js'
import {
  registrationMachine,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationMachineOptions,
  type RegistrationMachineState,
  type RegistrationTimer,
} from './registration-machine.js'
import type { RegistrationState } from './registration-state.js'

/** What a foreign device needs to be registered. */
export interface RegistrationOptions extends RegistrationMachineOptions {
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** Sends a registration to the BBMD. */
  readonly register: () => void
  /** Hears each change; the first state is `unregistered` and not told. */
  readonly tell: (state: RegistrationState) => void
}

/**
 * The registration of a foreign device with one BBMD: asked for, renewed, asked for again. Only what the BBMD itself has
 * sent may be given to it. What it is given while it calls out waits for its turn.
 */
export interface Registration {
  /** Asks for the first time. */
  readonly start: () => void
  /** The BBMD said that it did something. It counts only while a registration is asked for. */
  readonly accepted: () => void
  /** The BBMD refused a registration. It counts only while one is asked for. */
  readonly refused: () => void
  /** The BBMD did not distribute a broadcast. */
  readonly unknown: () => void
  /** The own address has changed. */
  readonly addressChanged: () => void
  /** How it stands. */
  readonly state: () => RegistrationState
  /** Whether broadcasts can be distributed now. */
  readonly isRegistered: () => boolean
  /** Ends it, which is told; there is no message for that, so that the BBMD must hear of it in some other way. */
  readonly end: () => void
}

type Machine = Running<RegistrationMachineState, RegistrationEvent, RegistrationTimer>

type Outward = Exclude<RegistrationEffect, TimerEffect<RegistrationTimer>>

/** A registration that is not started yet. */
export const foreignRegistration = (options: RegistrationOptions): Registration => {
  const { scheduler, random, register, tell } = options
  let told: RegistrationState = 'unregistered'

  const change = (state: RegistrationState): void => {
    if (state === told) return
    told = state
    tell(told)
  }

  const perform = (_: Machine, effect: Outward): void => {
    switch (effect._tag) {
      case 'Register':
        register()
        return
      case 'Tell':
        change(effect.state)
        return
    }
  }

  const { feed, end } = runner<RegistrationMachineState, RegistrationEvent, Outward, RegistrationTimer, Machine>({
    transition: registrationMachine(options),
    fired: (_, timer) => ({ _tag: 'TimerFired', timer }),
    perform,
    stopped: () => undefined,
    scheduler,
    random,
  })
  const self: Machine = running({ _tag: 'Idle' })

  return {
    start: () => feed(self, { _tag: 'Start' }),
    accepted: () => feed(self, { _tag: 'Accepted' }),
    refused: () => feed(self, { _tag: 'Refused' }),
    unknown: () => feed(self, { _tag: 'Unknown' }),
    addressChanged: () => feed(self, { _tag: 'AddressChanged' }),
    state: () => told,
    isRegistered: () => told === 'registered',
    end: () => {
      feed(self, { _tag: 'Stop' })
      // Where it is ended from within one of its effects, the others are not done any more.
      end(self)
      change('unregistered')
    },
  }
}
