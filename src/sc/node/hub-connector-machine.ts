import { clearTimer, type TimerEffect } from '../../machine/timers.js'
import { stay, type Step, type Transition } from '../../machine/transition.js'
import type { HubConnectionStatus } from '../../wire/bvlc-sc.js'
import { backoff } from '../connection/backoff.js'
import type { HubRole } from '../connection/hub-role.js'
import type { ReconnectTimings } from '../connection/timings.js'

/** How the connector got where it is. */
interface History {
  /** Rounds of attempts that failed in a row; they make the waits longer. */
  readonly failures: number
  /** Starts without a wait, in a row: after a VMAC collision, or after a connection that was soon lost. */
  readonly restarts: number
}

/** States of the hub connector (clause AB.5.2, 4.1 of the protocol notes). */
export type ConnectorState =
  | { readonly _tag: 'IDLE' }
  | ({ readonly _tag: 'WAIT_PRIMARY' } & History)
  | ({ readonly _tag: 'CONNECTED_PRIMARY' } & History)
  | ({ readonly _tag: 'WAIT_FAILOVER' } & History)
  | ({ readonly _tag: 'CONNECTED_FAILOVER' } & History)
  | ({ readonly _tag: 'REWAIT_PRIMARY' } & History)
  | ({ readonly _tag: 'DELAYING' } & History)
  | { readonly _tag: 'STOPPING' }

/** The timers of the hub connector. */
export type ConnectorTimer =
  /** Both hubs failed, and the wait is over: try the primary. */
  | 'delay'
  /** On the failover: see whether the primary is back. */
  | 'retry primary'

/** What happens to the hub connector. */
export type ConnectorEvent =
  | { readonly _tag: 'Start' }
  | { readonly _tag: 'Connected'; readonly hub: HubRole }
  /** An attempt did not become a connection. */
  | { readonly _tag: 'Failed'; readonly hub: HubRole }
  /** An attempt was refused because our VMAC is somebody else's. */
  | { readonly _tag: 'DuplicateVmac'; readonly hub: HubRole }
  /** A connection ended. `brief`: it was there for less than the minimum reconnect time. */
  | { readonly _tag: 'Lost'; readonly hub: HubRole; readonly brief: boolean }
  | { readonly _tag: 'TimerFired'; readonly timer: ConnectorTimer }
  /** Local: end what there is in good order, and begin anew. */
  | { readonly _tag: 'Reconnect' }
  | { readonly _tag: 'Stop' }

/** What the hub connector wants done. */
export type ConnectorEffect =
  | { readonly _tag: 'Dial'; readonly hub: HubRole }
  /** Ends a connection in good order, or gives up an attempt; how it ends is nobody's concern any more. */
  | { readonly _tag: 'HangUp'; readonly hub: HubRole }
  /** From now on this is the hub connection in use. */
  | { readonly _tag: 'Use'; readonly status: HubConnectionStatus }
  | { readonly _tag: 'DrawVmac' }
  | TimerEffect<ConnectorTimer>

/** What the hub connector needs to know. */
export interface ConnectorOptions {
  readonly hasPrimary: boolean
  readonly hasFailover: boolean
  readonly timings: ReconnectTimings
}

/**
 * Starts without a wait in a row before waits begin. Without a bound, two devices with one UUID, or a hub that refuses
 * every VMAC, would keep a node dialling as fast as the network allows.
 */
export const MAX_RESTARTS = 3

const FRESH: History = { failures: 0, restarts: 0 }

const dial = (hub: HubRole): ConnectorEffect => ({ _tag: 'Dial', hub })
const hangUp = (hub: HubRole): ConnectorEffect => ({ _tag: 'HangUp', hub })
const use = (status: HubConnectionStatus): ConnectorEffect => ({ _tag: 'Use', status })

/** The hub connector (rows of 4.2 in their order; the TRY states are the functions of that name). */
export const hubConnectorMachine = (
  options: ConnectorOptions,
): Transition<ConnectorState, ConnectorEvent, ConnectorEffect> => {
  type ConnectorStep = Step<ConnectorState, ConnectorEffect>
  const { hasPrimary, hasFailover, timings } = options

  const tryPrimary = (history: History, ...before: readonly ConnectorEffect[]): ConnectorStep =>
    hasPrimary ? [{ ...history, _tag: 'WAIT_PRIMARY' }, [...before, dial('primary')]] : tryFailover(history, ...before)

  const tryFailover = (history: History, ...before: readonly ConnectorEffect[]): ConnectorStep =>
    hasFailover ? [{ ...history, _tag: 'WAIT_FAILOVER' }, [...before, dial('failover')]] : delay(history, ...before)

  const delay = ({ failures }: History, ...before: readonly ConnectorEffect[]): ConnectorStep => [
    { _tag: 'DELAYING', failures: failures + 1, restarts: 0 },
    [...before, backoff('delay', failures + 1, timings)],
  ]

  const connectedToFailover = (
    { restarts }: History,
    failures: number,
    ...before: readonly ConnectorEffect[]
  ): ConnectorStep => [
    { _tag: 'CONNECTED_FAILOVER', failures, restarts },
    [...before, ...(hasPrimary ? [backoff('retry primary', failures + 1, timings)] : [])],
  ]

  const restart = ({ failures, restarts }: History, ...before: readonly ConnectorEffect[]): ConnectorStep =>
    restarts < MAX_RESTARTS
      ? tryPrimary({ failures, restarts: restarts + 1 }, ...before)
      : delay({ failures, restarts }, ...before)

  const lost = (history: History, brief: boolean, ...before: readonly ConnectorEffect[]): ConnectorStep =>
    brief ? restart(history, ...before) : tryPrimary(FRESH, ...before)

  const allStopped: readonly ConnectorEffect[] = [
    clearTimer('delay'),
    clearTimer('retry primary'),
    hangUp('primary'),
    hangUp('failover'),
    use('none'),
  ]

  return (state, event) => {
    if (state._tag === 'STOPPING') return stay(state)
    if (event._tag === 'Stop') return [{ _tag: 'STOPPING' }, allStopped]
    if (state._tag === 'IDLE') return event._tag === 'Start' ? tryPrimary(FRESH) : stay(state)
    if (event._tag === 'Reconnect') return tryPrimary(FRESH, ...allStopped)
    if (event._tag === 'DuplicateVmac') return restart(state, { _tag: 'DrawVmac' }, ...allStopped)

    switch (state._tag) {
      case 'WAIT_PRIMARY':
        if (isOf(event, 'Connected', 'primary'))
          return [{ ...state, _tag: 'CONNECTED_PRIMARY', failures: 0 }, [use('primary')]]
        if (isOf(event, 'Failed', 'primary')) return tryFailover(state)
        return stay(state)
      case 'WAIT_FAILOVER':
        if (isOf(event, 'Connected', 'failover')) return connectedToFailover(state, 0, use('failover'))
        if (isOf(event, 'Failed', 'failover')) return delay(state)
        return stay(state)
      case 'CONNECTED_PRIMARY':
        return isLost(event, 'primary') ? lost(state, event.brief, use('none')) : stay(state)
      case 'CONNECTED_FAILOVER':
        if (event._tag === 'TimerFired' && event.timer === 'retry primary') {
          return [{ ...state, _tag: 'REWAIT_PRIMARY' }, [dial('primary')]]
        }
        return isLost(event, 'failover')
          ? lost(state, event.brief, clearTimer('retry primary'), use('none'))
          : stay(state)
      case 'REWAIT_PRIMARY':
        if (isOf(event, 'Connected', 'primary')) {
          return [{ ...state, _tag: 'CONNECTED_PRIMARY', failures: 0 }, [use('primary'), hangUp('failover')]]
        }
        if (isOf(event, 'Failed', 'primary')) return connectedToFailover(state, state.failures + 1)
        return isLost(event, 'failover') ? [{ ...FRESH, _tag: 'WAIT_PRIMARY' }, [use('none')]] : stay(state)
      case 'DELAYING':
        return event._tag === 'TimerFired' && event.timer === 'delay' ? tryPrimary(state) : stay(state)
    }
  }
}

const isOf = (event: ConnectorEvent, tag: 'Connected' | 'Failed', hub: HubRole): boolean =>
  event._tag === tag && event.hub === hub

const isLost = (event: ConnectorEvent, hub: HubRole): event is ConnectorEvent & { readonly _tag: 'Lost' } =>
  event._tag === 'Lost' && event.hub === hub
