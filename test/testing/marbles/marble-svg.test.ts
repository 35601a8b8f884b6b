import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseMarble } from '../../../src/testing/marbles/marble-file.js'
import { ticks } from '../../../src/testing/marbles/marble-ruler.js'
import { drawMarble } from '../../../src/testing/marbles/marble-svg.js'
import { orphanedDrawings, outdatedDrawings } from '../../support/draw-marbles.js'
import { heartbeat } from '../../support/marble-samples.js'

describe('drawMarble', () => {
  it('is a picture of its own', () => {
    const svg = drawMarble(parseMarble(heartbeat.replace('= lost', '= lost & <gone>')))
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u)
    expect(svg).toContain('lost &#38; &#60;gone&#62;')
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|<image|@import/u)
  })

  it.each([
    [1, 1],
    [80, 10],
    [8000, 1000],
    [40_000, 1000],
    [1_140_000, 30_000],
    [2_400_000, 300_000],
    [144_000_000, 3_600_000],
    [280_000, 7000],
  ])('has four to twelve ticks on %d ms', (endMs, columnMs) => {
    const found = ticks(endMs, columnMs)
    expect(found.length).toBeGreaterThanOrEqual(endMs < 4 ? 2 : 4)
    expect(found.length).toBeLessThanOrEqual(12)
    expect(found.every(({ atMs }) => atMs <= endMs)).toBe(true)
  })

  it('has ticks where marbles are', () => {
    expect(ticks(1_140_000, 30_000).map(({ label }) => label)).toEqual([
      '0',
      '150 s',
      '300 s',
      '450 s',
      '600 s',
      '750 s',
      '900 s',
      '1050 s',
    ])
  })
})

describe('outdatedDrawings', () => {
  it('finds what is missing, old or left over, and names the file that cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'marbles-'))
    const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
    try {
      write('heartbeat.marble', heartbeat)
      write('gone.svg', '<svg/>')
      const [missing] = outdatedDrawings(folder)
      expect(missing?.file).toBe(join(folder, 'heartbeat.svg'))
      write('heartbeat.svg', missing?.fresh ?? '')
      expect(outdatedDrawings(folder)).toEqual([])
      write('heartbeat.marble', heartbeat.replace('lost', 'gone'))
      expect(outdatedDrawings(folder)).toHaveLength(1)
      expect(orphanedDrawings(folder)).toEqual(['gone.svg'])
      write('empty.marble', '')
      expect(() => outdatedDrawings(folder)).toThrow('empty.marble, line 1: ')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
