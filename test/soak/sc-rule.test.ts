import { describe, expect, it } from 'vitest'
import { ALICE, BOB, CAROL, found, HUB, ledgerLab, OTHER_HUB, type LedgerLab } from './ledger-lab.js'
import type { Ending } from './note.js'
import type { Drops } from './sc-rule.js'

const OF_SENDER = 'sender told that it may be lost'
const TOLD = 'hub told that it dropped it or may have lost it'

/** What is found of so many unicasts from Alice to Bob, sent 10 ms apart, none of which came: each excuse with how often. */
const lost = (count: number, what: (lab: LedgerLab) => void): Readonly<Record<string, number>> => {
  const lab = ledgerLab()
  for (let id = 0; id < count; id++) lab.send(id, ALICE, BOB, 1000 + 10 * id)
  what(lab)
  found(lab.accounts)
  return { ...lab.accounts.tally.violated, ...lab.accounts.tally.excused }
}

describe('what the sender told of the end of its connection excuses', () => {
  it('the last so many that it sent there, and none before those', () => {
    const told = (unconfirmed: number): unknown => lost(5, ({ leave }) => leave(ALICE, 1100, 'lost', unconfirmed))
    expect(told(5)).toEqual({ [`${OF_SENDER}: its hub was there`]: 5 })
    expect(told(3)).toEqual({ lost: 2, [`${OF_SENDER}: its hub was there`]: 3 })
    expect(told(0)).toEqual({ lost: 5 })
  })

  it('those that were lost, though later ones came, only where it told of all since', () => {
    const told = (unconfirmed: number): unknown =>
      lost(1, ({ send, receive, leave }) => {
        for (const id of [1, 2]) {
          send(id, ALICE, CAROL, 1010)
          receive(id, ALICE, CAROL, CAROL)
        }
        leave(ALICE, 1100, 'lost', unconfirmed)
      })
    expect(told(3)).toEqual({ [`${OF_SENDER}: its hub was there`]: 1 })
    expect(told(2)).toEqual({ lost: 1 })
  })

  it('a broadcast as one, whomever it did not reach', () => {
    const told = (unconfirmed: number): unknown =>
      lost(0, ({ send, leave }) => {
        send(1, ALICE, 'all', 1000)
        send(2, ALICE, 'all', 1010)
        leave(ALICE, 1100, 'lost', unconfirmed)
      })
    expect(told(2)).toEqual({ [`${OF_SENDER}: its hub was there`]: 4 })
    expect(told(1)).toEqual({ lost: 2, [`${OF_SENDER}: its hub was there`]: 2 })
  })

  it('what was lost when its hub was killed, and not more than it told then', () => {
    const killed = (at: number, unconfirmed: number): unknown =>
      lost(3, ({ hub, leave }) => {
        hub.end(HUB, at, 'killed')
        leave(ALICE, at + 10, 'lost', unconfirmed)
      })
    expect(killed(1500, 3)).toEqual({ [`${OF_SENDER}: its hub was killed`]: 3 })
    expect(killed(1500, 1)).toEqual({ lost: 2, [`${OF_SENDER}: its hub was killed`]: 1 })
    expect(killed(5000, 3)).toEqual({ lost: 3 })
  })

  it('nothing that its hub had run for long enough since, and all while that hung or stood still', () => {
    expect(lost(1, ({ leave }) => leave(ALICE, 9000, 'lost', 9))).toEqual({ lost: 1 })
    const hung = lost(1, ({ hub, leave }) => {
      hub.pause(HUB, 900)
      leave(ALICE, 9000, 'lost', 9)
    })
    expect(hung).toEqual({ [`${OF_SENDER}: its hub hung`]: 1 })
    const stood = (from: number, to: number): unknown =>
      lost(1, ({ hub, leave }) => {
        hub.stall(HUB, from, to)
        leave(ALICE, 5000, 'lost', 9)
      })
    expect(stood(1100, 4000)).toEqual({ [`${OF_SENDER}: its hub was there`]: 1 })
    expect(stood(3000, 4000)).toEqual({ lost: 1 })
    expect(stood(0, 900)).toEqual({ lost: 1 })
  })

  it('what it sent to a hub that it left and that did not answer, if it told of that one, soon', () => {
    const told = (by: number, at: number, unconfirmed: number, hub: string): unknown =>
      lost(3, ({ leave, hungUp }) => {
        leave(ALICE, 1100, 'moved')
        hungUp(by, at, unconfirmed, hub)
      })
    expect(told(ALICE, 4100, 3, HUB)).toEqual({ [`${OF_SENDER}: its hub was there`]: 3 })
    expect(told(ALICE, 4100, 2, HUB)).toEqual({ lost: 1, [`${OF_SENDER}: its hub was there`]: 2 })
    expect(told(ALICE, 4100, 3, OTHER_HUB)).toEqual({ lost: 3 })
    expect(told(BOB, 4100, 3, HUB)).toEqual({ lost: 3 })
    expect(told(ALICE, 40_000, 3, HUB)).toEqual({ lost: 3 })
  })
})

describe('what the hub told of the end of a connection of the receiver excuses', () => {
  it('as many as that, soon after they were sent', () => {
    const told = (at: number, unconfirmed: number, life: string = HUB): unknown =>
      lost(3, ({ rule }) => rule.toldEnd(life, BOB, at, unconfirmed))
    expect(told(1500, 3)).toEqual({ [TOLD]: 3 })
    expect(told(500, 3)).toEqual({ lost: 3 })
    expect(told(1500, 2)).toEqual({ lost: 1, [TOLD]: 2 })
    expect(told(1500, 0)).toEqual({ lost: 3 })
    expect(told(9000, 3)).toEqual({ lost: 3 })
    expect(told(1500, 3, OTHER_HUB)).toEqual({ lost: 3 })
  })

  it('what was sent when the receiver had left, and the hub did not know yet, but for long', () => {
    const told = (left: number, at: number): unknown =>
      lost(3, ({ rule, leave }) => {
        leave(BOB, left, 'lost')
        rule.toldEnd(HUB, BOB, at, 2)
      })
    expect(told(900, 4000)).toEqual({ lost: 1, [TOLD]: 2 })
    expect(told(1100, 4000)).toEqual({ lost: 1, [TOLD]: 2 })
    expect(told(900, 9000)).toEqual({ lost: 3 })
    expect(told(4000, 4100)).toEqual({ lost: 3 })
  })

  it('nothing where the hub tells nothing, though the receiver found its connection broken', () => {
    expect(lost(1, ({ leave }) => leave(BOB, 1100, 'lost', 9))).toEqual({ lost: 1 })
  })

  it('nothing of what others sent to others', () => {
    expect(lost(1, ({ rule }) => rule.toldEnd(HUB, ALICE, 1100, 9))).toEqual({ lost: 1 })
  })
})

describe('a drop that the hub told of excuses', () => {
  const drops = (count: number, who: Partial<Drops>): Drops => ({
    ...{ reason: 'unknown destination', from: undefined, to: undefined, count },
    ...who,
  })

  it('one NPDU of that sender or receiver, or of anybody where it named neither', () => {
    const told = (who: Partial<Drops>): unknown => lost(3, ({ rule }) => rule.toldDrops(HUB, drops(2, who), 1200))
    for (const reason of ['unknown destination', 'receiver queue full']) {
      const named = reason === 'unknown destination' ? [] : [{ to: BOB }]
      for (const who of [{ from: ALICE }, ...named, {}]) {
        expect(told({ reason, ...who })).toEqual({ lost: 1, [TOLD]: 2 })
      }
      for (const who of [{ from: BOB }, { to: ALICE }, { from: CAROL }]) {
        expect(told({ reason, ...who })).toEqual({ lost: 3 })
      }
    }
  })

  it('a broadcast for all its receivers, and none where what it dropped were unicasts', () => {
    const told = (reason: string): unknown =>
      lost(0, ({ rule, send }) => {
        for (const id of [1, 2]) send(id, ALICE, 'all', 1000)
        rule.toldDrops(HUB, drops(1, { reason, from: ALICE }), 1200)
      })
    expect(told('sender broadcasts too much')).toEqual({ lost: 2, [TOLD]: 2 })
    expect(told('unknown destination')).toEqual({ lost: 4 })
  })

  it('no broadcast that its hub took, as somebody got it, but for a receiver that the hub tells of', () => {
    const told = (what: (lab: LedgerLab) => void): unknown =>
      lost(0, lab => {
        lab.send(1, ALICE, 'all', 1000)
        lab.receive(1, ALICE, 'all', CAROL)
        lab.rule.toldDrops(HUB, drops(1, { reason: 'sender not connected', from: ALICE }), 1200)
        what(lab)
      })
    expect(told(() => undefined)).toEqual({ lost: 1 })
    const withEnd = ({ rule, send }: LedgerLab): void => {
      send(2, ALICE, CAROL, 1000)
      rule.toldEnd(HUB, BOB, 1200, 1)
    }
    expect(told(withEnd)).toEqual({ [TOLD]: 2 })
  })

  it('what one receiver did not get of a broadcast that it did not take for it, or for nobody named', () => {
    for (const who of [{ to: BOB }, {}]) {
      const told = (count: number): unknown =>
        lost(0, ({ rule, send, receive }) => {
          for (const id of [1, 2]) {
            send(id, ALICE, 'all', 1000)
            receive(id, ALICE, 'all', CAROL)
          }
          rule.toldDrops(HUB, drops(count, { reason: 'receiver queue full', ...who }), 1200)
        })
      expect([told(1), told(2)]).toEqual([{ lost: 1, [TOLD]: 1 }, { [TOLD]: 2 }])
    }
  })

  it('only broadcasts where what it dropped were too many of those, and all of one where it names nobody', () => {
    const drop = drops(1, { reason: 'sender broadcasts too much', from: ALICE })
    expect(lost(1, ({ rule }) => rule.toldDrops(HUB, drop, 1200))).toEqual({ lost: 1 })
    const told = lost(0, ({ rule, send }) => {
      send(1, ALICE, 'all', 1000)
      rule.toldDrops(HUB, { ...drop, from: undefined }, 1200)
    })
    expect(told).toEqual({ [TOLD]: 2 })
  })

  it('nothing that was sent after it, or long before', () => {
    for (const at of [900, 9000]) {
      expect(lost(1, ({ rule }) => rule.toldDrops(HUB, drops(1, { from: ALICE }), at))).toEqual({ lost: 1 })
    }
  })
})

describe('what hubs told is shared out', () => {
  const UNKNOWN = { reason: 'unknown destination', from: undefined, to: undefined, count: 1 }

  it('so that it excuses as many as it can', () => {
    const told = (count: number, ended: number): unknown =>
      lost(0, ({ rule, send }) => {
        for (let id = 1; id <= count; id++) send(id, ALICE, BOB, 1000)
        send(9, CAROL, BOB, 1100)
        rule.toldEnd(HUB, BOB, 1200, ended)
        rule.toldDrops(HUB, { ...UNKNOWN, from: ALICE }, 1200)
      })
    expect(told(1, 1)).toEqual({ [TOLD]: 2 })
    expect(told(2, 2)).toEqual({ [TOLD]: 3 })
    expect(told(2, 1)).toEqual({ lost: 1, [TOLD]: 2 })
  })

  it('to those for whom it was not too late to tell, as the hub was not killed', () => {
    const told = (by: number): unknown =>
      lost(0, ({ rule, send, leave, hub }) => {
        leave(BOB, 500, 'moved')
        send(1, by, BOB, 1000)
        send(2, ALICE, BOB, 1900)
        rule.toldDrops(HUB, { ...UNKNOWN, from: ALICE }, 2000)
        hub.end(HUB, 4500, 'killed')
      })
    expect(told(ALICE)).toEqual({ [TOLD]: 1, 'hub killed before it told of the drop': 1 })
    expect(told(CAROL)).toEqual({ lost: 1, 'hub killed before it told of the drop': 1 })
  })
})

describe('besides, it excuses a loss', () => {
  it('that the receiver of a broadcast left the hub before it was through, which then lived on', () => {
    const excused = { 'receiver left before a broadcast was through': 1 }
    const left = (ending: Ending, at: number, killed?: number): unknown =>
      lost(0, ({ send, receive, leave, hub }) => {
        send(1, ALICE, 'all', 1000)
        receive(1, ALICE, 'all', CAROL)
        leave(BOB, at, ending)
        if (killed !== undefined) hub.end(HUB, killed, 'killed')
      })
    expect(left('moved', 1100)).toEqual(excused)
    expect(left('lost', 1100)).toEqual(excused)
    expect(left('dismissed', 1100)).toEqual({ lost: 1 })
    expect(left('lost', 9000)).toEqual({ lost: 1 })
    expect(left('lost', 1100, 1050)).toEqual({ lost: 1 })
    expect(lost(1, ({ leave }) => leave(BOB, 1100, 'moved'))).toEqual({ lost: 1 })
  })

  it('that the hub was killed before it could tell of it', () => {
    const killed = (at: number, before: (lab: LedgerLab) => void): unknown =>
      lost(1, lab => {
        before(lab)
        lab.hub.end(HUB, at, 'killed')
      })
    const broke = ({ leave }: LedgerLab): void => leave(BOB, 1500, 'lost', 9)
    expect(killed(3000, broke)).toEqual({ 'hub killed before it told of the end of the receiver': 1 })
    expect(killed(9000, broke)).toEqual({ lost: 1 })
    const wasAway = ({ leave }: LedgerLab): void => leave(BOB, 500, 'moved')
    expect(killed(3900, wasAway)).toEqual({ 'hub killed before it told of the drop': 1 })
    expect(killed(4100, wasAway)).toEqual({ lost: 1 })
    const left = ({ leave }: LedgerLab): void => leave(ALICE, 1100, 'moved')
    expect(killed(1500, left)).toEqual({ 'hub killed after the sender had left it': 1 })
    expect(killed(9000, left)).toEqual({ lost: 1 })
  })

  it('and nothing else: not that a hub ended in good order, nor that somebody left it so', () => {
    expect(lost(1, ({ hub }) => hub.end(HUB, 1500, 'stopped'))).toEqual({ lost: 1 })
    expect(lost(1, ({ leave }) => leave(ALICE, 1100, 'moved'))).toEqual({ lost: 1 })
    for (const by of [ALICE, BOB]) {
      expect(lost(1, ({ leave }) => leave(by, 1100, 'dismissed', 9))).toEqual({ lost: 1 })
    }
  })
})

it('a connection that breaks by itself is found, and one that breaks with its hub is not', () => {
  const { rule, hub, leave } = ledgerLab()
  leave(ALICE, 1000, 'lost')
  leave(BOB, 20_000, 'lost')
  hub.pause(HUB, 18_000)
  hub.resume(HUB, 19_000)
  leave(CAROL, 30_000, 'lost')
  hub.end(HUB, 29_990, 'killed')
  expect(rule.brokeByThemselves(Infinity)).toMatchObject([{ by: ALICE, at: 1000 }])
})
