import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { happen, passStep, sayStep, talk, unheard, worldFault, wrongHearing } from '../support/internetwork-play.js'
import { buildInternetwork, internetworkPlan, type Built } from '../support/internetwork-topology.js'

/*
 * Any internetwork without loops, and any traffic on it. With no faults, a unicast is heard by its destination and a
 * broadcast by all whom it is for, once, from the true source. Whatever is lost or restarted: nobody hears what was not
 * for him, nor twice, nor from a wrong source; and soon after the last fault all is delivered again.
 */

/** Long enough for a search, as a station may have to ask who routes to a network. */
const FOUND = ms(200)

const isClean = ({ world }: Built): void => {
  world.close()
  expect(world.open()).toBe(0)
  world.advance(ms(1))
  expect(world.running()).toBe(0)
}

describe('any internetwork without loops', () => {
  it('delivers everything exactly once, from its true source', () => {
    fc.assert(
      fc.property(
        internetworkPlan(),
        fc.array(fc.oneof(sayStep, sayStep, sayStep, passStep), { minLength: 1, maxLength: 30 }),
        (plan, steps) => {
          const built = buildInternetwork(plan)
          const { say, said, nodes } = talk(built)
          built.world.advance(seconds(1))
          for (const step of steps) {
            if (step.do === 'wait') built.world.advance(ms(step.ms))
            else say(step)
          }
          built.world.advance(FOUND)
          expect(wrongHearing(nodes, said)).toEqual([])
          expect(unheard(said)).toEqual([])
          expect(nodes.flatMap(node => node.told('Dropped'))).toEqual([])
          expect(nodes.flatMap(node => node.told('Conflict'))).toEqual([])
          isClean(built)
        },
      ),
      { numRuns: 60, seed: 1 },
    )
  })

  it('through loss, restarts and flaps delivers nothing wrong, and all again soon after', () => {
    fc.assert(
      fc.property(
        internetworkPlan(),
        fc.array(fc.oneof(sayStep, sayStep, passStep, worldFault), { minLength: 1, maxLength: 20 }),
        (plan, steps) => {
          const built = buildInternetwork(plan)
          const { world } = built
          const { say, sayAll, said, nodes } = talk(built)
          world.advance(seconds(1))
          steps.forEach((step, index) => {
            if (step.do === 'wait') world.advance(ms(step.ms))
            else if ('from' in step) say(step)
            else {
              happen(built, step, () => {
                say({ do: 'unicast', from: index, to: step.which })
                say({ do: 'global', from: step.which, to: 0 })
              })
            }
          })
          world.advance(seconds(60))
          sayAll()
          world.advance(seconds(40))
          const last = sayAll()
          world.advance(seconds(8))
          expect(wrongHearing(nodes, said)).toEqual([])
          expect(unheard(last)).toEqual([])
          isClean(built)
        },
      ),
      { numRuns: 25, seed: 2 },
    )
  })
})
