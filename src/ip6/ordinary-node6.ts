import type { RolePort, RunningRole } from '../bvll/running-role.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { AnnexU } from './annex-u.js'

/** An ordinary node that runs. */
export interface RunningOrdinaryNode6 extends RunningRole<AnnexU> {
  readonly _tag: 'OrdinaryNode'
}

/** Runs an ordinary node on a port: its broadcasts go to its multicast domain, and that is all there is to it. */
export const runOrdinaryNode6 = (port: RolePort<AnnexU>, vmac: () => Bip6Vmac): RunningOrdinaryNode6 => ({
  _tag: 'OrdinaryNode',
  isSelf: address => port.local().own.has(address),
  start: () => undefined,
  registration: () => undefined,
  broadcast: outbound => {
    const { npdu, headroom } = outbound
    port.send(port.local().group, { _tag: 'Original-Broadcast-NPDU', source: vmac(), npdu, headroom }, outbound)
    return undefined
  },
  localChanged: () => undefined,
  end: () => undefined,
  close: () => undefined,
})
