import { merge, NEVER, Observable } from 'rxjs'
import { networkLimits } from '../../src/network/event/network-limits.js'
import { rechecks } from '../../src/network/messages/rechecks.js'
import { portCounters } from '../../src/network/port/port-counters.js'
import type { RunningPort } from '../../src/network/port/running-port.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { chance } from '../machine/chance.js'
import { lines } from './marble-operators-lines.js'
import { testPort } from './routing-lab.js'
import { toHex } from './vectors.js'

const QUESTIONS: Readonly<Record<string, string>> = { '018000': '?', '0180000001': '1', '0180000002': '2' }

/**
 * What a node that knows the ways to networks 1 and 2 asks when its port has joined its network. `port`: `j` joined. `rx`: `?`
 * somebody else asks for all routers, `1` and `2` for those to one network, `a` and `b` a router says that it routes to 1 and to
 * 2. Out, `tx`: what it asks.
 */
export const recheckOperator: MarbleOperator = ({ inputs, scheduler }) =>
  lines(['tx'], draw => {
    const doubtful = new Set<number>()
    const port = {
      ...testPort(1),
      counters: portCounters(),
      send: ({ npdu }: { readonly npdu: Uint8Array }) => draw('tx', QUESTIONS[toHex(npdu)] ?? '!'),
    } as unknown as RunningPort
    const { joined, heardQuestion, close } = rechecks({
      ports: { isOpen: () => true },
      table: {
        doubt: () => [1, 2].forEach(network => doubtful.add(network)),
        doubtful: () => [...doubtful].sort(),
      },
      limits: networkLimits(),
      scheduler,
      random: chance(0.5),
      askedForAll: () => undefined,
    })
    const hear = (symbol: string): void => {
      if (symbol === 'j') joined(port)
      else if (symbol === 'a' || symbol === 'b') doubtful.delete(symbol === 'a' ? 1 : 2)
      else heardQuestion(port, symbol === '?' ? undefined : Number(symbol))
    }
    return new Observable(subscriber => {
      subscriber.add(merge(inputs['port'] ?? NEVER, inputs['rx'] ?? NEVER).subscribe(hear))
      subscriber.add(close)
    })
  })
