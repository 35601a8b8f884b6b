import type { RolePort, RunningRole } from '../bvll/running-role.js'
import type { AnnexJ } from './annex-j.js'

/** Why a broadcast cannot be sent from a host that has no broadcast address for the port. */
export const NO_BROADCAST_ADDRESS = 'the port has no broadcast address'

/** An ordinary node that runs. */
export interface RunningOrdinaryNode extends RunningRole<AnnexJ> {
  readonly _tag: 'OrdinaryNode'
}

/** Runs an ordinary node on a port: its broadcasts go to its subnet, and that is all there is to it. */
export const runOrdinaryNode = (port: RolePort<AnnexJ>): RunningOrdinaryNode => ({
  _tag: 'OrdinaryNode',
  isSelf: address => port.local().own.has(address),
  start: () => undefined,
  registration: () => undefined,
  broadcast: outbound => {
    const { npdu, headroom } = outbound
    const { broadcast } = port.local()
    if (broadcast === undefined) return NO_BROADCAST_ADDRESS
    port.send(broadcast, { _tag: 'Original-Broadcast-NPDU', npdu, headroom }, outbound)
    return undefined
  },
  localChanged: () => undefined,
  end: () => undefined,
  close: () => undefined,
})
