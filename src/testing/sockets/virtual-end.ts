import type { SchedulerLike, Subscription } from 'rxjs'
import { ABNORMAL } from '../../sc/connection/cause.js'
import { seconds, type Duration } from '../../values/duration.js'
import type { Parcel, VirtualStream } from './virtual-stream.js'

/** How long an end waits for the answer to its Close frame, as the real WebSockets do. */
export const CLOSE_TIMEOUT: Duration = seconds(2)

const UNANSWERED = 'the closing handshake was not answered'

/** What one end of a connection tells its owner. */
export interface EndOwner {
  readonly hear: (octets: Uint8Array) => void
  /** It is over, and nothing more is heard. */
  readonly closed: (code: number, detail: string) => void
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

  const end = (): void => {
    state = 'ended'
    timer?.unsubscribe()
    timer = undefined
    from().deaf()
    over()
  }

  /** Both Close frames have passed here. */
  const finish = (code: number): void => {
    end()
    owner.closed(code, '')
  }

  /** Ends without an answer. What waited is lost, which the owner hears before the end. */
  const drop = (): void => {
    out().vanish()
    end()
  }

  const fail = (detail: string): void => {
    drop()
    owner.closed(received ?? ABNORMAL, received === undefined ? detail : '')
  }

  const startClosing = (code: number): void => {
    state = 'closing'
    timer = scheduler.schedule(() => fail(UNANSWERED), CLOSE_TIMEOUT)
    out().close(code)
  }

  const finishIfClear = (): void => {
    if (state === 'closing' && received !== undefined && out().isClear()) finish(received)
  }

  return {
    isOpen: () => state === 'open',
    close: code => {
      if (state === 'open') startClosing(code)
    },
    terminate: () => {
      if (state === 'ended') return
      drop()
      timer = scheduler.schedule(() => owner.closed(received ?? ABNORMAL, ''))
    },
    abandon: () => {
      if (state !== 'ended') drop()
      timer?.unsubscribe()
    },
    cut: detail => {
      if (state === 'ended') return
      end()
      owner.closed(received ?? ABNORMAL, detail)
    },
    arrive: ({ octets, code }) => {
      if (octets !== undefined) owner.hear(octets)
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
