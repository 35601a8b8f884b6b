import { ledger, type Ledger } from './ledger.js'
import { lives, type Lives } from './lives.js'
import type { Ending, Note, Target } from './note.js'
import { scRule, type ScRule } from './sc-rule.js'

export const [ALICE, BOB, CAROL] = [0, 1, 2] as const
const NAMES = ['alice', 'bob', 'carol']
export const [HUB, OTHER_HUB] = ['hub A #1', 'hub B #1'] as const
const PATIENCE = { judgedAfterMs: 5_000, forgottenAfterMs: 10_000 }

type Received = Note & { readonly _tag: 'Received' }

/** Nodes on a hub, what they do, and the books about them. */
export interface LedgerLab {
  readonly accounts: Ledger
  readonly rule: ScRule
  readonly hub: Lives
  readonly send: (id: number, by: number, to: Target, at?: number) => void
  readonly receive: (id: number, by: number, to: Target, here: number, wrong?: Partial<Received>) => void
  readonly leave: (by: number, at: number, ending: Ending, unconfirmed?: number) => void
  readonly hungUp: (by: number, at: number, unconfirmed: number, hub?: string) => void
}

/** Three nodes that are connected to a hub from 0 on. */
export const ledgerLab = (): LedgerLab => {
  const hub = lives()
  hub.begin(HUB, 0)
  const rule = scRule(hub)
  const accounts = ledger(
    () => rule,
    station => NAMES[station] ?? '?',
    PATIENCE,
  )
  const stands = { _tag: 'Hub', role: 'primary', why: '' } as const
  for (const by of [ALICE, BOB, CAROL]) rule.hear({ ...stands, at: 0, by, hub: HUB, ending: 'moved', unconfirmed: 0 })
  return {
    accounts,
    rule,
    hub,
    send: (id, by, to, at = 100) => {
      rule.sends({ id, by, to })
      accounts.hear({ _tag: 'Sent', at, npdu: { id, by, to } })
    },
    receive: (id, by, to, here, wrong = {}) =>
      accounts.hear({
        ...{ _tag: 'Received', at: 110, by: here, npdu: { id, by, to }, source: by, unchanged: true },
        destination: to === 'all' ? 'broadcast' : 'unicast',
        ...wrong,
      }),
    leave: (by, at, ending, unconfirmed = 0) =>
      rule.hear({ ...stands, at, by, hub: ending === 'moved' ? OTHER_HUB : undefined, ending, unconfirmed }),
    hungUp: (by, at, unconfirmed, hub = HUB) => rule.hungUp({ _tag: 'HungUp', at, by, hub, unconfirmed }),
  }
}

/** What is found when all is settled. */
export const found = ({ settle, tally }: Ledger): readonly string[] => {
  settle(60_000, 'all')
  return tally.violations.map(({ kind }) => kind)
}
