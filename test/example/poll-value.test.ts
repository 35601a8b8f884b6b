import * as E from 'fp-ts/lib/Either.js'
import { distinctUntilChanged, map } from 'rxjs'
import { describe, it } from 'vitest'
import { encodeApdu, seconds, unicast, type AnyLink, type ApplicationPdu, type Vmac } from 'rx-bacnet'
import { heard, iAm, marbles, npduOf, vmac } from 'rx-bacnet/testing'
import { decodeNpdu, errorParameters } from 'rx-bacnet/wire'
import { invokeIds } from './invoke-ids.js'
import { pollValue, type PollOptions, type Reading } from './poll-value.js'
import { presentValue } from './present-value.js'

const DEVICE = '02:00:00:00:00:0a'
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const decoded = decodeNpdu(iAm(7).npdu)
if (E.isLeft(decoded)) throw new Error(decoded.left.reason)
const device = { source: vmac(DEVICE), decoded: decoded.right }

/** The nth ReadProperty, of the present value of analogue input 1. */
const request = (n: number) => unicast(hex(`0104 0005 0${n} 0c 0c00000001 1955`), vmac(DEVICE))
const said = (pdu: ApplicationPdu, by = DEVICE) => heard<Vmac>(npduOf(encodeApdu(pdu)), by)
const answered = (invokeId: number, parameters: Uint8Array, by = DEVICE) =>
  said({ _tag: 'Complex-ACK', segment: undefined, invokeId, service: 12, parameters }, by)
/** The nth answer: 21.5. */
const value = (n: number, by?: string) => answered(n, hex('0c00000001 1955 3e 44 41ac0000 3f'), by)

const requests = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map(n => [String(n), request(n)]))
const answers = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map(n => [String(n), value(n)]))

const inWords = (reading: Reading<number>): string =>
  reading._tag === 'Value' ? String(reading.value) : `${reading.reason}, ${reading.failures}`
const poll = (link: AnyLink<Vmac>, options?: Partial<PollOptions>) =>
  pollValue(link, device, presentValue(1), { invokeIds: invokeIds(), ...options }).pipe(map(inWords))

describe('pollValue', () => {
  it('reads each 10 s, from one answer to the next request', () => {
    marbles(({ fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
      const link = fakeLink<Vmac>('-1----------2', answers)
      expectMarbles(poll(link), '^---------------!').toBe('-v----------v', { v: '21.5' })
      expectSent(link).toBe('1----------2----', requests)
      expectSubscriptions(link).toBe('^---------------!')
    })
  })

  it('gives a device that does not answer more and more rest, up to a bound, and none once it answers', () => {
    marbles(({ fakeLink, expectMarbles, expectSent }) => {
      // 3 s of patience, then 2, 4, 8 and 8 s of rest.
      const link = fakeLink<Vmac>('-----------------------------------5', answers)
      const failures = { a: 'no answer, 1', b: 'no answer, 2', c: 'no answer, 3', d: 'no answer, 4', v: '21.5' }
      const readings$ = poll(link, { rest: seconds(2), longestRest: seconds(8) })
      expectMarbles(readings$, '^--------------------------------------------!').toBe(
        '---a----b------c----------d--------v--------',
        failures,
      )
      expectSent(link).toBe('1----2------3----------4----------5----------', requests)
    })
  })

  it.each([
    [
      'an Error',
      said({ _tag: 'Error', invokeId: 1, service: 12, parameters: errorParameters({ errorClass: 1, errorCode: 31 }) }),
      'Error, 1',
    ],
    ['a Reject', said({ _tag: 'Reject', invokeId: 1, reason: 4 }), 'Reject, 1'],
    ['an Abort', said({ _tag: 'Abort', isFromServer: true, invokeId: 1, reason: 0 }), 'Abort, 1'],
    ['an answer of another object', answered(1, hex('0c00000002 1955 3e 44 41ac0000 3f')), 'Complex-ACK, 1'],
    ['an answer cut short', answered(1, hex('0c00000001 1955 3e')), 'Complex-ACK, 1'],
    ['an empty answer', answered(1, hex('')), 'Complex-ACK, 1'],
  ])('takes %s for a failure', (_, said, words) => {
    marbles(({ fakeLink, expectMarbles, expectSent }) => {
      const link = fakeLink<Vmac>('-f-----2', { f: said, 2: value(2) })
      expectMarbles(poll(link), '^--------!').toBe('-f-----v', { f: words, v: '21.5' })
      expectSent(link).toBe('1-----2--', requests)
    })
  })

  it('does not believe others, nor answers to other requests, nor late ones', () => {
    marbles(({ fakeLink, expectMarbles }) => {
      const link = fakeLink<Vmac>('(of)1-(12)', { o: value(1, '02:00:00:00:66:66'), f: value(7), ...answers })
      expectMarbles(poll(link, { patience: seconds(1) }), '^-----!').toBe('-v', { v: '21.5' })
    })
    marbles(({ fakeLink, expectMarbles, expectSent }) => {
      const link = fakeLink<Vmac>('----1', answers)
      expectMarbles(poll(link), '^------!').toBe('---x---', { x: 'no answer, 1' })
      expectSent(link).toBe('1------', requests)
    })
  })

  it('does not ask while all invoke ids wait for answers', () => {
    marbles(({ fakeLink, expectMarbles, expectSent }) => {
      const ids = invokeIds()
      for (let others = 0; others < 256; others++) ids.take()
      const link = fakeLink<Vmac>('')
      expectMarbles(poll(link, { invokeIds: ids }), '^--!').toBe('x--', { x: 'no invoke id is free, 1' })
      expectSent(link).toBe('---')
    })
  })

  it('says so while its link is down, and goes on when it is up again', () => {
    marbles(({ fakeLink, expectMarbles }) => {
      const link = fakeLink<Vmac>('---------2', answers, { drops: { '^---!': 'not connected' } })
      expectMarbles(poll(link), '^---------!').toBe('---x-----v', { x: 'no answer, 1', v: '21.5' })
    })
  })

  it('fails with its link', () => {
    marbles(({ fakeLink, expectMarbles }) => expectMarbles(poll(fakeLink<Vmac>('--#'))).toBe('--#'))
  })

  it('has invoke ids for ever', () => {
    const answering: AnyLink<Vmac> = request$ => request$.pipe(map(({ npdu }) => value(npdu[4] ?? -1)))
    marbles(
      ({ expectMarbles }) => {
        const readings$ = poll(answering, { every: seconds(1) }).pipe(distinctUntilChanged())
        expectMarbles(readings$, '^!').toBe('v-', { v: '21.5' })
      },
      { column: '10 min' },
    )
  })
})
