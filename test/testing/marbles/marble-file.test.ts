import { describe, expect, it } from 'vitest'
import { parseMarble } from '../../../src/testing/marbles/marble-file.js'
import { heartbeat, small } from '../../support/marble-samples.js'

describe('parseMarble', () => {
  it('reads caption, column, legend, streams and operator', () => {
    const marble = parseMarble(heartbeat)
    expect(marble.caption).toBe(
      'Silence makes the initiating peer probe; an answer calms it; further silence is a lost peer.',
    )
    expect(marble.columnMs).toBe(30_000)
    expect(Object.fromEntries(marble.legend)).toEqual({
      m: 'Encapsulated-NPDU',
      k: 'Heartbeat-ACK',
      p: 'probe (send Heartbeat-Request, once)',
      x: 'lost',
    })
    expect(marble.inputs).toEqual([
      {
        title: 'rx',
        columns: 18,
        events: [
          { atMs: 60_000, symbol: 'm' },
          { atMs: 150_000, symbol: 'm' },
          { atMs: 510_000, symbol: 'k' },
        ],
      },
    ])
    expect(marble.operator).toEqual({ name: 'heartbeat', args: ['300 s', 'calm'] })
    expect(marble.outputs[0]?.events.slice(1)).toEqual([
      { atMs: 810_000, symbol: 'p' },
      { atMs: 1_110_000, symbol: 'x' },
      { atMs: 1_110_000, symbol: '|' },
    ])
    expect(marble.subscriptions).toEqual([
      {
        title: 'rx subscription',
        of: 'rx',
        columns: 38,
        events: [
          { atMs: 0, symbol: '^' },
          { atMs: 1_110_000, symbol: '!' },
        ],
      },
    ])
  })

  it('gives a group one column', () => {
    const [out] = small('-', 'any()', '-(ab)--b').outputs
    expect(out?.columns).toBe(5)
    expect(out?.events.map(event => event.atMs)).toEqual([10, 10, 40])
  })

  it('tells a silent stream from a subscription that never happens', () => {
    const marble = small('a-b', 'any()', '---', '---', 'title = in subscription')
    expect(marble.outputs).toEqual([{ title: 'out', columns: 3, events: [] }])
    expect(marble.subscriptions[0]?.events).toEqual([])
  })

  const broken = (find: string, replace: string) => () => parseMarble(heartbeat.replace(find, replace))

  it.each([
    ['a symbol without legend', 'p---------(x|)', 'p---------(y|)', 'line 14: the symbol "y" is not in the legend.'],
    [
      'a legend without symbol',
      'x = lost',
      'x = lost, y = why',
      'line 5: the symbol "y" is in the legend but on no stream.',
    ],
    ['a legend twice', 'x = lost', 'x = lost, m = more', 'line 5: the symbol "m" is already in the legend.'],
    [
      'notation as symbol',
      'x = lost',
      'x = lost, ! = more',
      'line 5: "!" is part of the notation and cannot be a symbol.',
    ],
    ['no meaning', 'x = lost', 'x =', 'line 5: the symbol "x" has no meaning.'],
    ['an unknown directive', 'column = 30s', 'colunm = 30s', 'line 3: unknown directive "colunm = 30s"'],
    ['no column', '% column = 30s', '', 'line 15: there is no "% column = <duration>".'],
    ['no duration', 'column = 30s', 'column = 30', 'line 3: "30" is not a duration, such as 10ms, 0.5 s, 5 m or 2 h.'],
    ['half a millisecond', 'column = 30s', 'column = 0.5ms', 'line 3: "0.5ms" is not a whole number of milliseconds.'],
    ['a column of nothing', 'column = 30s', 'column = 0s', 'line 3: a column must last at least 1 ms.'],
    ['a missing title', 'title = signal', '', 'line 14: this stream has no title: "title = name" must follow it.'],
    ['a wrong directive', 'title = rx\n', 'titel = rx\n', 'line 8: unknown directive "titel = rx"'],
    ['a title alone', '> heart', 'title = what\n> heart', 'line 12: a title without a stream above it.'],
    ['no operator', '> heartbeat(300 s, calm)', '', 'line 15: there is no operator line, such as "> delay(30 s)".'],
    ['a bad operator', '(300 s, calm)', '(300 s', 'line 12: "> heartbeat(300 s" is not an operator'],
    ['an open group', '(x|)', '(x|', 'line 14: "(" has no place in column 37.'],
    ['an empty group', '(x|)', '()(x|)', 'line 14: the group in column 37 is empty.'],
    ['a gap', '-k', '- k', 'line 7: " " has no place in column 17.'],
    ['life after death', '(x|)', '(x|)--p', 'line 14: something follows the end of the stream.'],
    ['two subscriptions in one', '^--', '^-^', 'line 9: a subscription is one "^" and then at most one "!".'],
    [
      'a subscription untitled',
      'rx subscription',
      'sub',
      'line 9: a line of "-", "^" and "!", and no other line, is titled',
    ],
    ['a subscription to nothing', 'rx subscription', 'tx subscription', 'line 9: there is no stream titled "tx".'],
    ['the same title twice', 'title = signal', 'title = rx', 'line 14: there are two streams titled "rx".'],
  ])('rejects %s', (_, find, replace, message) => {
    expect(heartbeat).toContain(find)
    expect(broken(find, replace)).toThrow(message)
  })
})
