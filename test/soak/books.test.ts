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
    accounts.hear({ _tag: 'Hub', at: 1, by, role: 'primary', hub: LIFE, ending: 'moved', unconfirmed: 0, why: '' })
    accounts.ofHub.told(LIFE, 1, { event: 'node-connected', vmac: VMACS[by] })
  }
  accounts.hear({ _tag: 'Sent', at: 1000, npdu: { id: 1, by: ALICE, to: BOB } })
  what(accounts.ofHub, accounts)
  accounts.settle(60_000, 'all')
  const { violated, excused } = accounts.ledger.tally
  return { ...violated, ...excused }
}

const goes = (unconfirmed: number, station = BOB): Readonly<Record<string, unknown>> => ({
  event: 'node-disconnected',
  vmac: VMACS[station],
  reason: 'the peer disconnected',
  unconfirmed,
})

it('a hub that tells how many messages to the receiver may be lost excuses as many', () => {
  expect(lostAfter(hub => hub.told(LIFE, 1500, goes(1)))).toEqual({
    'hub told that it dropped it or may have lost it': 1,
  })
  expect(lostAfter(hub => hub.told(LIFE, 1500, goes(0)))).toEqual({ lost: 1 })
  expect(lostAfter(hub => hub.told(LIFE, 1500, goes(1, ALICE)))).toEqual({ lost: 1 })
  expect(lostAfter(hub => hub.told(LIFE, 1500, { event: 'node-connected', vmac: VMACS[BOB] }))).toEqual({ lost: 1 })
})

it('a node that tells how many of the messages it sent may be lost excuses as many', () => {
  const told = (unconfirmed: number): unknown =>
    lostAfter((_, { hear }) => {
      const moved = { role: 'failover', hub: 'hub B #1', ending: 'moved', unconfirmed: 0, why: '' } as const
      hear({ _tag: 'Hub', at: 1500, by: ALICE, ...moved })
      hear({ _tag: 'HungUp', at: 4500, by: ALICE, hub: LIFE, unconfirmed })
    })
  expect(told(1)).toEqual({ 'sender told that it may be lost: its hub was there': 1 })
  expect(told(0)).toEqual({ lost: 1 })
})

it('a drop that a hub tells of excuses as many as it tells', () => {
  const dropped = { event: 'dropped', reason: 'unknown destination', from: VMACS[ALICE], count: 1 }
  expect(lostAfter(hub => hub.told(LIFE, 1500, dropped))).toEqual({
    'hub told that it dropped it or may have lost it': 1,
  })
  expect(lostAfter(hub => hub.told(LIFE, 1500, { ...dropped, count: 0 }))).toEqual({ lost: 1 })
})
