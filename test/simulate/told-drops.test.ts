import { describe, expect, it } from 'vitest'
import { toldDrops } from './world/told-drops.js'

describe('what hosts told they dropped', () => {
  it('is taken for as many NPDUs as they told of, of their own time only', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 2)
    expect([take(1, ['box-2'], 11, 20), take(1, ['box-3'], 0, 20)]).toEqual([false, false])
    expect([1, 2, 3].map(id => take(id, ['box-2', 'box-3'], 0, 20))).toEqual([true, true, false])
  })

  it('is one for all receivers of an NPDU', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 1)
    expect([take(1, ['box-2'], 0, 20), take(1, ['box-2'], 0, 20), take(2, ['box-2'], 0, 20)]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('goes to whom nothing else would be left for', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 1)
    note('box-3', 11, 1)
    note('box-4', 12, 1)
    expect(take(1, ['box-2', 'box-3'], 0, 20)).toBe(true)
    expect(take(2, ['box-3', 'box-4'], 0, 20)).toBe(true)
    expect(take(3, ['box-2', 'box-3'], 0, 20)).toBe(true)
    expect(take(4, ['box-2', 'box-3', 'box-4'], 0, 20)).toBe(false)
  })

  it('stays where it serves several receivers, but for what would serve all of them', () => {
    const both = toldDrops()
    both.note('box-2', 10, 1)
    both.note('box-3', 11, 1)
    for (let receiver = 0; receiver < 2; receiver++) both.take(1, ['box-2', 'box-3'], 0, 20)
    expect(both.take(2, ['box-2'], 0, 20)).toBe(true)

    const one = toldDrops()
    one.note('box-2', 10, 1)
    one.note('box-3', 11, 1)
    one.take(1, ['box-2', 'box-3'], 0, 20)
    one.take(1, ['box-2'], 0, 20)
    expect(one.take(2, ['box-2'], 0, 20)).toBe(false)
  })

  it('goes over to what would serve all receivers, where it did not serve the first by that', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 1)
    note('box-3', 11, 1)
    const taken = [take(1, ['box-2', 'box-3'], 0, 20), take(1, ['box-3'], 0, 20), take(2, ['box-2'], 0, 20)]
    expect(taken).toEqual([true, true, true])
    expect(take(3, ['box-2', 'box-3'], 0, 20)).toBe(false)
  })

  it('stays as it was where what would serve all receivers is not left', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 1)
    note('box-3', 11, 1)
    expect([take(1, ['box-2', 'box-3'], 0, 20), take(1, ['box-4'], 0, 20)]).toEqual([true, false])
    expect([take(2, ['box-2'], 0, 20), take(3, ['box-3'], 0, 20)]).toEqual([true, false])
  })

  it('is another one where no host may have dropped what two receivers did not hear', () => {
    const { note, take } = toldDrops()
    note('box-2', 10, 1)
    expect([take(1, ['box-2'], 0, 20), take(1, ['box-3'], 0, 20)]).toEqual([true, false])
    note('box-3', 10, 1)
    expect([take(1, ['box-3'], 0, 20), take(2, ['box-2', 'box-3'], 0, 20)]).toEqual([true, false])
  })
})
