/**
 * Handles one thing at a time: what comes while another is handled, from somebody who was told of that, waits for its turn.
 * Stops for good once `isOpen` says no.
 */
export const inTurn = <Item extends object>(
  isOpen: () => boolean,
  handle: (item: Item) => void,
): ((item: Item) => void) => {
  let queue: Item[] | undefined
  return item => {
    if (queue !== undefined) {
      queue.push(item)
      return
    }
    queue = [item]
    try {
      for (let next = queue.shift(); next !== undefined && isOpen(); next = queue.shift()) handle(next)
    } finally {
      queue = undefined
    }
  }
}
