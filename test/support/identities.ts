import type { DeviceUuid } from '../../src/values/device-uuid.js'
import type { Vmac } from '../../src/values/vmac.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'

/** The identity of lab device number `n`, from 1; all differ in VMAC and Device UUID. */
export const identity = (n: number, change: Partial<PeerIdentity> = {}): PeerIdentity => ({
  vmac: (0x020000000000 + n).toString(16).padStart(12, '0') as Vmac,
  uuid: `00000000000040008000${n.toString(16).padStart(12, '0')}` as DeviceUuid,
  maxBvlcLength: 1600,
  maxNpduLength: 1497,
  ...change,
})
