/** The place of the first that is not before a moment, in a list in the order of time; its length when all are. */
export const firstFrom = <Thing>(list: readonly Thing[], moment: number, timeOf: (thing: Thing) => number): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timeOf(list[middle] as Thing) < moment) low = middle + 1
    else high = middle
  }
  return low
}
