import { map, mergeMap, NEVER, tap } from 'rxjs'
import { resolveAddress, type Resolved } from '../../src/sc/node/address-resolution.js'
import { seconds } from '../../src/values/duration.js'
import type { Header, ScMessage } from '../../src/wire/bvlc-sc.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from './identities.js'
import { durationArg, readArgs } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { bare, nak, peer } from './peer-events.js'

/** What somebody answers to the Address-Resolution of that id. */
const answers: Readonly<Record<string, (messageId: number) => ScMessage>> = {
  u: messageId => uris(messageId, { originating: peer.vmac }),
  o: messageId => uris(messageId, { originating: identity(9).vmac }),
  n: messageId => nak('Address-Resolution', messageId, 7, 45, { originating: peer.vmac }),
}

const uris = (messageId: number, change: Partial<Header>): ScMessage => ({
  ...bare('Address-Resolution', messageId, change),
  _tag: 'Address-Resolution-ACK',
  uris: ['wss://10.0.0.7:4444'],
})

const symbolOfOutcome = ({ cause }: Resolved): string => {
  if (cause === undefined) return 'w'
  return cause.errorCode === ErrorCode.TIMEOUT ? 'x' : 'z'
}

/** Address resolutions of one node. In: `ask` starts one, `rx` is what comes in. Out: `tx`, and how each one `ends`. */
export const resolveAddressOperator: MarbleOperator = ({ inputs, args, scheduler }) => {
  let messageId = 0
  const received$ = (inputs['rx'] ?? NEVER).pipe(
    mergeMap(symbol => {
      const answer = answers[symbol]
      return answer === undefined ? [] : [answer(messageId)]
    }),
  )
  return lines(['tx', 'ends'], draw => {
    const wait = durationArg(readArgs(args), 'wait') ?? seconds(10)
    const send = (): undefined => {
      draw('tx', 'r')
    }
    return (inputs['ask'] ?? NEVER).pipe(
      mergeMap(() => {
        const options = {
          messageId: ++messageId,
          send,
          received$,
          wait,
          stop$: NEVER,
          allowPlaintext: false,
          scheduler,
        }
        return resolveAddress(peer.vmac, options)
      }),
      map(symbolOfOutcome),
      tap(symbol => draw('ends', symbol)),
    )
  })
}
