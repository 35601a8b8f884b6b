import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admit,
  describe as describeMember,
  hubTable,
  member,
  type HubTable,
  type Member,
} from '../../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../../src/sc/connection/socket.js'
import type { PeerIdentity } from '../../../src/wire/bvlc-sc.js'
import { vmacKey } from '../../../src/wire/hub-header.js'
import { identity } from '../../support/identities.js'

/** The device that hosts the hub. */
const hub = identity(1)
const [a, b, c, d] = [identity(2), identity(3), identity(4), identity(5)]

const socket = { address: '10.0.0.7:50123', queued: () => 12 } as AcceptedSocket
const memberOf = (who: PeerIdentity): Member => member(who, socket, 1000)

const tableWith = (...connected: readonly PeerIdentity[]): HubTable => {
  const table = hubTable()
  for (const who of connected) table.enter(memberOf(who))
  return table
}

/** Room for 3 nodes. */
const asks = (table: HubTable, who: PeerIdentity) => admit(table, who, hub, 3)

const ACCEPT = { _tag: 'Accept', self: hub }
const DUPLICATE_VMAC = {
  _tag: 'Refuse',
  errorClass: 7,
  errorCode: 151,
  reason: 'the VMAC is used by another device',
}
const NO_RESOURCES = { _tag: 'Refuse', errorClass: 3, errorCode: 0, reason: 'no free connection' }

describe('a Connect-Request with VMAC v and UUID u at the table (3.3)', () => {
  it('1 | a connection has u and the same v | Connect-Accept', () => {
    expect(asks(tableWith(a, b), a)).toEqual(ACCEPT)
  })

  it('1 | a connection has u and another v | Connect-Accept', () => {
    expect(asks(tableWith(a, b), { ...a, vmac: c.vmac })).toEqual(ACCEPT)
  })

  it('2 | v is used by a connection with another u | NAK 7/151', () => {
    expect(asks(tableWith(a, b), { ...c, vmac: a.vmac })).toEqual(DUPLICATE_VMAC)
  })

  it("3 | v is the hub device's own and u is not | NAK 7/151", () => {
    expect(asks(tableWith(a), { ...c, vmac: hub.vmac })).toEqual(DUPLICATE_VMAC)
  })

  it('4 | no free connection | NAK 3/0', () => {
    expect(asks(tableWith(a, b, c), d)).toEqual(NO_RESOURCES)
  })

  it('5 | otherwise | Connect-Accept', () => {
    expect(asks(tableWith(), a)).toEqual(ACCEPT)
    expect(asks(tableWith(a, b), c)).toEqual(ACCEPT)
  })

  it('3 and 5 | v and u are those of the hub device: its own node | Connect-Accept', () => {
    expect(asks(tableWith(a), hub)).toEqual(ACCEPT)
  })

  it('1 before 4 | a connection has u, and no connection is free | Connect-Accept', () => {
    expect(asks(tableWith(a, b, c), { ...b, vmac: d.vmac })).toEqual(ACCEPT)
  })

  it('2 before 4 | v is used, and no connection is free | NAK 7/151', () => {
    expect(asks(tableWith(a, b, c), { ...d, vmac: a.vmac })).toEqual(DUPLICATE_VMAC)
  })

  it('care | a connection has u, but v belongs to a third device | NAK 7/151', () => {
    expect(asks(tableWith(a, b), { ...a, vmac: b.vmac })).toEqual(DUPLICATE_VMAC)
    expect(asks(tableWith(a, b), { ...a, vmac: hub.vmac })).toEqual(DUPLICATE_VMAC)
  })
})

describe('the table of a hub', () => {
  it('has a member under its VMAC and under its UUID', () => {
    const table = hubTable()
    const entered = memberOf(a)
    expect(table.enter(entered)).toBeUndefined()
    expect(table.byKey.get(vmacKey(a.vmac))).toBe(entered)
    expect(table.byUuid.get(a.uuid)).toBe(entered)
  })

  it('replaces the member of the same UUID and hands it back, whatever its VMAC', () => {
    for (const again of [a, { ...a, vmac: c.vmac }]) {
      const table = hubTable()
      const [old, fresh] = [memberOf(a), memberOf(again)]
      table.enter(old)
      expect(table.enter(fresh)).toBe(old)
      expect([...table.byKey]).toEqual([[fresh.key, fresh]])
      expect([...table.byUuid]).toEqual([[a.uuid, fresh]])
    }
  })

  it('keeps the new member when the old connection closes later', () => {
    const table = hubTable()
    const [old, fresh] = [memberOf(a), memberOf(a)]
    table.enter(old)
    table.enter(fresh)
    table.leave(old)
    expect([...table.byKey.values()]).toEqual([fresh])
    expect([...table.byUuid.values()]).toEqual([fresh])
    table.leave(fresh)
    expect([table.byKey.size, table.byUuid.size]).toEqual([0, 0])
  })

  it('gives a VMAC free when its device comes back with another', () => {
    const table = tableWith(a)
    table.enter(memberOf({ ...a, vmac: c.vmac }))
    expect(asks(table, { ...b, vmac: a.vmac })).toEqual(ACCEPT)
  })

  it('has everybody it admitted once by VMAC and once by UUID, whoever comes and goes', () => {
    const anyNode = fc.tuple(fc.nat(4), fc.nat(4)).map(([u, v]) => ({ ...identity(u + 2), vmac: identity(v + 1).vmac }))
    const anyMove = fc.oneof(
      anyNode.map(who => ({ _tag: 'comes' as const, who })),
      fc.nat().map(which => ({ _tag: 'goes' as const, which })),
    )
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 40 }), moves => {
        const table = hubTable()
        const seen: Member[] = []
        for (const move of moves) {
          if (move._tag === 'goes') {
            const leaving = seen[move.which % seen.length]
            if (leaving !== undefined) table.leave(leaving)
          } else if (asks(table, move.who)._tag === 'Accept') {
            const entering = memberOf(move.who)
            seen.push(entering)
            table.enter(entering)
          }
          const members = new Set(table.byKey.values())
          expect(new Set(table.byUuid.values())).toEqual(members)
          expect([table.byKey.size, table.byUuid.size]).toEqual([members.size, members.size])
          expect(members.size).toBeLessThanOrEqual(3)
          expect(table.byKey.has(vmacKey(hub.vmac))).toBe(false)
        }
      }),
    )
  })

  it('describes a member to the world', () => {
    const described = {
      ...a,
      address: '10.0.0.7:50123',
      connectedAt: 1000,
      received: 0,
      sent: 0,
      dropped: 0,
      queued: 12,
    }
    expect(describeMember(memberOf(a))).toEqual(described)
  })
})
