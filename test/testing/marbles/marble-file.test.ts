import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as rx from 'rxjs'
import { describe, expect, it } from 'vitest'
import { orphanedDrawings, outdatedDrawings } from '../../support/draw-marbles.js'
import { durationMs } from '../../../src/testing/marbles/duration-ms.js'
import { parseMarble } from '../../../src/testing/marbles/marble-file.js'
import { drawLines } from '../../../src/testing/marbles/drawn-lines.js'
import { humanTime } from '../../../src/testing/marbles/human-time.js'
import { ticks } from '../../../src/testing/marbles/marble-ruler.js'
import { runMarble } from '../../../src/testing/marbles/marble-run.js'
import type { MarbleOperator } from '../../../src/testing/marbles/marble-run.js'
import { drawMarble } from '../../../src/testing/marbles/marble-svg.js'

const text = (...lines: string[]) => lines.join('\n')

const heartbeat = text(
  '% Silence makes the initiating peer probe; an answer calms it;',
  '% further silence is a lost peer.',
  '% column = 30s',
  '% m = Encapsulated-NPDU, k = Heartbeat-ACK, p = probe (send Heartbeat-Request, once)',
  '% x = lost',
  '',
  '  --m--m-----------k  ',
  'title = rx',
  '^------------------------------------!',
  'title = rx subscription',
  '',
  '> heartbeat(300 s, calm)',
  '',
  '---------------p-----------p---------(x|)',
  'title = signal',
)

/** One input `in` of a and b, one output `out`, a column of 10 ms. */
const small = (input: string, operator: string, output: string, ...more: string[]) =>
  parseMarble(
    text(
      '% Small.',
      '% column = 10ms',
      '% a = first, b = second',
      input,
      'title = in',
      `> ${operator}`,
      output,
      'title = out',
      ...more,
    ),
  )

function input(inputs: Readonly<Record<string, rx.Observable<string>>>): rx.Observable<string> {
  return inputs['in'] ?? rx.NEVER
}
const ms = (args: readonly string[]) => durationMs(args[0] ?? '')

const operators: Record<string, MarbleOperator> = {
  delay: ({ inputs, args, scheduler }) => ({ out: input(inputs).pipe(rx.delay(ms(args), scheduler)) }),
  debounceTime: ({ inputs, args, scheduler }) => ({ out: input(inputs).pipe(rx.debounceTime(ms(args), scheduler)) }),
  takeUntil: ({ inputs, args, scheduler }) => ({
    out: input(inputs).pipe(rx.takeUntil(rx.timer(ms(args), scheduler))),
  }),
  retry: ({ inputs, args, scheduler }) => ({
    out: input(inputs).pipe(rx.retry({ delay: () => rx.timer(ms(args), scheduler) })),
  }),
  interval: ({ args, scheduler }) => ({ out: rx.interval(ms(args), scheduler).pipe(rx.map(() => 'a')) }),
  fail: () => ({ out: rx.throwError(() => new TypeError('there is nothing to read')) }),
  leak: ({ inputs, scheduler }) => {
    const out$ = new rx.Subject<string>()
    return {
      out: rx.defer(() => {
        input(inputs).subscribe(out$)
        rx.interval(10, scheduler).subscribe()
        return out$
      }),
    }
  },
  heartbeat: ({ inputs, args, scheduler }) => ({
    signal: (inputs['rx'] ?? rx.NEVER).pipe(
      rx.startWith('m'),
      rx.switchMap(() => rx.timer(ms(args), ms(args), scheduler)),
      rx.map(silences => (silences === 0 ? 'p' : 'x')),
      rx.takeWhile(signal => signal !== 'x', true),
    ),
  }),
}

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

  it.each([
    ['10ms', 10],
    ['0.5 s', 500],
    ['1.001s', 1001],
    ['2m', 120_000],
    ['1.5 h', 5_400_000],
  ])('reads %s', (duration, expected) => {
    expect(durationMs(duration)).toBe(expected)
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

describe('runMarble', () => {
  it('finds a true picture true', () => {
    expect(runMarble(parseMarble(heartbeat), operators)).toEqual({ ok: true, report: '' })
    expect(runMarble(small('a--b--|', 'delay(20 ms)', '--a--b|'), operators).ok).toBe(true)
    expect(runMarble(small('ab-b---a-|', 'debounceTime(20 ms)', '-----b---(a|)'), operators).ok).toBe(true)
  })

  it('shows where a picture is not true', () => {
    const wrong = heartbeat.replace('-p---------(x|)', 'p---------(x|)-').replace('---!', '--!-')
    expect(`\n${runMarble(parseMarble(wrong), operators).report}\n`).toMatchInlineSnapshot(`
      "
      signal: at 780 s: expected p, got nothing

        seconds   0    150  300  450  600  750  900  1050
        expected  ---------------p----------p---------(x|)-
        got       ---------------p-----------p---------   (x|)

        p  probe (send Heartbeat-Request, once)
        x  lost

        then at 810 s: expected nothing, got p
        then at 1080 s: expected x and the end, got nothing
        then at 1110 s: expected nothing, got x and the end

      rx subscription: at 1080 s: expected an unsubscription, got nothing

        seconds   0    150  300  450  600  750  900  1050
        expected  ^-----------------------------------!-
        got       ^------------------------------------!

        then at 1110 s: expected nothing, got an unsubscription
      "
    `)
  })

  it('is exact to the millisecond', () => {
    const { ok, report } = runMarble(small('a--b--|', 'delay(21 ms)', '--a--b|'), operators)
    expect(ok).toBe(false)
    expect(report).toContain('at 20 ms: expected a, got nothing')
    expect(report).toContain('at 21 ms (between two columns): expected nothing, got a')
  })

  it('minds the order within an instant', () => {
    expect(runMarble(small('(ab)', 'delay(0 ms)', '(ab)'), operators).ok).toBe(true)
    expect(runMarble(small('(ab)', 'delay(0 ms)', '(ba)'), operators).ok).toBe(false)
    expect(runMarble(small('-(ab|)', 'delay(10 ms)', '--(ab|)'), operators).ok).toBe(true)
  })

  it('checks when the operator subscribes to its inputs', () => {
    const picture = (line: string) => small('a--b-b', 'takeUntil(40 ms)', 'a--b|', line, 'title = in subscription')
    expect(runMarble(picture('^---!'), operators)).toEqual({ ok: true, report: '' })
    expect(runMarble(picture('^--!'), operators).report).toContain('at 40 ms: expected nothing, got an unsubscription')
    expect(runMarble(picture('^----'), operators).report).toContain('got       ^---!')
    expect(runMarble(picture('-----'), operators).report).toMatch(
      /^in subscription: at 0 ms: expected nothing, got a subscription\n/u,
    )
  })

  it('checks each subscription of several', () => {
    const twice = ['^--!', 'title = in subscription', '-----(^!)', 'title = in subscription']
    const picture = (...lines: string[]) => small('a-b#', 'retry(20 ms)', 'a-b--', ...lines)
    const { report } = runMarble(picture(...twice), operators)
    expect(report).toMatch(
      /^in subscription 3: at 70 ms: expected nothing, got a subscription and an unsubscription\n/u,
    )
  })

  it('plays and expects errors', () => {
    expect(runMarble(small('-a-b-#', 'delay(0 ms)', '-a-b-#'), operators)).toEqual({ ok: true, report: '' })
    expect(runMarble(small('a--b-', 'fail()', 'a'), operators).report).toContain(
      '#  fails: TypeError: there is nothing to read',
    )
  })

  it('sees what comes after the end', () => {
    expect(runMarble(small('ab----', 'delay(60 ms)', '------'), operators).report).toContain(
      'at 60 ms: expected nothing, got a',
    )
  })

  it('ends what has no end', () => {
    const picture = (column: string, ...more: string[]) => {
      const head = ['% Ticks.', '% column = 10ms', '% a = tick']
      return parseMarble(text(...head, `> interval(${column})`, '---a--a--a--', 'title = out', ...more))
    }
    const cut = ['^-----------!', 'title = out subscription']
    expect(runMarble(picture('30 ms', ...cut), operators)).toEqual({ ok: true, report: '' })
    expect(runMarble(picture('30 ms'), operators).report).toContain('at 120 ms: expected nothing, got a')
    expect(runMarble(picture('0 ms', ...cut), operators).report).toContain(
      'got a, a, a, a, a, a, a, a, a, a and 990 more',
    )
  })

  it('finds what outlives its subscribers', () => {
    const { ok, report } = runMarble(small('a--b', 'leak()', 'a--b'), operators)
    expect(ok).toBe(false)
    expect(report).toBe(
      text(
        '"in" is still subscribed when all outputs are unsubscribed',
        '',
        'a timer is still set for 100 ms when all outputs are unsubscribed',
      ),
    )
  })

  it('does not know every operator', () => {
    expect(() => runMarble(small('ab', 'unknown()', 'a'), { delay: () => ({}) })).toThrow(
      'There is no operator "unknown" in the registry; there is delay.',
    )
    expect(() => runMarble(small('ab', 'delay()', 'a'), { delay: () => ({ other: rx.NEVER }) })).toThrow(
      'The operator "delay" returns no output "out", only other.',
    )
  })
})

describe('the words of a report', () => {
  it.each([
    [450_000, 30_000, '450 s'],
    [450_001, 30_000, '450 s 1 ms'],
    [450_000, 60_000, '7 min 30 s'],
    [7_200_000, 3_600_000, '2 h'],
    [1500, 10, '1500 ms'],
    [0, 60_000, '0 min'],
  ])('%d ms at %d ms a column are %s', (atMs, columnMs, words) => {
    expect(humanTime(atMs, columnMs)).toBe(words)
  })

  it('redraw the line they were read from', () => {
    const line = '-a--(ab)-b-(a|)---'
    const [out] = small('-', 'any()', line).outputs
    expect(drawLines([{ name: 'out', events: out?.events ?? [] }], out?.columns ?? 0, 10, 0)).toEqual([
      'ms   0       50      100',
      `out  ${line}`,
    ])
  })
})

describe('drawMarble', () => {
  it('is a picture of its own', () => {
    const svg = drawMarble(parseMarble(heartbeat.replace('= lost', '= lost & <gone>')))
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u)
    expect(svg).toContain('lost &#38; &#60;gone&#62;')
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|<image|@import/u)
  })

  it.each([
    [1, 1],
    [80, 10],
    [8000, 1000],
    [40_000, 1000],
    [1_140_000, 30_000],
    [2_400_000, 300_000],
    [144_000_000, 3_600_000],
    [280_000, 7000],
  ])('has four to twelve ticks on %d ms', (endMs, columnMs) => {
    const found = ticks(endMs, columnMs)
    expect(found.length).toBeGreaterThanOrEqual(endMs < 4 ? 2 : 4)
    expect(found.length).toBeLessThanOrEqual(12)
    expect(found.every(({ atMs }) => atMs <= endMs)).toBe(true)
  })

  it('has ticks where marbles are', () => {
    expect(ticks(1_140_000, 30_000).map(({ label }) => label)).toEqual([
      '0',
      '150 s',
      '300 s',
      '450 s',
      '600 s',
      '750 s',
      '900 s',
      '1050 s',
    ])
  })
})

describe('outdatedDrawings', () => {
  it('finds what is missing, old or left over, and names the file that cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'marbles-'))
    const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
    try {
      write('heartbeat.marble', heartbeat)
      write('gone.svg', '<svg/>')
      const [missing] = outdatedDrawings(folder)
      expect(missing?.file).toBe(join(folder, 'heartbeat.svg'))
      write('heartbeat.svg', missing?.fresh ?? '')
      expect(outdatedDrawings(folder)).toEqual([])
      write('heartbeat.marble', heartbeat.replace('lost', 'gone'))
      expect(outdatedDrawings(folder)).toHaveLength(1)
      expect(orphanedDrawings(folder)).toEqual(['gone.svg'])
      write('empty.marble', '')
      expect(() => outdatedDrawings(folder)).toThrow('empty.marble, line 1: ')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
