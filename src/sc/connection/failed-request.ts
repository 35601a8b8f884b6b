import type { DeviceUuid } from '../../values/device-uuid.js'
import type { Vmac } from '../../values/vmac.js'
import type { Cause } from './cause.js'

/** A Connect-Request was refused: malformed, out of resources, or not wanted. Once for each socket. */
export interface FailedRequest {
  readonly _tag: 'FailedRequest'
  /** `HOST:PORT` it came from. */
  readonly address: string
  /** Who it came from, where that could be read. */
  readonly vmac: Vmac | undefined
  readonly uuid: DeviceUuid | undefined
  readonly cause: Cause
}
