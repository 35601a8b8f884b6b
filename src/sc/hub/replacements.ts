import type { SchedulerLike } from 'rxjs'
import type { DeviceUuid } from '../../values/device-uuid.js'
import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import type { HubTable } from './hub-table.js'
import { buckets, type Pace } from '../../limits/pace.js'
import type { Admission } from '../connection/peer.js'

/** Keeps two devices with one Device UUID from taking the connection from each other as fast as the network lets them. */
export interface Replacements {
  /** What is said in the end to a Connect-Request with that UUID. Spends nothing: it may still come to nothing. */
  readonly check: (admission: Admission, uuid: DeviceUuid) => Admission
  /** A connection of that UUID was replaced. */
  readonly spend: (uuid: DeviceUuid) => void
}

/** No VMAC is at fault, so the code must not be one that makes the node draw another; it stays and tries later. */
const TOO_OFTEN: Admission = {
  _tag: 'Refuse',
  errorClass: ErrorClass.RESOURCES,
  errorCode: ErrorCode.OTHER,
  reason: 'connections with this Device UUID replace each other too often',
}

/** Replacements at a pace for each UUID. A device whose connection is gone replaces nothing, and comes as often as it likes. */
export const replacements = (
  pace: Pace,
  { byUuid }: Pick<HubTable, 'byUuid'>,
  scheduler: Pick<SchedulerLike, 'now'>,
): Replacements => {
  const spent = buckets<DeviceUuid>(pace, scheduler)
  return {
    check: (admission, uuid) =>
      admission._tag === 'Accept' && byUuid.has(uuid) && !spent.has(uuid) ? TOO_OFTEN : admission,
    spend: uuid => void spent.take(uuid),
  }
}
