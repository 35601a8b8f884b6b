import { describe, expect, it } from 'vitest'
import { directTable, type DirectConnection } from '../../../src/sc/node/direct-table.js'
import { peerTable } from '../../../src/sc/node/peer-table.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import type { PeerIdentity } from '../../../src/wire/bvlc-sc.js'
import { identity } from '../../support/identities.js'

/** Ourselves, and devices with a lower and a higher Device UUID. */
const [lower, self, higher, other] = [identity(1), identity(2), identity(3), identity(4)]

const connectionWith = (peer: PeerIdentity, who: 'we' | 'they'): DirectConnection => {
  const uri = who === 'we' ? ('wss://there' as ScUri) : undefined
  const address = who === 'we' ? undefined : '10.0.0.7:50123'
  const entry = peerTable().enter({ ...peer, role: 'direct', uri, address, connectedAt: 0 })
  return { peer, uri, address, entry, lastUsed: 0, send: () => undefined, disconnect: () => undefined }
}

const tableOf = () => directTable(() => self)

describe('the connection that is used', () => {
  it('is none for a peer without one', () => {
    expect(tableOf().inUse(higher.vmac)).toBeUndefined()
  })

  it.each(['we', 'they'] as const)('is the only one, which %s initiated', who => {
    const table = tableOf()
    const only = connectionWith(higher, who)
    expect(table.enter(only)).toBeUndefined()
    expect(table.inUse(higher.vmac)).toBe(only)
    expect(table.has(only)).toBe(true)
  })

  it.each([
    ['ours, when our Device UUID is the lower one', higher, 'we', true],
    ['the peer’s, when its Device UUID is the lower one', lower, 'they', false],
  ] as const)('of two is %s, whichever came first', (_, peer, keeps, ends) => {
    for (const order of [
      ['we', 'they'],
      ['they', 'we'],
    ] as const) {
      const table = tableOf()
      const made = order.map(who => [who, connectionWith(peer, who)] as const)
      for (const [, connection] of made) table.enter(connection)
      expect(table.inUse(peer.vmac)).toBe(made.find(([who]) => who === keeps)?.[1])
      expect(table.spare(peer.vmac)).toBe(ends ? made.find(([who]) => who === 'they')?.[1] : undefined)
      expect(table.isReached(peer.vmac)).toBe(true)
    }
  })

  it('is the other one when it leaves', () => {
    const table = tableOf()
    const [ours, theirs] = [connectionWith(higher, 'we'), connectionWith(higher, 'they')]
    table.enter(ours)
    table.enter(theirs)
    table.leave(ours)
    expect(table.inUse(higher.vmac)).toBe(theirs)
    table.leave(theirs)
    expect(table.inUse(higher.vmac)).toBeUndefined()
    expect(table.has(ours) || table.has(theirs) || table.has(undefined)).toBe(false)
  })

  it('is not to be ended while it is the only one', () => {
    for (const who of ['we', 'they'] as const) {
      const table = tableOf()
      table.enter(connectionWith(higher, who))
      expect(table.spare(higher.vmac)).toBeUndefined()
      expect(table.isReached(higher.vmac)).toBe(who === 'they')
      expect(table.lastUsed(higher.vmac)).toBe(who === 'we' ? 0 : undefined)
    }
  })
})

describe('a connection of a device that has one already', () => {
  it('takes its place, and the late end of the old one does not take it out', () => {
    const table = tableOf()
    const [old, young] = [connectionWith(higher, 'they'), connectionWith(higher, 'they')]
    table.enter(old)
    expect(table.enter(young)).toBe(old)
    table.leave(old)
    expect(table.inUse(higher.vmac)).toBe(young)
  })

  it('under another VMAC leaves nothing under the old one', () => {
    const table = tableOf()
    const old = connectionWith(higher, 'they')
    table.enter(old)
    expect(table.enter(connectionWith({ ...higher, vmac: other.vmac }, 'they'))).toBe(old)
    expect(table.inUse(higher.vmac)).toBeUndefined()
    expect(table.inUse(other.vmac)).toBeDefined()
  })
})

describe('a Connect-Request at the table (3.3)', () => {
  const accept = { _tag: 'Accept', self }
  const duplicate = { _tag: 'Refuse', errorClass: 7, errorCode: 151 }
  const full = { _tag: 'Refuse', errorClass: 3, errorCode: 0 }

  it('1 | the UUID is known | Connect-Accept, also when it is full', () => {
    const table = tableOf()
    table.enter(connectionWith(higher, 'they'))
    expect(table.admit(higher, 1)).toEqual(accept)
    expect(table.admit({ ...higher, vmac: other.vmac }, 1)).toEqual(accept)
  })

  it.each(['we', 'they'] as const)(
    '2 | the VMAC is that of another device, the connection with which %s initiated | NAK 7/151',
    who => {
      const table = tableOf()
      table.enter(connectionWith(higher, who))
      expect(table.admit({ ...other, vmac: higher.vmac }, 9)).toMatchObject(duplicate)
    },
  )

  it('3 | the VMAC is our own and the UUID is not | NAK 7/151', () => {
    expect(tableOf().admit({ ...other, vmac: self.vmac }, 9)).toMatchObject(duplicate)
  })

  it('4 | no free connection; those that we initiated do not count | NAK 3/0', () => {
    const table = tableOf()
    table.enter(connectionWith(lower, 'we'))
    expect(table.admit(higher, 1)).toEqual(accept)
    table.enter(connectionWith(higher, 'they'))
    expect(table.admit(other, 1)).toMatchObject(full)
  })

  it('5 | otherwise | Connect-Accept', () => {
    expect(tableOf().admit(higher, 1)).toEqual(accept)
  })
})
