import { clearTimer, setTimer, type TimerEffect } from '../machine/timers.js'
import { stay, type Step, type Transition } from '../machine/transition.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { seconds, type Duration } from '../values/duration.js'
import type { VmacClaim } from './vmac-binding.js'

/** The waits and bounds of choosing a VMAC by chance, all of them local matters. */
export interface OwnVmacTimings {
  /** How long somebody who has a candidate may take to say so. Default 1 s. */
  readonly wait: Duration
  /** How many candidates are tried in a row, at least 1. Default 8. */
  readonly tries: number
  /** After so many: how long until the next row may begin. Default 60 s. */
  readonly rest: Duration
}

/** Fills in the defaults. */
export const ownVmacTimings = (given: Partial<OwnVmacTimings> = {}): OwnVmacTimings => ({
  wait: seconds(1),
  tries: 8,
  rest: seconds(60),
  ...given,
})

/**
 * States of a node's own VMAC. `drawn` counts the candidates of the row; `held` is the VMAC in use until there is a
 * better one.
 */
export type OwnVmacMachineState =
  | { readonly _tag: 'Idle' }
  /** A candidate is being drawn. */
  | { readonly _tag: 'Drawing'; readonly drawn: number; readonly held: Bip6Vmac | undefined }
  /** It was asked who has the candidate. */
  | {
      readonly _tag: 'Probing'
      readonly candidate: Bip6Vmac
      readonly drawn: number
      readonly held: Bip6Vmac | undefined
    }
  /** The candidates of a row were all taken, and there is no VMAC. */
  | { readonly _tag: 'Resting' }
  /** A random VMAC is its own. */
  | { readonly _tag: 'Random'; readonly vmac: Bip6Vmac; readonly drawn: number }
  /** The configured device instance is its VMAC, whoever else may have it. */
  | { readonly _tag: 'Instance'; readonly vmac: Bip6Vmac }

/** The timers of a node's own VMAC. */
export type OwnVmacTimer =
  /** Nobody said that the candidate is taken. */
  | 'wait'
  /** A row of candidates is long enough ago to begin another. */
  | 'rest'
  /** Nobody answered when it was asked once more. */
  | 'verify'

/** What happens to a node's own VMAC. */
export type OwnVmacEvent =
  /** Choose one by chance. */
  | { readonly _tag: 'Start' }
  | { readonly _tag: 'Drawn'; readonly candidate: Bip6Vmac }
  /** Somebody else has this VMAC, or would like to have it. */
  | { readonly _tag: 'Claimed'; readonly vmac: Bip6Vmac; readonly claim: VmacClaim }
  /** There are others to ask now than when the VMAC was chosen. */
  | { readonly _tag: 'Verify' }
  /** The device instance is configured, or another than before. */
  | { readonly _tag: 'Configured'; readonly vmac: Bip6Vmac }
  | { readonly _tag: 'TimerFired'; readonly timer: OwnVmacTimer }

/** What is told of a node's own VMAC. */
export type OwnVmacNews =
  /** From now on this one is its own. */
  | { readonly _tag: 'Own'; readonly vmac: Bip6Vmac }
  /** `tried` candidates in a row were taken. It keeps what it had; without one, it tries again after a rest. */
  | { readonly _tag: 'NoneFree'; readonly tried: number; readonly kept: Bip6Vmac | undefined }

/** What a node's own VMAC wants done. */
export type OwnVmacEffect =
  /** Draw a candidate; it comes back as `Drawn`. */
  | { readonly _tag: 'Draw' }
  /** Ask who has the candidate, as the candidate. */
  | { readonly _tag: 'Ask'; readonly candidate: Bip6Vmac }
  | { readonly _tag: 'Tell'; readonly news: OwnVmacNews }
  | TimerEffect<OwnVmacTimer>

type OwnVmacStep = Step<OwnVmacMachineState, OwnVmacEffect>

const DRAW: OwnVmacEffect = { _tag: 'Draw' }
const ask = (candidate: Bip6Vmac): OwnVmacEffect => ({ _tag: 'Ask', candidate })
const tell = (news: OwnVmacNews): OwnVmacEffect => ({ _tag: 'Tell', news })
const allStopped: readonly OwnVmacEffect[] = [clearTimer('wait'), clearTimer('rest'), clearTimer('verify')]

/**
 * Chooses a VMAC by chance that nobody else has (clause H.7.2, section 1.2 of the protocol notes). Whoever claims every
 * VMAC, out of malice or by mistake, cannot make a node draw without end: after a row of candidates it stays with what
 * it has.
 */
export const ownVmacMachine = ({
  wait,
  tries,
  rest,
}: OwnVmacTimings): Transition<OwnVmacMachineState, OwnVmacEvent, OwnVmacEffect> => {
  const resting = setTimer<OwnVmacTimer>('rest', rest)

  const draw = (drawn: number, held: Bip6Vmac | undefined, ...before: readonly OwnVmacEffect[]): OwnVmacStep => {
    if (drawn < tries) return [{ _tag: 'Drawing', drawn: drawn + 1, held }, [...before, DRAW]]
    const noneFree = tell({ _tag: 'NoneFree', tried: drawn, kept: held })
    return held === undefined
      ? [{ _tag: 'Resting' }, [...before, resting, noneFree]]
      : [{ _tag: 'Random', vmac: held, drawn }, [...before, resting, noneFree]]
  }

  return (state, event) => {
    if (event._tag === 'Configured') {
      const { vmac } = event
      if (state._tag === 'Instance' && state.vmac === vmac) return stay(state)
      return [{ _tag: 'Instance', vmac }, [...allStopped, tell({ _tag: 'Own', vmac })]]
    }

    switch (state._tag) {
      case 'Idle':
        return event._tag === 'Start' ? draw(0, undefined) : stay(state)
      case 'Drawing':
        if (event._tag !== 'Drawn') return stay(state)
        return [
          { ...state, _tag: 'Probing', candidate: event.candidate },
          [ask(event.candidate), setTimer('wait', wait)],
        ]
      case 'Probing':
        // Two that probe one candidate at the same time both leave it.
        if (isClaimed(event, state.candidate)) return draw(state.drawn, state.held, clearTimer('wait'))
        if (isFired(event, 'wait')) {
          const { candidate: vmac, drawn } = state
          return [{ _tag: 'Random', vmac, drawn }, [resting, tell({ _tag: 'Own', vmac })]]
        }
        return stay(state)
      case 'Resting':
        return isFired(event, 'rest') ? draw(0, undefined) : stay(state)
      case 'Random':
        if (isFired(event, 'rest')) return [{ ...state, drawn: 0 }, []]
        // Twice in all, as a datagram may be lost; whoever has it too answers at any time.
        if (event._tag === 'Verify') return [state, [ask(state.vmac), setTimer('verify', wait)]]
        if (isFired(event, 'verify')) return [state, [ask(state.vmac)]]
        if (!isClaimed(event, state.vmac) || event.claim === 'probe' || state.drawn >= tries) return stay(state)
        return draw(state.drawn, state.vmac, clearTimer('rest'), clearTimer('verify'))
      case 'Instance':
        return stay(state)
    }
  }
}

const isClaimed = (event: OwnVmacEvent, vmac: Bip6Vmac): event is Extract<OwnVmacEvent, { _tag: 'Claimed' }> =>
  event._tag === 'Claimed' && event.vmac === vmac

const isFired = (event: OwnVmacEvent, timer: OwnVmacTimer): boolean =>
  event._tag === 'TimerFired' && event.timer === timer
