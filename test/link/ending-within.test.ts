import { merge, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { expect, it } from 'vitest'
import type { Duplex } from '../../src/link/duplex.js'
import { endingWithin } from '../../src/link/ending-within.js'
import { seconds } from '../../src/values/duration.js'

const bounded = (duplex: Duplex<string, string>, scheduler: TestScheduler) =>
  endingWithin(duplex, seconds(3), scheduler)

const play = (run: (scheduler: TestScheduler, cold: (marble: string) => Observable<string>) => void): void => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
  scheduler.run(() => run(scheduler, marble => scheduler.createColdObservable(marble)))
}

it('what does not end by itself is dropped when its time is over, from when the end was asked for', () => {
  play((scheduler, cold) => {
    const stuck: Duplex<string, string> = outbound$ => merge(outbound$, cold('10s z'))
    scheduler.expectObservable(bounded(stuck, scheduler)(cold('a 4s |'))).toBe('a 7s |')
  })
})

it('what ends in time ends then, and what is never asked to runs on', () => {
  play((scheduler, cold) => {
    const prompt: Duplex<string, string> = outbound$ => outbound$
    scheduler.expectObservable(bounded(prompt, scheduler)(cold('a-b-|'))).toBe('a-b-|')
    scheduler.expectObservable(bounded(prompt, scheduler)(cold('a 9s b'))).toBe('a 9s b')
  })
})

it('errors pass', () => {
  play((scheduler, cold) => {
    const prompt: Duplex<string, string> = outbound$ => outbound$
    scheduler.expectObservable(bounded(prompt, scheduler)(cold('a-#'))).toBe('a-#')
  })
})
