import type { Annex } from './annex.js'
import type { RunningRole } from './running-role.js'

/** What is needed to hold the role of a port. */
export interface HeldRoleOptions<Role, Running> {
  readonly first: Role
  readonly run: (role: Role) => Running
  /** Whoever is told something may unsubscribe: nothing goes on then that nobody would end. */
  readonly isOpen: () => boolean
  /** It has another role now, which has not begun yet. */
  readonly changed: () => void
}

/** The role of a port, in which another may take its place. */
export interface HeldRole<Role, Running> {
  readonly running: () => Running
  /** Begins; a role that comes later begins at once. */
  readonly start: () => void
  readonly hasBegun: () => boolean
  /** Ends the role that it has, in good order, and has another. */
  readonly set: (role: Role) => void
  /** The port has other addresses, or another name. */
  readonly localChanged: () => void
  /** Ends the role in good order, without waiting for an answer. */
  readonly end: () => void
  /** Stops all that it has running. */
  readonly close: () => void
}

/** Holds the role of a port. */
export const heldRole = <A extends Annex, Role, Running extends RunningRole<A>>({
  first,
  run,
  isOpen,
  changed,
}: HeldRoleOptions<Role, Running>): HeldRole<Role, Running> => {
  let running = run(first)
  let hasBegun = false

  const end = (): void => {
    if (hasBegun) running.end()
  }

  return {
    running: () => running,
    start: () => {
      hasBegun = true
      if (isOpen()) running.start()
    },
    hasBegun: () => hasBegun,
    set: role => {
      end()
      running.close()
      if (!isOpen()) return
      running = run(role)
      changed()
      if (hasBegun && isOpen()) running.start()
    },
    localChanged: () => {
      if (hasBegun && isOpen()) running.localChanged()
    },
    end,
    close: () => running.close(),
  }
}
