import { describe, expect, it } from 'vitest'
import { relay } from '../../src/machine/relay.js'

describe('relay', () => {
  it('hands on to all who listen, and to nobody before they do', () => {
    const { next, item$ } = relay<number>()
    const [one, other]: number[][] = [[], []]
    next(1)
    item$.subscribe(item => one?.push(item))
    next(2)
    item$.subscribe(item => other?.push(item))
    next(3)
    expect([one, other]).toEqual([[2, 3], [3]])
  })

  it('hands nothing on to who has unsubscribed, be it while something is handed on', () => {
    const { next, item$ } = relay<number>()
    const heard: number[] = []
    item$.subscribe(() => later.unsubscribe())
    const later = item$.subscribe(item => heard.push(item))
    next(1)
    expect(heard).toEqual([])
  })

  it('hands on what it is given while it hands on, within that call', () => {
    const { next, item$ } = relay<number>()
    const heard: number[] = []
    item$.subscribe(item => {
      heard.push(item)
      if (item === 1) next(2)
      heard.push(-item)
    })
    next(1)
    expect(heard).toEqual([1, 2, -2, -1])
  })

  it('says whether anybody listens', () => {
    const { isHeard, item$ } = relay<number>()
    expect(isHeard()).toBe(false)
    const listening = item$.subscribe()
    expect(isHeard()).toBe(true)
    listening.unsubscribe()
    expect(isHeard()).toBe(false)
  })

  it('completes whoever listens, and who comes later, and hands nothing on any more', () => {
    const { next, complete, item$ } = relay<number>()
    const heard: string[] = []
    item$.subscribe({ next: () => heard.push('next'), complete: () => heard.push('one') })
    complete()
    item$.subscribe({ next: () => heard.push('next'), complete: () => heard.push('later') })
    next(1)
    expect(heard).toEqual(['one', 'later'])
  })
})
