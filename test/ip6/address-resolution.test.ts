import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  addressResolution,
  resolutionTimings,
  type AddressResolutionOptions,
  type ResolutionTimings,
} from '../../src/ip6/address-resolution.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

const vmac = (text: string): Bip6Vmac => text as Bip6Vmac
const A = vmac('a')
const B = vmac('b')

const resolution = ({
  timings = {},
  ...options
}: Partial<Omit<AddressResolutionOptions<string>, 'timings'>> & {
  readonly timings?: Partial<ResolutionTimings>
} = {}) => {
  const { scheduler, advance, running } = clock()
  const asked: string[] = []
  const dropped: string[] = []
  const made = addressResolution<string>({
    ...options,
    timings: resolutionTimings(timings),
    scheduler,
    ask: target => {
      asked.push(`${scheduler.now() / 1000} s: ${target}`)
      options.ask?.(target)
    },
    dropped: (queued, reason) => {
      dropped.push(`${scheduler.now() / 1000} s: ${queued}, ${reason}`)
      options.dropped?.(queued, reason)
    },
  })
  return { ...made, asked, dropped, advance, running, scheduler }
}

const UNANSWERED = 'nobody answered for its VMAC'

describe('address resolution', () => {
  it('asks at 0, 1 and 2 s for a VMAC that something is for, and gives it up at 4 s', () => {
    const { enqueue, asked, dropped, advance, isAwaited, running } = resolution()
    expect(isAwaited(A)).toBe(false)
    enqueue(A, 'npdu')
    advance(ms(3999))
    expect([asked, dropped, isAwaited(A)]).toEqual([['0 s: a', '1 s: a', '2 s: a'], [], true])
    advance(ms(1))
    expect([asked.length, dropped, isAwaited(A), running()]).toEqual([3, [`4 s: npdu, ${UNANSWERED}`], false, 0])
  })

  it('gives back what waited, in its order, once the address is known, and asks no more', () => {
    const { enqueue, resolved, asked, dropped, advance, running, isAwaited } = resolution()
    enqueue(A, 'first')
    advance(ms(1500))
    enqueue(A, 'second')
    enqueue(A, 'third')
    expect([resolved(A), resolved(A), isAwaited(A), running()]).toEqual([['first', 'second', 'third'], [], false, 0])
    advance(seconds(10))
    expect([asked, dropped]).toEqual([['0 s: a', '1 s: a'], []])
  })

  it('gives nothing back for an answer that nobody waits for', () => {
    const { enqueue, resolved, isAwaited } = resolution()
    enqueue(A, 'npdu')
    expect([resolved(B), isAwaited(B), isAwaited(A)]).toEqual([[], false, true])
  })

  it('asks for each VMAC by itself, with one timer for all', () => {
    const { enqueue, resolved, asked, dropped, advance, running, size } = resolution()
    enqueue(A, 'for a')
    advance(ms(300))
    enqueue(B, 'for b')
    expect([running(), size()]).toEqual([1, 2])
    advance(ms(1000))
    expect(resolved(A)).toEqual(['for a'])
    expect([running(), size()]).toEqual([1, 1])
    advance(seconds(5))
    expect(asked).toEqual(['0 s: a', '0.3 s: b', '1 s: a', '1.3 s: b', '2.3 s: b'])
    expect([dropped, running()]).toEqual([[`4.3 s: for b, ${UNANSWERED}`], 0])
  })

  it('asks anew for what comes after it gave up', () => {
    const { enqueue, asked, advance } = resolution()
    enqueue(A, 'first')
    advance(seconds(4))
    enqueue(A, 'second')
    expect(asked.slice(3)).toEqual(['4 s: a'])
  })

  it('drops the oldest where more than 16 wait for a VMAC', () => {
    const { enqueue, resolved, dropped, asked } = resolution()
    for (let n = 1; n <= 18; n++) enqueue(A, `${n}`)
    expect(dropped).toEqual(['0 s: 1, too many wait for its VMAC', '0 s: 2, too many wait for its VMAC'])
    expect(asked).toHaveLength(1)
    expect(resolved(A)).toEqual(Array.from({ length: 16 }, (_, n) => `${n + 3}`))
  })

  it('drops what is for a VMAC beyond 1024, and takes what is for the others', () => {
    const { enqueue, resolved, dropped, asked, size } = resolution()
    for (let n = 0; n < 1030; n++) enqueue(vmac(`${n}`), `for ${n}`)
    enqueue(vmac('7'), 'another for 7')
    expect([asked.length, size(), dropped.length, dropped[0]]).toEqual([
      1024,
      1024,
      6,
      '0 s: for 1024, too many VMACs are asked for',
    ])
    resolved(vmac('7'))
    enqueue(vmac('1024'), 'again')
    expect([dropped.length, size()]).toEqual([6, 1024])
  })

  it('gives back all that waits at its end, and is silent after it', () => {
    const { enqueue, close, dropped, advance, running, asked } = resolution()
    enqueue(A, '1')
    enqueue(B, '2')
    enqueue(A, '3')
    expect([close(), close(), running()]).toEqual([['1', '3', '2'], [], 0])
    advance(seconds(10))
    expect([dropped, asked.length]).toEqual([[], 2])
  })

  it('is as patient as it is told', () => {
    const { enqueue, asked, dropped, advance } = resolution({
      timings: { tries: 5, retry: seconds(2), giveUp: seconds(7) },
    })
    enqueue(A, 'npdu')
    advance(seconds(30))
    expect([asked, dropped]).toEqual([['0 s: a', '2 s: a', '4 s: a', '6 s: a'], [`7 s: npdu, ${UNANSWERED}`]])
  })

  it('has nothing wait for longer than 30 s', () => {
    const { enqueue, dropped, advance } = resolution({ timings: { giveUp: seconds(300) } })
    enqueue(A, 'npdu')
    advance(seconds(300))
    expect(dropped).toEqual([`30 s: npdu, ${UNANSWERED}`])
  })

  it('goes on although its timer was a fraction of a millisecond early', () => {
    const { enqueue, scheduler, asked, dropped, advance } = resolution()
    const frames = scheduler.now.bind(scheduler)
    vi.spyOn(scheduler, 'now').mockImplementation(() => Math.max(frames() - 0.4, 0))
    enqueue(A, 'npdu')
    advance(seconds(6))
    expect([asked.length, dropped.length]).toEqual([3, 1])
  })
})

describe('whoever is called by address resolution', () => {
  it('may have the answer within the question', () => {
    const answered: string[] = []
    const subject = resolution({ ask: target => answered.push(...subject.resolved(target)) })
    subject.enqueue(A, 'npdu')
    expect([answered, subject.running(), subject.size()]).toEqual([['npdu'], 0, 0])
  })

  it('may have the answer within a later question', () => {
    const answered: string[] = []
    const subject = resolution({
      ask: target => {
        if (subject.asked.length === 3) answered.push(...subject.resolved(target))
      },
    })
    subject.enqueue(A, 'for a')
    subject.enqueue(B, 'for b')
    subject.advance(seconds(9))
    expect([answered, subject.dropped, subject.running()]).toEqual([['for a'], [`4 s: for b, ${UNANSWERED}`], 0])
  })

  it('may queue again what was given up, which is asked for again', () => {
    const subject = resolution({
      dropped: queued => {
        if (subject.dropped.length < 3) subject.enqueue(A, queued)
      },
    })
    subject.enqueue(A, 'npdu')
    subject.advance(seconds(60))
    expect([subject.dropped.length, subject.asked.length, subject.running()]).toEqual([3, 9, 0])
  })

  it('may end it: each that waits is then either told to be dropped or given back', () => {
    const givenBack: string[] = []
    const subject = resolution({ dropped: () => givenBack.push(...subject.close()) })
    for (const name of ['1', '2', '3']) subject.enqueue(A, name)
    subject.enqueue(B, '4')
    subject.advance(seconds(4))
    expect([subject.dropped, givenBack, subject.running()]).toEqual([[`4 s: 1, ${UNANSWERED}`], ['2', '3', '4'], 0])
  })

  it('may end it within a question', () => {
    const subject = resolution({
      ask: () => {
        if (subject.asked.length === 3) subject.close()
      },
    })
    subject.enqueue(A, 'for a')
    subject.enqueue(B, 'for b')
    subject.advance(seconds(9))
    expect([subject.asked.length, subject.dropped, subject.running()]).toEqual([3, [], 0])
  })
})

type Act =
  { readonly _tag: 'enqueue' | 'resolved'; readonly vmac: Bip6Vmac } | { readonly _tag: 'wait'; readonly delay: number }

const anyVmac = fc.constantFrom(A, B, vmac('c'), vmac('d'))
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.record({ _tag: fc.constant('enqueue' as const), vmac: anyVmac }), weight: 4 },
  { arbitrary: fc.record({ _tag: fc.constant('resolved' as const), vmac: anyVmac }), weight: 1 },
  { arbitrary: fc.record({ _tag: fc.constant('wait' as const), delay: fc.nat(2500) }), weight: 2 },
)

describe('address resolution, whatever happens', () => {
  it('ends each thing in one way, keeps its bounds, and asks three times at most, a second apart', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 80 }), acts => {
        const askedAt = new Map<string, number[]>()
        const { scheduler, advance, running } = clock()
        const ended: number[] = []
        const { enqueue, resolved, close, isAwaited, size } = addressResolution<number>({
          maxPerVmac: 2,
          maxVmacs: 3,
          timings: resolutionTimings(),
          scheduler,
          ask: target => askedAt.set(target, [...(askedAt.get(target) ?? []), scheduler.now()]),
          dropped: queued => ended.push(queued),
        })
        for (const [n, act] of acts.entries()) {
          if (act._tag === 'wait') {
            advance(ms(act.delay))
          } else if (act._tag === 'resolved') {
            const given = resolved(act.vmac)
            expect(given).toEqual([...given].sort((a, b) => a - b))
            expect(given.length).toBeLessThanOrEqual(2)
            ended.push(...given)
            askedAt.delete(act.vmac)
          } else {
            if (!isAwaited(act.vmac)) askedAt.delete(act.vmac)
            enqueue(act.vmac, n)
          }
          for (const [target, times] of askedAt) {
            const since = times[0] ?? 0
            expect(times).toEqual([since, since + 1000, since + 2000].slice(0, times.length))
            const elapsed = scheduler.now() - since
            expect([times.length, isAwaited(vmac(target))]).toEqual([
              Math.min(Math.floor(elapsed / 1000) + 1, 3),
              elapsed < 4000,
            ])
          }
          expect(size()).toBeLessThanOrEqual(3)
          expect(running()).toBe(size() === 0 ? 0 : 1)
        }
        ended.push(...close())
        const queued = [...acts.entries()].filter(([, act]) => act._tag === 'enqueue').map(([n]) => n)
        expect(ended.sort((a, b) => a - b)).toEqual(queued)
        expect(running()).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
