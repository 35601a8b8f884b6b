import { describe, expect, it } from 'vitest'
import { VirtualTimeScheduler } from 'rxjs'
import { reconnecting } from '../../../src/sc/hub/hub-reconnecting.js'
import type { Member } from '../../../src/sc/hub/hub-table.js'
import { ms } from '../../../src/values/duration.js'

const members = (count: number): readonly Member[] => Array.from({ length: count }, (_, at) => ({ at }) as never)

const run = (
  isThere: (member: Member) => boolean = () => true,
): { scheduler: VirtualTimeScheduler; moving: ReturnType<typeof reconnecting>; seen: string[] } => {
  const scheduler = new VirtualTimeScheduler()
  const seen: string[] = []
  const note = (text: string): void => void seen.push(`${scheduler.now()} ${text}`)
  const disconnect = (member: Member): boolean => {
    if (isThere(member)) note(JSON.stringify(member))
    return isThere(member)
  }
  return { scheduler, seen, moving: reconnecting(scheduler, disconnect, count => note(`done ${count}`)) }
}

describe('sending nodes to connect anew', () => {
  it('goes one after the other at its pace, and says when it is through', () => {
    const { scheduler, moving, seen } = run()
    moving.start(members(3), ms(100))
    scheduler.flush()
    expect(seen).toEqual(['0 {"at":0}', '100 {"at":1}', '200 {"at":2}', '300 done 3'])
  })

  it('passes over who is not there any more, without a wait', () => {
    const [first, , third] = members(3)
    const { scheduler, moving, seen } = run(member =>
      [first, third].some(one => JSON.stringify(one) === JSON.stringify(member)),
    )
    moving.start(members(3), ms(100))
    scheduler.flush()
    expect(seen).toEqual(['0 {"at":0}', '100 {"at":2}', '200 done 2'])
  })

  it('of nobody is through at once', () => {
    const { moving, seen } = run()
    moving.start([], ms(100))
    expect(seen).toEqual(['0 done 0'])
  })

  it('begins anew when it is asked again, and ends with the hub', () => {
    const { scheduler, moving, seen } = run()
    moving.start(members(5), ms(100))
    moving.start(members(1), ms(50))
    moving.close()
    scheduler.flush()
    expect(seen).toEqual(['0 {"at":0}', '0 {"at":0}'])
    expect(scheduler.actions).toEqual([])
  })

  it('is over when whoever hears of a node that went away ends the hub, or begins anew', () => {
    for (const again of [false, true]) {
      const scheduler = new VirtualTimeScheduler()
      const seen: string[] = []
      let asked = false
      const moving = reconnecting(
        scheduler,
        () => {
          seen.push(`${scheduler.now()} gone`)
          if (asked) return true
          asked = true
          if (again) moving.start(members(1), ms(50))
          else moving.close()
          return true
        },
        count => seen.push(`${scheduler.now()} done ${count}`),
      )
      moving.start(members(3), ms(100))
      scheduler.flush()
      expect(seen).toEqual(again ? ['0 gone', '0 gone', '50 done 1'] : ['0 gone'])
    }
  })
})
