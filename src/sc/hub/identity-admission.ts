import type { Observable, Unsubscribable } from 'rxjs'
import type { ConnectRequest } from '../../wire/bvlc-sc.js'
import { ErrorClass, ErrorCode } from '../../wire/error-code.js'
import type { HubCommand, HubEvent } from './hub-event.js'
import type { Member } from './hub-table.js'
import { identityGuard, type IdentityGuard, type IdentityNews, type IdentityPolicy } from './identity-policy.js'
import type { Admission } from '../connection/peer.js'
import type { AcceptedSocket } from '../connection/socket.js'

/** What a hub's identity policy does at the hub. */
export interface IdentityAdmission {
  /** Follows the policy until it is unsubscribed; hears the error of one that there never was. */
  readonly follow: (failed: (error: unknown) => void) => Unsubscribable | undefined
  /** The last word on a device that the hub's table lets in. */
  readonly admit: (admission: Admission, request: ConnectRequest, socket: AcceptedSocket) => Admission
  /** Answers what is asked about pins. */
  readonly command: (asked: HubCommand & { readonly _tag: 'ListPins' | 'ForgetPin' }) => void
}

/** What it looks at and acts on. */
export interface IdentityAdmissionOptions {
  /** Without one, all are let in, as the standard has it; before the first, nobody is. */
  readonly identity$?: Observable<IdentityNews> | undefined
  readonly members: () => Iterable<Member>
  /** Disconnects a member in good order; says whether it was there. */
  readonly sendAway: (member: Member) => boolean
  readonly tell: (event: HubEvent) => void
}

/**
 * Puts an identity policy to work at a hub. Whoever it refuses gets SECURITY and ACCESS_DENIED, which makes nobody draw
 * another VMAC; a VMAC that is in use is refused by the table before, with NODE_DUPLICATE_VMAC, whoever asks for it.
 * Nodes that a new policy does not let in are disconnected in good order.
 */
export const identityAdmission = (options: IdentityAdmissionOptions): IdentityAdmission => {
  const { identity$, members, sendAway, tell } = options
  let inUse: { readonly policy: IdentityPolicy; readonly guard: IdentityGuard } | undefined

  const admit: IdentityAdmission['admit'] = (admission, { vmac, uuid }, socket) => {
    if (identity$ === undefined || admission._tag === 'Refuse' || socket.own === true) return admission
    if (inUse === undefined) return refusal('there is no identity policy yet')
    const { policy, guard } = inUse
    const verdict = guard.judge({ vmac, uuid, certificate: socket.certificate?.() })
    switch (verdict._tag) {
      case 'Fits':
        return admission
      case 'Pinned':
        tell({ _tag: 'IdentityPinned', pin: verdict.pin })
        return admission
      case 'Differs': {
        const { reason } = verdict
        if (!policy.reportOnly) return refusal(reason)
        tell({ _tag: 'IdentityDiffers', vmac, uuid, address: socket.address, reason })
        return admission
      }
    }
  }

  const use = (policy: IdentityPolicy): void => {
    const isFirst = inUse === undefined
    const guard = identityGuard(policy)
    inUse = { policy, guard }
    if (isFirst) return
    const others = [...members()].flatMap(member => {
      const { identity, socket } = member
      const reason = socket.own === true ? undefined : guard.fault({ ...identity, certificate: socket.certificate?.() })
      return reason === undefined ? [] : [{ member, reason }]
    })
    const known = policy._tag === 'AllowList' ? policy.peers.length : policy.pins.length
    const left = policy.reportOnly || others.length === 0 ? '' : `; nodes disconnected for it: ${others.length}`
    const message = `a new identity policy is in use, with ${known} known devices${left}`
    tell({ _tag: 'IdentityPolicy', state: 'reloaded', message })
    for (const { member, reason } of others) {
      const { identity, socket } = member
      if (!policy.reportOnly) sendAway(member)
      else tell({ _tag: 'IdentityDiffers', vmac: identity.vmac, uuid: identity.uuid, address: socket.address, reason })
    }
  }

  const hear = (news: IdentityNews): void => {
    if (news._tag === 'Use') {
      use(news.policy)
      return
    }
    const message = `a new identity policy cannot be used, so the one in use stays: ${news.reason}`
    tell({ _tag: 'IdentityPolicy', state: 'refused', message })
  }

  return {
    follow: error => identity$?.subscribe({ next: hear, error }),
    admit,
    command: asked => {
      if (asked._tag === 'ForgetPin') inUse?.guard.forget(asked.uuid)
      tell({ _tag: 'Pins', pins: inUse?.guard.pins() ?? [] })
    },
  }
}

const refusal = (reason: string): Admission => ({
  _tag: 'Refuse',
  errorClass: ErrorClass.SECURITY,
  errorCode: ErrorCode.ACCESS_DENIED,
  reason,
})
