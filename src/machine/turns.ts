/** Things that are done one at a time. */
export interface Turns {
  /** Does something with an item: at once, or when what is under way is done. */
  readonly take: <Item>(handle: (item: Item) => void, item: Item) => void
}

/**
 * Does one thing at a time: what comes while another is under way, from somebody who was told of that, waits for its turn.
 * Does nothing any more once `isOpen` says no. What waits is only what a subscriber asks for while he is told something, so
 * that he bounds it himself; where he throws, it is forgotten with the event that he did not take.
 */
export const oneAtATime = (isOpen: () => boolean): Turns => {
  const waiting: (() => void)[] = []
  let isBusy = false

  return {
    take: (handle, item) => {
      if (isBusy) {
        waiting.push(() => handle(item))
        return
      }
      isBusy = true
      try {
        if (isOpen()) handle(item)
        while (waiting.length > 0 && isOpen()) waiting.shift()?.()
      } finally {
        if (waiting.length > 0) waiting.length = 0
        isBusy = false
      }
    },
  }
}
