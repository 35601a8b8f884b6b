import { setTimeout as wait } from 'node:timers/promises'
import type { Dice } from '../fuzz/dice.js'
import type { Service } from './service.js'
import { count, type Counts } from './tally.js'

/** From how many to how many milliseconds something takes. */
export type Span = readonly [least: number, most: number]

/** How badly services are treated. */
export interface Treatment {
  /** How long a service is left alone. */
  readonly up: Span
  /** Whether it is spared now what ends it, so that it lives long enough to see whether its memory grows: it hangs instead. */
  readonly isSpared: () => boolean
  /** How long it is not there. */
  readonly down: Span
  /** How long it hangs. */
  readonly hanging: Span
  readonly faults: readonly Fault[]
}

/** What is done to a service. */
export type Fault = 'kill' | 'stop' | 'hang' | 'hang and kill'

/** How often which is done in a long run: kills most of all. */
const OFTEN: readonly (readonly [fault: Fault, times: number])[] = [
  ['kill', 4],
  ['stop', 2],
  ['hang', 2],
  ['hang and kill', 1],
]

/** What is done in a long run. */
export const FAULTS: readonly Fault[] = OFTEN.flatMap(([fault, times]) => Array.from({ length: times }, () => fault))

/** Treats a service badly until the signal; it runs then. Counts what was done. */
export const chaos = async (
  service: Service,
  dice: Dice,
  { up, isSpared, down, hanging, faults }: Treatment,
  signal: AbortSignal,
  done: Counts,
): Promise<void> => {
  const within = ([least, most]: Span): Promise<unknown> =>
    wait(least + dice.fraction() * (most - least), undefined, { signal }).catch(() => undefined)
  const hang = async (): Promise<void> => {
    service.pause()
    await within(hanging)
  }
  const restart = async (end: () => Promise<void>): Promise<void> => {
    await end()
    await within(down)
    await service.start()
  }
  for (;;) {
    await within(up)
    const drawn = dice.pick(faults)
    const fault = isSpared() ? 'hang' : drawn
    if (signal.aborted) return
    count(done, `${service.name}: ${fault}`)
    switch (fault) {
      case 'kill':
        await restart(service.kill)
        break
      case 'stop':
        await restart(service.stop)
        break
      case 'hang':
        await hang()
        service.resume()
        break
      case 'hang and kill':
        await hang()
        await restart(service.kill)
    }
  }
}
