import { merge, NEVER, Observable } from 'rxjs'
import { foreignTable } from '../../src/bvll/foreign-table.js'
import { pendingRequests } from '../../src/bvll/pending-requests.js'
import { foreignRegistration } from '../../src/bvll/registration.js'
import type { RegistrationState } from '../../src/bvll/registration-state.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { seconds } from '../../src/values/duration.js'
import { chance } from '../machine/chance.js'
import { durationArg, rangeArg, readArgs, type Args } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'

const stateSymbols: Readonly<Record<RegistrationState, string>> = {
  unregistered: 'U',
  registered: 'R',
  refused: 'F',
  lost: 'L',
}

/** Renewals are not moved by chance. */
const LATEST = chance(1)

const secondsArg = (args: Args, name: string): number => (durationArg(args, name) ?? 0) / 1000

/** A foreign device. In: `bbmd` is what its BBMD says, `address` when its own changes. Out: `tx`, and its `state`. */
export const foreignDeviceOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['tx', 'state'], draw => {
    const args = readArgs(texts)
    const ttl = secondsArg(args, 'ttl')
    const [retry, longestRetry] = rangeArg(args, 'retry')
    const [backOff, longestBackOff] = args.has('after refusal') ? rangeArg(args, 'after refusal') : []
    const timings = {
      ...registrationTimings(ttl, { retry, longestRetry }),
      ...(backOff && longestBackOff ? { backOff, longestBackOff } : {}),
    }
    return new Observable(subscriber => {
      const registration = foreignRegistration({
        ttl,
        timings,
        scheduler,
        random: LATEST,
        register: () => draw('tx', 'r'),
        tell: state => draw('state', stateSymbols[state]),
      })
      const hear: Readonly<Record<string, () => void>> = {
        a: registration.accepted,
        n: registration.refused,
        u: registration.unknown,
        c: registration.addressChanged,
      }
      registration.start()
      subscriber.add(registration.end)
      subscriber.add(merge(inputs['bbmd'] ?? NEVER, inputs['address'] ?? NEVER).subscribe(symbol => hear[symbol]?.()))
    })
  })

const changeSymbols = { registered: '+', deleted: 'd', expired: 'x' } as const

/** The table of a BBMD. In: `from A`, `from B`, `delete B`, `broadcasts`. Out: `entry of A`, `entry of B`, `copies`. */
export const foreignTableOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['entry of A', 'entry of B', 'copies'], draw => {
    const args = readArgs(texts)
    return new Observable(subscriber => {
      const { register, addresses, close, ...table } = foreignTable<'A' | 'B'>({
        maxEntries: 2,
        maxPerOrigin: 2,
        originOf: address => address,
        scheduler,
        tell: ({ address, state }) => draw(`entry of ${address}`, changeSymbols[state]),
      })
      const on = (title: string, act: () => void): void => subscriber.add((inputs[title] ?? NEVER).subscribe(act))
      on('from A', () => register('A', secondsArg(args, 'A')))
      on('from B', () => register('B', secondsArg(args, 'B')))
      on('delete B', () => table.delete('B'))
      on('broadcasts', () => draw('copies', String([...addresses()].length)))
      subscriber.add(close)
    })
  })

/** Requests of one kind to one BBMD. In: `ask` and what is answered, `rx`. Out: `tx`, and how each one `ends`. */
export const bvlcRequestsOperator: MarbleOperator = ({ inputs, args, scheduler }) =>
  lines(['tx', 'ends'], draw => {
    const wait = durationArg(readArgs(args), 'wait') ?? seconds(5)
    return new Observable(subscriber => {
      const { add, settle, close } = pendingRequests<'BBMD', 'Read', 'asked'>({
        wait,
        scheduler,
        expired: () => draw('ends', 'x'),
      })
      const ask = (): void => {
        if (add('BBMD', 'Read', 'asked') === undefined) draw('tx', 'r')
        else draw('ends', 'o')
      }
      const answer = (): void => {
        if (settle('BBMD', ['Read']) !== undefined) draw('ends', 't')
      }
      subscriber.add((inputs['ask'] ?? NEVER).subscribe(ask))
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(answer))
      subscriber.add(close)
    })
  })
