import { Subscription } from 'rxjs'

/** What holds for a host or an address, once for each who wants it. */
export interface Held {
  readonly name: string
}

/** Has it hold for a name, until it is unsubscribed. */
export const hold = (all: Set<Held>, name: string): Subscription => {
  const held = { name }
  all.add(held)
  return new Subscription(() => all.delete(held))
}

/** Whether somebody has it hold for a name. */
export const isHeld = (all: ReadonlySet<Held>, name: string): boolean => {
  for (const held of all) if (held.name === name) return true
  return false
}
