import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { noop } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { networkLimits } from '../../../src/network/event/network-limits.js'
import { networkNumbers, type NetworkNumbers } from '../../../src/network/messages/network-numbers.js'
import { runningPort, type RunningPort } from '../../../src/network/port/running-port.js'
import type { HeardNpdu } from '../../../src/network/transit/transit.js'
import { seconds } from '../../../src/values/duration.js'
import { parseMac } from '../../../src/values/mac.js'
import { right } from '../../support/right.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { playedPort } from '../../support/network-ports.js'

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

const { scheduler } = clock()

const portWithNumber = (network: number): RunningPort => {
  const { options } = playedPort('ip', { mac: 'c0a80101bac0' }, [])
  const sinks = { received: noop, unsent: noop, changed: noop, joined: noop, ended: noop }
  const { name, link } = options
  return runningPort({ name, id: 1, network, isSecure: true, link, outage: seconds(10), sinks, scheduler })
}

/** A port comes, is asked for its number, and goes. */
const comeAndGo = (numbers: NetworkNumbers): WeakRef<RunningPort> => {
  const port = portWithNumber(10)
  const from = right(parseMac('c0a80132bac0'))
  const npci = { destination: undefined, source: undefined }
  const heard = { isBroadcast: true, npci, from } as HeardNpdu
  numbers.hear(port, heard, { _tag: 'What-Is-Network-Number' })
  numbers.removed(port)
  return new WeakRef(port)
}

describe('the numbers of networks', () => {
  it('keep nothing of a port that is gone', async () => {
    const numbers = networkNumbers({
      isRouter: true,
      isOfOther: () => false,
      known: noop,
      conflict: noop,
      limits: networkLimits(),
      scheduler,
      random: chance(0.5),
    })
    const gone = comeAndGo(numbers)
    await new Promise(resolve => setImmediate(resolve))
    collectGarbage()
    expect(gone.deref()).toBeUndefined()
    numbers.close()
  })
})
