import { from, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { nodeState, reportNodeState } from '../../../src/cli/sc/node-state.js'
import { witness } from '../../../src/cli/witness.js'
import type { ScLinkEvent } from '../../../src/index.js'
import { identity } from '../../support/identities.js'

const stateAfter = (...events: readonly ScLinkEvent[]) => {
  const { see, latest } = witness((event$: Observable<ScLinkEvent>) => event$.pipe(nodeState()))
  from(events).subscribe(see)
  return reportNodeState({ uuid: undefined, state: latest(), port: undefined, peers: [] }).json
}
const dropped = (reason: string): ScLinkEvent => ({
  _tag: 'Dropped',
  reason,
  outbound: { _tag: 'Solicit', to: identity(9).vmac },
})
const directEnd = (errorCode: number, detail: string): ScLinkEvent => ({
  _tag: 'DirectDisconnected',
  peer: identity(2),
  uri: undefined,
  address: '127.0.0.1:50000',
  cause: { errorCode, detail },
  unconfirmed: 0,
})

describe('the state of a node', () => {
  it('counts drops by reason, and never more than so many reasons', () => {
    expect(stateAfter(dropped('not connected'), dropped('not connected'), dropped('empty NPDU'))).toMatchObject({
      dropped: 3,
      drops: { 'not connected': 2, 'empty NPDU': 1 },
    })
    const many = Array.from({ length: 100 }, (_, index) => dropped(`reason ${index}`))
    const { drops } = stateAfter(...many)
    expect(Object.keys(drops as object)).toHaveLength(65)
    expect(drops).toMatchObject({ 'other reasons': 36 })
  })

  it('counts direct connections that ended as lost, and an end in good order as no error', () => {
    expect(stateAfter(directEnd(173, 'cut'), directEnd(84, 'ended locally'))).toMatchObject({
      lostConnections: 2,
      lastError: 'cut',
    })
  })
})
