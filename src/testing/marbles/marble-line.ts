/** One symbol at one instant. `|` completes a stream and `#` fails it; `^` and `!` are the ends of a subscription. */
export interface MarbleEvent {
  /** From the beginning of the line, in milliseconds. */
  readonly atMs: number
  /** One character, whatever it stands for. */
  readonly symbol: string
}

/** A line of marbles: what happens, and when. */
export interface MarbleLine {
  /** How many columns it is long. */
  readonly columns: number
  /** In the order they happen. */
  readonly events: readonly MarbleEvent[]
}

/** Events by when they happen; those of one instant in their order. */
export const byInstant = <Event extends MarbleEvent>(
  events: readonly Event[],
): ReadonlyMap<number, readonly Event[]> => {
  const instants = new Map<number, Event[]>()
  for (const event of events) {
    const known = instants.get(event.atMs)
    if (known === undefined) instants.set(event.atMs, [event])
    else known.push(event)
  }
  return instants
}

/**
 * What a line may say: what a stream does, when somebody subscribes to it, or what is sent into a link, which may be opened
 * again after its end.
 */
export type LineKind = 'stream' | 'subscription' | 'sent'

/** What a symbol of a test cannot be. */
export const isNotation = (symbol: string): boolean => /[-()^!=,%>|#\s]/u.test(symbol)

/** Whether it is an end of a subscription. */
export const isOfSubscription = (symbol: string): boolean => symbol === '^' || symbol === '!'

/**
 * Reads a line of marbles, in `.marble` files and in programs alike.
 *
 * `-` is one column of silence and a symbol is one column. So is a group: everything in `(ab|)` happens at the column of
 * the opening parenthesis, and `(ab)--` is three columns long. RxJS gives a group as many columns as it has characters;
 * here a group may be written where the clock leaves it no room.
 *
 * @throws Error that says what is wrong with it.
 */
export const readLine = (text: string, columnMs: number, kind: LineKind): MarbleLine => {
  const columns = text.match(/\([^()]*\)|./gu) ?? []
  const events = columns.flatMap((column, index) => {
    const inGroup = column.length > 1 && column.startsWith('(')
    const symbols = inGroup ? Array.from(column.slice(1, -1)) : column === '-' ? [] : [column]
    if (inGroup && symbols.length === 0) throw new Error(`the group in column ${index} is empty.`)
    return symbols.map(symbol => {
      if (/[-()\s%,]/u.test(symbol)) throw new Error(`"${symbol}" has no place in column ${index}.`)
      if (isOfSubscription(symbol) !== (kind === 'subscription')) throw new Error(wrongKind(symbol, kind))
      return { atMs: index * columnMs, symbol }
    })
  })
  const symbols = events.map(event => event.symbol).join('')
  if (kind === 'subscription' && !/^(\^!?)?$/u.test(symbols)) {
    throw new Error('a subscription is one "^" and then at most one "!".')
  }
  if (kind === 'stream' && /[|#]./u.test(symbols)) throw new Error('something follows the end of the stream.')
  return { columns: columns.length, events }
}

const wrongKind = (symbol: string, kind: LineKind): string =>
  kind === 'subscription'
    ? `"${symbol}" has no place in a subscription, which is "^" and "!".`
    : `"${symbol}" is of a subscription, and has no place here.`
