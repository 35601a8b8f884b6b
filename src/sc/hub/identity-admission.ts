import type { ConnectRequest } from '../../wire/bvlc-sc.js'
import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import type { HubCommand, HubEvent } from './hub-event.js'
import { identityGuard, type IdentityPolicy } from './identity-policy.js'
import type { Admission } from '../connection/peer.js'
import type { AcceptedSocket } from '../connection/socket.js'

/** What a hub's identity policy does at the hub. */
export interface IdentityAdmission {
  /** The last word on a device that the hub's table lets in. */
  readonly admit: (admission: Admission, request: ConnectRequest, socket: AcceptedSocket) => Admission
  /** Answers what is asked about pins. */
  readonly command: (asked: HubCommand & { readonly _tag: 'ListPins' | 'ForgetPin' }) => void
}

/**
 * Puts an identity policy to work at a hub; without one, all are let in, as the standard has it. Whoever is refused gets
 * SECURITY and ACCESS_DENIED, and never that its VMAC is taken, which would make it draw another.
 */
export const identityAdmission = (
  policy: IdentityPolicy | undefined,
  tell: (event: HubEvent) => void,
): IdentityAdmission => {
  const guard = policy === undefined ? undefined : identityGuard(policy)

  const admit: IdentityAdmission['admit'] = (admission, { vmac, uuid }, socket) => {
    if (guard === undefined || admission._tag === 'Refuse' || socket.own === true) return admission
    const verdict = guard.judge({ vmac, uuid, certificate: socket.certificate?.() })
    switch (verdict._tag) {
      case 'Fits':
        return admission
      case 'Pinned':
        tell({ _tag: 'IdentityPinned', pin: verdict.pin })
        return admission
      case 'Differs': {
        const { reason } = verdict
        if (policy?.reportOnly !== true) {
          return { _tag: 'Refuse', errorClass: ErrorClass.SECURITY, errorCode: ErrorCode.ACCESS_DENIED, reason }
        }
        tell({ _tag: 'IdentityDiffers', vmac, uuid, address: socket.address, reason })
        return admission
      }
    }
  }
  return {
    admit,
    command: asked => {
      if (asked._tag === 'ForgetPin') guard?.forget(asked.uuid)
      tell({ _tag: 'Pins', pins: guard?.pins() ?? [] })
    },
  }
}
