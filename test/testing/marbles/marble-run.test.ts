import * as rx from 'rxjs'
import { describe, expect, it } from 'vitest'
import { drawLines } from '../../../src/testing/marbles/drawn-lines.js'
import { durationMs } from '../../../src/testing/time/duration-text.js'
import { humanTime } from '../../../src/testing/marbles/human-time.js'
import { parseMarble } from '../../../src/testing/marbles/marble-file.js'
import { runMarble, type MarbleOperator } from '../../../src/testing/marbles/marble-run.js'
import { heartbeat, small, text } from '../../support/marble-samples.js'

const input = (inputs: Readonly<Record<string, rx.Observable<string>>>): rx.Observable<string> =>
  inputs['in'] ?? rx.NEVER
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
