import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import type { Admission } from './peer.js'

/** The VMAC of a Connect-Request belongs to a device with another Device UUID. */
export const DUPLICATE_VMAC: Admission = {
  _tag: 'Refuse',
  errorClass: ErrorClass.COMMUNICATION,
  errorCode: ErrorCode.NODE_DUPLICATE_VMAC,
  reason: 'the VMAC is used by another device',
}

/** There is no room for another connection. */
export const NO_RESOURCES: Admission = {
  _tag: 'Refuse',
  errorClass: ErrorClass.RESOURCES,
  errorCode: ErrorCode.OTHER,
  reason: 'no free connection',
}
