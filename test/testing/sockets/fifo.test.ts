import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fifo } from '../../../src/testing/sockets/fifo.js'

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('push' as const) },
  { weight: 5, arbitrary: fc.constant('shift' as const) },
  { weight: 1, arbitrary: fc.constantFrom('fill' as const, 'empty' as const, 'drain' as const) },
)

it('gives things in the order in which it took them, however many', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const queue = fifo<number>()
      let model: number[] = []
      let next = 0
      const push = (): void => {
        queue.push(next)
        model.push(next++)
      }
      const shift = (): void => expect(queue.shift()).toBe(model.shift())
      for (const what of steps) {
        if (what === 'push') push()
        else if (what === 'shift') shift()
        else if (what === 'fill') for (let count = 0; count < 100; count++) push()
        else if (what === 'empty') for (let count = 0; count < 90; count++) shift()
        else {
          expect(queue.drain()).toEqual(model)
          model = []
        }
        expect([queue.size(), queue.first()]).toEqual([model.length, model[0]])
      }
    }),
    { numRuns: 200 },
  )
})

it('takes a time that does not grow with what waits', () => {
  const queue = fifo<number>()
  for (let count = 0; count < 300_000; count++) queue.push(count)
  let sum = 0
  for (let count = 0; count < 300_000; count++) {
    sum += queue.shift() ?? 0
    queue.push(count)
  }
  expect([sum, queue.size()]).toEqual([(300_000 * 299_999) / 2, 300_000])
})
