import fc from 'fast-check'
import { expect, it } from 'vitest'
import { told, type Telling } from './told.js'

const LIFE = 'hub A #1'
const ever = (kind: string): Telling => ({ life: LIFE, kind, fits: () => true })

/** How many of those that each may be of some kinds can be served at most, with so much of each kind. */
const mostServed = (stock: readonly number[], wishes: readonly (readonly number[])[]): number => {
  const [wish, ...rest] = wishes
  if (wish === undefined) return 0
  const served = wish
    .filter(kind => (stock[kind] ?? 0) > 0)
    .map(kind => 1 + mostServed(stock.with(kind, (stock[kind] ?? 0) - 1), rest))
  return Math.max(mostServed(stock, rest), ...served)
}

it('what was told excuses as many as it could however it were shared out, and no more', () => {
  const kinds = fc.integer({ min: 1, max: 4 })
  const cases = kinds.chain(count =>
    fc.record({
      stock: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
      wishes: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: count - 1 })), { maxLength: 6 }),
    }),
  )
  fc.assert(
    fc.property(cases, ({ stock, wishes }) => {
      const { tell, take } = told()
      stock.forEach((count, kind) => tell(LIFE, `${kind}`, 0, count))
      const served = wishes.filter((wish, index) => take(`${index}`, wish.map(String).map(ever)))
      expect(served.length).toBe(mostServed(stock, wishes))
    }),
  )
})

it('what was told is taken once for the same thing, and only of its own life, kind and time', () => {
  const { tell, take, story } = told()
  tell(LIFE, 'drop', 10, 1)
  expect(take('1', [{ ...ever('drop'), life: 'hub A #2' }])).toBe(false)
  expect(take('1', [ever('end')])).toBe(false)
  expect(take('1', [{ ...ever('drop'), fits: at => at > 10 }])).toBe(false)
  expect(story('drop')).toBe('hub A #1 10.0: 1 of 1')
  expect(take('1', [ever('drop')])).toBe(true)
  expect(take('1', [ever('drop')])).toBe(true)
  expect(take('2', [ever('drop')])).toBe(false)
  expect(story('drop')).toBe('hub A #1 10.0: 0 of 1')
})

it('what is forgotten excuses nothing any more, and nobody moves there', () => {
  const { tell, take, forget } = told()
  tell(LIFE, 'new', 20, 1)
  tell(LIFE, 'old', 10, 2)
  expect(take('1', [ever('old'), ever('new')])).toBe(true)
  forget(15)
  expect(take('2', [ever('old')])).toBe(false)
  expect(take('2', [ever('new')])).toBe(false)
})

it('what was taken is known for as long as that is kept', () => {
  const { tell, take, forget } = told()
  tell(LIFE, 'old', 10, 1)
  tell(LIFE, 'new', 20, 2)
  expect([take('1', [ever('old')]), take('2', [ever('new')])]).toEqual([true, true])
  forget(15)
  expect([take('1', []), take('2', [])]).toEqual([false, true])
  expect([take('2', [ever('new')]), take('3', [ever('new')]), take('4', [ever('new')])]).toEqual([true, true, false])
})
