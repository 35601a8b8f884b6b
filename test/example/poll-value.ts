import {
  asyncScheduler,
  defer,
  EMPTY,
  expand,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  of,
  share,
  Subject,
  switchMap,
  take,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import {
  answer,
  apdus,
  decodeNpdus,
  encodeApdu,
  ms,
  npdus,
  seconds,
  type AnyLink,
  type ApplicationPdu,
  type DecodedNpdu,
  type Duration,
  type OutboundNpdu,
} from 'rx-bacnet'
import { stationOf } from './devices.js'
import type { InvokeIds } from './invoke-ids.js'

/** What is read: the parameters of a ReadProperty, and how those of its answer are understood; `undefined` when they are not. */
export interface Property<Value> {
  readonly parameters: Uint8Array
  readonly decode: (answer: Uint8Array) => Value | undefined
}

/** What has come of a request. */
export type Reading<Value> =
  | { readonly _tag: 'Value'; readonly value: Value; readonly failures: 0 }
  /** `failures` in a row, this one among them. */
  | { readonly _tag: 'Failed'; readonly reason: string; readonly failures: number }

/** Options of {@link pollValue}. */
export interface PollOptions {
  /** Of that device over that link, for all that asks it something: else one request takes the answer to another. */
  readonly invokeIds: InvokeIds
  /** From an answer to the next request. Default 10 s. */
  readonly every?: Duration
  /** How long an answer may take. Default 3 s. */
  readonly patience?: Duration
  /** How long it rests after a failure, doubled with each one more up to the longest. Default 5 s, and 5 min. */
  readonly rest?: Duration
  readonly longestRest?: Duration
  readonly scheduler?: SchedulerLike
}

const READ_PROPERTY = 12

/**
 * Reads a property of a device again and again, one request at a time. A device that fails is given more and more rest; once
 * it answers, all is as before. Only what comes from the device itself, and answers the request that waits, is believed.
 */
export const pollValue = <Address extends string, Value>(
  link: AnyLink<Address>,
  device: Pick<DecodedNpdu<Address>, 'source' | 'decoded'>,
  { parameters, decode }: Property<Value>,
  {
    invokeIds,
    every = seconds(10),
    patience = seconds(3),
    rest = seconds(5),
    longestRest = seconds(300),
    scheduler = asyncScheduler,
  }: PollOptions,
): Observable<Reading<Value>> =>
  defer(() => {
    const request$ = new Subject<OutboundNpdu<Address>>()
    const pdu$ = request$.pipe(
      link,
      npdus<Address>(),
      decodeNpdus(),
      filter(received => stationOf(received) === stationOf(device)),
      apdus(),
      map(({ pdu }) => pdu),
      share(),
    )

    const ask = (invokeId: number): Observable<never> =>
      defer(() => {
        const request = encodeApdu({ ...REQUEST, invokeId, parameters })
        request$.next(answer(device, request, { expectingReply: true }))
        return EMPTY
      })
    const read = (failures: number): Observable<Reading<Value>> =>
      defer(() => {
        const failed = (reason: string): Reading<Value> => ({ _tag: 'Failed', reason, failures: failures + 1 })
        const invokeId = invokeIds.take()
        if (invokeId === undefined) return of(failed('no invoke id is free'))
        const reading$ = pdu$.pipe(
          filter(pdu => isAnswer(pdu) && pdu.invokeId === invokeId),
          take(1),
          map(pdu => {
            const value = pdu._tag === 'Complex-ACK' ? decode(pdu.parameters) : undefined
            return value === undefined ? failed(pdu._tag) : { _tag: 'Value' as const, value, failures: 0 as const }
          }),
          timeout({ first: patience, with: () => of(failed('no answer')), scheduler }),
        )
        return merge(reading$, ask(invokeId)).pipe(finalize(() => invokeIds.release(invokeId)))
      })
    const pause = (failures: number): Duration =>
      failures === 0 ? every : ms(Math.min(rest * 2 ** (failures - 1), longestRest))

    const reading$ = read(0).pipe(
      expand(({ failures }) => timer(pause(failures), scheduler).pipe(switchMap(() => read(failures)))),
    )
    return merge(pdu$.pipe(ignoreElements()), reading$)
  })

const REQUEST = {
  _tag: 'Confirmed-Request',
  segment: undefined,
  segmentedResponseAccepted: false,
  maxSegments: 'unspecified',
  maxApduLength: 1476,
  service: READ_PROPERTY,
} as const

/** Whether it ends the exchange that its invoke id is of. */
const isAnswer = (pdu: ApplicationPdu): pdu is Extract<ApplicationPdu, { readonly invokeId: number }> =>
  pdu._tag === 'Complex-ACK' || pdu._tag === 'Error' || pdu._tag === 'Reject' || pdu._tag === 'Abort'
