import type { SchedulerLike } from 'rxjs'

/** Things that are due together. */
interface Batch<Thing> {
  readonly due: number
  readonly things: Thing[]
}

/**
 * What is due at the same time shares an action: many schedulers sort all that they have for each new one. Things come in
 * the order in which they were added; the batch of a time may be looked at and changed until then.
 */
export const datagramBatches = <Thing>(
  scheduler: SchedulerLike,
  arrive: (thing: Thing) => void,
): ((delay: number) => Thing[]) => {
  const batches = new Map<number, Batch<Thing>>()
  let latest: Batch<Thing> | undefined

  const newBatch = (due: number, delay: number): Batch<Thing> => {
    const batch: Batch<Thing> = { due, things: [] }
    batches.set(due, batch)
    scheduler.schedule(() => {
      batches.delete(due)
      if (latest === batch) latest = undefined
      for (const thing of batch.things) arrive(thing)
    }, delay)
    return batch
  }

  return delay => {
    const due = scheduler.now() + delay
    if (latest?.due !== due) latest = batches.get(due) ?? newBatch(due, delay)
    return latest.things
  }
}
