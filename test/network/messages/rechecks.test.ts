import { describe, expect, it } from 'vitest'
import { networkLimits } from '../../../src/network/event/network-limits.js'
import { rechecks } from '../../../src/network/messages/rechecks.js'
import { portCounters } from '../../../src/network/port/port-counters.js'
import type { RunningPort } from '../../../src/network/port/running-port.js'
import { seconds } from '../../../src/values/duration.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { testPort } from '../../support/routing-lab.js'
import { toHex } from '../../support/vectors.js'

const ALL = '018000'

/** A port through which so many networks are in doubt, from 1 on. */
const lab = (networks: number) => {
  const { scheduler, advance, running } = clock()
  const doubtful = new Set(Array.from({ length: networks }, (_, index) => index + 1))
  const asked: string[] = []
  let isOpen = true
  const port = {
    ...testPort(1),
    counters: portCounters(),
    send: ({ npdu }: { readonly npdu: Uint8Array }) => void asked.push(toHex(npdu)),
  } as unknown as RunningPort
  const made = rechecks({
    ports: { isOpen: () => isOpen },
    table: { doubt: () => undefined, doubtful: () => [...doubtful] },
    limits: networkLimits({ recheck: seconds(10) }),
    scheduler,
    random: chance(0.5),
    askedForAll: () => undefined,
  })
  const askedSince = (): readonly string[] => asked.splice(0)
  return { ...made, port, doubtful, advance, running, askedSince, shut: () => void (isOpen = false) }
}

describe('a port that joins its network', () => {
  it('asks for all routers, whatever others ask for a single network before', () => {
    const { joined, heardQuestion, port, advance, askedSince } = lab(2)
    joined(port)
    for (let count = 0; count < 5; count++) heardQuestion(port, 1)
    advance(seconds(5))
    expect(askedSince()).toEqual([ALL])
    advance(seconds(7))
    expect(askedSince()).toEqual(['0180000002'])
  })

  it('asks for 16 networks at once, and for the next after that', () => {
    const { joined, port, advance, askedSince, running } = lab(40)
    joined(port)
    const questions = [5, 7, 7, 60].map(time => {
      advance(seconds(time))
      return askedSince().length
    })
    expect([questions, running()]).toEqual([[1, 16, 16, 0], 0])
  })

  it('asks for nothing when it is down again, or all has been heard', () => {
    for (const end of ['down', 'heard']) {
      const { joined, port, advance, askedSince, doubtful, shut, running } = lab(2)
      joined(port)
      if (end === 'down') shut()
      else doubtful.clear()
      advance(seconds(60))
      expect([askedSince(), running()]).toEqual([[], 0])
    }
  })

  it('leaves no timer behind where it is removed, or all ends', () => {
    for (const end of ['removed', 'close'] as const) {
      const made = lab(2)
      made.joined(made.port)
      made[end](made.port)
      expect(made.running()).toBe(0)
    }
  })
})
