import { Subscription, type SchedulerLike } from 'rxjs'
import type { Random } from '../../values/random.js'
import { messageDelay } from '../paths/impairment.js'
import type { Paths } from '../paths/paths.js'

/** Between whom. */
export interface HandshakeOptions {
  readonly from: string
  readonly to: string
  readonly paths: Paths
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/**
 * Knocks at a host, and calls `arrived` at most once: the delay of a message later, when both directions are open then;
 * otherwise it knocks again when they are, for as long as it is not unsubscribed.
 */
export const virtualHandshake = (options: HandshakeOptions, arrived: () => void): Subscription => {
  const { from, to, paths, scheduler, random } = options
  let waits: Subscription | undefined

  const isOpen = (): boolean => paths.between(from, to).isOpen && paths.between(to, from).isOpen

  const wait = (next: Subscription): void => {
    waits?.unsubscribe()
    waits = next
  }

  const knock = (): void => {
    if (isOpen()) wait(scheduler.schedule(answer, messageDelay(paths.between(from, to), random)))
    else wait(paths.changed$.subscribe(() => isOpen() && knock()))
  }

  const answer = (): void => {
    if (isOpen()) arrived()
    else knock()
  }

  knock()
  return new Subscription(() => waits?.unsubscribe())
}
