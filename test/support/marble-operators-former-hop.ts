import { NEVER, Observable } from 'rxjs'
import type { MarbleOperator } from '../../src/testing/index.js'
import { formerHopsLab } from './former-hops-lab.js'
import { lines } from './marble-operators-lines.js'

const [FIRST, OTHER] = [1, 2]

/**
 * What a node does when one router takes a network over from another. `rx`: `a` and `b` the first router says that it routes to
 * networks 1 and 2, `A` another one that it does to 1, `2` somebody else asks for the routers to 2. Out, `tx`: `2` it asks for
 * those, `L` what is reached through the first is in doubt.
 */
export const formerHopOperator: MarbleOperator = ({ inputs, scheduler }) =>
  lines(['tx'], draw => {
    const { port, says, heardQuestion, close } = formerHopsLab(
      scheduler,
      npdu => draw('tx', npdu === '0180000002' ? '2' : '!'),
      neighbour => draw('tx', neighbour === FIRST ? 'L' : '!'),
    )
    const hear = (symbol: string): void => {
      if (symbol === 'a') says(FIRST, 1)
      else if (symbol === 'b') says(FIRST, 2)
      else if (symbol === 'A') says(OTHER, 1)
      else heardQuestion(port, 2)
    }
    return new Observable(subscriber => {
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(hear))
      subscriber.add(close)
    })
  })
