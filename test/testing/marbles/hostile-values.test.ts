import { of, type Observable } from 'rxjs'
import { describe as group, expect, it } from 'vitest'
import { describe } from '../../../src/testing/marbles/describe.js'
import { firstDifference } from '../../../src/testing/marbles/difference.js'
import { print } from '../../../src/testing/marbles/print.js'
import { marbles } from '../../../src/testing/index.js'

const fail = (): never => {
  throw new Error('do not look')
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Each of them new, and none of them the same as any other. */
const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['a getter that throws', () => Object.defineProperty({}, 'a', { get: fail, enumerable: true })],
  ['a tag that throws', () => Object.defineProperty({}, '_tag', { get: fail, enumerable: true })],
  ['a proxy of which all throws', () => new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail })],
  ['a proxy of a list', () => new Proxy([1], { get: fail })],
  ['a revoked proxy', revoked],
  ['an error without a message', () => Object.defineProperty(new Error('x'), 'message', { get: fail })],
  ['an error whose name is none', () => Object.assign(new Error('x'), { name: Object.create(null) as string })],
  ['an endless object', () => endless()],
  ['a map of them', () => new Map([[revoked(), revoked()]])],
  ['a date that is a proxy', () => new Proxy(new Date(0), {})],
]

const endless = (): object => Object.defineProperty({}, 'next', { get: endless, enumerable: true })

group.each(HOSTILE)('%s', (_, make) => {
  it('is printed and compared, and is what it is itself only', () => {
    const value = make()
    expect(print(value).length).toBeGreaterThan(0)
    expect(describe(value).length).toBeGreaterThan(0)
    expect(firstDifference(value, value)).toBeUndefined()
    expect(firstDifference(value, 5)).toContain('got 5')
    expect(firstDifference({ in: 1 }, value)).toContain('expected')
  })

  it('fails a test with a text, wherever it is', () => {
    const value = make()
    const test = (): void =>
      marbles(({ expectMarbles, cold, recorded, expectSent }) => {
        const link = recorded((outbound$: Observable<unknown>) => outbound$)
        expectMarbles(cold('(a|)', { a: value })).toBe('-a', { a: value })
        expectMarbles(of({ in: value })).toBe('(a|)', { a: { in: 7 } })
        expectMarbles(cold<unknown>('a|', { a: value }).pipe(link)).toBe('a|', { a: value })
        expectSent(link).toBe('b|', { b: 7 })
      })
    expect(test).toThrow(/stream: at 0 s: expected nothing, got a and the end/u)
    expect(test).toThrow(/sent into link: at 0 s: expected b, got ①/u)
  })
})

group('what can be seen beside it', () => {
  it('is printed all the same', () => {
    const value = Object.defineProperty({ a: 1 }, 'b', { get: fail, enumerable: true })
    expect(print(value)).toBe('{ a: 1, b: (throws when it is looked at) }')
  })
})
