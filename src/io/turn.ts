let works: (() => void)[] = []

/**
 * Does something once this turn of the event loop is over: what all its sockets had to say has been heard then.
 * `setImmediate` and not a microtask: those run between two sockets of the same turn. One of it for all who ask.
 */
export const atTurnEnd = (work: () => void): void => {
  if (works.push(work) === 1) setImmediate(endTurn)
}

const endTurn = (): void => {
  const due = works
  works = []
  for (const work of due) work()
}
