import { expect, it } from 'vitest'
import { books, type Books } from './books.js'

const [ALICE, BOB] = [0, 1]
const LIFE = 'hub A #1'
const VMACS = ['020000000000', '020000000001']

/** Two nodes on a hub, which tells of them, and what Alice sent to Bob is lost. */
const lostAfter = (what: (hub: Books['ofHub'], accounts: Books) => void): Readonly<Record<string, number>> => {
  const accounts = books(
    {
      stations: VMACS.map((vmac, id) => ({ _tag: 'sc', id, vmac })),
      hubs: { primary: 'wss://a', failover: 'wss://b' },
      bbmds: [],
    },
    { judgedAfterMs: 5_000, forgottenAfterMs: 10_000 },
  )
  accounts.ofHub.began(LIFE, 0, {})
  for (const by of [ALICE, BOB]) {
    accounts.hear({ _tag: 'Hub', at: 1, by, role: 'primary', hub: LIFE, ending: 'moved', why: '' })
    accounts.ofHub.told(LIFE, 1, { event: 'node-connected', vmac: VMACS[by] })
  }
  accounts.hear({ _tag: 'Sent', at: 1000, npdu: { id: 1, by: ALICE, to: BOB } })
  what(accounts.ofHub, accounts)
  accounts.settle(60_000, 'all')
  const { violated, excused } = accounts.ledger.tally
  return { ...violated, ...excused }
}

it('a connection of the receiver that its hub had to replace excuses a loss, as one does with which messages may be lost', () => {
  const receiver = { 'hub told that messages to the receiver may be lost': 1 }
  const comes = { event: 'node-connected', vmac: VMACS[BOB] }
  const goes = (unconfirmed: number): Readonly<Record<string, unknown>> => ({
    ...comes,
    event: 'node-disconnected',
    reason: 'the peer disconnected',
    unconfirmed,
  })

  expect(lostAfter(hub => hub.told(LIFE, 1500, comes))).toEqual(receiver)
  expect(lostAfter(hub => hub.told(LIFE, 1500, goes(1)))).toEqual(receiver)
  expect(lostAfter(hub => hub.told(LIFE, 1500, goes(0)))).toEqual({ lost: 1 })
  expect(
    lostAfter(hub => {
      hub.told(LIFE, 1400, goes(0))
      hub.told(LIFE, 1500, comes)
    }),
  ).toEqual({ lost: 1 })
  expect(lostAfter(hub => hub.told(LIFE, 9000, comes))).toEqual({ lost: 1 })
  expect(lostAfter(hub => hub.told(LIFE, 1500, { ...comes, vmac: VMACS[ALICE] }))).toEqual({ lost: 1 })
})
