import type { Step, Transition } from '../../machine/transition.js'
import type { Vmac } from '../../values/vmac.js'
import type { BvlcResult, ScMessage } from '../../wire/bvlc-sc.js'
import type { Cause } from './cause.js'
import type { HubRole } from './hub-role.js'
import type { PeerEffect } from './peer.js'

/** Which connection a diagnostic is about. */
export interface ConnectionName {
  readonly role: HubRole | 'direct' | 'hub function'
  /** The URI that was dialled, or the `HOST:PORT` the peer came from. */
  readonly far: string
}

/** What a state machine, and the connection it runs, have to say to people who look for a fault. */
export type ConnectionDiagnostic =
  /** It went from one state to another; `cause` is why, where a connection ended. */
  | { readonly _tag: 'Transition'; readonly from: string; readonly to: string; readonly cause: Cause | undefined }
  | { readonly _tag: 'NakSent'; readonly result: BvlcResult }
  | { readonly _tag: 'NakReceived'; readonly result: BvlcResult }

/** What goes on inside a device (section 9). */
export type Diagnostic =
  | (ConnectionDiagnostic & { readonly machine: ConnectionName | 'hub connector' })
  /** A hub said that our VMAC is somebody else's. */
  | { readonly _tag: 'VmacChanged'; readonly from: Vmac; readonly to: Vmac }
  /** Outbound messages were not sent, or received ones discarded. */
  | { readonly _tag: 'Dropped'; readonly reason: string; readonly count: number }

/** Takes diagnostics. The function that makes one is called only when somebody listens. */
export type Diagnose<A = Diagnostic> = (make: () => A) => void

/** For those of whom nobody wants to know. */
export const diagnoseNothing = (): void => undefined

/** Says of which machine the diagnostics are. */
export const diagnoseAs =
  (machine: ConnectionName | 'hub connector', diagnose: Diagnose = diagnoseNothing): Diagnose<ConnectionDiagnostic> =>
  make =>
    diagnose(() => ({ ...make(), machine }))

/** That a machine went from one state to another. */
export const changeOf = <State extends { readonly _tag: string }, Effect>(
  { _tag: from }: State,
  [{ _tag: to }, effects]: Step<State, Effect>,
  causeOf: (effects: readonly Effect[]) => Cause | undefined,
): ConnectionDiagnostic => ({ _tag: 'Transition', from, to, cause: causeOf(effects) })

/** A transition that tells when it leads to another state. `causeOf` finds in the effects why a connection ended. */
export const diagnosed =
  <State extends { readonly _tag: string }, Event, Effect>(
    transition: Transition<State, Event, Effect>,
    diagnose: Diagnose<ConnectionDiagnostic>,
    causeOf: (effects: readonly Effect[]) => Cause | undefined = () => undefined,
  ): Transition<State, Event, Effect> =>
  (state, event) => {
    const step = transition(state, event)
    if (state._tag !== step[0]._tag) diagnose(() => changeOf(state, step, causeOf))
    return step
  }

/** Whether a message says that another was refused. */
export const isNak = (message: ScMessage | undefined): message is BvlcResult =>
  message?._tag === 'BVLC-Result' && message.nak !== undefined

/** Why a connection ended, if that is among what its machine wants done. */
export const causeOf = (effects: readonly PeerEffect[]): Cause | undefined => {
  for (const effect of effects) {
    if (effect._tag === 'Tell' && 'cause' in effect.event) return effect.event.cause
  }
  return undefined
}
