import type { AnnexJ } from './annex-j.js'
import type { IpRole } from './ip-role.js'
import type { Delivered } from '../bvll/running-role.js'
import type { Arrival } from '../bvll/udp.js'
import { isStation, type BipAddress } from '../values/bip-address.js'
import type { BvllRequestName } from '../wire/bvll-function.js'
import type {
  BvllMessage,
  BvllResult,
  DeleteFdtEntry,
  DistributeBroadcast,
  ForwardedNpdu,
  OriginalBroadcast,
  ReadBdt,
  ReadBdtAck,
  ReadFdt,
  ReadFdtAck,
  RegisterForeignDevice,
  WriteBdt,
} from '../wire/bvll.js'

/** A message that only a BBMD has something to do with. */
export type BbmdMessage =
  | OriginalBroadcast
  | ForwardedNpdu
  | DistributeBroadcast
  | WriteBdt
  | ReadBdt
  | RegisterForeignDevice
  | ReadFdt
  | DeleteFdtEntry

/** A message that answers one of ours. */
export type AnswerMessage = BvllResult | ReadBdtAck | ReadFdtAck

/** What is done with a received message. */
export type Reception =
  | ({ readonly _tag: 'Deliver' } & Delivered<AnnexJ>)
  | { readonly _tag: 'ToBbmd'; readonly message: BbmdMessage }
  | { readonly _tag: 'Settle'; readonly message: AnswerMessage }
  | { readonly _tag: 'Refuse'; readonly request: BvllRequestName }
  /** It is in order, but not for this node. */
  | { readonly _tag: 'Ignore'; readonly reason: string }
  | { readonly _tag: 'Discard'; readonly reason: string }

/** What the decision needs to know of the port. */
export interface ReceptionFacts {
  readonly role: () => IpRole['_tag']
  /** Whether an address is the broadcast address of its subnet. */
  readonly isBroadcast: (address: BipAddress) => boolean
  /** Whether an address is its own, also the global one of a BBMD behind NAT. */
  readonly isSelf: (address: BipAddress) => boolean
  /** Of a foreign device: whether the address is that of its BBMD, and it is registered there. */
  readonly isOwnBbmd: (address: BipAddress) => boolean
}

/**
 * What a B/IP node does with a message (section 4 of the protocol notes, steps 3, 4 and 6; steps 1, 2 and 5 come before
 * it and while it is decoded).
 */
export const reception = (
  message: BvllMessage,
  source: BipAddress,
  arrival: Arrival,
  { role: roleNow, isBroadcast, isSelf, isOwnBbmd }: ReceptionFacts,
): Reception => {
  const role = roleNow()
  switch (message._tag) {
    case 'Original-Unicast-NPDU':
      if (arrival === 'broadcast') return discard('an Original-Unicast-NPDU that was broadcast')
      return { _tag: 'Deliver', npdu: message.npdu, source, destination: 'unicast', via: 'original' }

    case 'Original-Broadcast-NPDU':
      if (role === 'Bbmd') return { _tag: 'ToBbmd', message }
      if (role === 'ForeignDevice') return ignore(BROADCAST_AROUND_FOREIGN_DEVICE)
      return { _tag: 'Deliver', npdu: message.npdu, source, destination: 'broadcast', via: 'original' }

    case 'Forwarded-NPDU':
      if (isSelf(message.originating)) return ignore('an own broadcast that came back')
      if (!isStation(message.originating) || isBroadcast(message.originating))
        return discard('the originating address is not that of a station')
      if (role === 'Bbmd') return { _tag: 'ToBbmd', message }
      // Its BBMD sends it a copy of its own: from a subnet that this BBMD broadcasts in as well, it would hear all twice.
      if (role === 'ForeignDevice' && arrival === 'broadcast') return ignore(BROADCAST_AROUND_FOREIGN_DEVICE)
      if (role === 'ForeignDevice' && !isOwnBbmd(source)) return discard('not from the BBMD that it is registered with')
      return {
        _tag: 'Deliver',
        npdu: message.npdu,
        source: message.originating,
        destination: 'broadcast',
        via: 'forwarded',
      }

    case 'BVLC-Result':
    case 'Read-Broadcast-Distribution-Table-Ack':
    case 'Read-Foreign-Device-Table-Ack':
      return arrival === 'broadcast' ? discard('an answer that was broadcast') : { _tag: 'Settle', message }

    case 'Write-Broadcast-Distribution-Table':
    case 'Read-Broadcast-Distribution-Table':
    case 'Register-Foreign-Device':
    case 'Read-Foreign-Device-Table':
    case 'Delete-Foreign-Device-Table-Entry':
    case 'Distribute-Broadcast-To-Network':
      if (arrival === 'broadcast') return discard('a request that was broadcast')
      return role === 'Bbmd' ? { _tag: 'ToBbmd', message } : { _tag: 'Refuse', request: message._tag }

    case 'Secure-BVLL':
      return discard('Secure-BVLL')
  }
}

const BROADCAST_AROUND_FOREIGN_DEVICE = 'a broadcast of the subnet that a foreign device sits on'

const ignore = (reason: string): Reception => ({ _tag: 'Ignore', reason })
const discard = (reason: string): Reception => ({ _tag: 'Discard', reason })
