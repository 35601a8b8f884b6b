import type { SchedulerLike } from 'rxjs'
import type { Bip6Address } from '../values/bip6-address.js'
import { seconds } from '../values/duration.js'
import { Bvll6ResultCode } from '../wire/bvll6-function.js'

/** The answer of a BBMD that was told to forget a foreign device. It means nothing, but is no surprise. */
export interface Farewell {
  /** The BBMD was told so. */
  readonly said: (bbmd: Bip6Address) => void
  /** Whether a result is the answer to that; there is but one. */
  readonly isAnswer: (source: Bip6Address, code: number) => boolean
}

/** As long as requests to BBMDs of BACnet/IP wait: a result that comes later is about what was asked since then. */
const WAIT = seconds(3)

/** No BBMD was told anything yet. */
export const farewell = (scheduler: SchedulerLike): Farewell => {
  let last: { readonly bbmd: Bip6Address; readonly until: number } | undefined

  return {
    said: bbmd => {
      last = { bbmd, until: scheduler.now() + WAIT }
    },
    isAnswer: (source, code) => {
      if (last?.bbmd !== source || scheduler.now() >= last.until) return false
      if (code !== Bvll6ResultCode.SUCCESS && code !== Bvll6ResultCode.DELETE_FDT_ENTRY_NAK) return false
      last = undefined
      return true
    },
  }
}
