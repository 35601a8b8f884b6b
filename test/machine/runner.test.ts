import { describe, expect, it } from 'vitest'
import { runner, running, type Running, type Stop } from '../../src/machine/runner.js'
import { setTimer, type TimerEffect } from '../../src/machine/timers.js'
import { seconds } from '../../src/values/duration.js'
import { chance } from './chance.js'
import { clock } from './clock.js'

/** A machine with a name, which says its name with each word it is told, and counts them. */
interface Toy extends Running<number, string, string> {
  readonly name: string
}
type Said = { readonly _tag: 'Said'; readonly text: string }

const effectsOf = (word: string, count: number): readonly (Said | TimerEffect<string> | Stop)[] => {
  const said: Said = { _tag: 'Said', text: `${word} ${count}` }
  switch (word) {
    case 'set':
      return [setTimer('egg', seconds(10)), said]
    case 'stop':
      return [{ _tag: 'Stop' }, said]
    case 'throw':
      throw new Error('a bug')
    default:
      return [said]
  }
}

const toys = (whenSaid: (toy: Toy, text: string) => void = () => undefined) => {
  const { scheduler, advance, running: timers } = clock()
  const heard: string[] = []
  const run = runner<number, string, Said, string, Toy>({
    transition: (count, word) => [count + 1, effectsOf(word, count + 1)],
    fired: ({ name }, timer) => `${timer} of ${name}`,
    perform: (toy, { text }) => {
      heard.push(`${toy.name}: ${text}`)
      whenSaid(toy, text)
    },
    stopped: ({ name }, failure) => {
      heard.push(`${name} stopped${failure === undefined ? '' : ` with ${String(failure.error)}`}`)
    },
    scheduler,
    random: chance(0),
  })
  const toy = (name: string): Toy => ({ name, ...running<number, string, string>(0) })
  return { ...run, toy, heard, advance, timers }
}

describe('machines of one kind', () => {
  it('have a state and timers each', () => {
    const { feed, toy, heard, advance } = toys()
    const [a, b] = [toy('a'), toy('b')]
    feed(a, 'set')
    advance(seconds(5))
    feed(b, 'set')
    feed(a, 'x')
    advance(seconds(20))
    expect(heard).toEqual(['a: set 1', 'b: set 1', 'a: x 2', 'a: egg of a 3', 'b: egg of b 2'])
    expect([a.state, b.state]).toEqual([3, 2])
  })

  it('have their own order of events: one waits for its turn at its own machine, not at another', () => {
    const others: Toy[] = []
    const { feed, toy, heard } = toys((self, text) => {
      if (text !== 'x 1') return
      feed(self, 'y')
      for (const other of others) feed(other, 'y')
      heard.push(`${self.name} goes on`)
    })
    const a = toy('a')
    others.push(toy('b'))
    feed(a, 'x')
    expect(heard).toEqual(['a: x 1', 'b: y 1', 'a goes on', 'a: y 2'])
  })

  it('stop by themselves, and tell it once; what comes then means nothing', () => {
    const { feed, end, toy, heard, timers } = toys()
    const a = toy('a')
    feed(a, 'set')
    feed(a, 'stop')
    feed(a, 'x')
    end(a)
    expect(heard).toEqual(['a: set 1', 'a stopped'])
    expect(timers()).toBe(0)
  })

  it('stop when their transition throws, and no other does', () => {
    const { feed, toy, heard, timers } = toys()
    const [a, b] = [toy('a'), toy('b')]
    feed(a, 'set')
    feed(a, 'throw')
    feed(b, 'x')
    expect(heard).toEqual(['a: set 1', 'a stopped with Error: a bug', 'b: x 1'])
    expect(timers()).toBe(0)
  })

  it('may be ended in the middle of their effects: neither the rest nor what waits is done', () => {
    const { feed, end, toy, heard } = toys((self, text) => {
      if (text !== 'x 1') return
      feed(self, 'y')
      end(self)
      feed(self, 'z')
    })
    feed(toy('a'), 'x')
    expect(heard).toEqual(['a: x 1'])
  })
})
