import { Observable } from 'rxjs'
import type { Writable } from 'node:stream'

/** What a command tells: an object for programs and a line, or several, for people. */
export interface Report {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
}

/**
 * The most characters that may wait for a reader that does not read: 20 000 of the longest NPDUs that are usual, as hex,
 * which come within the moment that a program takes to parse what it has, or to collect garbage.
 */
const MAX_WAITING = 1 << 26

/** The longest line that is read whole. */
const MAX_LINE = 1 << 20

/**
 * Text without anything that moves a terminal's cursor: what peers say, file names and arguments end up in it. Line
 * ends stay.
 */
export const printable = (text: string): string =>
  text.replace(/(?!\n)[\p{Cc}\u2028\u2029]/gu, character => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })

/** Text that is one line whatever is in it. */
export const oneLine = (text: string): string => printable(text.trim().replace(/\s*\n\s*/g, ' '))

/**
 * Prints reports to a stream: one JSON object a line with `json`, else the text. When the reader is slow and so many
 * characters wait, reports are dropped until there is room again; how many is told in their place, as `output-dropped`.
 * Prints nothing more once the stream is closed.
 */
export const reportPrinter = (
  stream: Writable,
  json: boolean,
  maxWaiting: number = MAX_WAITING,
): ((report: Report) => void) => {
  // 'drain' comes only after the stream's own mark was passed.
  const limit = Math.max(maxWaiting, stream.writableHighWaterMark)
  let dropped = 0
  let waiting = false
  const write = (report: Report): unknown =>
    stream.write(`${json ? JSON.stringify(report.json) : printable(report.text)}\n`)
  const tellDropped = (): void => {
    const count = dropped
    dropped = 0
    const text = `${count} lines were not printed, as nobody read them`
    if (count > 0 && stream.writable) write({ json: { event: 'output-dropped', count }, text })
  }
  /** The stream may drain without a further report, which would tell of those before it. */
  const tellLater = (): void => {
    if (waiting) return
    waiting = true
    stream.once('drain', () => {
      waiting = false
      tellDropped()
    })
  }
  return report => {
    if (!stream.writable) return
    if (stream.writableLength < limit) {
      tellDropped()
      write(report)
    } else {
      dropped++
      tellLater()
    }
  }
}

/**
 * Lines out of pieces of text: an operator. A line beyond a million characters is cut there. Completes with its source,
 * after what was left without a line end; never errors by itself.
 */
export const toLines = (pieces$: Observable<string>): Observable<string> =>
  new Observable(subscriber => {
    let rest = ''
    let cutting = false
    const take = (line: string): void => {
      if (!cutting) subscriber.next(line.replace(/\r$/, ''))
      cutting = false
    }
    return pieces$.subscribe({
      next: piece => {
        const lines = (rest + piece).split('\n')
        rest = lines.pop() ?? ''
        lines.forEach(take)
        if (rest.length <= MAX_LINE) return
        if (!cutting) subscriber.next(rest)
        cutting = true
        rest = ''
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        if (rest !== '') take(rest)
        subscriber.complete()
      },
    })
  })
