import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { ScLinkEvent } from '../../../src/sc/node/sc-link.js'
import { virtualClock, virtualInternetwork } from '../../../src/testing/index.js'
import { seconds } from '../../../src/values/duration.js'

/** Three hubs, each with one node, whose hub connections are noted. */
const threeHubs = () => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock)
  const diary: string[] = []
  const note = (what: string): void => void diary.push(`${Math.floor(clock.now() / 1000)} s ${what}`)
  const timings = { heartbeat: seconds(30), minReconnect: seconds(5), maxReconnect: seconds(5) }
  const join = (name: string, primary: string): void => {
    const hear = (event: ScLinkEvent): void => {
      if (event._tag === 'Status') note(`${name} ${event.status.hubConnection}`)
      if (event._tag === 'FailedConnection') note(`${name} failed`)
    }
    NEVER.pipe(network.node(name, { primary, timings })).subscribe(hear)
  }
  for (const letter of ['a', 'b', 'c']) {
    NEVER.pipe(network.hub(`hub-${letter}`)).subscribe()
    join(`node-${letter}`, `hub-${letter}`)
  }
  clock.advance('1s')
  diary.length = 0
  /** To whom something happens in the minute after 10 s, and what first. */
  const firsts = (): Readonly<Record<string, string>> => {
    clock.advance('70s')
    const first = new Map<string, string>()
    for (const [at, unit, name = '', ...what] of diary.map(line => line.split(' '))) {
      if (!first.has(name)) first.set(name, [at, unit, ...what].join(' '))
    }
    return Object.fromEntries(first)
  }
  return { clock, network, diary, join, firsts }
}

describe('a fault of several hosts', () => {
  it('resets the WebSockets of those that it names', () => {
    const { network, firsts } = threeHubs()
    network.at('10s').cut(['hub-a', 'node-b'])
    expect(firsts()).toEqual({ 'node-a': '10 s none', 'node-b': '10 s none' })
  })

  it('resets those of all, and they can be opened again at once', () => {
    const { network, diary, firsts } = threeHubs()
    network.at('10s').cut('*')
    expect(Object.keys(firsts())).toEqual(['node-a', 'node-b', 'node-c'])
    expect(diary.slice(-3).every(line => line.endsWith(' primary'))).toBe(true)
    expect(diary).toHaveLength(6)
  })

  it('silences the WebSockets of those that it names, or of all, and nobody is told', () => {
    const some = threeHubs()
    some.network.at('10s').mute(['hub-a', 'node-b'])
    const silenced = Object.entries(some.firsts())
    expect(silenced.map(([name]) => name).sort()).toEqual(['node-a', 'node-b'])
    for (const [, first] of silenced) expect(first).toMatch(/^[3-7]\d s none/)
    const all = threeHubs()
    all.network.at('10s').mute('*')
    expect(Object.keys(all.firsts()).sort()).toEqual(['node-a', 'node-b', 'node-c'])
  })

  it.each(['refuse', 'fill'] as const)('lets nobody in where it is told to, until it is over: %s', fault => {
    const { clock, network, diary, join } = threeHubs()
    network.at('10s')[fault](['hub-a', 'hub-b']).for('20s')
    network.at('40s')[fault]('*').for('20s')
    clock.advance('10s')
    for (const letter of ['a', 'b', 'c']) join(`late-${letter}`, `hub-${letter}`)
    clock.advance('19s')
    const isIn = (name: string): boolean => diary.includes(`11 s ${name} primary`)
    expect(['late-a', 'late-b', 'late-c'].map(isIn)).toEqual([false, false, true])
    expect(diary.filter(line => line.startsWith('11 s') && line.endsWith('failed'))).toHaveLength(2)
    clock.advance('10s')
    for (const name of ['late-a', 'late-b']) expect(diary.some(line => line.endsWith(`${name} primary`))).toBe(true)
    clock.advance('5s')
    join('last', 'hub-c')
    clock.advance('10s')
    expect(diary.at(-1)).toMatch(/last failed$/)
    clock.advance('20s')
    expect(diary.at(-1)).toMatch(/^6\d s last primary$/)
  })

  it('answers nobody who comes to those that it names', () => {
    const { clock, network, diary, join } = threeHubs()
    network.at('10s').hang(['hub-a', 'hub-b']).for('5s')
    clock.advance('10s')
    for (const letter of ['a', 'b', 'c']) join(`late-${letter}`, `hub-${letter}`)
    clock.advance('8s')
    expect(diary.filter(line => line.includes('late') && !line.endsWith('none'))).toEqual(['11 s late-c primary'])
    clock.advance('30s')
    expect(diary.filter(line => line.endsWith('primary'))).toHaveLength(3)
  })

  it('is of those that come later as well where it is of all', () => {
    const { clock, network, diary, join } = threeHubs()
    network.at('10s').refuse('*').for('10s')
    clock.advance('12s')
    NEVER.pipe(network.hub('hub-d')).subscribe()
    join('node-d', 'hub-d')
    clock.advance('1s')
    expect(diary).toEqual(['13 s node-d none', '13 s node-d failed'])
    clock.advance('20s')
    expect(diary.at(-1)).toMatch(/^2\d s node-d primary$/)
  })
})
