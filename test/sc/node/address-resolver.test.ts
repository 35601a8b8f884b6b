import { NEVER, of, Subject, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Resolved } from '../../../src/sc/node/address-resolution.js'
import { addressResolver } from '../../../src/sc/node/address-resolver.js'
import { cause } from '../../../src/sc/connection/cause.js'
import { seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import type { Vmac } from '../../../src/values/vmac.js'
import { ErrorCode } from '../../../src/wire/error-code.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'

const [peer, configured, unreachable] = [identity(2).vmac, identity(3).vmac, identity(4).vmac]
const URI = 'wss://10.0.0.7:4444' as ScUri

const answered = (vmac: Vmac, uris: readonly ScUri[], errorCode?: number): Resolved => ({
  _tag: 'Resolved',
  vmac,
  uris,
  cause: errorCode === undefined ? undefined : cause(errorCode, 'said the peer'),
  outcome: 'answered',
})
const unanswered = (vmac: Vmac, outcome: 'silent' | 'not asked'): Resolved => ({
  ...answered(vmac, [], ErrorCode.TIMEOUT),
  outcome,
})

/** A resolver, with the answers in the hands of the test. */
const bench = (answer: (vmac: Vmac) => Observable<Resolved>) => {
  const { scheduler, advance } = clock()
  const asked: Vmac[] = []
  const resolver = addressResolver({
    configured: new Map([
      [configured, [URI]],
      [unreachable, []],
    ]),
    freshness: seconds(300),
    ask: vmac => {
      asked.push(vmac)
      return answer(vmac)
    },
    scheduler,
  })
  const heard = (resolved$: Observable<Resolved>): readonly Resolved[] => {
    const all: Resolved[] = []
    resolved$.subscribe(resolved => all.push(resolved))
    return all
  }
  return { resolver, asked, advance, heard }
}

describe('an address resolver', () => {
  it.each([
    ['URIs', answered(peer, [URI]), [URI], false],
    ['"somewhere"', answered(peer, []), [], true],
    ['"not supported"', answered(peer, [], 45), [], true],
  ] as const)('asks once, and believes %s while it is fresh', (_, answer, uris, isUnreachable) => {
    const { resolver, asked, advance, heard } = bench(() => of(answer))
    expect(resolver.isUnreachable(peer), 'before anything is known').toBe(false)
    expect(heard(resolver.resolve(peer))).toEqual([answer])
    expect(heard(resolver.resolve(peer))).toEqual([answered(peer, uris)])
    expect(resolver.isUnreachable(peer)).toBe(isUnreachable)
    expect(asked).toEqual([peer])
    advance(seconds(300))
    expect(resolver.isUnreachable(peer)).toBe(false)
    heard(resolver.resolve(peer))
    expect(asked).toEqual([peer, peer])
  })

  it.each(['silent', 'not asked'] as const)('learns nothing from a peer that was %s', outcome => {
    const { resolver, asked, heard } = bench(vmac => of(unanswered(vmac, outcome)))
    heard(resolver.resolve(peer))
    expect(resolver.isUnreachable(peer)).toBe(false)
    heard(resolver.resolve(peer))
    expect(asked).toHaveLength(2)
  })

  it('asks nobody before somebody listens', () => {
    const { resolver, asked } = bench(() => NEVER)
    void resolver.resolve(peer)
    void resolver.refresh(peer)
    void resolver.ask(peer)
    expect(asked).toEqual([])
  })

  it('asks anew for a refresh, and believes that from then on', () => {
    const answers = [answered(peer, [URI]), answered(peer, [], 45)]
    const { resolver, heard } = bench(() => of(answers.shift() ?? answered(peer, [])))
    heard(resolver.resolve(peer))
    heard(resolver.refresh(peer))
    expect(resolver.isUnreachable(peer)).toBe(true)
  })

  it('never asks a configured peer to reach it', () => {
    const { resolver, asked, heard } = bench(() => NEVER)
    expect(heard(resolver.resolve(configured))).toEqual([answered(configured, [URI])])
    expect(heard(resolver.refresh(configured))).toEqual([])
    expect(resolver.isUnreachable(configured)).toBe(false)
    expect(resolver.isUnreachable(unreachable)).toBe(true)
    expect(asked).toEqual([])
  })

  it('asks even a configured peer for somebody who wants to know what it says', () => {
    const { resolver, asked, heard } = bench(vmac => of(answered(vmac, [])))
    heard(resolver.ask(configured))
    expect(asked).toEqual([configured])
    expect(resolver.isUnreachable(configured), 'the configuration counts').toBe(false)
  })

  it('has at most 64 questions waiting; those that end, or are given up, make room', () => {
    const answers = Array.from({ length: 64 }, () => new Subject<Resolved>())
    let next = 0
    const { resolver, asked, heard } = bench(() => answers[next++] ?? NEVER)
    const waiting = answers.map((_, index) => resolver.ask(identity(100 + index).vmac).subscribe())
    const [refused] = heard(resolver.ask(peer))
    expect(refused).toMatchObject({ vmac: peer, outcome: 'not asked', uris: [] })
    expect(asked).toHaveLength(64)
    answers[0]?.next(answered(peer, [URI]))
    answers[0]?.complete()
    waiting[1]?.unsubscribe()
    expect(heard(resolver.ask(peer))).toEqual([])
    expect(heard(resolver.ask(peer))).toEqual([])
    expect(asked).toHaveLength(66)
    expect(heard(resolver.ask(peer))).toMatchObject([{ outcome: 'not asked' }])
  })
})
