import { describe, expect, it } from 'vitest'
import { ledger, type Ledger } from './ledger.js'
import { lives } from './lives.js'
import type { Note, Target } from './note.js'
import { npduOf, readNpdu } from './npdu.js'
import { scRule, type ScRule } from './sc-rule.js'

const [ALICE, BOB, CAROL] = [0, 1, 2]
const NAMES = ['alice', 'bob', 'carol']
const HUB = 'hub A #1'
const PATIENCE = { judgedAfterMs: 5_000, forgottenAfterMs: 10_000 }

/** Three nodes that are connected to a hub from 0 on, and the books about them. */
const network = (): {
  readonly accounts: Ledger
  readonly rule: ScRule
  readonly hub: ReturnType<typeof lives>
  readonly send: (id: number, by: number, to: Target, at?: number) => void
  readonly receive: (id: number, by: number, to: Target, here: number, wrong?: Partial<Received>) => void
  readonly leave: (by: number, at: number, ending: 'lost' | 'dismissed' | 'moved', to?: string) => void
} => {
  const hub = lives()
  hub.begin(HUB, 0)
  const rule = scRule(hub)
  const accounts = ledger(
    () => rule,
    station => NAMES[station] ?? '?',
    PATIENCE,
  )
  const connect = (by: number, at: number, life: string | undefined, ending: 'lost' | 'dismissed' | 'moved'): void =>
    rule.hear({ _tag: 'Hub', at, by, role: life === undefined ? 'none' : 'primary', hub: life, ending, why: '' })
  for (const by of [ALICE, BOB, CAROL]) connect(by, 0, HUB, 'moved')
  return {
    accounts,
    rule,
    hub,
    send: (id, by, to, at = 100) => accounts.hear({ _tag: 'Sent', at, npdu: { id, by, to } }),
    receive: (id, by, to, here, wrong = {}) =>
      accounts.hear({
        ...{ _tag: 'Received', at: 110, by: here, npdu: { id, by, to }, source: by, unchanged: true },
        destination: to === 'all' ? 'broadcast' : 'unicast',
        ...wrong,
      }),
    leave: (by, at, ending, to) => connect(by, at, to, ending),
  }
}

type Received = Note & { readonly _tag: 'Received' }

/** What is found when all is settled. */
const found = ({ settle, tally }: Ledger): readonly string[] => {
  settle(60_000, 'all')
  return tally.violations.map(({ kind }) => kind)
}

describe('the ledger of the soak', () => {
  it('finds nothing where each gets what is for it, and is told of what is dropped', () => {
    const { accounts, send, receive } = network()
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

  it('finds one that was lost without a word', () => {
    const { accounts, send } = network()
    send(1, ALICE, BOB)
    expect(found(accounts)).toEqual(['lost'])
    expect(accounts.tally.violations[0]?.text).toMatch(
      /^NPDU 1 from alice to bob, sent at 100\.0: not received by bob; sender on hub A #1 0\.0 to Infinity/,
    )
  })

  it('finds a broadcast that one of all did not get', () => {
    const { accounts, send, receive } = network()
    send(1, ALICE, 'all')
    receive(1, ALICE, 'all', BOB)
    expect(found(accounts)).toEqual(['lost'])
  })

  it('finds a duplicate, also of what was judged already', () => {
    const { accounts, send, receive } = network()
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
    const { accounts, send, receive } = network()
    send(1, ALICE, BOB)
    receive(1, ALICE, BOB, BOB, wrong)
    expect(found(accounts)).toEqual(kinds)
  })

  it('finds what nobody has sent, what was told as dropped and came all the same, and a drop of nothing', () => {
    const { accounts, send, receive } = network()
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
    const { accounts, send, receive } = network()
    for (let id = 0; id < 1000; id++) {
      send(id, ALICE, BOB, id * 100)
      receive(id, ALICE, BOB, BOB)
      accounts.settle(id * 100)
    }
    expect(accounts.size()).toBeLessThan(150)
    expect(found(accounts)).toEqual([])
  })
})

describe('what excuses a loss in BACnet/SC', () => {
  const lostAt = (at: number, what: (lab: ReturnType<typeof network>) => void): readonly string[] => {
    const lab = network()
    lab.send(1, ALICE, BOB, at)
    what(lab)
    return [...found(lab.accounts), ...Object.keys(lab.accounts.tally.excused)]
  }

  it('is that its hub was killed before it can have been through, and not that it was killed much later', () => {
    expect(lostAt(1000, ({ hub }) => hub.end(HUB, 1500, 'killed'))).toEqual(['hub killed'])
    expect(lostAt(1000, ({ hub }) => hub.end(HUB, 5000, 'killed'))).toEqual(['lost'])
  })

  it('is that its hub was killed when it had stood still since then, and not that it was when it had turned', () => {
    const killed = (from: number, to: number): readonly string[] =>
      lostAt(1000, ({ hub }) => {
        hub.stall(HUB, from, to)
        hub.end(HUB, 5000, 'killed')
      })
    expect(killed(1100, 4000)).toEqual(['hub killed'])
    expect(killed(3000, 4000)).toEqual(['lost'])
    expect(killed(0, 900)).toEqual(['lost'])
  })

  it('is not that its hub ended in good order', () => {
    expect(lostAt(1000, ({ hub }) => hub.end(HUB, 1500, 'stopped'))).toEqual(['lost'])
  })

  it('is that the connection of the sender or receiver broke, however long its hub hung before that', () => {
    for (const broken of [ALICE, BOB]) {
      const whose = broken === ALICE ? 'sender' : 'receiver'
      const hung = lostAt(1000, ({ hub, leave }) => {
        hub.pause(HUB, 900)
        leave(broken, 9000, 'lost')
      })
      expect(hung).toEqual([`connection of the ${whose} broke: its hub hung`])
      expect(lostAt(1000, ({ leave }) => leave(broken, 9000, 'lost'))).toEqual(['lost'])
    }
  })

  it('is not that one of them left in good order', () => {
    expect(lostAt(1000, ({ leave }) => leave(ALICE, 1100, 'moved', 'hub B #1'))).toEqual(['lost'])
    expect(lostAt(1000, ({ leave }) => leave(BOB, 1100, 'dismissed'))).toEqual(['lost'])
  })

  const movedWhileItHung = (who: number, tell: (rule: ScRule) => void): readonly string[] =>
    lostAt(1000, ({ hub, rule, leave }) => {
      leave(who, 1100, 'moved', 'hub B #1')
      hub.pause(HUB, 1050)
      hub.resume(HUB, 9000)
      tell(rule)
    })

  it('is that the hub told of an end which was none in good order, though the receiver had left it so', () => {
    expect(movedWhileItHung(BOB, rule => rule.toldEnd(HUB, BOB, 9500))).toEqual([
      'hub told that messages to the receiver may be lost',
    ])
    expect(lostAt(1000, ({ rule }) => rule.toldEnd(HUB, BOB, 9500))).toEqual(['lost'])
  })

  it('is that the sender told of it, when it had left a hub that hung, and not that only that hub did', () => {
    expect(movedWhileItHung(ALICE, rule => rule.toldHungUp(HUB, ALICE, 4100))).toEqual([
      'sender told of it when it had left a hub that did not answer',
    ])
    expect(movedWhileItHung(ALICE, rule => rule.toldEnd(HUB, ALICE, 9500))).toEqual(['lost'])
    expect(movedWhileItHung(ALICE, rule => rule.toldHungUp('hub B #1', ALICE, 4100))).toEqual(['lost'])
    expect(movedWhileItHung(ALICE, rule => rule.toldHungUp(HUB, BOB, 4100))).toEqual(['lost'])
    expect(movedWhileItHung(ALICE, rule => rule.toldHungUp(HUB, ALICE, 60_000))).toEqual(['lost'])
  })

  it('is for a broadcast that the receiver moved to another hub before it was through', () => {
    const { accounts, send, leave } = network()
    send(1, ALICE, 'all', 1000)
    leave(BOB, 1100, 'moved', 'hub B #1')
    leave(CAROL, 1100, 'dismissed')
    expect(found(accounts)).toEqual(['lost'])
    expect(accounts.tally.excused).toEqual({ 'receiver moved to another hub': 1 })
  })

  it('is for all receivers of a broadcast that the hub told of its drop', () => {
    const { accounts, rule, send } = network()
    for (const id of [1, 2]) send(id, ALICE, 'all', 1000)
    rule.told(HUB, ALICE, 1)
    expect(found(accounts)).toEqual(['lost', 'lost'])
    expect(accounts.tally.excused).toEqual({ 'hub told of the drop': 2 })
  })

  it('is that the hub told of it, once for each', () => {
    const told = lostAt(1000, ({ rule, send, leave }) => {
      leave(BOB, 500, 'moved', 'hub B #1')
      send(2, ALICE, BOB, 1100)
      rule.told(HUB, ALICE, 1)
    })
    expect(told).toEqual(['lost', 'hub told of the drop'])
  })
})

it('a connection that breaks by itself is found, and one that breaks with its hub is not', () => {
  const { rule, hub, leave } = network()
  leave(ALICE, 1000, 'lost')
  leave(BOB, 20_000, 'lost')
  hub.pause(HUB, 18_000)
  hub.resume(HUB, 19_000)
  leave(CAROL, 30_000, 'lost')
  hub.end(HUB, 29_990, 'killed')
  expect(rule.brokeByThemselves(Infinity)).toMatchObject([{ by: ALICE, at: 1000 }])
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
