import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { reportPrinter } from '../../src/cli/output.js'

/** A stream whose reader takes one line each time that it is asked to. */
const slowReader = () => {
  const lines: string[] = []
  let take = (): void => undefined
  const stream = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write: (line: string, _, done) => {
      take = () => {
        lines.push(line)
        done()
      }
    },
  })
  const readAll = (): void => {
    while (stream.writableLength > 0) take()
  }
  return { stream, lines, read: () => take(), readAll }
}

const numbered = (number: number) => ({ json: { number }, text: `line ${number}` })
const json = (...values: readonly object[]): readonly string[] => values.map(value => `${JSON.stringify(value)}\n`)

describe('what is printed to a slow reader', () => {
  it('is kept up to a bound; what was dropped is told in its place, as soon as there is room again', () => {
    const { stream, lines, read, readAll } = slowReader()
    const print = reportPrinter(stream, true, 24)
    for (const number of [1, 2, 3, 4]) print(numbered(number))
    read()
    print(numbered(5))
    expect(stream.listenerCount('drain')).toBe(1)
    readAll()
    expect(lines).toEqual(json({ number: 1 }, { number: 2 }, { event: 'output-dropped', count: 2 }, { number: 5 }))
  })

  it('and dropped is told without a further line when the reader has caught up, each time', () => {
    const { stream, lines, readAll } = slowReader()
    const print = reportPrinter(stream, false, 1)
    for (const number of [1, 2, 3]) print(numbered(number))
    readAll()
    for (const number of [4, 5]) print(numbered(number))
    readAll()
    const dropped = (count: number): string => `${count} lines were not printed, as nobody read them\n`
    expect(lines).toEqual(['line 1\n', dropped(2), 'line 4\n', dropped(1)])
    expect(stream.listenerCount('drain')).toBe(0)
  })

  it('is not dropped where 20 000 NPDUs come while it is busy', () => {
    const { stream, lines, readAll } = slowReader()
    const print = reportPrinter(stream, true)
    const npdu = '01'.repeat(1000)
    for (let number = 0; number < 20_000; number++) print({ json: { npdu }, text: '' })
    readAll()
    expect(lines).toHaveLength(20_000)
  })

  it('is bounded all the same when it never reads', () => {
    const { stream } = slowReader()
    const print = reportPrinter(stream, true)
    const filler = 'x'.repeat(100_000)
    for (let number = 0; number < 1000; number++) print({ json: { filler }, text: '' })
    expect(stream.writableLength).toBeLessThan(70_000_000)
  })
})
