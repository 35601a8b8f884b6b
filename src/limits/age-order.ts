/** What is kept in the order of its age. The order itself writes these; nobody else does. */
export interface Aged<Entry> {
  older: Entry | undefined
  younger: Entry | undefined
}

/**
 * Things in the order in which they were last seen. They are linked, so that one that is seen again is moved by a few
 * writes. A `Map` that keeps the order by deleting a key and setting it again leaves a gap each time: with thousands of
 * keys, that is a hundred times slower.
 */
export interface AgeOrder<Entry extends Aged<Entry>> {
  /** What was not seen for the longest time. */
  readonly oldest: () => Entry | undefined
  /** What was seen last. */
  readonly youngest: () => Entry | undefined
  /** Puts in one that is in no order, as the youngest. */
  readonly add: (entry: Entry) => void
  /** Makes one that is in it the youngest. */
  readonly renew: (entry: Entry) => void
  /** Takes out one that is in it. */
  readonly remove: (entry: Entry) => void
  readonly clear: () => void
}

/** An order of nothing yet. */
export const ageOrder = <Entry extends Aged<Entry>>(): AgeOrder<Entry> => {
  let oldest: Entry | undefined
  let youngest: Entry | undefined

  const add = (entry: Entry): void => {
    entry.older = youngest
    if (youngest === undefined) oldest = entry
    else youngest.younger = entry
    youngest = entry
  }

  const remove = (entry: Entry): void => {
    const { older, younger } = entry
    if (older === undefined) oldest = younger
    else older.younger = younger
    if (younger === undefined) youngest = older
    else younger.older = older
    entry.older = undefined
    entry.younger = undefined
  }

  return {
    oldest: () => oldest,
    youngest: () => youngest,
    add,
    renew: entry => {
      if (entry === youngest) return
      remove(entry)
      add(entry)
    },
    remove,
    clear: () => {
      oldest = undefined
      youngest = undefined
    },
  }
}
