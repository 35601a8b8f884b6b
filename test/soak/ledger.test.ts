import { describe, expect, it } from 'vitest'
import { ALICE, BOB, CAROL, found, ledgerLab } from './ledger-lab.js'
import { npduOf, readNpdu } from './npdu.js'

describe('the ledger of the soak', () => {
  it('finds nothing where each gets what is for it, and is told of what is dropped', () => {
    const { accounts, send, receive } = ledgerLab()
    send(1, ALICE, BOB)
    receive(1, ALICE, BOB, BOB)
    receive(2, BOB, 'all', CAROL)
    send(2, BOB, 'all')
    receive(2, BOB, 'all', ALICE)
    send(3, CAROL, ALICE)
    accounts.hear({ _tag: 'Dropped', at: 100, id: 3, reason: 'not connected' })
    expect(found(accounts)).toEqual([])
    expect(accounts.tally).toMatchObject({ sent: 3, due: 3, delivered: 3, dropped: { 'not connected': 1 } })
  })

  it('tells how many it has judged, as what was just sent may be on its way', () => {
    const { accounts, send, receive } = ledgerLab()
    send(1, ALICE, BOB)
    receive(1, ALICE, BOB, BOB)
    expect(accounts.tally).toMatchObject({ sent: 1, judged: 0, delivered: 0 })
    accounts.settle(6_000)
    send(2, ALICE, BOB)
    expect(accounts.tally).toMatchObject({ sent: 2, judged: 1, delivered: 1 })
  })

  it('finds one that was lost without a word', () => {
    const { accounts, send } = ledgerLab()
    send(1, ALICE, BOB)
    expect(found(accounts)).toEqual(['lost'])
    expect(accounts.tally.violations[0]?.text).toMatch(
      /^NPDU 1 from alice to bob, sent at 100\.0: not received by bob; sender on hub A #1 0\.0 to Infinity/,
    )
  })

  it('finds a broadcast that one of all did not get', () => {
    const { accounts, send, receive } = ledgerLab()
    send(1, ALICE, 'all')
    receive(1, ALICE, 'all', BOB)
    expect(found(accounts)).toEqual(['lost'])
  })

  it('finds a duplicate, also of what was judged already', () => {
    const { accounts, send, receive } = ledgerLab()
    send(1, ALICE, BOB)
    receive(1, ALICE, BOB, BOB)
    receive(1, ALICE, BOB, BOB)
    accounts.settle(6_000)
    receive(1, ALICE, BOB, BOB)
    expect(found(accounts)).toEqual(['delivered twice', 'delivered twice'])
  })

  it.each([
    ['a changed one', { unchanged: false }, ['changed', 'lost']],
    ['a false source', { source: CAROL }, ['false source']],
    ['a source that nobody is', { source: undefined }, ['false source']],
    ['a unicast that came as a broadcast', { destination: 'broadcast' as const }, ['of the wrong kind']],
    ['one that reached somebody else as well', { by: CAROL }, ['not for it', 'lost']],
  ])('finds %s', (_, wrong, kinds) => {
    const { accounts, send, receive } = ledgerLab()
    send(1, ALICE, BOB)
    receive(1, ALICE, BOB, BOB, wrong)
    expect(found(accounts)).toEqual(kinds)
  })

  it('finds what nobody has sent, what was told as dropped and came all the same, and a drop of nothing', () => {
    const { accounts, send, receive } = ledgerLab()
    receive(1, ALICE, BOB, BOB)
    send(2, ALICE, BOB)
    accounts.hear({ _tag: 'Dropped', at: 100, id: 2, reason: 'not connected' })
    receive(2, ALICE, BOB, BOB)
    accounts.hear({ _tag: 'Dropped', at: 100, id: 3, reason: 'not connected' })
    accounts.hear({ _tag: 'Strange', at: 100, by: BOB, octets: '00' })
    expect(found(accounts).toSorted()).toEqual(
      ['a drop without an NPDU', 'changed', 'dropped and delivered', 'never sent, or forgotten'].toSorted(),
    )
  })

  it('forgets what is settled', () => {
    const { accounts, send, receive } = ledgerLab()
    for (let id = 0; id < 1000; id++) {
      send(id, ALICE, BOB, id * 100)
      receive(id, ALICE, BOB, BOB)
      accounts.settle(id * 100)
    }
    expect(accounts.size()).toBeLessThan(150)
    expect(found(accounts)).toEqual([])
  })
})

describe('an NPDU of the soak', () => {
  it('shows each octet that is changed', () => {
    for (let id = 0; id < 200; id++) {
      const npdu = npduOf({ id, by: ALICE, to: id % 2 === 0 ? 'all' : BOB })
      expect(readNpdu(npdu)).toEqual({ marks: { id, by: ALICE, to: id % 2 === 0 ? 'all' : BOB }, unchanged: true })
      const changed = npdu.slice()
      const at = 5 + (id % (npdu.length - 5))
      changed[at] = (changed[at] ?? 0) ^ 1
      const read = readNpdu(changed)
      // What says who it is may be changed into another that fits: then it is the ledger that knows better.
      expect(read?.unchanged === true && JSON.stringify(read.marks) === JSON.stringify(readNpdu(npdu)?.marks)).toBe(
        false,
      )
      expect(readNpdu(npdu.subarray(0, npdu.length - 1))?.unchanged ?? false).toBe(false)
    }
  })
})
