import type { Socket } from 'node:dgram'
import { Observable, Subscription, type Subscriber } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { keptSocket$, type KeptSocket } from '../../src/io/kept-socket.js'

const SOCKET = Object.create(null) as Socket
const failure = new Error('of the socket')

let opening: Subscriber<Socket>
let isClosed: boolean
let keeper: Subscription
let kept: KeptSocket[]
let end: unknown
let failures: unknown[]
let subscription: Subscription

beforeEach(() => {
  isClosed = false
  const socket$ = new Observable<Socket>(subscriber => {
    opening = subscriber
    return () => (isClosed = true)
  })
  keeper = new Subscription()
  kept = []
  failures = []
  end = undefined
  subscription = keptSocket$(socket$, keeper, error => failures.push(error)).subscribe({
    next: one => kept.push(one),
    error: (error: unknown) => (end = error),
    complete: () => (end = 'completed'),
  })
})

describe('a kept socket', () => {
  it('outlives the stream that opens it, until it is closed', () => {
    opening.next(SOCKET)
    subscription.unsubscribe()
    expect([end, isClosed, kept[0]?.socket === SOCKET, kept[0]?.isOpen()]).toEqual(['completed', false, true, true])
    kept[0]?.close()
    expect([isClosed, kept[0]?.isOpen()]).toEqual([true, false])
  })

  it('is closed with all that its keeper keeps', () => {
    opening.next(SOCKET)
    keeper.unsubscribe()
    expect([isClosed, kept[0]?.isOpen()]).toEqual([true, false])
  })

  it('is closed when nobody waits for it any more before it is open', () => {
    subscription.unsubscribe()
    expect(isClosed).toBe(true)
  })

  it('is an error when it cannot be opened', () => {
    opening.error(failure)
    expect([end, failures, kept]).toEqual([failure, [], []])
  })

  it('is a failure when it ends by itself later', () => {
    opening.next(SOCKET)
    opening.error(failure)
    expect([end, failures, kept[0]?.isOpen()]).toEqual(['completed', [failure], false])
  })
})
