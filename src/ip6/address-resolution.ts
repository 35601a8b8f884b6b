import type { SchedulerLike } from 'rxjs'
import { alarm } from '../machine/alarm.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { ms, seconds, type Duration } from '../values/duration.js'

/**
 * The waits of address resolution, all of them local matters. The standard has no numbers; these are recommended in
 * section 4.4 of the protocol notes. Three tries find a node in spite of two lost datagrams, and 4 s are less than most
 * applications wait for an answer before they repeat their request.
 */
export interface ResolutionTimings {
  /** How often a VMAC is asked for. Default 3. */
  readonly tries: number
  /** The time between two tries. Default 1 s. */
  readonly retry: Duration
  /**
   * How long after the first try it is given up. Default 4 s, which is two seconds for the last answer to come. At most
   * 30 s, the longest that any other implementation waits for an answer: what came later would be of no use.
   */
  readonly giveUp: Duration
}

/** The longest that an NPDU waits for the address of its destination. */
export const LONGEST_RESOLUTION: Duration = seconds(30)

/** Fills in the defaults. */
export const resolutionTimings = (given: Partial<ResolutionTimings> = {}): ResolutionTimings => ({
  tries: given.tries ?? 3,
  retry: given.retry ?? seconds(1),
  giveUp: ms(Math.min(given.giveUp ?? seconds(4), LONGEST_RESOLUTION)),
})

/** Why something did not reach the VMAC that it was for. */
export type ResolutionFailure =
  | 'nobody answered for its VMAC'
  /** It was the oldest of those that waited for this VMAC. */
  | 'too many wait for its VMAC'
  | 'too many VMACs are asked for'

/** What address resolution needs. */
export interface AddressResolutionOptions<Queued, Asked extends string = Bip6Vmac> {
  /**
   * The most that wait for one VMAC; then the oldest is dropped. Default 16. Times `maxVmacs`, that is what can wait in
   * all: with the defaults 16384, which are 24 MiB where all are of the greatest length.
   */
  readonly maxPerVmac?: number
  /** The most VMACs that are asked for at once; then what is for another is dropped. Default 1024. */
  readonly maxVmacs?: number
  readonly timings: ResolutionTimings
  readonly scheduler: SchedulerLike
  /** Asks for a VMAC: in the multicast domain, or the BBMD when it is a foreign device. */
  readonly ask: (asked: Asked) => void
  /** Hears of each that is dropped, in their order. */
  readonly dropped: (queued: Queued, reason: ResolutionFailure) => void
}

/**
 * What waits for addresses of VMACs that are not known (clause U.5, section 4.4 of the protocol notes). Each VMAC is
 * asked for by one Address-Resolution at a time, however much waits for it. One timer runs for all.
 *
 * What is queued ends in exactly one way: given back by `resolved` or `close`, or `dropped`.
 *
 * It serves Virtual-Address-Resolution as well, where addresses are asked for their VMACs.
 */
export interface AddressResolution<Queued, Asked extends string = Bip6Vmac> {
  /** Has something wait for the address of a VMAC, and asks for it unless somebody did. */
  readonly enqueue: (asked: Asked, queued: Queued) => void
  /**
   * The address of a VMAC is known: gives what waited for it, in its order, to be sent now. Nothing when nobody asked.
   * An Address-Resolution-ACK for another node may be learned from, but is not to be taken for the answer.
   */
  readonly resolved: (asked: Asked) => readonly Queued[]
  /**
   * Whether a VMAC is asked for. An Address-Resolution-ACK of one that is neither that nor known is not to be believed.
   */
  readonly isAwaited: (asked: Asked) => boolean
  /**
   * Asks once more for all that is asked for, and waits for the answer as after the last try: a BBMD that had forgotten this
   * node did not relay what was asked before. Each has that but once, so that nobody keeps it from being given up.
   */
  readonly askAgain: () => void
  /** How many VMACs are asked for. */
  readonly size: () => number
  /** Ends it: gives back all that still waits, and no timer runs. */
  readonly close: () => readonly Queued[]
}

interface Resolution<Queued> {
  readonly waiting: Queued[]
  /** When it is given up. */
  end: number
  isRepeated: boolean
  /** How often it was asked for. */
  asked: number
  /** When it is asked for again, or given up. */
  due: number
}

/** How long an answer to what is asked once more may take: as long as by default the last one. */
const LAST_ANSWER = seconds(2)

const NOTHING: readonly never[] = []

/** The most that wait for one VMAC, by default. */
export const MAX_PER_VMAC = 16

/** The most VMACs that are asked for at once, by default. */
export const MAX_RESOLUTIONS = 1024

/** Nothing waits yet. */
export const addressResolution = <Queued, Asked extends string = Bip6Vmac>({
  maxPerVmac = MAX_PER_VMAC,
  maxVmacs = MAX_RESOLUTIONS,
  timings: { tries, retry, giveUp },
  scheduler,
  ask,
  dropped,
}: AddressResolutionOptions<Queued, Asked>): AddressResolution<Queued, Asked> => {
  const resolutions = new Map<Asked, Resolution<Queued>>()

  /** What was given up and is not told yet: whoever hears of it may queue it anew, or end all. */
  const failed: Queued[][] = []

  const tellFailed = (): void => {
    for (let waiting = failed[0]; waiting !== undefined; waiting = failed[0]) {
      if (waiting.length === 0) failed.shift()
      else dropped(waiting.shift() as Queued, 'nobody answered for its VMAC')
    }
  }

  const tryAgain = (asked: Asked, resolution: Resolution<Queued>, now: number): void => {
    resolution.asked++
    resolution.due = resolution.asked < tries ? Math.min(now + retry, resolution.end) : resolution.end
    waking.by(resolution.due)
    ask(asked)
  }

  const act = (asked: Asked, resolution: Resolution<Queued>, now: number): void => {
    if (now < resolution.end) {
      tryAgain(asked, resolution, now)
      return
    }
    resolutions.delete(asked)
    failed.push(resolution.waiting)
  }

  const waking = alarm(scheduler, () => {
    const now = scheduler.now()
    for (const [asked, resolution] of resolutions) if (resolution.due <= now) act(asked, resolution, now)
    let earliest = Infinity
    for (const { due } of resolutions.values()) earliest = Math.min(earliest, due)
    waking.by(earliest)
    tellFailed()
  })

  const begin = (asked: Asked, queued: Queued): void => {
    const now = scheduler.now()
    const resolution: Resolution<Queued> = {
      waiting: [queued],
      end: now + giveUp,
      isRepeated: false,
      asked: 0,
      due: now,
    }
    resolutions.set(asked, resolution)
    tryAgain(asked, resolution, now)
  }

  return {
    enqueue: (asked, queued) => {
      const resolution = resolutions.get(asked)
      if (resolution !== undefined) {
        const { waiting } = resolution
        waiting.push(queued)
        if (waiting.length > maxPerVmac) dropped(waiting.shift() as Queued, 'too many wait for its VMAC')
      } else if (resolutions.size < maxVmacs) {
        begin(asked, queued)
      } else {
        dropped(queued, 'too many VMACs are asked for')
      }
    },
    resolved: asked => {
      // Mostly nothing is asked for, and this is on the path of each datagram of somebody unknown.
      const resolution = resolutions.size === 0 ? undefined : resolutions.get(asked)
      if (resolution === undefined) return NOTHING
      resolutions.delete(asked)
      if (resolutions.size === 0) waking.stop()
      return resolution.waiting
    },
    isAwaited: asked => resolutions.has(asked),
    askAgain: () => {
      const now = scheduler.now()
      for (const [asked, resolution] of [...resolutions]) {
        if (resolution.isRepeated || resolutions.get(asked) !== resolution) continue
        resolution.isRepeated = true
        resolution.end = Math.max(resolution.end, now + LAST_ANSWER)
        if (resolution.asked >= tries) resolution.due = resolution.end
        ask(asked)
      }
    },
    size: () => resolutions.size,
    close: () => {
      waking.stop()
      const waiting = [...failed.splice(0), ...Array.from(resolutions.values(), resolution => resolution.waiting)]
      resolutions.clear()
      return waiting.flatMap(queue => queue)
    },
  }
}
