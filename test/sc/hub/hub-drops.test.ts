import { describe, expect, it } from 'vitest'
import { dropLedger } from '../../../src/sc/hub/hub-drops.js'
import type { HubDropReason } from '../../../src/sc/hub/hub-event.js'
import { ms } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'

const [a, b] = [identity(2).vmac, identity(3).vmac]

/** A ledger, and what it told: when, of what and of how many. */
const ledger = () => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const drops = dropLedger(scheduler, ({ reason, from, to, count }) => {
    told.push(`${scheduler.now()} ms: ${count} x ${reason} from ${from ?? '-'} to ${to ?? '-'}`)
  })
  const noteMany = (times: number, reason: HubDropReason): void => {
    for (let i = 0; i < times; i++) drops.note(reason, a)
  }
  return { ...drops, noteMany, advance: (count: number) => advance(ms(count)), running, told }
}

describe('the drop ledger of a hub', () => {
  it('tells the first drop at once', () => {
    const { note, told } = ledger()
    note('malformed', a)
    expect(told).toEqual([`0 ms: 1 x malformed from ${a} to -`])
  })

  it('gathers further ones for a second, again and again', () => {
    const { noteMany, told, advance } = ledger()
    noteMany(5, 'malformed')
    advance(1500)
    noteMany(2, 'malformed')
    advance(1000)
    expect(told.slice(1)).toEqual([`1000 ms: 4 x malformed from ${a} to -`, `2000 ms: 2 x malformed from ${a} to -`])
  })

  it('tells at once again after a quiet second, and sets no timer for nothing', () => {
    const { note, told, advance, running } = ledger()
    note('malformed', a)
    advance(1000)
    expect(running()).toBe(0)
    note('malformed', a)
    expect(told).toHaveLength(2)
  })

  it('keeps reasons and parties apart', () => {
    const { note, told } = ledger()
    note('malformed', a)
    note('spoofed originator', a)
    note('malformed', b)
    note('receiver queue full', undefined, a)
    expect(told).toEqual([
      `0 ms: 1 x malformed from ${a} to -`,
      `0 ms: 1 x spoofed originator from ${a} to -`,
      `0 ms: 1 x malformed from ${b} to -`,
      `0 ms: 1 x receiver queue full from - to ${a}`,
    ])
  })

  it('tells of one reason and party at most once a second, whenever others were told', () => {
    const { note, told, advance } = ledger()
    note('malformed', a)
    advance(900)
    note('malformed', b)
    advance(200)
    note('malformed', b)
    expect(told).toHaveLength(2)
    advance(800)
    expect(told.slice(2)).toEqual([`1900 ms: 1 x malformed from ${b} to -`])
  })

  it('counts every drop by its reason', () => {
    const { note, noteMany, totals, advance } = ledger()
    noteMany(3, 'malformed')
    advance(5000)
    note('spoofed originator', a)
    expect(totals()).toEqual({ malformed: 3, 'spoofed originator': 1 })
  })

  it('stops its timers when it is closed', () => {
    const { note, close, running } = ledger()
    note('malformed', a)
    note('spoofed originator', a)
    expect(running()).toBe(2)
    close()
    expect(running()).toBe(0)
  })
})
