import type { SchedulerLike } from 'rxjs'
import { budget, type Budget, type Spent } from '../limits/budget.js'
import { bucket, buckets, type Pace } from '../limits/pace.js'

/** How fast something may go on: for each party, and for all together. */
export interface Paces {
  readonly each: Pace
  readonly inTotal: Pace
}

const FAN_OUT: Readonly<Record<Spent, string>> = {
  'its own': 'address broadcasts too much',
  'in total': 'too many broadcasts in total',
}

const ANSWERS: Readonly<Record<Spent, string>> = {
  'its own': 'address asks too often',
  'in total': 'too many requests in total',
}

/** Says why a broadcast that makes that many copies is too much of its origin or of all; spends them when it is not. */
export type FanOutBudget = (origin: string, copies: number) => string | undefined

/** Says why a request of an origin is not answered; spends the octets of the answer when it is. */
export type AnswerBudget = (origin: string, octets: number) => string | undefined

/**
 * What a BBMD may send of broadcasts. Counted in copies, as one broadcast to a hundred foreign devices is a hundred times
 * the work: for it and on the network. An origin is a host: one that had a share for each of its ports had them all.
 */
export const fanOutBudget = (paces: Paces, scheduler: Pick<SchedulerLike, 'now'>): FanOutBudget => {
  const spend = budgetOf(paces, scheduler)
  return (origin, copies) => {
    const spent = spend(origin, copies)
    return spent && FAN_OUT[spent]
  }
}

/**
 * What may be answered to requests. Whoever forges the source of a request has its answer sent to somebody else, who can
 * be hit no harder than this. Counted in octets, as a table is a hundred times as long as the request for it.
 */
export const answerBudget = (paces: Paces, scheduler: Pick<SchedulerLike, 'now'>): AnswerBudget => {
  const spend = budgetOf(paces, scheduler)
  return (origin, octets) => {
    const spent = spend(origin, octets)
    return spent && ANSWERS[spent]
  }
}

const budgetOf = ({ each, inTotal }: Paces, scheduler: Pick<SchedulerLike, 'now'>): Budget<string> =>
  budget(buckets<string>(each, scheduler), bucket(inTotal, scheduler))
