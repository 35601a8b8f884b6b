import type { SchedulerLike } from 'rxjs'
import { pendingRequests } from '../bvll/pending-requests.js'
import type { BipAddress } from '../values/bip-address.js'
import { BvllResultCode } from '../wire/bvll-function.js'
import type { BvllMessage } from '../wire/bvll.js'
import type { IpLimits } from './ip-limits.js'
import type { BbmdRequest, IpEvent } from './ip-link.js'
import type { AnswerMessage } from './reception.js'

/** Something that was asked for, and which of all it was. */
interface Asked {
  /** `undefined` for the end of a registration, whose answer nobody waits for. */
  readonly request: BbmdRequest | undefined
  readonly order: number
}

/** What an answer came to. */
export type Settled =
  | { readonly _tag: 'Tell'; readonly event: IpEvent }
  /** It concerns the registration with this BBMD. */
  | { readonly _tag: 'Registration'; readonly code: number }
  /** It answers the end of a registration. */
  | { readonly _tag: 'Nothing' }
  | { readonly _tag: 'Unasked' }

/** Requests to BBMDs, until they are answered (clause J.2, section 3.1 of the protocol notes). */
export interface BbmdRequests {
  /** Notes a request that is about to be sent; a sentence says why it cannot be. */
  readonly ask: (request: BbmdRequest) => string | undefined
  /** Notes a Register-Foreign-Device; of several to one BBMD the latest counts. */
  readonly askRegistration: (bbmd: BipAddress) => void
  /** Notes that a registration is ended: no answer means it any more, and one may come to the deletion. */
  readonly endRegistration: (bbmd: BipAddress) => void
  readonly settle: (source: BipAddress, answer: AnswerMessage) => Settled
  /** A request that could not be sent; what is to be told of it. */
  readonly fail: (request: BbmdRequest, reason: string) => readonly IpEvent[]
  /** Ends all that are outstanding; what is to be told of them. */
  readonly close: () => readonly IpEvent[]
}

/** A request as it is sent. */
export const messageOf = (request: BbmdRequest): BvllMessage => {
  switch (request._tag) {
    case 'ReadBdt':
      return { _tag: 'Read-Broadcast-Distribution-Table' }
    case 'ReadFdt':
      return { _tag: 'Read-Foreign-Device-Table' }
    case 'WriteBdt':
      return { _tag: 'Write-Broadcast-Distribution-Table', entries: request.entries }
    case 'DeleteFdtEntry':
      return { _tag: 'Delete-Foreign-Device-Table-Entry', address: request.address }
  }
}

type Kinds = readonly BbmdRequest['_tag'][]

/** What is answered by a success, which names no kind. */
const DONE_BY_SUCCESS: Kinds = ['WriteBdt', 'DeleteFdtEntry']

/** Which requests a result may belong to. */
const KINDS_OF_RESULT: Readonly<Record<number, Kinds>> = {
  [BvllResultCode.SUCCESS]: DONE_BY_SUCCESS,
  [BvllResultCode.WRITE_BDT_NAK]: ['WriteBdt'],
  [BvllResultCode.READ_BDT_NAK]: ['ReadBdt'],
  [BvllResultCode.READ_FDT_NAK]: ['ReadFdt'],
  [BvllResultCode.DELETE_FDT_ENTRY_NAK]: ['DeleteFdtEntry'],
}

const KIND_OF_ACK = {
  'Read-Broadcast-Distribution-Table-Ack': 'ReadBdt',
  'Read-Foreign-Device-Table-Ack': 'ReadFdt',
} as const

const UNASKED: Settled = { _tag: 'Unasked' }
const NOTHING: Settled = { _tag: 'Nothing' }

/** No requests yet. `expired` hears of those that are not answered in time. */
export const bbmdRequests = (
  { requestWait, maxRequests }: IpLimits,
  scheduler: SchedulerLike,
  expired: (event: IpEvent) => void,
): BbmdRequests => {
  const pending = pendingRequests<BipAddress, BbmdRequest['_tag'], Asked>({
    most: maxRequests,
    wait: requestWait,
    scheduler,
    expired: ({ request }) => request && expired(failed(request, 'no answer')),
  })
  let asked = 0
  let registration: { readonly bbmd: BipAddress; readonly order: number; readonly at: number } | undefined

  /**
   * A success names nothing: it belongs to what was asked first. A registration that was not answered in time is lost by
   * then, and leaves it to another request.
   */
  const isOfRegistration = (source: BipAddress, code: number): boolean => {
    if (registration?.bbmd !== source) return false
    if (code !== BvllResultCode.SUCCESS) return code === BvllResultCode.REGISTER_NAK
    const other = pending.oldest(source, DONE_BY_SUCCESS)
    const isInTime = scheduler.now() - registration.at < requestWait
    return other === undefined || (isInTime && registration.order < other.order)
  }

  const settleResult = (source: BipAddress, code: number): Settled => {
    if (code === BvllResultCode.DISTRIBUTE_NAK) return { _tag: 'Registration', code }
    if (isOfRegistration(source, code)) {
      registration = undefined
      return { _tag: 'Registration', code }
    }
    const settled = pending.settle(source, KINDS_OF_RESULT[code] ?? [])
    if (settled === undefined) return UNASKED
    const { request } = settled
    if (request === undefined) return NOTHING
    return code === BvllResultCode.SUCCESS
      ? { _tag: 'Tell', event: { _tag: 'Done', request } }
      : { _tag: 'Tell', event: failed(request, 'the BBMD refused', code) }
  }

  return {
    ask: request => pending.add(request.bbmd, request._tag, { request, order: asked++ }),
    askRegistration: bbmd => {
      registration = { bbmd, order: asked++, at: scheduler.now() }
    },
    endRegistration: bbmd => {
      registration = undefined
      pending.add(bbmd, 'DeleteFdtEntry', { request: undefined, order: asked++ })
    },
    settle: (source, answer) => {
      if (answer._tag === 'BVLC-Result') return settleResult(source, answer.code)
      if (pending.settle(source, [KIND_OF_ACK[answer._tag]]) === undefined) return UNASKED
      return {
        _tag: 'Tell',
        event:
          answer._tag === 'Read-Broadcast-Distribution-Table-Ack'
            ? { _tag: 'Bdt', bbmd: source, entries: answer.entries }
            : { _tag: 'Fdt', bbmd: source, entries: answer.entries },
      }
    },
    fail: (request, reason) =>
      pending.settle(request.bbmd, [request._tag]) === undefined ? [] : [failed(request, reason)],
    close: () => {
      registration = undefined
      return pending.close().flatMap(({ request }) => (request ? [failed(request, 'the port is closing')] : []))
    },
  }
}

const failed = (request: BbmdRequest, reason: string, code?: number): IpEvent => ({
  _tag: 'Failed',
  request,
  reason,
  code,
})
