import { describe, expect, it } from 'vitest'
import { gathering } from '../../../src/limits/gathering.js'
import { refusalLedger } from '../../../src/sc/hub/hub-refusals.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'

const ledger = () => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const refusals = refusalLedger(scheduler, event => {
    const what = event._tag === 'Refused' ? `${event.count} x ${event.address} ${event.reason}` : event.cause.detail
    told.push(`${scheduler.now()} ms: ${what}`)
  })
  return { ...refusals, advance, running, told }
}

describe('the refusal ledger of a hub', () => {
  it('tells the first of a host and reason at once, and gathers more, whatever their ports', () => {
    const { note, told, advance } = ledger()
    for (let port = 1; port <= 500; port++) note(`192.0.2.7:${port}`, 'no')
    note('192.0.2.7:501', 'never')
    note('192.0.2.8:1', 'no')
    expect(told).toEqual(['0 ms: 1 x 192.0.2.7:1 no', '0 ms: 1 x 192.0.2.7:501 never', '0 ms: 1 x 192.0.2.8:1 no'])
    advance(seconds(1))
    expect(told.slice(3)).toEqual(['1000 ms: 499 x 192.0.2.7:500 no'])
  })

  it('tells at most so many at once, however many addresses there are, and loses none', () => {
    const { note, told, advance, running, counts } = ledger()
    for (let n = 0; n < 20_000; n++) note(`10.0.${n >> 8}.${n & 255}:1`, 'no')
    expect(told.length).toBeLessThan(300)
    expect(running()).toBeLessThan(300)
    advance(seconds(3))
    expect(told).toHaveLength(258)
    expect(told.at(-1)).toBe('1000 ms: 19743 x many addresses other reasons')
    expect(counts().refused).toBe(20_000)
    expect(running()).toBe(0)
  })

  it('counts by reason, and does not let a peer invent reasons for ever', () => {
    const { note, counts } = ledger()
    for (let n = 0; n < 3; n++) note('192.0.2.7:1', 'no')
    for (let n = 0; n < 1000; n++) note('192.0.2.7:1', `because ${n}`)
    const { refused, refusals: totals } = counts()
    expect(totals).toMatchObject({ no: 3, 'because 0': 1, 'because 62': 1, 'other reasons': 937 })
    expect(Object.keys(totals)).toHaveLength(65)
    expect(refused).toBe(1003)
  })

  it('tells of the Connect-Requests of one peer once a second, the latest', () => {
    const { noteRequest, told, advance } = ledger()
    for (let n = 1; n <= 500; n++) {
      noteRequest(`192.0.2.7:${n}`, identity(2), { errorCode: 151, detail: `refused ${n}` })
    }
    advance(seconds(3))
    expect(told).toEqual(['0 ms: refused 1', '1000 ms: refused 500'])
  })

  it('stops its timers when it is closed', () => {
    const { note, noteRequest, close, running } = ledger()
    note('192.0.2.7:1', 'no')
    noteRequest('192.0.2.7:1', undefined, { errorCode: 151, detail: 'refused' })
    expect(running()).toBe(2)
    close()
    expect(running()).toBe(0)
  })
})

describe('a gathering', () => {
  it('tells keys apart again once the flood is over', () => {
    const { scheduler, advance } = clock()
    const told: string[] = []
    const tell = (item: string, count: number): void => void told.push(`${item} ${count}`)
    const { note } = gathering<string>(scheduler, tell, () => ['many', 'many'], 2)
    for (const key of ['a', 'b', 'c', 'd']) note(key, key)
    expect(told).toEqual(['a 1', 'b 1', 'many 1'])
    advance(ms(1000))
    expect(told.slice(3)).toEqual(['many 1'])
    advance(ms(1000))
    for (const key of ['c', 'd']) note(key, key)
    expect(told.slice(4)).toEqual(['c 1', 'd 1'])
  })
})
