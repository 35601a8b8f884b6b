import { NEVER, of, Subject, throwError } from 'rxjs'
import { expect, it } from 'vitest'
import { asking } from '../../src/link/asking.js'
import type { Duplex } from '../../src/link/duplex.js'

/** Gives back what goes in. */
const echo: Duplex<string, string> = outbound$ => outbound$

const heard = (outbound$: Parameters<typeof echo>[0], request$: Parameters<typeof asking<string, string>>[1]) => {
  const seen: string[] = []
  asking(
    echo,
    request$,
  )(outbound$).subscribe({
    next: element => seen.push(element),
    error: (error: unknown) => seen.push(String(error)),
    complete: () => seen.push('|'),
  })
  return seen
}

it('what the owner and others put in goes in as it comes', () => {
  const [owner$, request$] = [new Subject<string>(), new Subject<string>()]
  const seen = heard(owner$, request$)
  owner$.next('a')
  request$.next('b')
  owner$.next('c')
  expect(seen).toEqual(['a', 'b', 'c'])
})

it('requests that complete end nothing, and the owner ends all', () => {
  const [owner$, request$] = [new Subject<string>(), new Subject<string>()]
  const seen = heard(owner$, of('r'))
  owner$.next('a')
  owner$.complete()
  expect(seen).toEqual(['r', 'a', '|'])

  const other = heard(owner$, request$)
  request$.next('too late')
  expect(other).toEqual(['|'])
  expect(request$.observed).toBe(false)
})

it('an error of either is one', () => {
  expect(
    heard(
      NEVER,
      throwError(() => new Error('oh')),
    ),
  ).toEqual(['Error: oh'])
  expect(
    heard(
      throwError(() => new Error('no')),
      NEVER,
    ),
  ).toEqual(['Error: no'])
})
