import { Subscription } from 'rxjs'
import { among, type Hosts } from '../paths/hosts.js'

/** What holds for hosts or addresses, once for each who wants it. */
export interface Held {
  readonly isOf: (name: string) => boolean
}

/** Has it hold for some, until it is unsubscribed. */
export const hold = (all: Set<Held>, hosts: Hosts): Subscription => {
  const held = { isOf: among(hosts) }
  all.add(held)
  return new Subscription(() => all.delete(held))
}

/** Whether somebody has it hold for a name. */
export const isHeld = (all: ReadonlySet<Held>, name: string): boolean => {
  for (const { isOf } of all) if (isOf(name)) return true
  return false
}
