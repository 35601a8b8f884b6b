import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawingOf, orphanedDrawings, outdatedDrawings, readMarbles } from './support/draw-marbles.js'
import { marbleOperators } from './support/marble-operators.js'
import { runMarble } from '../src/testing/index.js'

const folder = join(import.meta.dirname, '..', 'marbles')

if (process.env['DRAW_MARBLES'] === '1') {
  for (const { file, fresh } of outdatedDrawings(folder)) writeFileSync(file, fresh)
}
const outdated = outdatedDrawings(folder).map(({ file }) => file)
const firstSentence = (caption: string) => /^.*?[.!?](?=\s|$)/u.exec(caption)?.[0] ?? caption

describe('marbles', () => {
  for (const { name, marble } of readMarbles(folder)) {
    it(`${name}: ${firstSentence(marble.caption)}`, () => {
      const { ok, report } = runMarble(marble, marbleOperators)
      expect.assert(ok, `${name} is not what happens\n\n${report}\n`)
    })

    it(`${name} is drawn in ${drawingOf(name)}`, () => {
      expect(outdated, 'run npm run marbles to redraw').not.toContain(join(folder, drawingOf(name)))
    })
  }

  it('have no drawings left over', () => {
    expect(orphanedDrawings(folder)).toEqual([])
  })
})
