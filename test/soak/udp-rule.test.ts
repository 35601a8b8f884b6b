import { expect, it } from 'vitest'
import { lives, type Lives } from './lives.js'
import { udpRule } from './udp-rule.js'

const [NODE, DEVICE, AWAY] = [0, 1, 2]
const PLACES = [
  { station: NODE, bbmd: 'BBMD 1', isForeign: false },
  { station: DEVICE, bbmd: 'BBMD 1', isForeign: true },
  { station: AWAY, bbmd: 'BBMD 2', isForeign: false },
]

/** Why a foreign device and a node of another subnet need not have a broadcast that was sent at 10 000. */
const excused = (what: (known: Lives) => void): readonly unknown[] => {
  const known = lives()
  const rule = udpRule(PLACES, known)
  for (const bbmd of ['BBMD 1', 'BBMD 2']) {
    known.begin(`${bbmd} #1`, 0)
    rule.started(bbmd, `${bbmd} #1`, 0)
  }
  rule.registered('BBMD 1 #1', DEVICE, 100)
  what(known)
  return [DEVICE, AWAY].map(to => rule.excuse({ id: 1, by: NODE, to: 'all', isHeard: false, at: 10_000 }, to))
}

it('a broadcast that a BBMD has to carry is excused when that ended before it can have been through, or was not there', () => {
  const gone = 'BBMD not there'
  expect(excused(() => undefined)).toEqual([undefined, undefined])
  expect(excused(({ end }) => end('BBMD 2 #1', 11_000, 'killed'))).toEqual([undefined, gone])
  expect(excused(({ end }) => end('BBMD 1 #1', 9_000, 'stopped'))).toEqual([gone, gone])
  expect(excused(({ end }) => end('BBMD 1 #1', 13_000, 'killed'))).toEqual([undefined, undefined])
})

it('and not when a BBMD only hung, as what came meanwhile waits for it', () => {
  const hung = (andThen: (known: Lives) => void): readonly unknown[] =>
    excused(known => {
      known.pause('BBMD 1 #1', 9_000)
      andThen(known)
    })
  expect(hung(({ resume }) => resume('BBMD 1 #1', 12_000))).toEqual([undefined, undefined])
  expect(hung(({ end }) => end('BBMD 1 #1', 15_000, 'killed'))).toEqual(['BBMD not there', 'BBMD not there'])
  expect(hung(({ end }) => end('BBMD 2 #1', 15_000, 'killed'))).toEqual([undefined, 'BBMD not there'])
})
