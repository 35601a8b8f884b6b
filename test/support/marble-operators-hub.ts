import { NEVER, Observable } from 'rxjs'
import { dropLedger } from '../../src/sc/hub-drops.js'
import type { MarbleOperator } from './marble-run.js'
import { peer } from './peer-events.js'

/** What a hub tells of the drops of one reason and sender. In: `drops`. Out: `told`, the counts. */
export const dropLedgerOperator: MarbleOperator = ({ inputs, scheduler }) => ({
  told: new Observable(subscriber => {
    const ledger = dropLedger(scheduler, ({ count }) => subscriber.next(String(count)))
    subscriber.add(() => ledger.close())
    subscriber.add((inputs['drops'] ?? NEVER).subscribe(() => ledger.note('malformed', peer.vmac)))
  }),
})
