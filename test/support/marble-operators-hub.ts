import { map, NEVER, Observable } from 'rxjs'
import { broadcastBudget } from '../../src/sc/hub/broadcast-budget.js'
import { dropLedger } from '../../src/sc/hub/hub-drops.js'
import { readArgs } from './marble-operators-args.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { peer } from './peer-events.js'

/** What a hub tells of the drops of one reason and sender. In: `drops`. Out: `told`, the counts. */
export const dropLedgerOperator: MarbleOperator = ({ inputs, scheduler }) => ({
  told: new Observable(subscriber => {
    const ledger = dropLedger(scheduler, ({ count }) => subscriber.next(String(count)))
    subscriber.add(() => ledger.close())
    subscriber.add((inputs['drops'] ?? NEVER).subscribe(() => ledger.note('malformed', peer.vmac)))
  }),
})

/** What becomes of the broadcasts of one node to three others. In: `broadcasts`. Out: `done with it`. */
export const broadcastBudgetOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) => {
  const args = readArgs(texts)
  const pace = { burst: Number(args.get('copies at once')), perSecond: Number(args.get('copies a second')) }
  const over = broadcastBudget({ broadcastsPerSender: pace, broadcastsInTotal: pace }, scheduler)
  return { 'done with it': (inputs['broadcasts'] ?? NEVER).pipe(map(() => (over(peer, 3) === undefined ? 'p' : 'd'))) }
}
