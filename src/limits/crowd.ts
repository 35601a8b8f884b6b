import type { Origin } from './origin.js'

/**
 * Who makes room when a waiting room is full and somebody from `newcomer` knocks: the one that has waited longest of the
 * origin that has most. `undefined` when the newcomer's own origin has as many: then there is no room.
 *
 * So whoever fills the room from one address only ever pushes out its own. `waiting` is in the order of arrival.
 */
export const makesRoom = <Waiting>(
  waiting: Iterable<Waiting>,
  originOf: (one: Waiting) => Origin,
  newcomer: Origin,
): Waiting | undefined => {
  const groups = new Map<Origin, { readonly oldest: Waiting; count: number }>()
  for (const one of waiting) {
    const group = groups.get(originOf(one))
    if (group === undefined) groups.set(originOf(one), { oldest: one, count: 1 })
    else group.count++
  }
  let most = groups.get(newcomer)?.count ?? 0
  let found: Waiting | undefined
  for (const { oldest, count } of groups.values()) {
    if (count <= most) continue
    most = count
    found = oldest
  }
  return found
}
