import { beforeEach, describe, expect, it } from 'vitest'
import type { DatagramSender } from '../../src/io/datagram-sender.js'
import { movingSender, type MovingSender } from '../../src/io/moving-sender.js'

/** A sender that a test lets send. */
interface Slow extends DatagramSender<string> {
  readonly given: string[]
  /** What waits has been sent. */
  readonly settle: () => void
}

const slow = (): Slow => {
  const given: string[] = []
  let waiting = 0
  let whenDrained: (() => void) | undefined
  return {
    given,
    send: datagram => {
      given.push(datagram)
      waiting++
    },
    drain: drained => {
      whenDrained = drained
      if (waiting === 0) drained()
    },
    settle: () => {
      waiting = 0
      whenDrained?.()
    },
  }
}

let first: Slow
let second: Slow
let third: Slow
let sender: MovingSender<string>
let drained: number
const drain = (): void => sender.drain(() => drained++)

beforeEach(() => {
  ;[first, second, third] = [slow(), slow(), slow()]
  sender = movingSender(first)
  drained = 0
})

describe('a sender that moves', () => {
  it('gives each datagram to the one that it is with at the time', () => {
    sender.send('a')
    sender.moveTo(second)
    sender.send('b')
    sender.moveTo(third)
    sender.send('c')
    expect([first, second, third].map(({ given }) => given)).toEqual([['a'], ['b'], ['c']])
  })

  it('has drained at once when nothing waits anywhere', () => {
    sender.moveTo(second)
    drain()
    expect(drained).toBe(1)
  })

  it('has drained when those that it left have as well', () => {
    sender.send('a')
    sender.moveTo(second)
    sender.send('b')
    sender.moveTo(third)
    sender.send('c')
    second.settle()
    drain()
    third.settle()
    expect(drained).toBe(0)
    first.settle()
    expect(drained).toBe(1)
  })
})
