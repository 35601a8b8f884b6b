import { describe, expect, it } from 'vitest'
import type { AcceptedSocket } from '../../../src/sc/connection/socket.js'
import { delivery } from '../../../src/sc/hub/hub-delivery.js'
import { dropLedger } from '../../../src/sc/hub/hub-drops.js'
import { hubLimits } from '../../../src/sc/hub/hub-limits.js'
import { hubTable, member } from '../../../src/sc/hub/hub-table.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'
import { toHex } from '../../support/vectors.js'

describe('the writing end of a hub', () => {
  it('counts as dropped what the WebSocket of a node does not take any more, and the others have it', () => {
    const { scheduler } = clock()
    const table = hubTable()
    const written: string[] = []
    const joined = (number: number, isOpen: boolean) => {
      const socket = {
        address: `10.0.0.${number}:1`,
        queued: () => 0,
        send: ({ octets }) => {
          if (isOpen) written.push(`${number} ${toHex(octets)}`)
          return isOpen
        },
      } as AcceptedSocket
      const one = member(identity(number), socket, 0)
      table.enter(one)
      return one
    }
    const [sender, closing, open] = [joined(1, true), joined(2, false), joined(3, true)]
    const drops = dropLedger(scheduler, () => undefined)
    const cut = (): void => undefined
    const allocate = (length: number): Uint8Array => new Uint8Array(length)
    const { toAll, toOne, sent } = delivery({ table, drops, limits: hubLimits(), allocate, cut, scheduler })

    toOne(Uint8Array.of(1, 4, 0, 1, ...Buffer.from(closing.identity.vmac, 'hex'), 9), sender, closing, 0)
    toAll(Uint8Array.of(1, 4, 0, 2, ...Array<number>(6).fill(0xff), 9), sender, 0)
    expect(written).toEqual([`3 8211010c0002${sender.identity.vmac}ffffffffffff09`])
    expect([sent(), closing.sent, closing.dropped, open.sent]).toEqual([1, 0, 2, 1])
    expect(drops.totals()).toEqual({ 'destination not connected': 2 })
    drops.close()
  })

  it('steps over the options of a broadcast once, and not for each of a thousand nodes', () => {
    const { scheduler } = clock()
    const table = hubTable()
    let written = 0
    const send = (): boolean => ++written > 0
    const socket = { address: '10.0.0.1:1', queued: () => 0, send } as unknown as AcceptedSocket
    for (let number = 1; number <= 1000; number++) table.enter(member(identity(number), socket, 0))
    const drops = dropLedger(scheduler, () => undefined)
    const cut = (): void => undefined
    const allocate = (length: number): Uint8Array => new Uint8Array(length)
    const { toAll } = delivery({ table, drops, limits: hubLimits(), allocate, cut, scheduler })
    const [sender] = table.byKey.values()
    if (sender === undefined) throw new Error('nobody sends')

    const options = [...Array<number>(1500).fill(0xc4), 0x44]
    const octets = Uint8Array.of(1, 6, 0, 1, ...Array<number>(6).fill(0xff), ...options, 1, 0)
    let reads = 0
    const counted = new Proxy(octets, {
      get: (target, name) => {
        reads++
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    toAll(counted, sender, 0)
    expect(written).toBe(999)
    expect(reads).toBeLessThan(10 * octets.length)
    drops.close()
  })
})
