import type { SchedulerLike, Subscription } from 'rxjs'
import { ABNORMAL, closeCause, TOO_LONG, type Cause } from '../../sc/connection/cause.js'
import { seconds, type Duration } from '../../values/duration.js'
import { MAX_BVLC_LENGTH } from '../../wire/bvlc-sc.js'
import type { MessageLoss } from './fate.js'
import type { Parcel, VirtualStream } from './virtual-stream.js'

/** How long an end waits for the answer to its Close frame, as the real WebSockets do. */
export const CLOSE_TIMEOUT: Duration = seconds(2)

const UNANSWERED = 'the closing handshake was not answered'

/** In the words of `ws`. */
const TOO_LONG_DETAIL = 'Max payload size exceeded'

/** What one end of a connection tells its owner. */
export interface EndOwner {
  readonly hear: (octets: Uint8Array) => void
  /** It is over, and nothing more is heard. `known` is why our side closed it for what the peer sent. */
  readonly closed: (code: number, detail: string, known?: Cause) => void
}

/** One end of an open connection. */
export interface VirtualEnd {
  /** Whether it takes messages: neither side has asked to close. */
  readonly isOpen: () => boolean
  /** Starts the closing handshake, after what was sent. */
  readonly close: (code: number) => void
  /** Ends it at once, and tells the owner in a turn of its own. */
  readonly terminate: () => void
  /** Ends it at once for an owner who does not listen any more. */
  readonly abandon: () => void
  /** The connection was cut. */
  readonly cut: (detail: string) => void
  /** Why a message that arrives is not heard; nothing when it is. */
  readonly lossOf: (octets: Uint8Array) => MessageLoss | undefined
  /** Takes what arrives from the other end. */
  readonly arrive: (parcel: Parcel) => void
  /** Nothing waits any more in the stream to the other end. */
  readonly left: () => void
}

/** What an end stands on. */
export interface EndOptions {
  /** To the other end, and from it. */
  readonly out: () => VirtualStream
  readonly from: () => VirtualStream
  readonly owner: EndOwner
  /** It is no more. */
  readonly over: () => void
  readonly scheduler: SchedulerLike
}

/** One end of a connection: RFC 6455, 7, and what Node.js and `ws` do around it. */
export const virtualEnd = ({ out, from, owner, over, scheduler }: EndOptions): VirtualEnd => {
  let state: 'open' | 'closing' | 'ended' = 'open'
  /** The code of the Close frame that came. */
  let received: number | undefined
  let timer: Subscription | undefined
  let hasRefused = false

  const end = (): void => {
    state = 'ended'
    timer?.unsubscribe()
    timer = undefined
    from().deaf()
    over()
  }

  /** Whoever has refused something reads no Close frame any more. */
  const tellClosed = (detail: string): void => {
    if (hasRefused) {
      owner.closed(ABNORMAL, TOO_LONG_DETAIL, { ...closeCause(TOO_LONG, TOO_LONG_DETAIL), ours: true })
    } else owner.closed(received ?? ABNORMAL, received === undefined ? detail : '')
  }

  /** Ends without an answer. What waited is lost, which the owner hears before the end. */
  const drop = (): void => {
    out().vanish()
    end()
  }

  const fail = (detail: string): void => {
    drop()
    tellClosed(detail)
  }

  const startClosing = (code: number): void => {
    state = 'closing'
    timer = scheduler.schedule(() => fail(UNANSWERED), CLOSE_TIMEOUT)
    out().close(code)
  }

  const finishIfClear = (): void => {
    if (state !== 'closing' || received === undefined || !out().isClear()) return
    end()
    tellClosed('')
  }

  const lossOf = (octets: Uint8Array): MessageLoss | undefined => {
    if (hasRefused) return 'receiver ended'
    return octets.length > MAX_BVLC_LENGTH ? 'too long' : undefined
  }

  const take = (octets: Uint8Array): void => {
    if (lossOf(octets) === undefined) {
      owner.hear(octets)
      return
    }
    hasRefused = true
    if (state === 'open') startClosing(TOO_LONG)
  }

  return {
    isOpen: () => state === 'open',
    close: code => {
      if (state === 'open') startClosing(code)
    },
    terminate: () => {
      if (state === 'ended') return
      drop()
      timer = scheduler.schedule(() => tellClosed(''))
    },
    abandon: () => {
      if (state !== 'ended') drop()
      timer?.unsubscribe()
    },
    cut: detail => {
      if (state === 'ended') return
      end()
      tellClosed(detail)
    },
    lossOf,
    arrive: ({ octets, code }) => {
      if (octets !== undefined) take(octets)
      else if (code === ABNORMAL) fail('')
      else {
        received = code
        if (state === 'open') startClosing(code)
        finishIfClear()
      }
    },
    left: finishIfClear,
  }
}
